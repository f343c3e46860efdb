import { useApp, useItem, useLink, usePending, useReference } from "../../app/hooks";
import { useWho } from "../../app/who";
import { alarmGrade } from "../../core/selectors";
import { msOf } from "../../core/units";
import type { Tier } from "../../core/views";
import { useFormats, useNamed, useT } from "../../i18n/hooks";
import { Button, Empty, Loading, Ltr, PendingMark, PriorityGlyph, Timer } from "../../ui";
import { useKindName } from "./IncidentRow";
import { isHeard, whyNotAcknowledge } from "./logic";
import { messages } from "./messages";

interface Props {
  readonly ids: readonly string[];
  /** The one that the acknowledge key answers. */
  readonly first: string | null;
  readonly tier: Tier;
  readonly onAcknowledge: (id: string) => void;
  readonly onOpen: (incident: string) => void;
}

const SHOWN = 40;

export function Alarms({ ids, ...rest }: Props) {
  const t = useT(messages);
  const { num } = useFormats();
  const link = useLink();
  const heard = isHeard(link.streams);
  const at = heard ? Math.min(...link.streams.map((each) => each.freshAt ?? 0)) : null;
  return (
    <section className="panel board-alarms" aria-label={t("board.alarms")}>
      <h2>
        {t("board.alarms")} <span className="muted num">{heard ? num(ids.length) : "—"}</span>
      </h2>
      {ids.length === 0 ? (
        heard ? (
          <Empty at={at}>{t("board.noAlarm")}</Empty>
        ) : (
          <Loading rows={3} />
        )
      ) : (
        <ul>
          {ids.slice(0, SHOWN).map((id) => (
            <AlarmRow key={id} id={id} {...rest} />
          ))}
          {ids.length > SHOWN && <li className="muted">{t("board.moreAlarms", { n: ids.length - SHOWN })}</li>}
        </ul>
      )}
    </section>
  );
}

function AlarmRow({ id, first, tier, onAcknowledge, onOpen }: Omit<Props, "ids"> & { readonly id: string }) {
  const app = useApp();
  const t = useT(messages);
  const { id: number } = useFormats();
  const named = useNamed();
  const kindName = useKindName();
  const { offices } = useReference();
  const who = useWho();
  const link = useLink();
  const alarm = useItem(app.world.alarm, id);
  const incident = useItem(app.world.incident, alarm?.incident);
  const pending = usePending(id)[0];
  if (!alarm) return null;
  const why = whyNotAcknowledge(alarm, tier, link.state);
  const office = offices.find(alarm.office);
  const grade = alarmGrade(alarm);
  return (
    <li
      className="alarm"
      data-grade={grade}
      data-open={alarm.acknowledged_at === null || undefined}
      data-mine={why === null || undefined}
    >
      <div className="alarm-line">
        <PriorityGlyph priority={alarm.priority} size={22} />
        <b>{t(`alarm.${alarm.cause}`)}</b>
        <span className="muted">{t(`alarm.grade.${grade}`)}</span>
        <Timer from={msOf(alarm.raised_at)} />
      </div>
      <div className="alarm-line">
        {alarm.call_sign && <Ltr>{alarm.call_sign}</Ltr>}
        {incident && (
          <button type="button" className="link-button truncate" onClick={() => onOpen(incident.id)}>
            {t("incident.numbered", { n: number(incident.number) })} — {kindName(incident)}
          </button>
        )}
      </div>
      <div className="alarm-line muted">
        <span className="truncate">
          {t("board.alarmTier", { tier: t(`tier.${alarm.tier}`) })}
          {office && ` — ${named(office.name)}`}
        </span>
        {alarm.acknowledged_at !== null ? (
          <span>{t("board.acknowledgedBy", { who: who(alarm.acknowledged_by) })}</span>
        ) : alarm.climbs_at !== null ? (
          <span>
            {t("board.climbs")} <Timer to={msOf(alarm.climbs_at)} warnAt={(msOf(alarm.climbs_at) ?? 0) - 30_000} />
          </span>
        ) : alarm.cause === "crew_lapsed" ? null : (
          <span>{t("board.top")}</span>
        )}
      </div>
      <div className="alarm-line">
        {pending && <PendingMark pending={pending} onDismiss={() => app.pending.dismiss(pending.id)} />}
        {why === null && (
          <Button
            look="primary"
            keyHint={first === id ? "C" : undefined}
            pending={pending !== undefined}
            onClick={() => onAcknowledge(id)}
          >
            {t("do.acknowledge")}
          </Button>
        )}
      </div>
    </li>
  );
}
