import { useApp, useEvery, useItem } from "../../app/hooks";
import { reason } from "../../core/reasons";
import { freshness } from "../../core/selectors";
import { msOf, provinceOf } from "../../core/units";
import { spanText, useFormats } from "../../i18n/hooks";
import { doubtOf, IMPLAUSIBLE } from "../../live/positions";
import { Button, Empty, Ltr, reasonText, UnitGlyph, useKeys } from "../../ui";
import { assignmentOf, useConsole, useMay, useWords } from "./context";
import { HandheldLines } from "./handheld/HandheldLines";
import { PendingLines } from "./parts";
import { PlaybackButton } from "./playback/Playback";
import { isBusy, needsDivert, whyNotAvailable, whyNotDuty, whyNotSend } from "./rules";
import { FreeSoonLine } from "./soon/FreeSoon";
import { useDesk } from "./store";
import { UnitTalk } from "./talk/Talk";
import { lookOf } from "./Units";

/** One unit: what it does, where it is and how sure that is, its handheld, and what can be done with it. */
export function UnitCard() {
  const { world } = useApp();
  const { acts, fly } = useConsole();
  const words = useWords();
  const { t } = words;
  const { timeSeconds } = useFormats();
  const now = useEvery(2);
  const id = useDesk((desk) => desk.unit);
  const selected = useDesk((desk) => desk.selected);
  const unit = useItem(world.unit, id);
  const health = useItem(world.health, id);
  const target = useItem(world.incident, selected);
  const incident = useItem(world.incident, unit?.incident);
  const may = useMay();
  const say = (why: unknown) => reasonText(t as never, why as never);
  const whyNot = {
    away: may("unit") ?? say(unit && whyNotAvailable(unit, false)),
    on: may("unit") ?? say(unit && whyNotDuty(unit, true)),
    off: may("unit") ?? say(unit && whyNotDuty(unit, false)),
    emergency: unit?.emergency ? may("emergencyEnd") : say(reason("why.noEmergency")),
  };
  useKeys([
    { code: "KeyY", run: () => unit && !whyNot.away && void acts.units.available([unit], false) },
    {
      code: "KeyD",
      run: () => unit && (!whyNot.on || !whyNot.off) && void acts.units.duty(unit, !whyNot.on),
    },
    { code: "KeyE", run: () => unit && !whyNot.emergency && void acts.units.endEmergency(unit) },
  ]);
  if (!unit) return <Empty>{t("empty.units")}</Empty>;
  const look = lookOf(world, unit);
  const placed = world.positions.get(provinceOf(unit.id), unit.slot);
  const age = placed ? (now - placed.fixedAt) / 1000 : null;
  const doubt = placed ? doubtOf(placed.position.flags) : null;
  const stale = age !== null && freshness(age) === "grey";
  return (
    <div className="detail">
      <header className="detail-head">
        <UnitGlyph look={look} size={26} divertible={unit.divertible} />
        <h2 className="detail-title">
          <Ltr>{unit.call_sign}</Ltr> <span className="muted">{t(`unitKind.${unit.kind}`)}</span>
        </h2>
        <span className="detail-status">{t(`look.${look}`)}</span>
      </header>
      <PendingLines subject={unit.id} />
      <dl className="facts">
        <dt>{t("unit.status")}</dt>
        <dd>
          {unit.divertible ? `${t("look.divertible")} · ` : ""}
          <span className="num">{t("unit.since", { time: timeSeconds(msOf(unit.status_since)) })}</span>
        </dd>
        <dt>{t("unit.station")}</dt>
        <dd>
          {words.office(unit.office)} <span className="muted">· {t("unit.crew", { n: unit.crew })}</span>
          {unit.on_duty && unit.crew === 0 && <span className="muted"> ({t("unit.crewUnknown")})</span>}
          {(unit.lapsed ?? 0) > 0 && <b> · {t("unit.lapsed", { n: unit.lapsed ?? 0 })}</b>}
        </dd>
        <dt>{t("unit.skills")}</dt>
        <dd>{unit.skills.map((each) => t.maybe(`skill.${each}`) ?? each).join(t("value.comma")) || t("value.none")}</dd>
        {incident && (
          <>
            <dt>{t("title.detail")}</dt>
            <dd>
              <button type="button" className="link-button" onClick={() => useDesk.getState().select(incident.id)}>
                {t("incident.numbered", { n: incident.number })} — {words.kind(incident.kind, incident.created_at)}
              </button>
            </dd>
          </>
        )}
        <dt>{t("unit.position")}</dt>
        <dd>
          {age === null ? t("unit.noFix") : t("unit.fixAge", { span: spanText(t, age) })}
          {stale && <b className="muted"> · {t("unit.stale")}</b>}
          {placed && (placed.position.flags & IMPLAUSIBLE) !== 0 && <b> · {t("unit.implausible")}</b>}
          {doubt && <span className="muted"> · {t(`unit.doubt.${doubt}`)}</span>}
        </dd>
        <HandheldLines unit={unit} health={health ?? null} />
      </dl>
      <div className="act-line">
        {target && (
          <Button
            look="primary"
            keyHint={`D ${unit.call_sign}`}
            disabledReason={may("dispatch") ?? say(whyNotSend(target, unit, assignmentOf(world, unit), now))}
            onClick={() => void acts.incidents.send(target, [unit], needsDivert(target, unit))}
          >
            {t("act.sendHere", { n: target.number })}
          </Button>
        )}
        <Button
          keyHint={`M ${unit.call_sign}`}
          disabledReason={placed ? null : t("unit.noFix")}
          onClick={() => {
            if (!placed) return;
            fly(placed.position.point, 16);
            useDesk.getState().set({ follow: unit.id });
          }}
        >
          {t("act.show")}
        </Button>
        <PlaybackButton subject={{ unit: unit.id, callSign: unit.call_sign }} />
      </div>
      {isBusy(unit) && <FreeSoonLine unit={unit} />}
      <UnitTalk unit={unit} />
      <div className="act-line">
        <Button
          keyHint={`V ${unit.call_sign}`}
          disabledReason={may("unit") ?? say(whyNotAvailable(unit, true))}
          onClick={() => void acts.units.available([unit], true)}
        >
          {t("act.available")}
        </Button>
        <Button keyHint="Y" disabledReason={whyNot.away} onClick={() => void acts.units.available([unit], false)}>
          {t("act.notAvailable")}
        </Button>
        <Button
          keyHint={unit.on_duty ? undefined : "D"}
          disabledReason={whyNot.on}
          onClick={() => void acts.units.duty(unit, true)}
        >
          {t("act.dutyOn")}
        </Button>
        <Button
          keyHint={unit.on_duty ? "D" : undefined}
          disabledReason={whyNot.off}
          onClick={() => void acts.units.duty(unit, false)}
        >
          {t("act.dutyOff")}
        </Button>
        <Button
          look={unit.emergency ? "danger" : "plain"}
          keyHint={unit.emergency ? "E" : undefined}
          disabledReason={whyNot.emergency}
          onClick={() => void acts.units.endEmergency(unit)}
        >
          {t("act.emergencyEnd")}
        </Button>
      </div>
    </div>
  );
}
