import { useState } from "react";
import { asProblem } from "../../../api/problem";
import { useApp } from "../../../app/hooks";
import type { Time } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Call } from "../../../core/views";
import { problemText, useFormats, useT } from "../../../i18n/hooks";
import { useWords } from "../context";
import { AskPurpose } from "../purpose/AskPurpose";
import type { Look } from "../purpose/Looks";
import { Looks } from "../purpose/Looks";
import { messages } from "./messages";

interface History {
  readonly total: number;
  readonly calls: readonly {
    readonly id: string;
    readonly at: Time;
    readonly state: string;
    readonly outcome: string | null;
    readonly kind: string | null;
    readonly incident_number: number | null;
  }[];
  readonly looks?: readonly Look[];
}

/** What this number called about before the last day, for a stated purpose that the audit log keeps. */
export function PastCalls({ call }: { readonly call: Call }) {
  const { api } = useApp();
  const t = useT(messages);
  const words = useWords();
  const { date, timeSeconds, id: write } = useFormats();
  const [found, setFound] = useState<History | null>(null);
  const [bad, setBad] = useState<string | null>(null);
  if (!call.number) return null;
  const look = (purpose: string) => {
    api.get<History>(`/v1/calls/${encodeURIComponent(call.id)}/history`, { purpose }).then(
      (history) => {
        setBad(null);
        setFound(history);
      },
      (error) => setBad(problemText(t, asProblem(error))),
    );
  };
  return (
    <details className="caller-past">
      <summary>{t("past.title")}</summary>
      <AskPurpose label={t("past.purpose")} act={t("past.look")} onPurpose={look} />
      {bad && <p role="alert">{bad}</p>}
      {found && (
        <>
          <p role="status">{t("past.total", { n: found.total })}</p>
          <ul>
            {found.calls.map((each) => (
              <li key={each.id}>
                <bdi dir="ltr" className="num">
                  {date(msOf(each.at))} {timeSeconds(msOf(each.at))}
                </bdi>{" "}
                {each.outcome
                  ? (words.t.maybe(`outcome.${each.outcome}`) ?? each.outcome)
                  : each.kind
                    ? words.kind(each.kind)
                    : (words.t.maybe(`callState.${each.state}`) ?? each.state)}
                {each.incident_number !== null && (
                  <span className="muted"> {t("past.incident", { n: write(each.incident_number) })}</span>
                )}
              </li>
            ))}
          </ul>
          <Looks looks={found.looks} />
        </>
      )}
    </details>
  );
}
