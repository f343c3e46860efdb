import { useEffect, useMemo, useRef } from "react";
import { getTimeline } from "../../api/reads";
import { useEveryOffer } from "../../app/everyOffer";
import { useApp, useItem, useLoad } from "../../app/hooks";
import { useWho } from "../../app/who";
import { stageOf, TIERS_UPWARD } from "../../core/selectors";
import type { UnitId } from "../../core/units";
import { msOf } from "../../core/units";
import type { Tier, TimelineEntry } from "../../core/views";
import { eventText } from "../../i18n/events";
import { distanceText, spanText, useFormats, useT } from "../../i18n/hooks";
import { Button, Empty, ErrorState, Ladder, Loading, Ltr, PriorityGlyph, Timer } from "../../ui";
import { Answer } from "./answer";
import { useKindName } from "./IncidentRow";
import { stampsOf } from "./logic";
import { messages } from "./messages";

/** One incident: where it stands, who is on it, every stamp, and every recorded fact. No caller, no narrative. */
export function Drawer({
  id,
  tier,
  onClose,
}: {
  readonly id: string;
  readonly tier: Tier;
  readonly onClose: () => void;
}) {
  const { api, world } = useApp();
  const t = useT(messages);
  const formats = useFormats();
  const kindName = useKindName();
  const drawer = useRef<HTMLElement>(null);
  const incident = useEveryOffer(useItem(world.incident, id));
  // Each change of the incident adds facts: read them again, at most once for each view.
  const timeline = useLoad((signal) => getTimeline(api, id, signal), [api, id]);
  const { again } = timeline;
  const shown = useRef(incident);
  useEffect(() => {
    if (shown.current === incident) return;
    shown.current = incident;
    const timer = setTimeout(again, 400);
    return () => clearTimeout(timer);
  }, [incident, again]);
  // Whoever opens it by keyboard is in it: the tabulator goes on to its keys.
  useEffect(() => drawer.current?.focus(), []);
  const entries = useMemo(() => [...(timeline.value ?? [])].sort((a, b) => b.position - a.position), [timeline.value]);

  return (
    <section
      ref={drawer}
      tabIndex={-1}
      className="drawer"
      aria-label={incident ? t("board.detail", { n: formats.id(incident.number) }) : id}
    >
      <header>
        {incident && <PriorityGlyph priority={incident.priority} size={28} />}
        <h2>{incident ? t("board.detail", { n: formats.id(incident.number) }) : id}</h2>
        {incident && <b className="truncate">{kindName(incident)}</b>}
        <span className="drawer-close">
          <Button keyHint="Esc" onClick={onClose}>
            {t("do.close")}
          </Button>
        </span>
      </header>
      <div className="drawer-body">
        {incident && (
          <>
            <p>{incident.place || t("incident.placeUnknown")}</p>
            <p className="drawer-status">
              <b>{t(`status.${incident.status}`)}</b>
              {incident.waiting_reason && <span>{t(`waiting.${incident.waiting_reason}`)}</span>}
              <StageTimer id={id} />
            </p>
            <Answer id={id} tier={tier} />
            <h3>{t("board.col.units")}</h3>
            {incident.assignments.length === 0 && <p className="muted">{t("board.noUnit")}</p>}
            {incident.offers_left_out ? (
              <p className="muted">{t("offers.leftOut", { n: incident.offers_left_out })}</p>
            ) : null}
            <ul className="drawer-units">
              {incident.assignments.map((each) => (
                <li key={each.id}>
                  <Ltr className="num">{each.call_sign}</Ltr>
                  <Ladder assignment={each} />
                  <span>{t(`assignment.${each.state}`)}</span>
                  <span className="muted">{t(`cause.${each.cause}`)}</span>
                  {each.travel_time_s !== null && <span className="muted">{spanText(t, each.travel_time_s)}</span>}
                  {each.distance_m !== null && <span className="muted">{distanceText(t, each.distance_m)}</span>}
                </li>
              ))}
            </ul>
            <h3>{t("board.stamps")}</h3>
            <dl className="stamps">
              {stampsOf(incident).map(({ name, at }) => (
                <div key={name}>
                  <dt>{t(`board.stamp.${name}`)}</dt>
                  <dd className="num">
                    <Ltr>{formats.timeSeconds(msOf(at))}</Ltr>
                    {name !== "created" && (
                      <span className="muted">
                        {t("board.after", { span: spanText(t, (msOf(at) - msOf(incident.created_at)) / 1000) })}
                      </span>
                    )}
                  </dd>
                </div>
              ))}
              {TIERS_UPWARD.map((tier) => {
                const at = msOf(incident.seen[tier] ?? null);
                return at === null ? null : (
                  <div key={tier}>
                    <dt>
                      {t("board.seen")}: {t(`tier.${tier}`)}
                    </dt>
                    <dd className="num">
                      <Ltr>{formats.timeSeconds(at)}</Ltr>
                      <span className="muted">
                        {t("board.after", { span: spanText(t, (at - msOf(incident.created_at)) / 1000) })}
                      </span>
                    </dd>
                  </div>
                );
              })}
            </dl>
          </>
        )}
        <h3>{t("board.timeline")}</h3>
        {timeline.problem && <ErrorState problem={timeline.problem} onRetry={again} />}
        {!timeline.value && timeline.loading && <Loading rows={6} onRetry={again} />}
        {timeline.value && entries.length === 0 && <Empty at={timeline.at}>{t("board.timelineEmpty")}</Empty>}
        <ol className="timeline">
          {entries.map((entry) => (
            <Entry key={`${entry.position} ${entry.name}`} entry={entry} />
          ))}
        </ol>
      </div>
    </section>
  );
}

function StageTimer({ id }: { readonly id: string }) {
  const { world } = useApp();
  const incident = useItem(world.incident, id);
  if (!incident) return null;
  const stage = stageOf(incident);
  return <Timer from={stage.since} warnAt={stage.warnAt} breachAt={stage.breachAt} />;
}

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const t = useT(messages);
  const formats = useFormats();
  const { clock, world } = useApp();
  const at = msOf(entry.at);
  const device = msOf(entry.device_at);
  const who = useWho()(entry.actor);
  const id = unitOf(entry.data);
  const callSign = id && (world.unit.get(id)?.call_sign ?? id.split(".u.")[1]);
  return (
    <li>
      <Ltr className="num">{formats.moment(at, clock.now())}</Ltr>
      <span>
        <b>{eventText(t, entry.name)}</b> {callSign && <Ltr className="num">{callSign}</Ltr>}
        <span className="muted"> {t("board.by", { who })}</span>
        {device !== null && Math.abs(device - at) > 2000 && (
          <span className="muted num"> {t("board.deviceTime", { time: formats.timeSeconds(device) })}</span>
        )}
      </span>
    </li>
  );
}

/** The unit that an event's data is about. */
function unitOf(data: Readonly<Record<string, unknown>>): UnitId | null {
  const id = data.unit_id ?? data.unit;
  return typeof id === "string" ? (id as UnitId) : null;
}
