import type { Ref } from "react";
import { memo, useCallback, useRef } from "react";
import { sameList, useApp, useDerived, useEvery, useItem, useLink } from "../../app/hooks";
import type { Queues } from "../../core/selectors";
import { activeAssignments, queuesOf, stageOf } from "../../core/selectors";
import type { IncidentId } from "../../core/units";
import { msOf } from "../../core/units";
import type { Incident } from "../../core/views";
import { useFormats, useT } from "../../i18n/hooks";
import type { KeyedStore } from "../../live/store";
import type { GridHandle } from "../../ui";
import { Empty, Grid, Loading, Ltr, Panel, PriorityGlyph, Timer } from "../../ui";
import { useConsole, useWords } from "./context";
import { messages as holdMessages } from "./hold/messages";
import { PendingDot } from "./parts";
import { useDesk } from "./store";

/** Whether any snapshot has come: before it an empty list means nothing. `whole`: and what comes last with it. */
export function useHaveData(whole = false): { have: boolean; at: number | null } {
  const link = useLink();
  const known = link.streams.filter((each) => each.epoch !== null);
  const at = known.reduce<number | null>(
    (least, each) => (each.freshAt === null ? least : least === null ? each.freshAt : Math.min(least, each.freshAt)),
    null,
  );
  return { have: known.length > 0 && !(whole && known.some((each) => each.catchingUp)), at };
}

const sorted = new WeakMap<object, { readonly version: number; readonly now: number; readonly queues: Queues }>();

/** Both queues come of one sorting. */
function queuesAt(store: KeyedStore<Incident>, now: number): Queues {
  let known = sorted.get(store);
  if (known?.version !== store.version || known.now !== now) {
    known = { version: store.version, now, queues: queuesOf(store.values(), now) };
    sorted.set(store, known);
  }
  return known.queues;
}

export function useQueue(which: "waiting" | "working" | "held"): readonly string[] {
  const { world } = useApp();
  const now = useEvery(5);
  return useDerived(
    world.incident,
    () => {
      const queues = queuesAt(world.incident, now);
      const list = which !== "working" ? queues[which] : [...queues.working, ...queues.report];
      return list.map((each) => each.id as string);
    },
    [now, which],
    sameList,
  );
}

export function WaitingQueue({ grid }: { readonly grid: Ref<GridHandle> }) {
  const words = useWords();
  const { t } = words;
  const app = useApp();
  const { advice, sendAdvised } = useConsole();
  const ids = useQueue("waiting");
  const { timer } = useFormats();
  const now = useEvery(5);
  const oldest = useDerived(
    app.world.incident,
    () =>
      ids.reduce(
        (least, id) => Math.min(least, msOf(app.world.incident.get(id)?.created_at ?? null) ?? least),
        Number.POSITIVE_INFINITY,
      ),
    [ids],
  );
  // Enter sends the first recommendation of the incident under the cursor, when the pane shows it already.
  const open = useCallback(
    (id: string) => {
      if (advice.current?.incident === id) sendAdvised.current?.();
    },
    [advice, sendAdvised],
  );
  return (
    <Panel
      title={t("title.waiting")}
      panel="waiting"
      className="pane-waiting"
      aside={
        ids.length > 0 ? (
          <span>{t("count.oldest", { n: ids.length, time: timer(Math.max(0, now - oldest)) })}</span>
        ) : undefined
      }
    >
      <IncidentGrid
        grid={grid}
        ids={ids}
        which="waiting"
        label={t("title.waiting")}
        empty={t("empty.waiting")}
        onOpen={open}
      />
    </Panel>
  );
}

/** What was put aside, with the time until it comes back; no room is taken while there is nothing. */
export function HeldQueue() {
  const t = useT(holdMessages);
  const ids = useQueue("held");
  const open = useCallback(() => {
    document.querySelector<HTMLElement>("[data-panel=end]")?.focus();
  }, []);
  if (ids.length === 0) return null;
  return (
    <Panel title={t("hold.title")} panel="held" className="pane-held" aside={t("hold.count", { n: ids.length })}>
      <IncidentGrid grid={null} ids={ids} which="held" label={t("hold.title")} empty="" onOpen={open} />
    </Panel>
  );
}

export function WorkingQueue({ grid }: { readonly grid: Ref<GridHandle> }) {
  const { t } = useWords();
  const ids = useQueue("working");
  const { have } = useHaveData();
  const open = useCallback(() => {
    document.querySelector<HTMLElement>("[data-panel=end]")?.focus();
  }, []);
  return (
    <Panel
      title={t("title.working")}
      panel="working"
      className="pane-working"
      aside={have && t("count.items", { n: ids.length })}
    >
      <IncidentGrid
        grid={grid}
        ids={ids}
        which="working"
        label={t("title.working")}
        empty={t("empty.working")}
        onOpen={open}
      />
    </Panel>
  );
}

