/** Everybody who called about one incident: what the server says of each, and who a message or a call-back would go to. */

import type { CallId, Metres } from "../../../core/units";
import type { Call } from "../../../core/views";

export type OddReason = "kind" | "far";

/** One answer of `GET /v1/incidents/{id}/callers`. */
export interface CallerOf {
  readonly call: Call;
  readonly apart_m: Metres | null;
  /** The incident was made of this call: it cannot be pulled out. */
  readonly began: boolean;
  /** Only the log has it any more. */
  readonly past: boolean;
  readonly odd: {
    readonly reasons: readonly OddReason[];
    readonly told_kind: string | null;
    readonly words: readonly string[];
  } | null;
}

export interface Callers {
  readonly callers: readonly CallerOf[];
  readonly past: number;
}

/** Whom the server thinks not to belong comes first, so that nobody need look for them; the others as they called. */
export const inOrder = (callers: readonly CallerOf[]): readonly CallerOf[] => [
  ...callers.filter((each) => each.odd),
  ...callers.filter((each) => !each.odd),
];

/** The one to look at first: whom the server thinks not to belong, else the first. */
export const firstOf = (callers: readonly CallerOf[]): CallId | null =>
  (callers.find((each) => each.odd) ?? callers[0])?.call.id ?? null;

/** Who is meant: those that are marked, else everybody that the server still has in memory. */
export function meant(callers: readonly CallerOf[], marked: ReadonlySet<string>): readonly CallerOf[] {
  const here = callers.filter((each) => !each.past);
  const chosen = here.filter((each) => marked.has(each.call.id));
  return chosen.length > 0 ? chosen : here;
}

export type WhyNotPull = "callers.why.began" | "callers.why.past" | "callers.why.none" | "callers.why.gone";

/** Why a caller cannot be pulled out, or null. */
export function whyNotPull(caller: CallerOf | undefined, live: Call | undefined): WhyNotPull | null {
  if (!caller) return "callers.why.none";
  if (caller.past) return "callers.why.past";
  if (caller.began) return "callers.why.began";
  return live && live.state !== "linked" ? "callers.why.gone" : null;
}
