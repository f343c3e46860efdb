/** The outbox's rules, without storage or network: what is sent next, what an answer means, what may still be taken back. */

import type { ProblemBody } from "../../api/problem";
import type { CommandId, Time, UnitId } from "../../core/units";

export type Action =
  | "accept"
  | "refuse"
  | "en_route"
  | "on_scene"
  | "transport"
  | "clear"
  | "take_back"
  | "safety_check"
  | "note"
  | "photo"
  | "photo_back"
  | "voice"
  | "voice_back"
  | "message"
  | "message_read"
  | "report"
  | "backup"
  | "duty"
  | "self_test"
  | "status"
  | "free_soon"
  | "emergency"
  | "emergency_end"
  | "own_event"
  | "hazard";

/** waiting → sending → answered (forgotten once the stream shows it) or refused (kept until read). */
export type EntryState = "waiting" | "sending" | "answered" | "refused";

export interface Entry {
  /** The idempotency key: the same for every attempt, also after a reload. */
  readonly id: CommandId;
  readonly seq: number;
  /** Whose act it is. It is never sent under another unit's session. */
  readonly unit: UnitId;
  readonly action: Action;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The assignment, incident or unit that it touches. */
  readonly subject: string;
  /** What it is about, in words for the list: an incident's number. */
  readonly label: string;
  readonly deviceAt: Time;
  /** When it was done by the device's steady counter, ms; unknown of what an older version kept. */
  readonly steadyMs?: number;
  /** Whether the server had told the time by then: before that, `deviceAt` is what the device's own clock said. */
  readonly timed?: boolean;
  readonly state: EntryState;
  readonly attempts: number;
  /** Server errors in a row; a silent network is not counted. */
  readonly faults: number;
  readonly refusal: (ProblemBody & { readonly status: number }) | null;
  /** The server had it already: an earlier attempt had come through, and only its answer was lost. */
  readonly duplicate?: boolean;
  /** The device could not store it: it lives in memory only. */
  readonly unkept?: boolean;
}

/** Its effect is shown as done: everything but what was refused. */
export const stands = (entry: Entry): boolean => entry.state !== "refused";
export const isQueued = (entry: Entry): boolean => entry.state === "waiting" || entry.state === "sending";

/** An act that lies on the device and cannot be read any more. */
export const ACT_LOST = "web.act_lost";

const URGENT: ReadonlySet<Action> = new Set(["emergency"]);
export const isUrgent = (entry: Entry): boolean => URGENT.has(entry.action);
/** Large and in no hurry: whatever else waits goes first, and also while one of these is under way. */
const BULKY: ReadonlySet<Action> = new Set(["photo", "voice"]);
export const isBulky = (entry: Entry): boolean => BULKY.has(entry.action);

export const inOrder = (a: Entry, b: Entry): number => a.seq - b.seq || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** What goes out next for this unit: in order, except that a call for help waits for nothing and nothing waits for a picture or a voice. */
export function nextToSend(entries: readonly Entry[], unit: UnitId): Entry | null {
  const all = entries.filter((entry) => entry.unit === unit && isQueued(entry)).sort(inOrder);
  const queue = all.filter((entry) => !isBulky(entry));
  if (queue.some((entry) => entry.state === "sending")) {
    const urgent = queue.find(isUrgent);
    return urgent?.state === "waiting" ? urgent : null;
  }
  const next = queue.find(isUrgent) ?? queue[0];
  if (next) return next;
  return all.some((entry) => entry.state === "sending") ? null : (all[0] ?? null);
}

/** What a device can say of the time: the server's as far as it knows it, whether it does, and a counter that nobody sets. */
export interface TimeTold {
  readonly nowMs: number;
  readonly timed: boolean;
  readonly steadyMs: number;
}

/**
 * How long ago an act was done, whatever was done to the device's clock meanwhile: by the server's time where it was known then
 * and is known now, else by the steady counter. Null when an older version kept neither.
 */
export function waitedMs(entry: Pick<Entry, "deviceAt" | "steadyMs" | "timed">, now: TimeTold): number | null {
  if (entry.steadyMs === undefined) return null;
  const waited = entry.timed && now.timed ? now.nowMs - Date.parse(entry.deviceAt) : now.steadyMs - entry.steadyMs;
  return Math.min(WAITED_MAX_MS, Math.max(0, Math.round(waited)));
}

/** The server believes in no longer wait. */
const WAITED_MAX_MS = 31 * 86_400_000;

export const UNDO_MS = 10_000;

/**
 * How long a step may still wait for its first attempt. With the link up nothing waits; without it the undo time is given
 * first, because an attempt that fails may yet have arrived.
 */
export function holdMs(entry: Entry, linkUp: boolean, nowMs: number): number {
  if (linkUp || entry.attempts > 0 || isUrgent(entry)) return 0;
  // A clock that is set back meanwhile must not hold it for longer.
  return Math.min(UNDO_MS, Math.max(0, Date.parse(entry.deviceAt) + UNDO_MS - nowMs));
}

/** Only what was never attempted and has nothing built upon it can be taken back without a trace. */
export function mayUndo(entry: Entry, entries: readonly Entry[]): boolean {
  if (entry.state !== "waiting" || entry.attempts > 0) return false;
  return !entries.some((other) => other.subject === entry.subject && isQueued(other) && inOrder(other, entry) > 0);
}

/** A picture or a voice note is the crew's own until it has left the device: nothing is built upon it. One under way has to come through first. */
export const mayDiscard = (entry: Entry): boolean =>
  isBulky(entry) && entry.state !== "sending" && entry.state !== "answered";

export const FAULTS_MAX = 5;

export type Answer =
  | { readonly kind: "done"; readonly duplicate?: boolean }
  | { readonly kind: "silence" }
  | { readonly kind: "signed_out" }
  | { readonly kind: "problem"; readonly status: number; readonly retryable: boolean; readonly body: ProblemBody };

/** The entry after an attempt. Silence is tried again for ever; a refusal is kept with its reason; nothing is dropped. */
export function afterAttempt(entry: Entry, answer: Answer): Entry {
  switch (answer.kind) {
    case "done":
      return { ...entry, state: "answered", faults: 0, ...(answer.duplicate ? { duplicate: true } : {}) };
    case "silence":
    case "signed_out":
      return { ...entry, state: "waiting" };
    case "problem": {
      const faults = entry.faults + 1;
      const again = answer.retryable || (answer.status >= 500 && faults < FAULTS_MAX);
      if (again) return { ...entry, state: "waiting", faults: answer.retryable ? entry.faults : faults };
      return { ...entry, state: "refused", refusal: { ...answer.body, status: answer.status } };
    }
  }
}

/** Wait before the next attempt: half a second, doubling, never more than ten; with a call for help never more than two. */
export function backoffMs(failures: number, chance: number, urgent = false): number {
  const most = Math.min(urgent ? 2_000 : 10_000, 500 * 2 ** Math.min(10, failures));
  return most / 2 + (most / 2) * chance;
}

/** What was stored, when the page starts again: an attempt that was under way is tried again with the same key. */
export function revived(stored: readonly Entry[]): readonly Entry[] {
  return stored
    .filter((entry) => entry.state !== "answered")
    .map((entry): Entry => (entry.state === "sending" ? { ...entry, state: "waiting" } : entry))
    .sort(inOrder);
}
