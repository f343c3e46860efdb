import type { ReactNode } from "react";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import { Aim } from "./Aim";
import type { Aimed, Measured, Trend } from "./logic";
import { change, FEW } from "./logic";
import { messages } from "./messages";
import { TwoHours } from "./TwoHours";

type What = "calls" | "incidents" | "waiting" | "response" | "dispatch" | "alarms" | "onDuty";

interface Line {
  readonly what: What;
  readonly now: ReactNode;
  readonly part?: string;
  readonly aimed?: Aimed | undefined;
  readonly before: ReactNode;
  readonly change: ReactNode;
  readonly values?: readonly (number | null)[];
  /** How a value of the line is written. */
  readonly said?: (value: number) => string;
}

/** One office: this hour beside the hour before, each figure with what it is a part of, and two hours as a line. */
export function LastHour({
  trend,
  most,
}: {
  readonly trend: Trend /** No more lines than these. */;
  readonly most?: number;
}) {
  const t = useT(messages);
  const { num, timer } = useFormats();
  const { hour, before, series } = trend;
  const count = (of: number | undefined): string => (of === undefined ? "—" : num(of));
  const difference = (now: number, then: number | undefined): string => {
    if (then === undefined) return "—";
    const more = now - then;
    if (more === 0) return t("trends.same");
    return more > 0 ? `▲ ${t("trends.more", { n: more })}` : `▼ ${t("trends.less", { n: -more })}`;
  };
  const later = (now: Measured, then: Measured | undefined): string => {
    const more = change(now.median_s, then?.median_s ?? null);
    if (more === null) return "—";
    if (Math.abs(more) < 1) return t("trends.same");
    const span = spanText(t, Math.abs(more));
    return more > 0 ? `▲ ${t("trends.longer", { span })}` : `▼ ${t("trends.shorter", { span })}`;
  };
  const median = (of: Measured | undefined): ReactNode =>
    of === undefined || of.median_s === null ? (
      <span className="muted">{of && of.n > 0 && of.n < FEW ? t("trends.few") : "—"}</span>
    ) : (
      timer(of.median_s * 1000)
    );
  const lines: readonly Line[] = [
    {
      what: "calls",
      now: num(hour.calls),
      before: count(before?.calls),
      change: difference(hour.calls, before?.calls),
      values: series.calls,
    },
    {
      what: "incidents",
      now: num(hour.incidents),
      part: t("trends.ofPriority1", { n: hour.priority_1 }),
      before: count(before?.incidents),
      change: difference(hour.incidents, before?.incidents),
      values: series.incidents,
    },
    {
      what: "waiting",
      now: num(hour.waiting),
      part: t("trends.ofOpen", { n: hour.open }),
      before: count(before?.waiting),
      change: difference(hour.waiting, before?.waiting),
      values: series.waiting,
    },
    {
      what: "response",
      now: median(hour.response),
      part: t("trends.ofReached", { n: hour.response.n }),
      aimed: hour.aimed,
      before: median(before?.response),
      change: later(hour.response, before?.response),
      values: series.response_median_s,
      said: (value) => timer(value * 1000),
    },
    {
      what: "dispatch",
      now: median(hour.dispatch),
      part: t("trends.ofSent", { n: hour.dispatch.n }),
      before: median(before?.dispatch),
      change: later(hour.dispatch, before?.dispatch),
    },
    {
      what: "alarms",
      now: num(hour.alarms),
      part: t("trends.climbed", { n: hour.alarms_climbed }),
      before: count(before?.alarms),
      change: difference(hour.alarms, before?.alarms),
      values: series.alarms,
    },
    {
      what: "onDuty",
      now: num(hour.on_duty),
      before: count(before?.on_duty),
      change: difference(hour.on_duty, before?.on_duty),
      values: series.on_duty,
    },
  ];
  return (
    <table className="hour">
      <thead>
        <tr>
          <th scope="col">{t("trends.col.what")}</th>
          <th scope="col">{t("trends.col.now")}</th>
          <th scope="col">{t("trends.col.before")}</th>
          <th scope="col">{t("trends.col.change")}</th>
          <th scope="col">{t("trends.col.line")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.slice(0, most).map((line) => (
          <tr key={line.what} data-measure={line.what}>
            <th scope="row">{t(`trends.${line.what}`)}</th>
            <td className="num">
              <b>{line.now}</b>
              {line.part && <span className="muted"> · {line.part}</span>}
              <Aim of={line.aimed} />
            </td>
            <td className="num">{line.before}</td>
            <td className="num">{line.change}</td>
            <td>
              {line.values && <TwoHours what={t(`trends.${line.what}`)} values={line.values} said={line.said ?? num} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
