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

/** Aims in seconds that no office has agreed to yet; a unit's own way and answer window come from its recommendation. */
const ANSWER_S = 15;
const ENTRY_S = 30;
const QUEUE_P1_S = 45;
const DELIVERY_S = 3;
const TURNOUT_S = 60;
const RESPONSE_P1_S = 480;
const SEEN_S = 3;
const HELP_S = 5;

const ms = (time: Time | null | undefined): number | null => (time ? msOf(time) : null);
const first = (entries: readonly TimelineEntry[], name: string): number | null => {
  const found = entries.find((each) => each.name.startsWith(`${name}.v`));
  return found ? msOf(found.at) : null;
};

/** The parts of an incident, those of the whole before those of its units in the order in which they were sent. */
export function intervalsOf(incident: Incident, entries: readonly TimelineEntry[]): readonly Interval[] {
  const rang = first(entries, "intake.call_presented");
  const answered = first(entries, "intake.call_answered");
  const ended = ms(incident.closed_at) ?? first(entries, "dispatch.incident_cancelled");
  const sent = ms(incident.first_sent_at);
  const onScene = ms(incident.first_on_scene_at);
  const classified = ms(incident.classified_at);
  const urgent = incident.priority === 1;
  const found: (Interval | null)[] = [
    part("answer", rang, answered, ended, ANSWER_S, "target"),
    part("entry", answered, classified, ended, ENTRY_S, "target"),
    part("queue", classified, sent, ended, urgent ? QUEUE_P1_S : null, "target"),
    part("response", classified, onScene, ended, urgent ? RESPONSE_P1_S : null, "target"),
    part("wait", rang, onScene, ended, null, null),
    part("seen", classified, first(entries, "dispatch.seen_at_tier"), ended, SEEN_S, "target"),
    part(
      "help",
      first(entries, "dispatch.emergency_declared"),
      first(entries, "dispatch.emergency_acknowledged"),
      first(entries, "dispatch.emergency_ended"),
      HELP_S,
      "target",
    ),
  ];
  const units = incident.assignments
    .filter((each) => each.sent_at !== null)
    .toSorted((a, b) => (ms(a.sent_at) ?? 0) - (ms(b.sent_at) ?? 0));
  return [...found, ...units.flatMap(partsOf)].filter((each) => each !== null);
}

function partsOf(each: Assignment): readonly (Interval | null)[] {
  const sent = ms(each.sent_at);
  const ended = ms(each.ended_at) ?? ms(each.cleared_at);
  const answerBy = ms(each.answer_by);
  const window = sent !== null && answerBy !== null ? (answerBy - sent) / 1000 : null;
  const way = each.renewed?.after_s ?? each.travel_time_s;
  const begun = [
    part("delivery", sent, ms(each.sounded_at), ms(each.accepted_at) ?? ended, DELIVERY_S, "target"),
    part("decision", ms(each.sounded_at), ms(each.accepted_at), ended, window, "promised"),
    part("turnout", sent, ms(each.en_route_at), ended, TURNOUT_S, "target"),
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
  limitS: number | null,
  limit: Interval["limit"],
): Interval | null {
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
