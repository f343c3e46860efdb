/** The self-test at the start of duty: what is tried, what counts as well, and how it is told to the centre. No browser here. */

/** In the order in which they matter to whoever waits for this patrol. */
export const CHECKS = [
  "sound",
  "vibration",
  "location",
  "battery",
  "link",
  "clock",
  "notices",
  "screen",
  "storage",
] as const;
export type CheckName = (typeof CHECKS)[number];
/** `unknown` when the device does not tell: no fault, and no promise either. */
export type CheckState = "asking" | "ok" | "failed" | "unknown";

export interface Check {
  readonly state: CheckState;
  /** Age of the fix in s, charge from 0 to 1, clock ahead of the centre in s, round trip in ms. */
  readonly value?: number;
  /** How far off the fix may be. */
  readonly accuracyM?: number;
}

export type SelfTest = Readonly<Record<CheckName, Check>>;

const ASKING: Check = { state: "asking" };
export const asking = (): SelfTest => Object.fromEntries(CHECKS.map((name) => [name, ASKING])) as SelfTest;

export const FIX_AGE_MAX_S = 30;
export const ACCURACY_MAX_M = 100;
export const BATTERY_MIN = 0.2;
export const CLOCK_OFF_MAX_S = 5;
export const ROUND_TRIP_MAX_MS = 1_000;

export function judgeLocation(fix: { readonly ageS: number; readonly accuracyM: number | null } | null): Check {
  if (!fix) return { state: "failed" };
  const good = fix.ageS <= FIX_AGE_MAX_S && (fix.accuracyM ?? 0) <= ACCURACY_MAX_M;
  const accuracy = fix.accuracyM === null ? {} : { accuracyM: Math.round(fix.accuracyM) };
  return { state: good ? "ok" : "failed", value: Math.round(fix.ageS), ...accuracy };
}

export function judgeBattery(level: number | null, charging: boolean): Check {
  if (level === null) return { state: "unknown" };
  return { state: charging || level >= BATTERY_MIN ? "ok" : "failed", value: level };
}

/** How far the device's clock is ahead; no centre has been heard yet when `aheadMs` is null. */
export function judgeClock(aheadMs: number | null): Check {
  if (aheadMs === null) return { state: "unknown" };
  const aheadS = Math.round(aheadMs / 100) / 10;
  return { state: Math.abs(aheadS) <= CLOCK_OFF_MAX_S ? "ok" : "failed", value: aheadS };
}

/** Round trips in ms, null for one that never came back; the middle one speaks for the link. */
export function judgeLink(trips: readonly (number | null)[], live: boolean): Check {
  const came = trips.filter((trip) => trip !== null).sort((a, b) => a - b);
  const middle = came[Math.floor((came.length - 1) / 2)];
  if (middle === undefined) return { state: "failed" };
  const value = Math.round(middle);
  return { state: live && value <= ROUND_TRIP_MAX_MS ? "ok" : "failed", value };
}

export const isOver = (test: SelfTest): boolean => CHECKS.every((name) => test[name].state !== "asking");

/** The body of `POST /v1/units/{id}/self-test`. */
export function report(test: SelfTest): readonly { name: string; state: string; value?: number }[] {
  const told = CHECKS.map((name) => {
    const { state, value } = test[name];
    return { name, state, ...(value === undefined ? {} : { value }) };
  });
  const { accuracyM } = test.location;
  if (accuracyM === undefined) return told;
  return [...told, { name: "accuracy", state: accuracyM <= ACCURACY_MAX_M ? "ok" : "failed", value: accuracyM }];
}
