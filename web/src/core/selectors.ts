/** Pure questions about views: what is worst, how long, how many. Times are milliseconds by the server's clock. */

import type { ServerMs } from "./units";
import { msOf, serverMs } from "./units";
import type { Alarm, Assignment, AssignmentState, Incident, Priority, Tier, Unit } from "./views";

export const TIERS_UPWARD: readonly Tier[] = ["station", "county", "province", "national"];

/** Every limit a screen colours by; defaults of UX.md §8, replaced by an office's own rules where it has them. */
export interface Limits {
  readonly waitWarnS: Readonly<Record<Priority, number>>;
  readonly waitBreachS: Readonly<Record<Priority, number>>;
  readonly acceptedStillS: number;
  readonly etaFactor: number;
  readonly safetyWarnS: number;
}

export const DEFAULT_LIMITS: Limits = {
  waitWarnS: { 1: 30, 2: 60, 3: 300, 4: 900, 5: 1800 },
  waitBreachS: { 1: 60, 2: 120, 3: 600, 4: 1800, 5: 3600 },
  acceptedStillS: 60,
  etaFactor: 1.5,
  safetyWarnS: 120,
};

const UNCLASSIFIED: Priority = 2;

export const isOpen = (incident: Incident): boolean => incident.status !== "Closed" && incident.status !== "Cancelled";

/** Put aside until an instant: nobody is sought for it. */
export const isHeld = (incident: Incident): boolean => incident.hold != null && isOpen(incident);

/** Nobody is on the way yet, and nobody put it aside. */
export const isWaiting = (incident: Incident): boolean =>
  !isHeld(incident) && (incident.status === "Draft" || incident.status === "Active" || incident.status === "Waiting");

const ENDED: ReadonlySet<AssignmentState> = new Set([
  "cleared",
  "refused",
  "withdrawn",
  "unanswered",
  "cancelled",
  "diverted",
]);
const OFFERED: ReadonlySet<AssignmentState> = new Set(["reserved", "sent", "delivered", "sounded"]);

export const isEnded = (assignment: Assignment): boolean => ENDED.has(assignment.state);
/** Sent to the officer and not yet answered. */
export const isOffered = (assignment: Assignment): boolean => OFFERED.has(assignment.state);
export const activeAssignments = (incident: Incident): readonly Assignment[] =>
  incident.assignments.filter((each) => !isEnded(each));

export type Level = "ok" | "warn" | "breach";
const LEVEL_RANK: Readonly<Record<Level, number>> = { breach: 0, warn: 1, ok: 2 };
export const worse = (a: Level, b: Level): Level => (LEVEL_RANK[a] <= LEVEL_RANK[b] ? a : b);

/** Where an incident stands now, since when, and by when something is due. */
export type StageName = "waiting" | "offered" | "accepted" | "en_route" | "on_scene" | "report" | "held" | "ended";
export interface Stage {
  readonly name: StageName;
  readonly since: ServerMs;
  /** From then on the time is shown as a warning; null: no limit. */
  readonly warnAt: ServerMs | null;
  readonly breachAt: ServerMs | null;
}

export function stageOf(incident: Incident, limits: Limits = DEFAULT_LIMITS): Stage {
  const created = msOf(incident.created_at);
  const none = { warnAt: null, breachAt: null };
  if (!isOpen(incident)) return { name: "ended", since: msOf(incident.closed_at) ?? created, ...none };
  if (incident.status === "ReportPending") {
    return { name: "report", since: msOf(incident.last_cleared_at) ?? created, ...none };
  }
  const active = activeAssignments(incident);
  const onScene = active.find((each) => each.state === "on_scene" || each.state === "transporting");
  if (onScene) {
    const due = msOf(onScene.safety_due);
    return {
      name: "on_scene",
      since: msOf(incident.first_on_scene_at) ?? msOf(onScene.on_scene_at) ?? created,
      warnAt: due === null ? null : serverMs(due - limits.safetyWarnS * 1000),
      breachAt: due,
    };
  }
  const rolling = active.find((each) => each.state === "en_route");
  if (rolling) {
    const since = msOf(rolling.en_route_at) ?? created;
    const eta = rolling.travel_time_s;
    return {
      name: "en_route",
      since,
      warnAt: eta === null ? null : serverMs(since + eta * 1000),
      breachAt: eta === null ? null : serverMs(since + eta * 1000 * limits.etaFactor),
    };
  }
  const accepted = active.find((each) => each.state === "accepted");
  if (accepted) {
    const since = msOf(accepted.accepted_at) ?? created;
    const still = serverMs(since + limits.acceptedStillS * 1000);
    return { name: "accepted", since, warnAt: still, breachAt: serverMs(since + 2 * limits.acceptedStillS * 1000) };
  }
  const offered = active[0];
  if (offered) {
    const since = msOf(offered.sent_at) ?? msOf(offered.reserved_at) ?? created;
    const by = msOf(offered.answer_by);
    return { name: "offered", since, warnAt: by === null ? null : serverMs(by - 5000), breachAt: by };
  }
  if (incident.hold)
    return { name: "held", since: msOf(incident.hold.since), warnAt: null, breachAt: msOf(incident.hold.until) };
  // A unit that refused or never answered leaves the caller waiting since the call: the limit runs from there.
  const priority = incident.priority ?? UNCLASSIFIED;
  const begun = msOf(incident.reopened_at) ?? created;
  return {
    name: "waiting",
    since: begun,
    warnAt: serverMs(begun + limits.waitWarnS[priority] * 1000),
    breachAt: serverMs(begun + limits.waitBreachS[priority] * 1000),
  };
}

