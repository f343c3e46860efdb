import { msOf } from "../../../core/units";
import type { Gap } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { messages } from "./messages";

/** Below half a percent nobody would decide otherwise. */
const WORTH_SAYING = 0.005;

/** What sending this unit would leave, in a number and a word; who takes over in time. */
export function GapNote({ gap }: { readonly gap: Gap | null | undefined }) {
  const t = useT(messages);
  const { percent, timeSeconds, id: number } = useFormats();
  if (!gap || (gap.people_lost === null && gap.calls_lost === null)) return null;
  const lost = Math.max(gap.people_lost ?? 0, gap.calls_lost ?? 0);
  const share = (each: number | null) => (each === null ? "—" : percent(each));
  return (
    <span
      className="gap-note num"
      data-gap={lost >= WORTH_SAYING || undefined}
      data-tip={t("gap.why", {
        people: share(gap.people_lost),
        calls: share(gap.calls_lost),
        minutes: number(gap.limit_s / 60),
        time: timeSeconds(msOf(gap.counted_at) ?? 0),
      })}
    >
      {lost >= WORTH_SAYING ? t("gap.lost", { share: percent(lost) }) : t("gap.none")}
      {lost >= WORTH_SAYING && (
        <span className="muted">
          {" "}
          {gap.backfill_call_sign
            ? t("gap.backfill", { unit: `\u2066${gap.backfill_call_sign}\u2069` })
            : t("gap.noBackfill")}
        </span>
      )}
    </span>
  );
}
