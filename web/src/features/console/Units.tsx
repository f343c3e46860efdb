import { Check as CheckIcon } from "lucide-react";
import type { Ref } from "react";
import { memo, useCallback, useMemo, useRef, useState } from "react";
import { sameList, useApp, useEvery, useItem } from "../../app/hooks";
import { reason } from "../../core/reasons";
import type { UnitLook } from "../../core/selectors";
import { freeInS, freshness, isFree, unitLook } from "../../core/selectors";
import { matches } from "../../core/text";
import type { UnitId } from "../../core/units";
import { msOf, provinceOf } from "../../core/units";
import type { Incident, Unit } from "../../core/views";
import { useFormats } from "../../i18n/hooks";
import type { World } from "../../live/world";
import type { GridHandle } from "../../ui";
import { Check, Empty, Grid, Loading, Ltr, Panel, Timer, UnitGlyph } from "../../ui";
import type { Words } from "./context";
import { assignmentOf, useConsole, useWords } from "./context";
import { PendingDot } from "./parts";
import { useHaveData } from "./Queues";
import { useDesk } from "./store";
import type { UnitOrder } from "./unitOrder";
import { unitsInOrder } from "./unitOrder";

const looks = new WeakMap<Unit, { readonly incident: Incident | undefined; readonly look: UnitLook }>();

/** How a unit looks; thousands are asked every second, and most are what they were. */
export function lookOf(world: World, unit: Unit): UnitLook {
  const incident = world.incident.get(unit.incident);
  let known = looks.get(unit);
  if (!known || known.incident !== incident) {
    known = { incident, look: unitLook(unit, assignmentOf(world, unit) ?? null) };
    looks.set(unit, known);
  }
  return known.look;
}

/** The units that the list shows, in order, renewed once a second: rows renew themselves at once. */
function useOrder(filter: string, onlyFree: boolean): UnitOrder {
  const { world } = useApp();
  const words = useWords();
  const now = useEvery(1);
  const order = unitsInOrder(world.unit).now();
  const kept = useRef<readonly string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the second stands for what the units say of themselves.
  return useMemo(() => {
    const wanted = filter.trim();
    if (wanted === "" && !onlyFree) return order;
    const ids = order.ids.filter((id) => {
      const unit = world.unit.get(id);
      if (!unit || (onlyFree && !isFree(unit))) return false;
      return wanted === "" || matches(saidOf(words, unit, lookOf(world, unit)), wanted);
    });
    if (!sameList(kept.current, ids)) kept.current = ids;
    return { ...order, ids: kept.current };
  }, [world, words, now, order, filter, onlyFree]);
}

/** Everything that a unit can be found by. */
function saidOf(words: Words, unit: Unit, look: UnitLook): string {
  const { t } = words;
  return `${unit.call_sign} ${t(`unitKind.${unit.kind}`)} ${words.office(unit.office)} ${t(`look.${look}`)} ${unit.incident_number ?? ""}`;
}

