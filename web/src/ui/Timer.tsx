import { useCallback, useSyncExternalStore } from "react";
import { useApp } from "../app/hooks";
import type { Level } from "../core/selectors";
import { levelAt } from "../core/selectors";
import { useFormats, useT } from "../i18n/hooks";

interface Props {
  /** Server ms from which it counts up, or to which it counts down. */
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
  readonly warnAt?: number | null | undefined;
  readonly breachAt?: number | null | undefined;
}

/** Renders only itself, once a second; screen readers are spared the ticking and find the time in the row's label. */
export function Timer({ from, to, warnAt = null, breachAt = null }: Props) {
  const { clock } = useApp();
  const { timer } = useFormats();
  const t = useT();
  const read = useCallback((): string => {
    const now = clock.second();
    const text = from != null ? timer(now - from) : to != null ? timer(Math.max(0, to - now)) : "—";
    return `${levelAt({ warnAt: warnAt as never, breachAt: breachAt as never }, now)} ${text}`;
  }, [clock, timer, from, to, warnAt, breachAt]);
  const [level, text] = useSyncExternalStore(clock.subscribe, read).split(" ") as [Level, string];
  return (
    <span
      className="timer"
      data-level={level}
      aria-hidden="true"
      data-tip={level === "ok" ? undefined : t(`level.${level}`)}
      dir="ltr"
    >
      {text}
    </span>
  );
}

/** The wall clock of the header: server time, shifted to the display offset. */
export function WallClock({ withDate }: { readonly withDate?: boolean }) {
  const { clock } = useApp();
  const formats = useFormats();
  const read = useCallback(
    () =>
      withDate
        ? `${formats.date(clock.second())} ${formats.timeSeconds(clock.second())}`
        : formats.timeSeconds(clock.second()),
    [clock, formats, withDate],
  );
  return (
    <span className="num" dir="ltr">
      {useSyncExternalStore(clock.subscribe, read)}
    </span>
  );
}
