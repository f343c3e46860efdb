/** A stored event as a sentence. */

import type { TimelineEntry } from "../../core/views";

/** What a sentence needs from outside: names of things. */
export interface TimelineWords {
  readonly kind: (code: string | null, at?: string) => string;
  readonly office: (id: string | null) => string;
  readonly unit: (id: string) => string;
  readonly incidentNumber: (id: string) => number | null;
  readonly waiting: (code: string) => string;
  readonly cause: (code: string) => string;
  readonly alarm: (code: string) => string;
  readonly reason: (code: string | null) => string;
  readonly disposition: (code: string) => string;
  readonly clock: (ms: number | null) => string;
  readonly span: (seconds: number) => string;
  readonly distance: (metres: number) => string;
  /** A word of the catalogue, or the code itself. */
  readonly word: (prefix: string, code: string) => string;
  /** Whichever of two the reader reads. */
  readonly either: (fa: string, en: string) => string;
  readonly person: (actor: string) => string;
  readonly none: string;
}

export interface Sentence {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

type Data = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number | null => (typeof value === "number" && value >= 0 ? value : null);

/** A stored instant counts microseconds; one that was already written out is read too. */
export function instantMs(value: unknown): number | null {
  if (typeof value === "number") return value / 1000;
  return typeof value === "string" && value !== "" ? Date.parse(value) : null;
}

/** `dispatch.offer_sent.v1` → `ev.dispatch.offer_sent`. */
export const sentenceKey = (name: string): string => `ev.${name.replace(/\.v\d+$/, "")}`;

/** The message key of an entry with the values that any of the sentences may ask for. */
export function sentenceOf(
  entry: Pick<TimelineEntry, "name" | "data"> & Partial<Pick<TimelineEntry, "at">>,
  words: TimelineWords,
): Sentence {
  const data: Data = entry.data;
  const recommendation = data.recommendation as Data | undefined;
  const chosen = recommendation ? chosenOf(recommendation) : null;
  const driving = number((chosen ?? data).travel_time_s) ?? number(data.after_s);
  const eta = driving === null ? null : driving + (number(chosen?.delay_s) ?? 0);
  const unitId = chosen
    ? text(chosen.unit_id) || text(chosen.unit)
    : text(data.unit_id) || text(data.unit) || text(data.of_unit);
  const values: Record<string, string | number> = {
    name: entry.name,
    unit: recommendation && !chosen ? "none" : unitId ? words.unit(unitId) : words.none,
    eta: eta === null ? words.none : words.span(eta),
    kind: words.kind(text(data.kind) || null, entry.at),
    place: text(data.place) || words.none,
    p: number(data.priority) ?? words.none,
    office: words.office(text(data.office) || text((data.basis as Data | null)?.office) || text(data.station) || null),
    where: words.office(text(data.target) || null),
    words: text(data.words),
    hold: words.word("hold", text(data.cause)),
    keeper: data.keeper ? words.person(text(data.keeper)) : words.none,
    role: words.word("task.role", text(data.role)),
    tier: words.word("tier", text(data.tier)),
    alarm: words.alarm(text(data.cause)),
    cause: words.cause(text(data.cause)),
    text: text(data.text) || answersOf(data, words),
    disposition: data.disposition ? words.disposition(text(data.disposition)) : words.none,
    outcome: words.word("outcome", text(data.outcome)),
    channel: words.word("channel", text(data.channel)),
    source: words.word("source", text(data.source)),
    accuracy: number(data.accuracy_m) === null ? words.none : words.distance(number(data.accuracy_m) as number),
    until: words.clock(
      instantMs(data.answer_by) ??
        instantMs(data.alarm_at) ??
        instantMs(data.free_at) ??
        instantMs(data.until) ??
        instantMs(data.safety_due),
    ),
    service: words.word("service", text(data.service)),
    by: data.by ? "desk" : "crew",
    step: words.word("assignment", text(data.step)),
    because: text(data.reason) ? `: ${words.reason(text(data.reason))}` : "",
    reason: entry.name.startsWith("dispatch.incident_waits")
      ? words.waiting(text(data.reason))
      : words.reason(text(data.reason) || null),
    n:
      number(data.number) ??
      words.incidentNumber(text(data.to_incident) || text(data.into) || text(data.other) || text(data.of)) ??
      words.none,
  };
  return { key: sentenceKey(entry.name), values };
}

/** Short words of answers that the crew was told. */
function answersOf(data: Data, words: TimelineWords): string {
  const answers = Array.isArray(data.answers) ? (data.answers as Data[]) : [];
  const short = answers.map((each) => words.either(text(each.fa), text(each.en))).filter((word) => word !== "");
  return short.join(" · ") || words.none;
}

function chosenOf(recommendation: Data): Data | null {
  const candidates = Array.isArray(recommendation.candidates) ? (recommendation.candidates as Data[]) : [];
  return candidates.find((each) => each.chosen === true) ?? candidates[0] ?? null;
}

/** Device times are said only when they differ from ours by more than this. */
const CLOCKS_DIFFER_MS = 2_000;

export function deviceTimeOf(entry: Pick<TimelineEntry, "at" | "device_at">): string | null {
  if (!entry.device_at) return null;
  return Math.abs(Date.parse(entry.device_at) - Date.parse(entry.at)) > CLOCKS_DIFFER_MS ? entry.device_at : null;
}

/** Bookkeeping that a person reads only when asked: receipts of limits, repeated drafts. */
export const isMinor = (name: string): boolean =>
  /^dispatch\.(waiting_limit_set|draft_updated|incident_archived)\b/.test(name) ||
  /^intake\.call_described\b/.test(name);

/** What follows from other facts without anybody's hand; whoever's command set it off did not decide it. */
const BY_ITSELF =
  /^dispatch\.(units_recommended|incident_waits|waiting_limit_set|offer_sent|alarm_raised|alarm_climbed|alarm_cleared|unit_in_area|seen_at_tier|office_tasked|incident_drafted|call_joined)\b/;

/** Whom to name beside a fact: `{ role }` for a seat, `{ name }` for a person, null when the sentence says it already. */
export function actorOf(
  entry: Pick<TimelineEntry, "name" | "actor" | "data">,
): { readonly role: string } | { readonly name: string } | null {
  const { actor, data } = entry;
  if (!actor || actor === "system" || BY_ITSELF.test(entry.name)) return null;
  if (entry.name.startsWith("dispatch.unit_reserved") && data.cause !== "manual") return null;
  if (actor.startsWith("gateway:")) return { role: "gateway" };
  const seat = /^(?:seat|simulator):([a-z_]+):(.*)$/.exec(actor);
  if (!seat) return { name: actor };
  if (seat[1] === "officer" && seat[2] === data.unit_id) return null;
  return { role: seat[1] as string };
}
