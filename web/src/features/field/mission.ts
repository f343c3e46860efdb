/** What the handheld shows: the unit's own work, what the officer did and the server has not confirmed, and the one screen due. */

import { isEnded } from "../../core/selectors";
import type { IncidentId, Time, UnitId } from "../../core/units";
import type { Assignment, AssignmentState, Incident, Unit } from "../../core/views";
import type { Entry } from "./queue";
import { stands } from "./queue";

/** An assignment with its incident. */
export interface Work {
  readonly incident: Incident;
  readonly assignment: Assignment;
  /** A step shown here is not confirmed by the server yet. */
  readonly unconfirmed: boolean;
}

/** An assignment that ended without this officer's doing; it is said until dismissed. */
export interface Gone {
  readonly assignment: string;
  readonly incident: string;
  readonly number: number;
  readonly place: string;
  readonly kind: string | null;
  readonly state: AssignmentState | "unknown";
  /** The officer had accepted it. */
  readonly accepted: boolean;
  /** Call signs that have the incident now, as far as this handheld may know. */
  readonly nowWith: readonly string[];
}

const OFFERED: ReadonlySet<AssignmentState> = new Set(["sent", "delivered", "sounded"]);
const RUNNING: ReadonlySet<AssignmentState> = new Set(["accepted", "en_route", "on_scene", "transporting"]);
const STEPS: readonly AssignmentState[] = ["accepted", "en_route", "on_scene", "transporting", "cleared"];

export const isOffer = (assignment: Assignment): boolean => OFFERED.has(assignment.state);
export const isPreAlert = (assignment: Assignment): boolean => assignment.state === "reserved" && assignment.pre_alert;
export const isRunning = (assignment: Assignment): boolean => RUNNING.has(assignment.state);

/** The incident as a unit sent to a post of its cordon has it: the place to drive to is the post. */
function atPost(incident: Incident, { post }: Assignment): Incident {
  return post ? { ...incident, point: post.point, place: post.place } : incident;
}

/** Every assignment of the unit that this handheld holds, newest first. */
export function ownWork(unit: UnitId, incidents: Iterable<Incident>): readonly Work[] {
  const work: Work[] = [];
  for (const incident of incidents)
    for (const assignment of incident.assignments)
      if (assignment.unit === unit)
        work.push({ incident: atPost(incident, assignment), assignment, unconfirmed: false });
  return work.sort((a, b) => since(b) - since(a) || (a.assignment.id < b.assignment.id ? 1 : -1));
}

const since = ({ assignment }: Work): number => Date.parse(assignment.reserved_at ?? assignment.sent_at ?? "") || 0;

const TARGET: Readonly<Record<string, AssignmentState>> = {
  accept: "accepted",
  en_route: "en_route",
  on_scene: "on_scene",
  transport: "transporting",
  clear: "cleared",
  refuse: "refused",
};

/** Where a step that is taken back leads, until the server says it exactly. */
const BEFORE: Readonly<Record<string, AssignmentState>> = {
  on_scene: "en_route",
  transporting: "on_scene",
  cleared: "on_scene",
};

/**
 * The work as the officer left it: steps still in the outbox count at once, marked unconfirmed. What the server ended stays
 * ended, and a step goes backwards only when it was taken back.
 */
export function projected(work: Work, entries: readonly Entry[]): Work {
  let { assignment, unconfirmed } = work;
  if (isEnded(assignment)) return work;
  for (const entry of entries) {
    if (entry.subject !== assignment.id || !stands(entry)) continue;
    if (entry.action === "safety_check") {
      assignment = { ...assignment, safety_asked_at: null };
      unconfirmed = true;
      continue;
    }
    if (entry.action === "take_back") {
      const back = BEFORE[String(entry.body.step)];
      if (back && assignment.state === entry.body.step) {
        assignment = { ...assignment, state: back };
        unconfirmed = true;
      }
      continue;
    }
    let target = TARGET[entry.action];
    if (!target) continue;
    if (entry.action === "accept" && entry.body.en_route === true) target = "en_route";
    if (target === "refused" ? RUNNING.has(assignment.state) : !isForward(assignment.state, target)) continue;
    assignment = { ...assignment, state: target };
    unconfirmed = true;
  }
  return assignment === work.assignment ? work : { ...work, assignment, unconfirmed };
}

function isForward(from: AssignmentState, to: AssignmentState): boolean {
  return STEPS.indexOf(to) > STEPS.indexOf(from);
}

/** The unit as the officer left it. */
export function projectedUnit(unit: Unit, entries: readonly Entry[], nowIso: Time): Unit {
  let shown = unit;
  for (const entry of entries) {
    if (entry.subject !== unit.id || !stands(entry)) continue;
    if (entry.action === "duty") {
      const on = entry.body.on === true;
      shown = {
        ...shown,
        on_duty: on,
        primary: on ? "Available" : "NotAvailable",
        secondary: on ? "InService" : "OffDuty",
        crew: on ? Number(entry.body.crew ?? shown.crew) : 0,
      };
    } else if (entry.action === "status")
      shown = {
        ...shown,
        primary: entry.body.available === true ? "Available" : "NotAvailable",
        secondary: typeof entry.body.secondary === "string" ? entry.body.secondary : "InService",
      };
    else if (entry.action === "free_soon") shown = { ...shown, free_at: freeAtOf(entry) };
    else if (entry.action === "emergency" && !shown.emergency)
      shown = {
        ...shown,
        emergency: { incident: "" as IncidentId, started_at: entry.deviceAt ?? nowIso, acknowledged_at: null },
      };
    else if (entry.action === "emergency_end") shown = { ...shown, emergency: null };
  }
  return shown;
}

