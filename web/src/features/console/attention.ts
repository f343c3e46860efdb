/** Which alarms and calls ask for a person now, and in which order. */

import type { AlarmGrade } from "../../core/selectors";
import { alarmGrade, compareAlarms, isStanding } from "../../core/selectors";
import { msOf } from "../../core/units";
import type { Alarm, Call } from "../../core/views";
import { isCalm } from "./ringing/calls";

/** At a desk that could send somebody, the most urgent incident left waiting is an emergency, as an officer's own is. */
export const gradeAtDesk = (alarm: Alarm): AlarmGrade =>
  alarm.cause === "waiting" && alarm.priority === 1 ? "emergency" : alarmGrade(alarm);

/** Those that ask for something now: not acknowledged, or an emergency that still lasts. Notices are counted, not shown. */
export function alarmsOf(alarms: Iterable<Alarm>, now: number): readonly Alarm[] {
  return [...alarms]
    .filter((each) => isStanding(each) && gradeAtDesk(each) !== "notice" && !isShelved(each, now))
    .filter((each) => each.acknowledged_at === null || gradeAtDesk(each) === "emergency")
    .sort((a, b) => urgent(a) - urgent(b) || compareAlarms(a, b));
}

/** An emergency stays on top while it lasts, also when somebody has taken it. */
const urgent = (alarm: Alarm): number => (gradeAtDesk(alarm) === "emergency" ? 0 : 1);

/** What lies on the table: one alarm, or in a flood all of one cause. */
export type Line = { readonly alarm: string } | { readonly cause: string; readonly alarms: readonly string[] };

/** More than so many raised within so long are a flood, for as long as they stand: no operator reads them one by one. */
const FLOOD = 10;
const FLOOD_WITHIN_MS = 600_000;

function isFlood(alarms: readonly Alarm[]): boolean {
  const raised = alarms.map((each) => msOf(each.raised_at)).sort((a, b) => a - b);
  return raised.some((at, n) => (raised[n + FLOOD] ?? Number.POSITIVE_INFINITY) - at <= FLOOD_WITHIN_MS);
}

/** The alarms as lines, in their order; in a flood those of one cause stand together, but emergencies never. */
export function linesOf(alarms: readonly Alarm[]): readonly Line[] {
  const single = (alarm: Alarm): Line => ({ alarm: alarm.id });
  if (!isFlood(alarms)) return alarms.map(single);
  const causes = new Map<string, Alarm[]>();
  for (const each of alarms)
    if (gradeAtDesk(each) !== "emergency") causes.set(each.cause, [...(causes.get(each.cause) ?? []), each]);
  return [
    ...alarms.filter((each) => gradeAtDesk(each) === "emergency").map(single),
    ...[...causes].map(([cause, all]) =>
      all.length === 1 ? single(all[0] as Alarm) : { cause, alarms: all.map((each) => each.id as string) },
    ),
  ];
}

/** Neither an officer's safety nor an emergency is ever put aside. */
export const mayBeShelved = (alarm: Alarm): boolean => gradeAtDesk(alarm) !== "emergency" && alarm.cause !== "backup";

/** Put aside for now. */
export const isShelved = (alarm: Alarm, now: number): boolean =>
  alarm.shelf != null && msOf(alarm.shelf.until) > now && isStanding(alarm) && mayBeShelved(alarm);

/** What one key acknowledges: the first that nobody has taken, or in a flood the first that lie folded. */
export function nextToAcknowledge(alarms: Iterable<Alarm>, now: number): readonly Alarm[] {
  const all = new Map(alarmsOf(alarms, now).map((each) => [each.id as string, each]));
  for (const line of linesOf([...all.values()])) {
    const its = "alarm" in line ? [line.alarm] : line.alarms;
    const untaken = its.map((id) => all.get(id) as Alarm).filter((each) => each.acknowledged_at === null);
    if (untaken.length > 0) return untaken;
  }
  return [];
}

/** What a key puts aside: the first that may be. */
export const nextToShelve = (alarms: Iterable<Alarm>, now: number): Alarm | undefined =>
  alarmsOf(alarms, now).find(mayBeShelved);

/** Ringing calls, the newest first: that is the one a free hand takes. */
export function ringingOf(calls: Iterable<Call>): readonly Call[] {
  return [...calls]
    .filter((call) => call.state === "ringing" && !isCalm(call))
    .sort((a, b) => msOf(b.presented_at) - msOf(a.presented_at) || (a.id < b.id ? 1 : -1));
}
