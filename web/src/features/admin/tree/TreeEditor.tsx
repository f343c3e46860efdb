import { useEffect, useMemo, useRef, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import { matches } from "../../../core/text";
import type { LonLat } from "../../../core/units";
import { problemText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import type { MapHandle } from "../../../map";
import { MapView } from "../../../map";
import type { AreaShape, MapShapes } from "../../../map/shapes";
import { Empty, Field, Grid } from "../../../ui";
import { same } from "../settings";
import { messages } from "./messages";
import { OfficePanel } from "./OfficePanel";
import type { Listed, OfficeNode, OfficeRow, Tree, TreeValue } from "./tree";
import { cornersOf, listOf, nameOf, newRow, putRow } from "./tree";

/** Whoever draws or types is left in peace so long before the server is asked what would come of it. */
const SETTLE_MS = 400;

interface Props {
  readonly tree: Tree;
  readonly value: TreeValue;
  /** What holds now. */
  readonly published: TreeValue;
  readonly readOnly: boolean;
  readonly onValue: (value: TreeValue) => void;
}

/** The tree as a list, its areas on a map, and the office that is chosen as a form. */
export function TreeEditor({ tree, value, published, readOnly, onValue }: Props) {
  const t = useT(messages);
  const named = useNamed();
  const { compare } = useFormats();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState<string>(tree.province);
  const [ring, setRing] = useState<readonly LonLat[] | null>(null);
  const { tried, problem } = useTried(tree.province, value, published);
  const titleOf = (row: OfficeRow) => named(nameOf(row)).trim() || t("tree.unnamed");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `named` follows the language, and so does `compare`.
  const listed = useMemo(
    () => listOf(tree, value, (a, b) => compare(named(nameOf(a)), named(nameOf(b)))),
    [tree, value, compare],
  );
  const shown = listed.filter(({ row }) => matches(`${row.name_fa} ${row.name_en} ${row.code}`, query));
  const byId = new Map(listed.map((each) => [each.row.id, each]));
  const one = byId.get(at);
  const seen = tried ?? tree;
  const add = () => {
    const row = one ? newRow(tree, value, one.row) : null;
    if (!row) return;
    onValue(putRow(value, row));
    setAt(row.id);
    setQuery("");
  };
  const select = (id: string) => {
    setAt(id);
    setRing(null);
  };
  return (
    <div className="tree-two">
      <div className="tree-list">
        <Field label={t("tree.find")} type="search" value={query} onChange={(event) => setQuery(event.target.value)} />
        <Grid
          label={t("tree.list")}
          ids={shown.map(({ row }) => row.id)}
          rowHeight={36}
          selected={at}
          onSelect={select}
          empty={<Empty>{t("tree.none")}</Empty>}
          renderRow={(id) => {
            const each = byId.get(id);
            return each ? <RowOf each={each} flat={query.trim() !== ""} title={titleOf(each.row)} /> : null;
          }}
        />
        <Closed tree={tree} titleOf={(id) => titled(byId, id, titleOf)} />
      </div>
      <div className="tree-side">
        <TreeMap
          tree={seen}
          at={one?.row.closed ? one.row.ground_to || one.row.parent : at}
          ring={ring}
          onPoint={ring ? (point) => setRing([...ring, point]) : null}
        />
        <p className="field-hint" role="status">
          {problem ? null : tried ? t("tree.asItWould") : null}
        </p>
        {problem && (
          <p className="field-error" role="alert">
            {t("tree.notYet", { why: whyOf(problem, t.lang) ?? problemText(t, problem) })}
          </p>
        )}
        {one ? (
          <OfficePanel
            key={at}
            one={one}
            tree={seen}
            listed={listed}
            value={value}
            ring={ring}
            readOnly={readOnly}
            titleOf={titleOf}
            onRing={setRing}
            onValue={onValue}
            onAdd={add}
            onGone={() => select(one.row.parent)}
          />
        ) : (
          <p className="muted">{t("tree.choose")}</p>
        )}
      </div>
    </div>
  );
}

const titled = (byId: ReadonlyMap<string, Listed>, id: string, titleOf: (row: OfficeRow) => string): string => {
  const found = byId.get(id);
  return found ? titleOf(found.row) : id;
};

const whyOf = (problem: Problem, lang: "fa" | "en"): string | null => {
  const said = problem.details[lang];
  return typeof said === "string" ? said : null;
};

/** What changes would make of the tree, as the server says it; the newest answer that was good, and what is wrong now. */
function useTried(province: string, value: TreeValue, published: TreeValue) {
  const app = useApp();
  const [tried, setTried] = useState<Tree | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const differs = !same(value, published);
  useEffect(() => {
    if (!differs) {
      setTried(null);
      setProblem(null);
      return;
    }
    let over = false;
    const timer = setTimeout(async () => {
      try {
        const path = `/v1/office-trees/${encodeURIComponent(province)}/try`;
        const answer = await app.api.post<{ tree: Tree }>(path, { value });
        if (over) return;
        setTried(answer.tree);
        setProblem(null);
      } catch (error) {
        if (!over) setProblem(asProblem(error));
      }
    }, SETTLE_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [app, province, value, differs]);
  return { tried, problem };
}

function RowOf({ each, flat, title }: { readonly each: Listed; readonly flat: boolean; readonly title: string }) {
  const t = useT(messages);
  return (
    <div role="gridcell" className="tree-row" data-depth={flat ? 0 : each.depth}>
      <span className="truncate">{title}</span>
      {each.mark && <span className="admin-mark">{t(`tree.mark.${each.mark}`)}</span>}
      <bdi dir="ltr" className="muted">
        {each.row.code}
      </bdi>
    </div>
  );
}

function Closed({ tree, titleOf }: { readonly tree: Tree; readonly titleOf: (id: string) => string }) {
  const t = useT(messages);
  const named = useNamed();
  if (tree.closed.length === 0) return null;
  return (
    <section aria-label={t("tree.closed")} className="tree-closed">
      <h3>{t("tree.closed")}</h3>
      <ul>
        {tree.closed.map((each) => (
          <li key={each.id}>
            <b>{named(nameOf(each))}</b> · {t("tree.closedTo", { heir: titleOf(each.ground_to) })}
            {each.hanging.people > 0 && ` · ${t("tree.closingPeople", { people: each.hanging.people })}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface MapProps {
  readonly tree: Tree;
  readonly at: string;
  readonly ring: readonly LonLat[] | null;
  readonly onPoint: ((point: LonLat) => void) | null;
}

/** The areas around the chosen office: its own filled, its neighbours in outline, its sectors dashed. */
function TreeMap({ tree, at, ring, onPoint }: MapProps) {
  const t = useT(messages);
  const named = useNamed();
  const { server } = useReference();
  const map = useRef<MapHandle>(null);
  const provinces = useMemo(
    () => server.provinces.filter((each) => each.id === (tree.province as never)),
    [server, tree.province],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: what `named` gives follows the language, which draws all anew.
  const shapes = useMemo(() => shapesOf(tree, at, ring, named), [tree, at, ring]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice moves the map; whoever draws keeps it.
  useEffect(() => {
    const area = tree.offices.find((each) => each.id === at)?.area;
    if (area) map.current?.fit(cornersOf(area));
  }, [at]);
  return (
    <section className="tree-map" aria-label={t("tree.map")} data-drawing={ring ? "" : undefined}>
      <MapView
        ref={map}
        provinces={provinces}
        units={false}
        incidents={false}
        shapes={shapes}
        {...(onPoint ? { onPoint } : {})}
      />
    </section>
  );
}

function shapesOf(
  tree: Tree,
  at: string,
  ring: readonly LonLat[] | null,
  named: (name: { fa: string; en: string }) => string,
): MapShapes {
  const one = tree.offices.find((each) => each.id === at);
  const around: readonly OfficeNode[] = tree.offices.filter(
    (each) => each.area && (one?.tier === "station" ? each.parent === one.parent : each.parent === at),
  );
  const areas: AreaShape[] = around.map((each) => ({
    area: each.area ?? [],
    colour: each.id === at ? "accent" : "edge",
    fill: each.id === at ? 0.2 : 0.04,
    label: named(nameOf(each)),
  }));
  if (one?.tier === "station")
    for (const each of one.sectors)
      areas.push({ area: each.area, colour: "edge", fill: 0, dashed: true, label: each.code });
  else if (one?.area) areas.push({ area: one.area, colour: "accent", fill: 0.06 });
  if (ring && ring.length >= 3) areas.push({ area: [[[...ring, ring[0] as LonLat]]], colour: "ok", fill: 0.2 });
  return {
    areas,
    lines: ring && ring.length === 2 ? [{ lines: [ring], colour: "ok", width: 4 }] : [],
    points: (ring ?? []).map((point, n) => ({ point, sign: String(n + 1), colour: "ok", hollow: false, label: "" })),
  };
}