export function levelAt(stage: Pick<Stage, "warnAt" | "breachAt">, now: number): Level {
  if (stage.breachAt !== null && now >= stage.breachAt) return "breach";
  if (stage.warnAt !== null && now >= stage.warnAt) return "warn";
  return "ok";
}

interface Ranked {
  readonly now: number;
  readonly limits: Limits;
  readonly rank: readonly number[];
}
/** An incident that did not change stands at one moment where it stood: of hundreds in a queue, one is worked out again. */
const ranked = new WeakMap<Incident, Ranked>();

/**
 * Worst first. A breached time lifts an incident by one priority, never further: an old lost-property report must not stand
 * above a fresh priority 1.
 */
export function compareWorst(now: number, limits: Limits = DEFAULT_LIMITS): (a: Incident, b: Incident) => number {
  const rank = (incident: Incident): readonly number[] => {
    const last = ranked.get(incident);
    let known = last?.now === now && last.limits === limits ? last.rank : null;
    if (!known) {
      const stage = stageOf(incident, limits);
      const level = levelAt(stage, now);
      const priority = incident.priority ?? UNCLASSIFIED;
      known = [
        !isOpen(incident) ? 2 : incident.status === "ReportPending" ? 1 : 0,
        incident.emergency ? 0 : level === "breach" ? Math.max(1, priority - 1) : priority,
        priority,
        LEVEL_RANK[level],
        isWaiting(incident) ? 0 : 1,
        msOf(incident.created_at),
        incident.number,
      ];
      ranked.set(incident, { now, limits, rank: known });
    }
    return known;
  };
  return (a, b) => {
    const x = rank(a);
    const y = rank(b);
    for (let i = 0; i < x.length; i++) {
      const difference = (x[i] ?? 0) - (y[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return a.id < b.id ? -1 : 1;
  };
}

export interface Queues {
  readonly waiting: readonly Incident[];
  /** Put aside; who comes back first is first. */
  readonly held: readonly Incident[];
  readonly working: readonly Incident[];
  readonly report: readonly Incident[];
}

/** The console's queues, each worst first. Ended incidents are in none. */
export function queuesOf(incidents: Iterable<Incident>, now: number, limits: Limits = DEFAULT_LIMITS): Queues {
  const waiting: Incident[] = [];
  const held: Incident[] = [];
  const working: Incident[] = [];
  const report: Incident[] = [];
  for (const incident of incidents) {
    if (!isOpen(incident)) continue;
    if (incident.status === "ReportPending") report.push(incident);
    else if (isHeld(incident)) held.push(incident);
    else if (isWaiting(incident)) waiting.push(incident);
    else working.push(incident);
  }
  const order = compareWorst(now, limits);
  held.sort(
    (a, b) => (msOf(a.hold?.until ?? null) ?? 0) - (msOf(b.hold?.until ?? null) ?? 0) || (a.id < b.id ? -1 : 1),
  );
  return { waiting: waiting.sort(order), held, working: working.sort(order), report: report.sort(order) };
}

/** What a unit's glyph says: one of five looks, or the emergency over any of them. */
export type UnitLook = "available" | "offered" | "en_route" | "on_scene" | "busy" | "returning" | "off" | "emergency";

/**
 * The look of a unit.
 *
 * @param assignment The unit's current assignment when the caller has it newer than the unit's own view.
 */
export function unitLook(unit: Unit, assignment?: Assignment | null): UnitLook {
  if (unit.emergency) return "emergency";
  if (!unit.on_duty) return "off";
  const state = assignment?.state ?? unit.assignment_state;
  if (state && !ENDED.has(state)) {
    if (OFFERED.has(state)) return "offered";
    return state === "accepted" || state === "en_route" ? "en_route" : "on_scene";
  }
  if (unit.primary === "Available") return "available";
  return /return/i.test(unit.secondary) ? "returning" : "busy";
}

export const isFree = (unit: Unit): boolean =>
  unit.on_duty && unit.emergency === null && unit.primary === "Available" && unit.assignment === null;

/** Worst first for units: emergency, then those at work by urgency, then free ones, then those off duty. */
export const LOOKS_BY_URGENCY: readonly UnitLook[] = [
  "emergency",
  "offered",
  "en_route",
  "on_scene",
  "available",
  "returning",
  "busy",
  "off",
];
const LOOK_RANK = Object.fromEntries(LOOKS_BY_URGENCY.map((look, rank) => [look, rank])) as Record<UnitLook, number>;
/** By urgency, then by call sign. */
export function compareUnits(look: (unit: Unit) => UnitLook = unitLook): (a: Unit, b: Unit) => number {
  return (a, b) => LOOK_RANK[look(a)] - LOOK_RANK[look(b)] || (a.call_sign < b.call_sign ? -1 : 1);
}

export interface Counts {
  readonly open: number;
  readonly byPriority: Readonly<Record<Priority, number>>;
  readonly unclassified: number;
  readonly waiting: number;
  readonly onScene: number;
  readonly unitsFree: number;
  readonly unitsOnDuty: number;
  readonly unitsAll: number;
  readonly escalations: number;
}

export function countsOf(incidents: Iterable<Incident>, units: Iterable<Unit>, alarms: Iterable<Alarm> = []): Counts {
  const byPriority: Record<Priority, number> = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
  let open = 0;
  let unclassified = 0;
  let waiting = 0;
  let onScene = 0;
  for (const incident of incidents) {
    if (!isOpen(incident)) continue;
    open++;
    if (incident.priority === null) unclassified++;
    else byPriority[incident.priority]++;
    if (isWaiting(incident)) waiting++;
    if (incident.status === "ResourcesOnscene") onScene++;
  }
  let unitsAll = 0;
  let unitsOnDuty = 0;
  let unitsFree = 0;
  for (const unit of units) {
    unitsAll++;
    if (unit.on_duty) unitsOnDuty++;
    if (isFree(unit)) unitsFree++;
  }
  let escalations = 0;
  for (const alarm of alarms) if (isStanding(alarm)) escalations++;
  return { open, byPriority, unclassified, waiting, onScene, unitsFree, unitsOnDuty, unitsAll, escalations };
}

export const isStanding = (alarm: Alarm): boolean => alarm.cleared_at == null;

export type AlarmGrade = "emergency" | "warning" | "notice";

/** Emergency is latched and repeats until acknowledged; a warning sounds once; a notice is silent. */
export function alarmGrade(alarm: Alarm): AlarmGrade {
  if (alarm.cause === "panic") return "emergency";
  if (alarm.cause === "safety_check" || alarm.cause === "backup") return "emergency";
  if (alarm.cause === "refused" || alarm.cause === "not_moving") {
    return alarm.priority !== null && alarm.priority <= 2 ? "warning" : "notice";
  }
  if (alarm.cause === "crew_lapsed") return "notice";
  return "warning";
}

const GRADE_RANK: Readonly<Record<AlarmGrade, number>> = { emergency: 0, warning: 1, notice: 2 };
export function compareAlarms(a: Alarm, b: Alarm): number {
  return (
    (a.acknowledged_at === null ? 0 : 1) - (b.acknowledged_at === null ? 0 : 1) ||
    GRADE_RANK[alarmGrade(a)] - GRADE_RANK[alarmGrade(b)] ||
    (a.priority ?? UNCLASSIFIED) - (b.priority ?? UNCLASSIFIED) ||
    msOf(a.raised_at) - msOf(b.raised_at) ||
    (a.id < b.id ? -1 : 1)
  );
}

/** How fresh a position is: drawn full, hollow above 30 s, grey and never used to choose above 90 s. */
export type Freshness = "fresh" | "hollow" | "grey";
export function freshness(ageS: number): Freshness {
  if (ageS > 90) return "grey";
  return ageS > 30 ? "hollow" : "fresh";
}

/** The four ticks of an assignment: sent, delivered, sounded, accepted. */
export function ladderOf(assignment: Assignment): readonly [boolean, boolean, boolean, boolean] {
  return [
    assignment.sent_at !== null,
    assignment.delivered_at !== null,
    assignment.sounded_at !== null,
    assignment.accepted_at !== null,
  ];
}

/** Parts of a duration for a timer: `m:ss`, or `h:mm:ss` from one hour. */
export function durationParts(ms: number): { hours: number; minutes: number; seconds: number } {
  const total = Math.max(0, Math.floor(ms / 1000));
  return { hours: Math.floor(total / 3600), minutes: Math.floor((total % 3600) / 60), seconds: total % 60 };
}

/** Seconds until a busy unit is free, as its crew said; null when nothing was said or the time has passed. */
export function freeInS(unit: Unit, now: number): number | null {
  const at = msOf(unit.free_at);
  return at === null || at <= now ? null : (at - now) / 1000;
}