/** When the unit is free as the officer said it, by this device's clock. */
function freeAtOf(entry: Entry): Time | null {
  const seconds = entry.body.in_s;
  if (typeof seconds !== "number") return null;
  return new Date(Date.parse(entry.deviceAt) + seconds * 1000).toISOString() as Time;
}

export interface Situation {
  readonly unit: Unit | null;
  readonly work: readonly Work[];
  readonly gone: Gone | null;
  /** Sound was unlocked by a touch since the page was opened. */
  readonly prepared: boolean;
}

export type Screen =
  | { readonly name: "offer"; readonly work: Work }
  | { readonly name: "gone"; readonly gone: Gone }
  | { readonly name: "mission"; readonly work: Work }
  | { readonly name: "gate" }
  | { readonly name: "home" };

/** The one screen due now. An offer is above everything; what was taken away is said before anything goes on. */
export function screenOf({ unit, work, gone, prepared }: Situation): Screen {
  const offer = work.find(({ assignment }) => isOffer(assignment));
  if (offer) return { name: "offer", work: offer };
  const mission = work.find(({ assignment }) => isRunning(assignment));
  const preAlert = work.find(({ assignment }) => isPreAlert(assignment));
  if (preAlert && !mission) return { name: "offer", work: preAlert };
  if (gone) return { name: "gone", gone };
  if (mission) return { name: "mission", work: mission };
  return unit?.on_duty && prepared ? { name: "home" } : { name: "gate" };
}

/**
 * What ended without this officer: assignments that were standing and are now withdrawn, lapsed, taken elsewhere or gone from
 * sight. `doneHere` are those that the officer refused or cleared himself.
 */
export function goneSince(
  before: readonly Work[],
  after: readonly Work[],
  doneHere: ReadonlySet<string>,
): readonly Gone[] {
  const now = new Map(after.map((work) => [work.assignment.id as string, work]));
  const gone: Gone[] = [];
  for (const work of before) {
    const { assignment } = work;
    if (isEnded(assignment) || doneHere.has(assignment.id)) continue;
    const current = now.get(assignment.id);
    if (current && !isEnded(current.assignment)) continue;
    // A reservation that lapses before any offer was made is no news to the officer unless he was asked to prepare.
    if (assignment.state === "reserved" && !assignment.pre_alert) continue;
    const { incident } = current ?? work;
    gone.push({
      assignment: assignment.id,
      incident: incident.id,
      number: incident.number,
      place: incident.place,
      kind: incident.kind,
      state: current ? current.assignment.state : "unknown",
      accepted: isRunning(assignment),
      nowWith: current ? othersOn(current) : [],
    });
  }
  return gone;
}

/** Call signs of the other units that are on the incident now. */
export function othersOn({ incident, assignment }: Pick<Work, "incident" | "assignment">): readonly string[] {
  return incident.assignments
    .filter((each) => each.unit !== assignment.unit && !isEnded(each))
    .map((each) => each.call_sign);
}

/** The step that the one forward button takes now; null while the offer stands. */
export function nextStep(assignment: Assignment): "en_route" | "on_scene" | "clear" | null {
  switch (assignment.state) {
    case "accepted":
      return "en_route";
    case "en_route":
      return "on_scene";
    case "on_scene":
    case "transporting":
      return "clear";
    default:
      return null;
  }
}

/** Above 10 km/h nobody reads lists or types. A fix older than 15 s says nothing about now. */
export const MOVING_M_PER_S = 10 / 3.6;
export function isMoving(
  fix: { readonly speedMPerS: number | null; readonly at: number } | null,
  now: number,
): boolean {
  return fix !== null && now - fix.at < 15_000 && (fix.speedMPerS ?? 0) > MOVING_M_PER_S;
}

/** Why an offer cannot be taken or refused yet: a finger was already on the glass when it came up. */
export const INERT_MS = 400;
export const isInert = (shownMs: number, nowMs: number): boolean => nowMs - shownMs < INERT_MS;

export interface Countdown {
  /** Whole seconds left, never negative. */
  readonly seconds: number;
  /** Part of the window that is left, 1 to 0. */
  readonly part: number;
  readonly over: boolean;
}

/** What is left of the answer window, by the server's clock. */
export function countdown(sentAt: number | null, answerBy: number | null, now: number): Countdown | null {
  if (answerBy === null) return null;
  const left = Math.max(0, answerBy - now);
  const whole = Math.max(1, answerBy - (sentAt ?? answerBy - 30_000));
  return { seconds: Math.ceil(left / 1000), part: Math.min(1, left / whole), over: left === 0 };
}