interface GridProps {
  readonly grid: Ref<GridHandle> | null;
  readonly ids: readonly string[];
  readonly which: "waiting" | "working" | "held";
  readonly label: string;
  readonly empty: string;
  readonly onOpen: (id: string) => void;
}

function IncidentGrid({ grid, ids, which, label, empty, onOpen }: GridProps) {
  const words = useWords();
  const { live, world } = useApp();
  const { have, at } = useHaveData();
  const selected = useDesk((desk) => desk.selected);
  const select = useDesk((desk) => desk.select);
  const { id: write } = useFormats();
  const { fly } = useConsole();
  const flying = useRef(0);
  const choose = useCallback(
    (id: string) => {
      select(id as IncidentId);
      // The map follows when the arrows rest.
      clearTimeout(flying.current);
      flying.current = window.setTimeout(() => {
        const point = world.incident.get(id)?.point;
        if (point) fly(point, 14);
      }, 160);
    },
    [select, world, fly],
  );
  const seen = useCallback((visible: readonly string[]) => void live.send({ t: "seen", incidents: visible }), [live]);
  const rowLabel = useCallback(
    (id: string) => {
      const incident = world.incident.get(id);
      if (!incident) return "";
      const priority =
        incident.priority === null ? words.t("priority.none") : words.t("priority.word", { n: incident.priority });
      return [
        words.t("incident.numbered", { n: incident.number }),
        words.kind(incident.kind, incident.created_at),
        incident.place,
        priority,
        words.t(`stage.${stageOf(incident).name}`),
      ].join(words.t("value.comma"));
    },
    [world, words],
  );
  return (
    <Grid
      ref={grid}
      label={label}
      ids={ids}
      rowHeight={32}
      freeze
      selected={selected}
      onSelect={choose}
      onOpen={onOpen}
      onVisible={seen}
      rowLabel={rowLabel}
      renderRow={(id) => <IncidentRow id={id} which={which} write={write} />}
      empty={have ? <Empty at={at}>{empty}</Empty> : <Loading rows={3} />}
    />
  );
}

const IncidentRow = memo(function IncidentRow({
  id,
  which,
  write,
}: {
  readonly id: string;
  readonly which: "waiting" | "working" | "held";
  readonly write: (n: number) => string;
}) {
  const { world } = useApp();
  const words = useWords();
  const incident = useItem(world.incident, id);
  if (!incident) return null;
  const stage = stageOf(incident);
  // Only what is out of the ordinary; that a decision is awaited is what the queue says anyway.
  const shortly = incident.waiting_reason && words.t.maybe(`waitShort.${incident.waiting_reason}`);
  const preAlert = incident.draft ? activeAssignments(incident)[0] : undefined;
  return (
    <div role="gridcell" className="q-row" data-draft={incident.draft || undefined}>
      <PriorityGlyph priority={incident.priority} />
      <span className="num q-number">{write(incident.number)}</span>
      <span className="q-what q-case">
        <span className="truncate">{words.kind(incident.kind, incident.created_at)}</span>
        <span className="muted">—</span>
        {/* A place in the other script is cut at its own end, not at its beginning. */}
        <bdi className="muted truncate">{incident.place || words.t("incident.placeUnknown")}</bdi>
      </span>
      <PendingDot subject={id} />
      {which === "held" ? null : which === "working" ? (
        <span className="q-stage">
          <StageWord incident={incident} />
        </span>
      ) : incident.draft ? (
        <span className="q-stage muted">{preAlert ? <Ltr>{preAlert.call_sign}</Ltr> : words.t("status.Draft")}</span>
      ) : shortly ? (
        <span className="q-stage muted">{shortly}</span>
      ) : null}
      {which === "held" ? (
        <Timer to={stage.breachAt} />
      ) : (
        <Timer from={stage.since} warnAt={stage.warnAt} breachAt={stage.breachAt} />
      )}
    </div>
  );
});

function StageWord({ incident }: { readonly incident: Incident }) {
  const { t } = useWords();
  const stage = stageOf(incident);
  const signs = activeAssignments(incident).map((each) => each.call_sign);
  const word =
    stage.name === "accepted"
      ? t("assignment.accepted")
      : stage.name === "report"
        ? t("stage.report")
        : t(`stage.${stage.name}`);
  return (
    <>
      {signs.length > 0 && (
        <>
          <Ltr className="unit-sign">
            {signs[0]}
            {signs.length > 1 ? ` +${signs.length - 1}` : ""}
          </Ltr>{" "}
        </>
      )}
      {word}
      {activeAssignments(incident).some((each) => each.renewed?.slower && each.on_scene_at === null) && (
        <b className="q-slower"> · {t("renewed.short")}</b>
      )}
    </>
  );
}