export function UnitsPanel({ grid }: { readonly grid: Ref<GridHandle> }) {
  const app = useApp();
  const { world } = app;
  const words = useWords();
  const { t } = words;
  const { fly } = useConsole();
  const { have, at } = useHaveData(true);
  const [filter, setFilter] = useState("");
  const [onlyFree, setOnlyFree] = useState(false);
  const selected = useDesk((desk) => desk.unit);
  const { ids, free, duty } = useOrder(filter, onlyFree);
  const open = useCallback(
    (id: string) => {
      const unit = world.unit.get(id);
      const placed = unit && world.positions.get(provinceOf(unit.id), unit.slot);
      if (placed) fly(placed.position.point, 15);
    },
    [world, fly],
  );
  /** Several units are sent at once: those of the recommendation, and any of this list. */
  const mark = useCallback(
    (id: string) => {
      const desk = useDesk.getState();
      if (!world.incident.get(desk.selected)) {
        desk.say(reason("why.noIncident"), true);
        return;
      }
      const gone = desk.marked.includes(id as UnitId);
      desk.show("detail");
      desk.set({
        several: true,
        marked: gone ? desk.marked.filter((each) => each !== id) : [...desk.marked, id as UnitId],
      });
    },
    [world],
  );
  const rowLabel = useCallback(
    (id: string) => {
      const unit = world.unit.get(id);
      if (!unit) return "";
      return [
        unit.call_sign,
        t(`look.${lookOf(world, unit)}`),
        unit.incident_number ? t("unit.atIncident", { n: unit.incident_number }) : words.office(unit.office),
      ].join(t("value.comma"));
    },
    [world, words, t],
  );
  return (
    <Panel
      title={t("title.units")}
      panel="units"
      className="pane-units"
      aside={have && t("count.free", { free, duty })}
    >
      <div className="unit-filter">
        <input
          className="input"
          type="search"
          dir="auto"
          aria-label={t("unit.filter")}
          placeholder={t("unit.filter")}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.code === "Escape" && filter) {
              setFilter("");
              event.stopPropagation();
              event.preventDefault();
            }
          }}
        />
        <Check checked={onlyFree} onChange={setOnlyFree}>
          {t("unit.onlyFree")}
        </Check>
      </div>
      <Grid
        ref={grid}
        label={t("title.units")}
        ids={ids}
        rowHeight={28}
        freeze
        selected={selected}
        onSelect={(id) => useDesk.getState().selectUnit(id as UnitId)}
        onOpen={open}
        onMark={mark}
        rowLabel={rowLabel}
        renderRow={(id) => <UnitRow id={id} />}
        empty={
          have ? (
            <Empty at={at}>{filter || onlyFree ? t("empty.unitsFiltered") : t("empty.units")}</Empty>
          ) : (
            <Loading rows={4} />
          )
        }
      />
    </Panel>
  );
}

const UnitRow = memo(function UnitRow({ id }: { readonly id: string }) {
  const { world } = useApp();
  const words = useWords();
  const { t } = words;
  const marked = useDesk((desk) => desk.marked.includes(id as UnitId));
  const now = useEvery(5);
  const { timer } = useFormats();
  const unit = useItem(world.unit, id);
  const incident = useItem(world.incident, unit?.incident);
  const health = useItem(world.health, id);
  if (!unit) return null;
  const assignment = incident?.assignments.find((each) => each.id === unit.assignment);
  const look = unitLook(unit, assignment ?? null);
  const left = freeInS(unit, now);
  const placed = world.positions.get(provinceOf(unit.id), unit.slot);
  const age = placed ? (now - placed.fixedAt) / 1000 : null;
  const fresh = age === null ? "grey" : freshness(age);
  return (
    <div role="gridcell" className="q-row" data-off={!unit.on_duty || undefined}>
      {marked && <CheckIcon size={16} role="img" aria-label={t("rec.marked")} />}
      <UnitGlyph look={look} divertible={unit.primary === "ConditionallyAvailable" || unit.divertible} />
      <Ltr className="unit-sign">{unit.call_sign}</Ltr>
      <span className="unit-look">{t(`look.${look}`)}</span>
      {left !== null && (
        <span className="free-soon-said" data-tip={t("soon.said")}>
          {t("soon.said")} <bdi dir="ltr">{timer(left * 1000)}</bdi>
        </span>
      )}
      <span className="q-what q-case muted">
        <span className="truncate">
          {unit.incident_number !== null
            ? t("unit.atIncident", { n: unit.incident_number })
            : words.office(unit.office)}
        </span>
        {incident && unit.incident_number !== null && (
          <>
            <span>—</span>
            <bdi className="truncate">{incident.place || words.kind(incident.kind)}</bdi>
          </>
        )}
      </span>
      {unit.on_duty && fresh !== "fresh" && (
        <span
          className="unit-flag"
          data-level={fresh}
          data-tip={age === null ? t("unit.noFix") : t("unit.stale")}
          role="img"
          aria-label={age === null ? t("unit.noFix") : t("unit.stale")}
        />
      )}
      {unit.on_duty && health && (!health.reachable || health.sound !== "ok") && (
        <span
          className="unit-flag"
          data-level="mute"
          data-tip={health.reachable ? t("unit.muted") : t("unit.unreachable")}
          role="img"
          aria-label={health.reachable ? t("unit.muted") : t("unit.unreachable")}
        />
      )}
      <PendingDot subject={id} />
      {unit.on_duty ? (
        <Timer from={msOf(unit.status_since)} breachAt={unit.safety_due ? msOf(unit.safety_due) : null} />
      ) : (
        <span className="timer">—</span>
      )}
    </div>
  );
});
