/** A guided exercise as data: its steps, when each is done by what really happened, and what is said at its end. Pure, no page. */

import type { Alarm, Assignment, Call, Incident, Unit } from "../../core/views";

export type Part = "dispatcher" | "officer";

export const STEPS = {
  dispatcher: ["answer", "place", "kind", "send", "reply", "alarm", "next", "close"],
  officer: ["ready", "offer", "accept", "route", "scene", "backup", "report"],
} as const;
export type StepName = (typeof STEPS)[Part][number];

/** What the stream shows of this exercise now. `own`: the officer's own assignment, as it was seen last. */
export interface Seen {
  readonly call: Call | undefined;
  readonly incident: Incident | undefined;
  readonly alarms: readonly Alarm[];
  readonly unit: Unit | undefined;
  readonly own: Assignment | undefined;
}

/**
 * When each step was done, in milliseconds of the server's clock; whether an alarm of it was ever seen, and whether it went
 * away though nobody took it: then there is nothing left to do, and it was not done.
 */
export interface Progress {
  readonly part: Part;
  readonly startedAt: number;
  readonly call: string | null;
  readonly incident: string | null;
  readonly alarmed: boolean;
  readonly gone: boolean;
  readonly stamps: Readonly<Partial<Record<StepName, number>>>;
}

export const begin = (part: Part, at: number): Progress => ({
  part,
  startedAt: at,
  call: null,
  incident: null,
  alarmed: false,
  gone: false,
  stamps: {},
});

const refused = (one: Assignment): boolean => one.state === "refused" || one.state === "unanswered";

function isDone(step: StepName, seen: Seen, progress: Progress): boolean {
  const { call, incident, alarms, unit, own } = seen;
  const given = incident?.assignments ?? [];
  switch (step) {
    case "answer":
      return call?.answered_at != null;
    case "place":
      return call?.point != null || incident?.point != null;
    case "kind":
      return (call?.kind ?? incident?.kind ?? null) !== null;
    case "send":
      return given.some((each) => each.sent_at !== null);
    case "reply":
      return given.some((each) => refused(each) || each.accepted_at !== null);
    case "alarm":
      // A crew that accepted at once raised none.
      return progress.alarmed
        ? alarms.some((each) => each.acknowledged_at !== null)
        : given.some((each) => each.accepted_at !== null) && !given.some(refused);
    case "next":
      return given.some((each) => each.accepted_at !== null);
    case "close":
      return incident?.closed_at != null;
    case "ready":
      // The simulator may have had the car on duty; the tests are this person's own.
      return unit?.on_duty === true && unit.tested != null && Date.parse(unit.tested.at) >= progress.startedAt;
    case "offer":
      return own?.sent_at != null;
    case "accept":
      return own?.accepted_at != null;
    case "route":
      return own?.en_route_at != null || own?.on_scene_at != null;
    case "scene":
      return own?.on_scene_at != null;
    case "backup":
      return incident?.backup != null;
    case "report":
      return own?.cleared_at != null || (progress.stamps.scene !== undefined && unit?.assignment === null);
  }
}

/** The progress after what is seen now; the same object when nothing changed. A step once done stays done. */
export function advance(progress: Progress, seen: Seen, now: number): Progress {
  const alarmed = progress.alarmed || seen.alarms.length > 0;
  const answered = seen.incident?.assignments.some((each) => each.accepted_at !== null) === true;
  const gone = (alarmed || answered) && seen.alarms.length === 0 && progress.stamps.alarm === undefined;
  const before = alarmed === progress.alarmed && gone === progress.gone ? progress : { ...progress, alarmed, gone };
  const fresh = STEPS[before.part].filter((step) => before.stamps[step] === undefined && isDone(step, seen, before));
  if (fresh.length === 0) return before;
  return { ...before, stamps: { ...before.stamps, ...Object.fromEntries(fresh.map((step) => [step, now])) } };
}

/** The first step that is still to do; null when the exercise is over. What comes last ends it, whatever was left out. */
export function current(progress: Progress): StepName | null {
  const steps: readonly StepName[] = STEPS[progress.part];
  if (progress.stamps[steps.at(-1) as StepName] !== undefined) return null;
  return steps.find((step) => progress.stamps[step] === undefined && !(step === "alarm" && progress.gone)) ?? null;
}

/** Since when the current step waits: the newest stamp, or the beginning. */
export const since = (progress: Progress): number =>
  Math.max(progress.startedAt, ...Object.values(progress.stamps as Record<string, number>));

export interface Verdict {
  readonly step: StepName;
  /** Seconds between the two moments that count; null when one of them never was. */
  readonly seconds: number | null;
  readonly within: number;
  readonly well: boolean;
}

/** From which moment to which, within how many seconds it goes well. */
const MEASURES: Readonly<Record<Part, readonly (readonly [StepName, StepName | null, number])[]>> = {
  dispatcher: [
    ["answer", null, 15],
    ["send", "answer", 90],
    ["alarm", "reply", 60],
    ["close", "next", 300],
  ],
  officer: [
    ["accept", "offer", 20],
    ["scene", "accept", 300],
    ["backup", "scene", 60],
    ["report", "scene", 300],
  ],
};

export function verdicts(progress: Progress): readonly Verdict[] {
  const at = (step: StepName | null) => (step === null ? progress.startedAt : progress.stamps[step]);
  return MEASURES[progress.part].map(([step, from, within]) => {
    const [start, end] = [at(from), at(step)];
    const seconds = start === undefined || end === undefined ? null : Math.max(0, Math.round((end - start) / 1000));
    return { step, seconds, within, well: seconds !== null && seconds <= within };
  });
}
