import { useState } from "react";
import { useApp, useItem, useSecond } from "../../../app/hooks";
import { freeInS } from "../../../core/selectors";
import type { Candidate, Incident, Unit } from "../../../core/views";
import { spanText, useFormats } from "../../../i18n/hooks";
import { Button, Ltr } from "../../../ui";
import { Choices } from "../Choices";
import type { ConsoleT } from "../context";
import { useConsole, useMay, useWords } from "../context";
import { aheadOf } from "./ahead";

/** What crews say most; the office's rules say how far ahead is too far. */
const MINUTES = [1, 2, 5, 10] as const;

/** A busy unit: when its crew said it will be free, and saying it for them. */
export function FreeSoonLine({ unit }: { readonly unit: Unit }) {
  const { t } = useWords();
  const now = useSecond();
  const { acts } = useConsole();
  const mayNot = useMay()("unit");
  const { timer } = useFormats();
  const [asking, setAsking] = useState(false);
  const left = freeInS(unit, now);
  const say = (seconds: number | null) => {
    setAsking(false);
    void acts.units.freeSoon(unit, seconds);
  };
  return (
    <div className="free-soon">
      <div className="act-line">
        {left !== null && (
          <span className="free-soon-said" role="status">
            {t("soon.said")} <bdi dir="ltr">{timer(left * 1000)}</bdi>
          </span>
        )}
        <Button aria-expanded={asking} disabledReason={mayNot} onClick={() => setAsking(!asking)}>
          {t(left === null ? "soon.say" : "soon.again")}
        </Button>
        {left !== null && (
          <Button look="quiet" disabledReason={mayNot} onClick={() => say(null)}>
            {t("soon.takeBack")}
          </Button>
        )}
      </div>
      {asking && (
        <Choices
          title={t("soon.choose", { unit: unit.call_sign })}
          choices={MINUTES.map((minutes) => ({
            id: String(minutes),
            label: t("soon.in", { span: spanText(t, minutes * 60) }),
          }))}
          onPick={(minutes) => say(Number(minutes) * 60)}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}

/** Why a unit of the list does not set out at once, and when it would be there all the same. */
export function Ahead({ candidate, at }: { readonly candidate: Candidate; readonly at: number }) {
  const { t } = useWords();
  const now = useSecond();
  const { timer } = useFormats();
  const ahead = aheadOf(candidate, at, now);
  if (!ahead) return null;
  return (
    <span className="rec-ahead" data-kind={ahead.kind}>
      {t(`soon.${ahead.kind}`, { span: waitText(t, ahead.waitS) })}
      {ahead.arrivalS !== null && (
        <>
          {t("value.comma")}
          {t("soon.there")} <bdi dir="ltr">{timer(ahead.arrivalS * 1000)}</bdi>
        </>
      )}
    </span>
  );
}

/** The incident waits for busy units: which, until when, and what happens if they do not come. */
export function AwaitsLine({ incident }: { readonly incident: Incident }) {
  const { world } = useApp();
  const { t } = useWords();
  const awaits = incident.awaits ?? [];
  if (awaits.length === 0) return null;
  return (
    <p className="awaits" role="status">
      {awaits.map((each) => (
        <AwaitedUnit key={each.unit} id={each.unit} sign={each.call_sign} byHand={each.by_hand} world={world} />
      ))}{" "}
      <span className="muted">{t("soon.else")}</span>
    </p>
  );
}

function AwaitedUnit({
  id,
  sign,
  byHand,
  world,
}: {
  readonly id: string;
  readonly sign: string;
  readonly byHand: boolean;
  readonly world: ReturnType<typeof useApp>["world"];
}) {
  const { t } = useWords();
  const now = useSecond();
  const { timer } = useFormats();
  const unit = useItem(world.unit, id);
  const left = unit ? freeInS(unit, now) : null;
  return (
    <span>
      <b>
        {t("soon.awaits")} <Ltr className="unit-sign">{sign}</Ltr>
      </b>
      {left !== null && (
        <>
          {t("value.comma")}
          {t("soon.said")} <bdi dir="ltr">{timer(left * 1000)}</bdi>
        </>
      )}{" "}
      <span className="muted">({t(byHand ? "soon.byHand" : "soon.byRules")}).</span>
    </span>
  );
}

/** Half a minute matters here: minutes only from three on. */
const waitText = (t: ConsoleT, seconds: number): string =>
  seconds < 180 ? t("span.seconds", { n: Math.round(seconds) }) : spanText(t, seconds);
