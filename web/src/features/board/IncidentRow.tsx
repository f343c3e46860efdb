import { memo, useCallback } from "react";
import { useApp, useItem, useReference } from "../../app/hooks";
import { activeAssignments, stageOf } from "../../core/selectors";
import { msOf } from "../../core/units";
import type { Incident } from "../../core/views";
import { useFormats, useNamed, useT } from "../../i18n/hooks";
import { Ladder, Ltr, PriorityGlyph, Timer } from "../../ui";
import { messages } from "./messages";

const UNITS_SHOWN = 2;

/** The name of an incident's kind in the reader's language. */
export function useKindName(): (incident: Pick<Incident, "kind">) => string {
  const { kinds } = useReference();
  const named = useNamed();
  const t = useT();
  return (incident) => {
    if (incident.kind === null) return t("incident.kindUnknown");
    const kind = kinds.get(incident.kind);
    return kind ? named(kind.name) : incident.kind;
  };
}

/** What a row says to a screen reader, once and without ticking. */
export function useRowLabel(): (id: string) => string {
  const { world } = useApp();
  const t = useT(messages);
  const kindName = useKindName();
  return useCallback(
    (id) => {
      const incident = world.incident.get(id);
      if (!incident) return id;
      return t("board.row", {
        priority: incident.priority === null ? t("priority.none") : t("priority.word", { n: incident.priority }),
        n: incident.number,
        kind: kindName(incident),
        place: incident.place || t("incident.placeUnknown"),
        status: t(`status.${incident.status}`),
      });
    },
    [world, t, kindName],
  );
}

export const IncidentRow = memo(function IncidentRow({ id }: { readonly id: string }) {
  const { world } = useApp();
  const { offices } = useReference();
  const incident = useItem(world.incident, id);
  const t = useT(messages);
  const named = useNamed();
  const formats = useFormats();
  const kindName = useKindName();
  if (!incident) return null;
  const stage = stageOf(incident);
  const active = activeAssignments(incident);
  // Two lines at most: two units, or one and how many more.
  const shown = active.length > UNITS_SHOWN ? active.slice(0, 1) : active;
  const station = offices.find(incident.station);
  const first = t(`status.${incident.status}`);
  const second =
    stage.name !== "waiting"
      ? t(`stage.${stage.name}`)
      : incident.waiting_reason
        ? t(`waiting.${incident.waiting_reason}`)
        : "";
  return (
    <>
      <span role="gridcell" className="c-incident">
        <PriorityGlyph priority={incident.priority} size={28} />
        <span className="two-lines">
          <b className="truncate">{kindName(incident)}</b>
          <span className="muted truncate">
            {formats.id(incident.number)}
            {incident.escalated_to && (
              <span
                className="row-escalated"
                data-tip={t("board.escalatedMore", { tier: t(`tier.${incident.escalated_to}`) })}
              >
                {t("board.escalated", { tier: t(`tier.${incident.escalated_to}`) })}
              </span>
            )}
          </span>
        </span>
      </span>
      <span role="gridcell" className="c-place two-lines">
        <span className="truncate place" dir="auto">
          {incident.place || t("incident.placeUnknown")}
        </span>
        <span className="muted truncate">{station ? named(station.name) : t("board.outside")}</span>
      </span>
      <span role="gridcell" className="c-status two-lines">
        <span className="truncate">{first}</span>
        <span className="muted truncate">{second === first ? "" : second}</span>
      </span>
      <span role="gridcell" className="c-time">
        <Timer from={msOf(incident.created_at)} />
      </span>
      <span role="gridcell" className="c-time">
        <Timer from={stage.since} warnAt={stage.warnAt} breachAt={stage.breachAt} />
      </span>
      <span role="gridcell" className="c-units">
        {shown.map((each) => (
          <span key={each.id} className="row-unit">
            <Ltr className="num">{each.call_sign}</Ltr>
            <Ladder assignment={each} />
            <span className="truncate muted">{t(`assignment.${each.state}`)}</span>
          </span>
        ))}
        {active.length === 0 && <span className="muted">{t("board.noUnit")}</span>}
        {active.length > shown.length && (
          <span className="muted">{t("board.moreUnits", { n: active.length - shown.length })}</span>
        )}
        {active.length === 1 && incident.units_missing > 0 && (
          <span className="muted">{t("board.needs", { n: incident.units_missing })}</span>
        )}
      </span>
    </>
  );
});
