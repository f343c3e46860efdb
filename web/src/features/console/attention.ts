/** Which alarms and calls ask for a person now, and in which order. */

import { alarmGrade, compareAlarms, isStanding } from "../../core/selectors";
import { msOf } from "../../core/units";
import type { Alarm, Call } from "../../core/views";
import { isCalm } from "./ringing/calls";

/** Those that ask for something now: not acknowledged, or an emergency that still lasts. Notices are counted, not shown. */
export function alarmsOf(alarms: Iterable<Alarm>, now: number): readonly Alarm[] {
  return [...alarms]
    .filter((each) => isStanding(each) && alarmGrade(each) !== "notice" && !isShelved(each, now))
    .filter((each) => each.acknowledged_at === null || alarmGrade(each) === "emergency")
    .sort((a, b) => urgent(a) - urgent(b) || compareAlarms(a, b));
}

/** An emergency stays on top while it lasts, also when somebody has taken it. */
const urgent = (alarm: Alarm): number => (alarmGrade(alarm) === "emergency" ? 0 : 1);

/** An officer's safety is never put aside. */
export const mayBeShelved = (alarm: Alarm): boolean => alarmGrade(alarm) !== "emergency" && alarm.cause !== "backup";

/** Put aside for now. */
export const isShelved = (alarm: Alarm, now: number): boolean =>
  alarm.shelf != null && msOf(alarm.shelf.until) > now && isStanding(alarm) && mayBeShelved(alarm);

export const nextToAcknowledge = (alarms: Iterable<Alarm>, now: number): Alarm | undefined =>
  alarmsOf(alarms, now).find((each) => each.acknowledged_at === null);

/** Ringing calls, the newest first: that is the one a free hand takes. */
export function ringingOf(calls: Iterable<Call>): readonly Call[] {
  return [...calls]
    .filter((call) => call.state === "ringing" && !isCalm(call))
    .sort((a, b) => msOf(b.presented_at) - msOf(a.presented_at) || (a.id < b.id ? 1 : -1));
}
