/** Which calls ask for a hand now: those that ring, those answered at the exchange alone, and those to call back. */

import { msOf } from "../../../core/units";
import type { Call } from "../../../core/views";

/** A call with what the exchange told of it. */
export type Rung = Call & {
  readonly asserted: boolean;
  readonly ringing_ended: "elsewhere" | "abandoned" | "no_word" | null;
  readonly call_back: "due" | "done" | null;
  readonly call_back_tries: number;
  readonly call_back_by: string | null;
  readonly call_back_taken_by: string | null;
  readonly call_back_taken_until: string | null;
};

export type CallBackResult = "reached" | "no_answer" | "busy" | "not_needed";
export const CALL_BACK_RESULTS: readonly CallBackResult[] = ["reached", "no_answer", "busy", "not_needed"];

/** How long a caller who hung up is still shown among the ringing ones. */
export const HUNG_UP_SHOWN_MS = 20_000;

/** Somebody speaks with the caller at the exchange, and no desk has the call yet. */
export const isUnclaimed = (call: Call): boolean => call.state === "answered" && call.answered_by === null;

export const isTakeable = (call: Call): boolean => call.state === "ringing" || isUnclaimed(call);

/** A report that is no emergency waits in the list of calls until somebody has time; its words may make it urgent. */
export const isCalm = (call: Call): boolean =>
  call.channel === "report" && call.state === "ringing" && (call.priority === null || call.priority > 2);

/**
 * What a free hand takes: real calls before tests, the newest ringing one first, then those answered at the exchange. In a guided
 * exercise its own call, `practised`, is the one meant.
 */
export function takeableOf(calls: Iterable<Call>, practised: string | null): readonly Call[] {
  const rank = (call: Call): number =>
    call.id === practised ? -1 : (call.is_test ? 2 : 0) + (call.state === "ringing" ? 0 : 1);
  return [...calls]
    .filter((call) => isTakeable(call) && !isCalm(call))
    .sort((a, b) => rank(a) - rank(b) || msOf(b.presented_at) - msOf(a.presented_at) || (a.id < b.id ? 1 : -1));
}

export const justHungUp = (call: Call, now: number): boolean =>
  call.state === "abandoned" && call.ended_at !== null && now - msOf(call.ended_at) < HUNG_UP_SHOWN_MS;

/** Whom to call back, who has waited longest first. */
export function callBacksOf(calls: Iterable<Call>): readonly Rung[] {
  const since = (call: Call): number => msOf(call.ended_at ?? call.presented_at);
  return [...(calls as Iterable<Rung>)]
    .filter((call) => call.call_back === "due")
    .sort((a, b) => since(a) - since(b) || (a.id < b.id ? -1 : 1));
}

/** Who is calling back now, unless they took it and let the time run out. */
export const takerOf = (call: Rung, now: number): string | null =>
  call.call_back_taken_by && (msOf(call.call_back_taken_until as never) ?? 0) > now ? call.call_back_taken_by : null;

/** What a free hand calls back next: who has waited longest and is nobody else's. */
export const nextToCallBack = (calls: Iterable<Call>, me: string, now: number): Rung | undefined =>
  callBacksOf(calls).find((call) => [null, me].includes(takerOf(call, now)));

export const isLate = (call: Rung, now: number): boolean =>
  call.call_back === "due" && call.call_back_by !== null && msOf(call.call_back_by as never) <= now;
