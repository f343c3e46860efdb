/**
 * How long each part of an incident took, and what was promised or aimed at. Pure.
 *
 * The parts are those that control rooms publish: answer, entry, queue, delivery, decision, turnout, travel, response, the
 * caller's wait, time on scene. A part that has begun and not ended runs on.
 */

import type { Time } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Assignment, Incident, TimelineEntry } from "../../../core/views";

export type Part =
  | "answer"
  | "entry"
  | "queue"
  | "delivery"
  | "decision"
  | "turnout"
  | "travel"
  | "response"
  | "wait"
  | "scene"
  | "seen"
  | "help";

export interface Interval {
  readonly part: Part;
  readonly unit: string | null;
  readonly from: number;
  /** Null while it runs. */
  readonly to: number | null;
  /** What was promised to this incident (`promised`), or what is aimed at for all like it (`target`). */
  readonly limitS: number | null;
  readonly limit: "promised" | "target" | null;
}

/** What an office aims at, in seconds; five values are by priority, and 0 is no aim. Its rules say it. */
export interface Aims {
  readonly answer_s: number;
  readonly entry_s: number;
  readonly queue_s: readonly number[];
  readonly delivery_s: number;
  readonly turnout_s: number;
  readonly response_s: readonly number[];
  readonly seen_s: number;
  readonly help_s: number;
}

/** The server's own, for offices that have set none. A unit's way and answer window come from its recommendation. */
export const STANDARD_AIMS: Aims = {
  answer_s: 15,
  entry_s: 30,
  queue_s: [45, 0, 0, 0, 0],
  delivery_s: 3,
  turnout_s: 60,
  response_s: [480, 0, 0, 0, 0],
  seen_s: 3,
  help_s: 5,
};

const ms = (time: Time | null | undefined): number | null => (time ? msOf(time) : null);
const first = (entries: readonly TimelineEntry[], name: string): number | null => {
  const found = entries.find((each) => each.name.startsWith(`${name}.v`));
  return found ? msOf(found.at) : null;
};

/** The parts of an incident, those of the whole before those of its units in the order in which they were sent. */
export function intervalsOf(
  incident: Incident,
  entries: readonly TimelineEntry[],
  aims: Aims = STANDARD_AIMS,
): readonly Interval[] {
  const rang = first(entries, "intake.call_presented");
  const answered = first(entries, "intake.call_answered");
  const ended = ms(incident.closed_at) ?? first(entries, "dispatch.incident_cancelled");
  const sent = ms(incident.first_sent_at);
  const onScene = ms(incident.first_on_scene_at);
  const classified = ms(incident.classified_at);
  const at = (incident.priority ?? 0) - 1;
  const found: (Interval | null)[] = [
    part("answer", rang, answered, ended, aims.answer_s, "target"),
    part("entry", answered, classified, ended, aims.entry_s, "target"),
    part("queue", classified, sent, ended, aims.queue_s[at] ?? 0, "target"),
    part("response", classified, onScene, ended, aims.response_s[at] ?? 0, "target"),
    part("wait", rang, onScene, ended, null, null),
    part("seen", classified, first(entries, "dispatch.seen_at_tier"), ended, aims.seen_s, "target"),
    part(
      "help",
      first(entries, "dispatch.emergency_declared"),
      first(entries, "dispatch.emergency_acknowledged"),
      first(entries, "dispatch.emergency_ended"),
      aims.help_s,
      "target",
    ),
  ];
  const units = incident.assignments
    .filter((each) => each.sent_at !== null)
    .toSorted((a, b) => (ms(a.sent_at) ?? 0) - (ms(b.sent_at) ?? 0));
  return [...found, ...units.flatMap((each) => partsOf(each, aims))].filter((each) => each !== null);
}

function partsOf(each: Assignment, aims: Aims): readonly (Interval | null)[] {
  const sent = ms(each.sent_at);
  const ended = ms(each.ended_at) ?? ms(each.cleared_at);
  const answerBy = ms(each.answer_by);
  const window = sent !== null && answerBy !== null ? (answerBy - sent) / 1000 : null;
  const way = each.renewed?.after_s ?? each.travel_time_s;
  const begun = [
    part("delivery", sent, ms(each.sounded_at), ms(each.accepted_at) ?? ended, aims.delivery_s, "target"),
    part("decision", ms(each.sounded_at), ms(each.accepted_at), ended, window, "promised"),
    part("turnout", sent, ms(each.en_route_at), ended, aims.turnout_s, "target"),
    part("travel", ms(each.en_route_at), ms(each.on_scene_at), ended, way, "promised"),
    part("scene", ms(each.on_scene_at), ms(each.cleared_at), ended, null, null),
  ];
  return begun.map((one) => one && { ...one, unit: each.call_sign });
}

/** A part from its beginning to its end; when it never ended and the thing is over, there is nothing to say. */
function part(
  name: Part,
  from: number | null,
  to: number | null,
  over: number | null,
  aimS: number | null,
  limit: Interval["limit"],
): Interval | null {
  // Of aims 0 is none; a promise of nothing is a promise.
  const limitS = limit === "target" && aimS === 0 ? null : aimS;
  if (from === null || (to === null && over !== null)) return null;
  // Stamps of two clocks may cross by a moment.
  const end = to === null ? null : Math.max(from, to);
  return { part: name, unit: null, from, to: end, limitS, limit: limitS === null ? null : limit };
}

/** How it stands against what was promised: within it, over it, or nothing was. */
export function standing(interval: Interval, now: number): "within" | "over" | null {
  if (interval.limitS === null) return null;
  return ((interval.to ?? now) - interval.from) / 1000 > interval.limitS ? "over" : "within";
}

export interface Ages {
  /** Since the first thing that is known of the incident. */
  readonly age: number;
  /** Since the fact before it. */
  readonly since: number;
}

/** The age and the gap of each entry, by position; `entries` in the order of the log. */
export function agesOf(entries: readonly TimelineEntry[]): ReadonlyMap<number, Ages> {
  const ages = new Map<number, Ages>();
  const times = entries.map((each) => msOf(each.at));
  const begin = Math.min(...times);
  let before = begin;
  for (const [n, entry] of entries.entries()) {
    const at = times[n] as number;
    ages.set(entry.position, { age: at - begin, since: Math.max(0, at - before) });
    before = Math.max(before, at);
  }
  return ages;
}
