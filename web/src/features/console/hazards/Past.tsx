import { useEffect, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp } from "../../../app/hooks";
import type { IncidentId, LonLat, Metres, Time } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Priority } from "../../../core/views";
import { distanceText, useFormats, useT } from "../../../i18n/hooks";
import { Button, ErrorState, PriorityGlyph, useKeys } from "../../../ui";
import { useProof } from "../../identity/Proof";
import { useWords } from "../context";
import { AskPurpose } from "../purpose/AskPurpose";
import type { Look } from "../purpose/Looks";
import { Looks } from "../purpose/Looks";
import { messages } from "./messages";

interface Earlier {
  readonly incident: IncidentId;
  readonly number: number;
  readonly at: Time;
  readonly kind: string;
  readonly priority: Priority | null;
  readonly disposition: string | null;
  readonly cancelled: boolean;
  readonly distance_m: number;
}

interface History {
  readonly days: number;
  readonly total: number;
  readonly incidents: readonly Earlier[];
  readonly looks?: readonly Look[];
}

const SHOWN = 5;

/** What happened at a point before, asked when somebody wants to know: each look is written down. */
export function PastHere({
  point,
  leaveOut,
  keyHint,
}: {
  readonly point: LonLat;
  readonly leaveOut: IncidentId | null;
  /** Its key, where it has one. */
  readonly keyHint?: string;
}) {
  const { api } = useApp();
  const words = useWords();
  const t = useT(messages);
  const { date, id: write } = useFormats();
  const [asked, setAsked] = useState(false);
  const [purpose, setPurpose] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [found, setFound] = useState<History | null>(null);
  const [prove, question] = useProof();
  const [lon, lat] = point;
  useKeys(keyHint ? [{ code: `Key${keyHint}`, run: () => setAsked(true) }] : []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once each purpose and place, whoever proves what meanwhile.
  useEffect(() => {
    setFound(null);
    setProblem(null);
    if (!purpose) return;
    const stop = new AbortController();
    prove(() => api.get<History>("/v1/premises/history", { lon, lat, leave_out: leaveOut, purpose }, stop.signal)).then(
      setFound,
      (error) => {
        if (!stop.signal.aborted) setProblem(asProblem(error));
      },
    );
    return () => stop.abort();
  }, [api, purpose, lon, lat, leaveOut]);
  if (!found)
    return asked ? (
      <>
        {question}
        <AskPurpose focus label={t("past.purpose")} act={t("past.look")} onPurpose={setPurpose} />
        {problem && <ErrorState problem={problem} onRetry={() => setPurpose(null)} />}
      </>
    ) : (
      <div className="act-line">
        <Button keyHint={keyHint} onClick={() => setAsked(true)}>
          {t("past.show")}
        </Button>
      </div>
    );
  return (
    <section className="past-here" aria-live="polite">
      <b>{t("past.title", { n: found.total, days: found.days })}</b>
      <ul>
        {found.incidents.slice(0, SHOWN).map((each) => (
          <li key={each.incident}>
            <PriorityGlyph priority={each.priority} size={16} /> {words.kind(each.kind, each.at)}{" "}
            <span className="muted">
              <bdi className="num">{write(each.number)}</bdi> · <bdi className="num">{date(msOf(each.at))}</bdi> ·{" "}
              {each.cancelled
                ? t("past.cancelled")
                : each.disposition
                  ? words.disposition(each.disposition)
                  : t("past.open")}{" "}
              · <bdi className="num">{distanceText(words.t, each.distance_m as Metres)}</bdi>
            </span>
          </li>
        ))}
      </ul>
      <Looks looks={found.looks} />
    </section>
  );
}
