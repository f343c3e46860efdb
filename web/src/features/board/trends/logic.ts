/** What the last hour says of an office: what changed, and rates with what they are a part of. Pure. */

/** Fewer cases than this say nothing worth comparing. */
export const FEW = 5;
const PER_PEOPLE = 10_000;

export interface Measured {
  readonly n: number;
  readonly median_s: number | null;
}

export interface Aimed {
  /** For priority 1; null: none is aimed at. */
  readonly aim_s: number | null;
  readonly n: number;
  readonly within: number;
}

export interface Hour {
  readonly calls: number;
  readonly incidents: number;
  readonly priority_1: number;
  readonly dispatch: Measured;
  readonly response: Measured;
  /** Of `n` reached for whose priority the office aims at a time, so many were `within` it. */
  readonly aimed?: Aimed;
  readonly alarms: number;
  readonly alarms_climbed: number;
  readonly open: number;
  readonly waiting: number;
  readonly on_duty: number;
}

export type Steps = readonly (number | null)[];

export interface Trend {
  readonly hour: Hour;
  /** Null: the log had not begun then. */
  readonly before: Hour | null;
  readonly series: {
    /** Null before the log had begun, as in all that follow. */
    readonly calls: Steps;
    readonly incidents: Steps;
    readonly alarms: Steps;
    readonly on_duty: Steps;
    readonly open: Steps;
    /** Of priority 1 first. */
    readonly open_by_priority: readonly Steps[];
    readonly on_scene: Steps;
    readonly free: Steps;
    readonly alarms_standing: Steps;
    readonly call_backs: Steps;
    readonly waiting: Steps;
    /** Open, and nobody goes: not yet, or no more. */
    readonly to_dispatch: Steps;
    /** Of those that wait, those of priority 1. */
    readonly to_dispatch_1: Steps;
    readonly response_median_s: Steps;
    readonly response_n: readonly number[];
  };
}

export interface OfficeTrend {
  readonly office: string;
  readonly people: number | null;
  readonly trend: Trend;
}

export interface Trends {
  readonly at: string;
  readonly step_s: number;
  /** For how long priority 1 may wait for its first unit. */
  readonly waiting_1_s: number;
  /** Within how long whoever gave up is called back. */
  readonly call_back_s: number;
  readonly office: OfficeTrend;
  readonly below: readonly OfficeTrend[];
}

/** A number with whether it rests on too few cases; null: it cannot be told. */
export interface Rate {
  readonly value: number | null;
  readonly few: boolean;
}

export interface Compared {
  readonly office: string;
  readonly people: number | null;
  readonly calls: Rate;
  readonly callsPerPeople: Rate;
  readonly incidents: Rate;
  readonly incidentsPerUnit: Rate;
  readonly open: number;
  readonly waiting: number;
  readonly response: Rate & { readonly n: number };
  readonly aimed: Aimed | null;
  readonly alarms: number;
}

const rate = (value: number | null, cases: number): Rate => ({ value, few: cases < FEW });

/** Each office with its rates, worst first: who waits, alarms, then the most incidents for a unit. */
export function compared(below: readonly OfficeTrend[]): readonly Compared[] {
  return below
    .map(({ office, people, trend: { hour } }) => ({
      office,
      people,
      calls: rate(hour.calls, hour.calls),
      callsPerPeople: rate(people ? (hour.calls / people) * PER_PEOPLE : null, hour.calls),
      incidents: rate(hour.incidents, hour.incidents),
      incidentsPerUnit: rate(hour.on_duty > 0 ? hour.incidents / hour.on_duty : null, hour.incidents),
      open: hour.open,
      waiting: hour.waiting,
      response: { ...rate(hour.response.median_s, hour.response.n), n: hour.response.n },
      aimed: hour.aimed ?? null,
      alarms: hour.alarms,
    }))
    .sort(
      (a, b) =>
        b.waiting - a.waiting ||
        b.alarms - a.alarms ||
        (b.incidentsPerUnit.value ?? 0) - (a.incidentsPerUnit.value ?? 0) ||
        (b.incidents.value ?? 0) - (a.incidents.value ?? 0) ||
        a.office.localeCompare(b.office),
    );
}

/** Whether what was aimed at was missed: fewer than half of those counted were in time. */
export const isMissed = (aimed: Aimed | null | undefined): boolean =>
  aimed != null && aimed.n > 0 && aimed.within * 2 < aimed.n;

/** How much more (or, below zero, less) than before; null where one of the two says nothing. */
export function change(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before;
}

/**
 * The points of a line of values in a box of this size, oldest first, cut where a value is missing. Zero is its floor, so
 * that a line that looks twice as high is twice as much.
 */
export function lineOf(values: readonly (number | null)[], width: number, height: number): readonly string[] {
  const most = Math.max(1, ...values.map((each) => each ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const runs: string[][] = [[]];
  values.forEach((value, n) => {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push(`${(n * step).toFixed(1)},${(height - (value / most) * height).toFixed(1)}`);
  });
  return runs.filter((run) => run.length > 0).map((run) => run.join(" "));
}
