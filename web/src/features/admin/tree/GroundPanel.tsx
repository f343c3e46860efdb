import { useState } from "react";
import type { LonLat } from "../../../core/units";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Choice, TextArea } from "../../../ui";
import { messages } from "./messages";
import type { Listed, Tree, TreeValue } from "./tree";
import { groundOf, km2Of, nameOf, pointsOf, textOf } from "./tree";

interface Props {
  readonly one: Listed;
  readonly tree: Tree;
  readonly value: TreeValue;
  readonly ring: readonly LonLat[] | null;
  readonly onRing: (ring: readonly LonLat[] | null) => void;
  readonly onValue: (value: TreeValue) => void;
}

/** Ground for a station: drawn or typed corner by corner, or a sector of another station whole. */
export function GroundPanel({ one, tree, value, ring, onRing, onValue }: Props) {
  const t = useT(messages);
  const named = useNamed();
  const { num } = useFormats();
  const [sector, setSector] = useState("");
  const office = one.row.id;
  const given = value.grounds.filter((each) => each.office === office);
  const sectors = tree.offices.flatMap((each) =>
    each.id === office ? [] : each.sectors.map((part) => ({ part, station: named(nameOf(each)) })),
  );
  const give = (ground: TreeValue["grounds"][number] | null) => {
    if (!ground) return;
    onValue({ ...value, grounds: [...value.grounds, ground] });
    onRing(null);
    setSector("");
  };
  const chosen = sectors.find(({ part }) => part.id === sector)?.part;
  return (
    <section className="tree-ground" aria-label={t("tree.ground")}>
      <h4>{t("tree.ground")}</h4>
      <p className="field-hint">{t("tree.groundHint")}</p>
      {given.length > 0 && (
        <ul>
          {given.map((each, n) => (
            <li key={textOf(each.area[0]?.[0] ?? [])}>
              {t("tree.given", { n: n + 1, km2: num(km2Of(each.area), 2) })}{" "}
              <Button onClick={() => onValue({ ...value, grounds: value.grounds.filter((one) => one !== each) })}>
                {t("tree.takeBack")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {ring === null ? (
        <div className="book-line">
          <Button onClick={() => onRing([])}>{t("tree.draw")}</Button>
          <Choice
            label={t("tree.sector")}
            value={sector}
            options={[
              ["", t("tree.noSector")],
              ...sectors.map(({ part, station }) => [part.id, `${part.code} · ${station}`] as const),
            ]}
            onChange={setSector}
          />
          <Button
            disabledReason={chosen ? null : t("tree.whySector")}
            onClick={() => give(chosen ? { office, area: chosen.area } : null)}
          >
            {t("tree.giveSector")}
          </Button>
        </div>
      ) : (
        <Drawing ring={ring} give={t("tree.giveDrawn")} onRing={onRing} onGive={() => give(groundOf(office, ring))} />
      )}
    </section>
  );
}

interface DrawingProps {
  readonly ring: readonly LonLat[];
  /** What the last step is called. */
  readonly give: string;
  readonly onRing: (ring: readonly LonLat[] | null) => void;
  readonly onGive: () => void;
}

/** The corners as text beside the map: whoever has no mouse, or has the points on paper, types them. */
export function Drawing({ ring, give, onRing, onGive }: DrawingProps) {
  const t = useT(messages);
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && pointsOf(typed) === null;
  return (
    <>
      <p role="status">{t("tree.drawing")}</p>
      <TextArea
        label={t("tree.points")}
        dir="ltr"
        rows={4}
        value={typed ?? textOf(ring)}
        error={wrong ? t("tree.pointsWrong") : undefined}
        onChange={(event) => {
          const points = pointsOf(event.target.value);
          setTyped(event.target.value);
          if (points) onRing(points);
        }}
        onBlur={() => setTyped((now) => (now !== null && pointsOf(now) === null ? now : null))}
      />
      <div className="admin-acts">
        <Button
          look="primary"
          disabledReason={ring.length < 3 ? t("tree.whyThree") : null}
          reasonBelow
          onClick={onGive}
        >
          {give}
        </Button>
        <Button
          disabledReason={ring.length === 0 ? t("tree.whyThree") : null}
          onClick={() => onRing(ring.slice(0, -1))}
        >
          {t("tree.undoPoint")}
        </Button>
        <Button onClick={() => onRing(null)}>{t("tree.stopDrawing")}</Button>
      </div>
    </>
  );
}
