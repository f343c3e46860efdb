import { useState } from "react";
import { useApp, useItem } from "../../app/hooks";
import { isOffered } from "../../core/selectors";
import { msOf } from "../../core/units";
import type { Assignment, Blocked, Incident, Renewed } from "../../core/views";
import { distanceText, spanText, useFormats } from "../../i18n/hooks";
import { REFUSALS } from "../../i18n/refusals";
import { Button, Ladder, Ltr, reasonText, Timer, UnitGlyph } from "../../ui";
import { Choices } from "./Choices";
import { useConsole, useMay, useWords } from "./context";
import { ChooseDisposition } from "./Detail";
import { PendingLines } from "./parts";
import type { Step } from "./rules";
import { whyNotStep } from "./rules";
import { SafetyTimer } from "./shelf/SafetyTimer";
import { FreeSoonLine } from "./soon/FreeSoon";
import { useDesk } from "./store";
import { lookOf } from "./Units";

/** A unit on this incident: how far its offer got, the answer window running out, and every step it can take. */
export function AssignmentCard({
  assignment,
  incident,
}: {
  readonly assignment: Assignment;
  readonly incident: Incident;
}) {
  const { world } = useApp();
  const words = useWords();
  const { t } = words;
  const { timeSeconds } = useFormats();
  const unit = useItem(world.unit, assignment.unit);
  const [asking, setAsking] = useState<"refuse" | "clear" | null>(null);
  const { acts } = useConsole();
  const may = useMay();
  const offered = isOffered(assignment) && !assignment.pre_alert;
  const answerBy = msOf(assignment.answer_by);
  const safety = msOf(assignment.safety_due);
  const onScene = assignment.state === "on_scene" || assignment.state === "transporting";
  const beforeScene = offered || assignment.state === "accepted" || assignment.state === "en_route";
  const since =
    msOf(assignment.on_scene_at) ??
    msOf(assignment.en_route_at) ??
    msOf(assignment.accepted_at) ??
    msOf(assignment.sent_at) ??
    msOf(assignment.reserved_at);
  const step = (what: Step) => {
    if (what === "refuse" || what === "clear") setAsking(asking === what ? null : what);
    else void acts.units.step([assignment], what, what === "withdraw" ? { reason: "by_hand" } : {});
  };
  const steps: readonly Step[] = offered
    ? ["accept", "refuse", "en-route", "on-scene", "withdraw"]
    : assignment.state === "reserved"
      ? ["withdraw"]
      : onScene
        ? ["safety-check", "transport", "clear", "withdraw"]
        : ["en-route", "on-scene", "clear", "withdraw"];
  return (
    <article className="assignment" aria-label={assignment.call_sign} data-state={assignment.state}>
      <div className="assignment-line">
        {unit && <UnitGlyph look={lookOf(world, unit)} size={20} />}
        <button type="button" className="link-button" onClick={() => useDesk.getState().selectUnit(assignment.unit)}>
          <Ltr className="unit-sign">{assignment.call_sign}</Ltr>
        </button>
        <b>
          {assignment.pre_alert && assignment.state === "reserved"
            ? t("assignment.preAlert")
            : t(`assignment.${assignment.state}`)}
        </b>
        <Ladder assignment={assignment} />
        <span className="assignment-how" />
        {offered && answerBy !== null ? (
          <span className="countdown">
            <span className="muted">{t("act.answerBy")}</span>{" "}
            <Timer to={answerBy} warnAt={answerBy - 5_000} breachAt={answerBy} />
          </span>
        ) : onScene && safety !== null ? (
          <span className="countdown">
            <span className="muted">{t("act.safetyDue")}</span>{" "}
            <Timer to={safety} warnAt={safety - 120_000} breachAt={safety} />
          </span>
        ) : (
          since !== null && <Timer from={since} />
        )}
      </div>
      <p className="muted truncate">
        {assignment.post ? assignment.post.place || words.cause(assignment.cause) : words.cause(assignment.cause)}
        {assignment.travel_time_s !== null &&
          assignment.travel_time_s >= 0 &&
          ` · ${spanText(t, assignment.travel_time_s)}`}
        {assignment.distance_m !== null && assignment.distance_m >= 0 && ` · ${distanceText(t, assignment.distance_m)}`}
      </p>
      <p className="stamps num muted">
        {(
          [
            ["ladder.sent", assignment.sent_at],
            ["ladder.delivered", assignment.delivered_at],
            ["ladder.sounded", assignment.sounded_at],
            ["ladder.accepted", assignment.accepted_at],
            ["assignment.en_route", assignment.en_route_at],
            ["assignment.on_scene", assignment.on_scene_at],
            ["assignment.transporting", assignment.transport_at],
          ] as const
        ).map(
          ([key, time]) =>
            time && (
              <span key={key}>
                {t(key)} <span dir="ltr">{timeSeconds(msOf(time))}</span>
              </span>
            ),
        )}
      </p>
      {assignment.blocked && <BlockedWay blocked={assignment.blocked} />}
      {assignment.renewed && beforeScene && <RenewedArrival renewed={assignment.renewed} />}
      <PendingLines subject={assignment.id} />
      <div className="assignment-acts">
        <div className="act-line" role="group" aria-label={t("act.onBehalf", { unit: assignment.call_sign })}>
          {steps.map((each) => (
            <Button
              key={each}
              disabledReason={
                may(each === "withdraw" ? "dispatch" : "step") ??
                reasonText(t as never, whyNotStep(assignment, each) as never)
              }
              keyHint={LETTER[each] && `${LETTER[each]} ${assignment.call_sign}`}
              onClick={() => step(each)}
            >
              {t(each === "refuse" ? "act.refuse" : `act.${each}`)}
            </Button>
          ))}
        </div>
        {onScene && safety !== null && <SafetyTimer assignment={assignment} />}
        {onScene && unit && <FreeSoonLine unit={unit} />}
      </div>
      {asking === "refuse" && (
        <Choices
          title={t("refusal.title")}
          choices={REFUSALS.map((reason) => ({ id: reason, label: t(`refusal.${reason}`) }))}
          onPick={(reason) => {
            setAsking(null);
            void acts.units.step([assignment], "refuse", { reason });
          }}
          onCancel={() => setAsking(null)}
        />
      )}
      {asking === "clear" && (
        <ChooseDisposition
          title={t("disposition.choose")}
          onPick={(disposition) => {
            setAsking(null);
            void acts.units.step([assignment], "clear", { disposition });
          }}
          onWithout={() => {
            setAsking(null);
            void acts.units.step([assignment], "clear");
          }}
          onCancel={() => setAsking(null)}
        />
      )}
      {assignment.state === "reserved" && incident.draft && <p className="muted">{t("act.preAlertOnly")}</p>}
    </article>
  );
}

