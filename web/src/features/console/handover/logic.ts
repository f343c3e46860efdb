/** What goes with a desk when it changes hands: what is open, and what falls due. Pure. */

import { activeAssignments, compareWorst, isOpen, isStanding } from "../../../core/selectors";
import { msOf } from "../../../core/units";
import type { Alarm, Call, HandOver, Incident } from "../../../core/views";
import type { Rung } from "../ringing/calls";
import { takerOf } from "../ringing/calls";

/** What a person answers for at the desk, worst first: theirs, and what nobody took by name. Drafts go with their call. */
export function openOf(incidents: Iterable<Incident>, person: string, now: number): readonly Incident[] {
  return [...incidents]
    .filter((each) => isOpen(each) && !each.draft && (each.keeper ?? person) === person)
    .sort(compareWorst(now));
}

/** Whether somebody would be missed at the desk: what is theirs by name, and callers they hold. */
export const answersFor = (
  incidents: Iterable<Incident>,
  calls: Iterable<Call>,
  person: string,
  now: number,
): boolean =>
  [...incidents].some((each) => isOpen(each) && each.keeper === person) || callsOf(calls, person, now).length > 0;

/** What goes over with a desk that waits to be taken: what was given, and what its leaver was given since. */
export function givenOf(incidents: Iterable<Incident>, given: HandOver, now: number): readonly Incident[] {
  const listed = new Set(given.incidents);
  return [...incidents]
    .filter((each) => isOpen(each) && (listed.has(each.id) || each.keeper === given.by))
    .sort(compareWorst(now));
}

/** Callers on a person's line, and those they have taken on to call back, who came first before the others. */
export function callsOf(calls: Iterable<Call>, person: string, now: number): readonly Call[] {
  const holds = (call: Call): boolean =>
    (call.state === "answered" && call.answered_by === person) ||
    (call.call_back === "due" && takerOf(call as Rung, now) === person);
  return [...calls].filter(holds).sort((a, b) => msOf(a.presented_at) - msOf(b.presented_at));
}

export interface Due {
  readonly at: number;
  readonly what: "safety" | "alarm" | "callBack" | "hold";
  readonly id: string;
  readonly incident: Incident | null;
  readonly sign: string;
  readonly alarm: Alarm | null;
}
const DUE_SHOWN = 12;

/** What falls due, the soonest first: safety checks, alarms that climb, callers who wait, incidents that come back. */
export function dueOf(
  incidents: readonly Incident[],
  alarms: Iterable<Alarm>,
  callBacks: Iterable<{ readonly id: string; readonly late_at: string }>,
): readonly Due[] {
  const due: Due[] = [];
  const none = { incident: null, sign: "", alarm: null };
  for (const incident of incidents) {
    for (const each of activeAssignments(incident)) {
      const at = msOf(each.safety_due);
      if (at !== null) due.push({ ...none, at, what: "safety", id: each.id, incident, sign: each.call_sign });
    }
    const back = msOf(incident.hold?.until ?? null);
    if (back !== null) due.push({ ...none, at: back, what: "hold", id: incident.id, incident });
  }
  for (const alarm of alarms) {
    if (!isStanding(alarm) || alarm.acknowledged_at !== null) continue;
    const at = msOf(alarm.climbs_at) ?? msOf(alarm.raised_at);
    const incident = incidents.find((each) => each.id === alarm.incident) ?? null;
    due.push({ at, what: "alarm", id: alarm.id, incident, sign: alarm.call_sign ?? "", alarm });
  }
  for (const wait of callBacks) due.push({ ...none, at: Date.parse(wait.late_at), what: "callBack", id: wait.id });
  return due.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).slice(0, DUE_SHOWN);
}

/** A seat of the demo is whoever sits there: the next person is known by the same name. */
const isShared = (person: string): boolean => person.startsWith("seat:");

/** The desk that this person may take now, the oldest first. */
export const toTake = (given: Iterable<HandOver>, person: string): HandOver | undefined =>
  [...given].sort((a, b) => a.at.localeCompare(b.at)).find((each) => each.by !== person || isShared(person));

/** The desk that this person gave and that waits. */
export const ownOf = (given: Iterable<HandOver>, person: string): HandOver | undefined =>
  [...given].find((each) => each.by === person);
