import { spanText, useFormats, useT } from "../../../i18n/hooks";
import type { Trends } from "./logic";
import { change } from "./logic";
import { messages } from "./messages";

const SAME_S = 1;

/** The median arrival of the last hour, and whether it is longer or shorter than the hour before. */
export function Arrival({ trends }: { readonly trends: Trends | null }) {
  const t = useT(messages);
  const { timer } = useFormats();
  const now = trends?.office.trend.hour.response.median_s ?? null;
  const more = change(now, trends?.office.trend.before?.response.median_s ?? null);
  if (now === null) return "—";
  if (more === null || Math.abs(more) < SAME_S) return timer(now * 1000);
  const span = spanText(t, Math.abs(more));
  return (
    <>
      {timer(now * 1000)}{" "}
      <span role="img" aria-label={t(more > 0 ? "trends.longer" : "trends.shorter", { span })}>
        {more > 0 ? "▲" : "▼"}
      </span>
    </>
  );
}