/** A closure lies across its way: how late it will be, and who would be there sooner. */
function BlockedWay({ blocked }: { readonly blocked: Blocked }) {
  const { t } = useWords();
  return (
    <p className="assignment-blocked" role="status">
      {blocked.after_s === null
        ? t("blocked.noWay")
        : t("blocked.now", { before: spanText(t, blocked.before_s), after: spanText(t, blocked.after_s) })}
      {blocked.sooner_call_sign !== null && blocked.sooner_s !== null && (
        <>
          {" "}
          {t("blocked.sooner", { time: spanText(t, blocked.sooner_s) })} <Ltr>{blocked.sooner_call_sign}</Ltr>
        </>
      )}
    </p>
  );
}

/** The roads changed under it: what was promised, what is now, and who would be there sooner when that is a good deal later. */
function RenewedArrival({ renewed }: { readonly renewed: Renewed }) {
  const { t } = useWords();
  const { timer } = useFormats();
  const time = (seconds: number) => <bdi dir="ltr">{timer(seconds * 1000)}</bdi>;
  return (
    <p className={renewed.slower ? "assignment-blocked" : "assignment-renewed muted"} role="status">
      {t(renewed.slower ? "renewed.slower" : "renewed.now")} {time(renewed.after_s)}
      {renewed.before_s !== null && (
        <>
          {" "}
          {t("renewed.insteadOf")} {time(renewed.before_s)}
        </>
      )}
      {renewed.sooner_call_sign !== null && renewed.sooner_s !== null && (
        <>
          {" "}
          {t("blocked.sooner", { time: spanText(t, renewed.sooner_s) })} <Ltr>{renewed.sooner_call_sign}</Ltr>
        </>
      )}
    </p>
  );
}

/** The letters of the command line do the same. */
const LETTER: Readonly<Partial<Record<Step, string>>> = {
  "en-route": "E",
  "on-scene": "A",
  clear: "C",
  withdraw: "X",
  "safety-check": "R",
};
