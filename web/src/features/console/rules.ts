/** Why an act cannot run now. Buttons, keys and typed commands ask the same functions. */

import type { Reason } from "../../core/reasons";
import { reason } from "../../core/reasons";
import { activeAssignments, freeInS, isEnded, isOffered, isOpen } from "../../core/selectors";
import type { Time } from "../../core/units";
import { msOf } from "../../core/units";
import type { Assignment, Incident, Unit } from "../../core/views";
import type { ConsoleKey } from "./messages";

type Why = Reason<ConsoleKey> | null;

export type Step = "accept" | "refuse" | "en-route" | "on-scene" | "transport" | "clear" | "withdraw" | "safety-check";

/**
 * Sending a unit. A unit still driving to something else may be taken from it, and then `divert` is true. For one that is busy and
 * said when it is free, sending means waiting for it; `now` is the server's time, without which nothing is expected.
 */
export function whyNotSend(
  incident: Incident | undefined,
  unit: Unit | undefined,
  assignment?: Assignment,
  now?: number,
): Why {
  if (!incident) return reason("why.noIncident");
  if (!unit) return reason("why.noUnit");
  if (!isOpen(incident)) return reason("why.incidentEnded", { n: incident.number });
  if (incident.draft) return reason("why.incidentDraft", { n: incident.number });
  if (incident.point === null) return reason("why.noPoint", { n: incident.number });
  if (!unit.on_duty) return reason("why.offDuty", { unit: unit.call_sign });
  if (unit.incident === incident.id && unit.assignment) return reason("why.alreadySent", { unit: unit.call_sign });
  if (unit.emergency) return reason("why.emergency", { unit: unit.call_sign });
  if (now !== undefined && canWaitFor(incident, unit, now)) {
    const standing = incident.awaits?.some((each) => each.unit === unit.id && each.by_hand);
    return standing ? reason("why.alreadyAwaited", { unit: unit.call_sign }) : null;
  }
  if (unit.assignment) {
    const beforeScene = assignment ? isBeforeScene(assignment) : unit.divertible;
    if (!beforeScene) return reason("why.atWork", { unit: unit.call_sign, n: unit.incident_number ?? 0 });
    return null;
  }
  if (unit.primary === "NotAvailable") return reason("why.notAvailable", { unit: unit.call_sign });
  return null;
}

/** Whether the incident lacks somebody, and could wait for this busy unit. */
export const canWaitFor = (incident: Incident, unit: Unit, now: number): boolean =>
  incident.units_missing > 0 && freeInS(unit, now) !== null;

/** Whether sending the unit would take it from another incident. */
export const needsDivert = (incident: Incident, unit: Unit): boolean =>
  unit.assignment !== null && unit.incident !== incident.id && !unit.free_at;

const isBeforeScene = (assignment: Assignment): boolean =>
  isOffered(assignment) || assignment.state === "accepted" || assignment.state === "en_route";

/** A step of an assignment, on behalf of the crew (told by radio). Earlier steps that are missing are recorded with it. */
export function whyNotStep(assignment: Assignment | undefined, step: Step): Why {
  if (!assignment) return reason("why.noAssignment");
  if (isEnded(assignment)) return reason("why.assignmentEnded", { unit: assignment.call_sign });
  const { state, call_sign: unit } = assignment;
  if (step === "withdraw") return null;
  if (state === "reserved") return reason("why.onlyPreAlert", { unit });
  switch (step) {
    case "accept":
    case "refuse":
      return isOffered(assignment) ? null : reason("why.alreadyAccepted", { unit });
    case "en-route":
      return isOffered(assignment) || state === "accepted" ? null : reason("why.alreadyEnRoute", { unit });
    case "on-scene":
      return state === "on_scene" || state === "transporting" ? reason("why.alreadyOnScene", { unit }) : null;
    case "transport":
      return state === "on_scene" ? null : reason("why.notOnScene", { unit });
    case "clear":
      return isOffered(assignment) ? reason("why.notAccepted", { unit }) : null;
    case "safety-check":
      return state === "on_scene" || state === "transporting" ? null : reason("why.notOnScene", { unit });
  }
}

/** The posts that bring an assignment to a step: the server takes one step at a time, a voice on the radio skips some. */
export function stepsTo(assignment: Assignment, step: Step): readonly Step[] {
  const offered = isOffered(assignment);
  if ((step === "en-route" || step === "on-scene") && offered) return ["accept", step];
  return [step];
}

