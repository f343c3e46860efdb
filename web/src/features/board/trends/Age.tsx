import type { Loaded } from "../../../app/hooks";
import { useSecond } from "../../../app/hooks";
import { msOf } from "../../../core/units";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import type { Trends } from "./logic";
import { messages } from "./messages";

const OLD_S = 60;

/** How old the count is: quiet while it is fresh, loud when nobody has counted for a minute. */
export function Age({ at }: { readonly at: number }) {
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const old = (useSecond() - at) / 1000;
  if (old > OLD_S) return <b className="board-stale">{t("trends.stale", { span: spanText(t, old) })}</b>;
  return <span className="muted">{t("trends.counted", { time: timeSeconds(at) })}</span>;
}

/** Where counted figures stand among live ones: that they are old, or never came. Nothing while they are fresh. */
export function OldCount({ of }: { readonly of: Loaded<Trends | null> }) {
  const t = useT(messages);
  const now = useSecond();
  if (!of.value) return of.problem && <b className="board-stale">{t("trends.notCounted")}</b>;
  const old = (now - (msOf(of.value.at as never) ?? 0)) / 1000;
  return old > OLD_S && <b className="board-stale">{t("trends.staleHour", { span: spanText(t, old) })}</b>;
}
