/** Which shifts there are to report on. A shift over midnight belongs to the day on which it began. */

export interface ShiftChoice {
  /** Number from 1, or `day` for all of them. */
  readonly value: string;
  /** Local times such as 07:00. */
  readonly from: string;
  readonly to: string;
  readonly beginsAt: number;
  readonly endsAt: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const minutes = (start: string): number => {
  const [hour = 0, minute = 0] = start.split(":").map(Number);
  return hour * 60 + minute;
};

/** The shifts of the day whose local midnight is `midnight`, and the whole day last. */
export function shiftsOf(midnight: number, starts: readonly string[]): readonly ShiftChoice[] {
  const first = starts[0];
  if (first === undefined) return [];
  const choice = (value: string, from: string, to: string): ShiftChoice => {
    const begins = minutes(from);
    const ends = minutes(to) > begins ? minutes(to) : minutes(to) + 1440;
    return { value, from, to, beginsAt: midnight + begins * MINUTE_MS, endsAt: midnight + ends * MINUTE_MS };
  };
  return [
    ...starts.map((start, n) => choice(String(n + 1), start, starts[n + 1] ?? first)),
    choice("day", first, first),
  ];
}

/** The local midnights of the last days that have a shift begun, the newest first. */
export function reportDays(now: number, offsetMs: number, starts: readonly string[], count: number): readonly number[] {
  const today = Math.floor((now + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
  const newest = (shiftsOf(today, starts)[0]?.beginsAt ?? today) <= now ? today : today - DAY_MS;
  return Array.from({ length: count }, (_, n) => newest - n * DAY_MS);
}

/** What to offer first: the newest shift that is over. */
export function lastOver(
  days: readonly number[],
  now: number,
  starts: readonly string[],
): { day: number; shift: string } {
  for (const day of days) {
    const over = shiftsOf(day, starts).filter((each) => each.value !== "day" && each.endsAt <= now);
    const newest = over.at(-1);
    if (newest) return { day, shift: newest.value };
  }
  return { day: days[0] ?? 0, shift: "day" };
}