type BackWord = "en_route" | "on_scene" | "transporting" | "cleared" | "withdrawn" | "safety_check";
const BACK: Readonly<Partial<Record<Step, BackWord>>> = {
  "en-route": "en_route",
  "on-scene": "on_scene",
  transport: "transporting",
  clear: "cleared",
  withdraw: "withdrawn",
  "safety-check": "safety_check",
};

/**
 * How a step is taken back, as the assignment was before it: by the word that the server knows it by; an offer that was withdrawn
 * is over, and sent `anew`; null where there is no way back.
 */
export function wayBack(before: Assignment, step: Step): BackWord | "anew" | null {
  if (step === "withdraw" && before.state === "reserved") return null;
  if (step === "withdraw" && isOffered(before)) return before.post ? null : "anew";
  return BACK[step] ?? null;
}

/** What is said of steps taken back: what was done stands, and of an offer also that it was accepted. */
export function saidBack(before: readonly Assignment[], step: Step): ConsoleKey {
  if (before.some((each) => wayBack(each, step) === "anew")) return "said.sentAnew";
  return before.some((each) => stepsTo(each, step).length > 1) ? "said.takenBackAccepted" : "said.takenBack";
}

export function whyNotAvailable(unit: Unit | undefined, available: boolean): Why {
  if (!unit) return reason("why.noUnit");
  if (!unit.on_duty) return reason("why.offDuty", { unit: unit.call_sign });
  if (unit.assignment) return reason("why.hasAssignment", { unit: unit.call_sign, n: unit.incident_number ?? 0 });
  if ((unit.primary === "Available") === available)
    return reason(available ? "why.alreadyAvailable" : "why.alreadyNotAvailable", { unit: unit.call_sign });
  return null;
}

/** Busy on scene, or away for a while: only then is it worth saying when the unit is free. */
export const isBusy = (unit: Unit): boolean =>
  unit.on_duty &&
  (unit.assignment === null
    ? unit.primary === "NotAvailable"
    : unit.assignment_state === "on_scene" || unit.assignment_state === "transporting");

export function whyNotDuty(unit: Unit | undefined, on: boolean): Why {
  if (!unit) return reason("why.noUnit");
  if (unit.on_duty === on) return reason(on ? "why.alreadyOnDuty" : "why.offDuty", { unit: unit.call_sign });
  if (!on && unit.assignment)
    return reason("why.hasAssignment", { unit: unit.call_sign, n: unit.incident_number ?? 0 });
  return null;
}

export function whyNotChange(incident: Incident | undefined): Why {
  if (!incident) return reason("why.noIncident");
  if (!isOpen(incident)) return reason("why.incidentEnded", { n: incident.number });
  if (incident.draft) return reason("why.incidentDraft", { n: incident.number });
  return null;
}

export function whyNotPriority(incident: Incident | undefined, priority: number): Why {
  return (
    whyNotChange(incident) ??
    (incident?.priority === priority ? reason("why.samePriority", { n: incident.number, p: priority }) : null)
  );
}

/** A less urgent priority than it has: somebody will ask why. */
export const isLowered = (incident: Incident, priority: number): boolean =>
  incident.priority !== null && priority > incident.priority;

/** Closing under a working unit would silence its safety timer. */
export function whyNotClose(incident: Incident | undefined): Why {
  const closed = whyNotChange(incident);
  if (closed || !incident) return closed;
  const working = activeAssignments(incident);
  return working.length > 0
    ? reason("why.unitsWorking", { n: working.length, units: working.map((each) => each.call_sign).join(" ") })
    : null;
}

export const whyNotCancel = (incident: Incident | undefined): Why =>
  !incident ? reason("why.noIncident") : !isOpen(incident) ? reason("why.incidentEnded", { n: incident.number }) : null;

export function whyNotReopen(incident: Incident | undefined): Why {
  if (!incident) return reason("why.noIncident");
  if (incident.joined_into) return reason("why.joined", { n: incident.joined_into.number });
  return isOpen(incident) ? reason("why.incidentOpen", { n: incident.number }) : null;
}

/** The least and the most after which the server asks a crew. */
const ASK_LEAST_S = 60;
const ASK_MOST_S = 3600;

/** How long until a crew is to be asked at an instant, within what may be set; what is past is asked as soon as may be. */
export const secondsUntil = (at: Time, nowMs: number): number =>
  Math.min(Math.max(Math.round((msOf(at) - nowMs) / 1000), ASK_LEAST_S), ASK_MOST_S);
