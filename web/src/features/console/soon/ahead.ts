/** How long a recommended unit waits before it sets out, and why, as it is this second. */

import { msOf } from "../../../core/units";
import type { Candidate } from "../../../core/views";

export interface Ahead {
  /** Busy until its crew is done; has to be called away; its crew is not in the car. */
  readonly kind: "free" | "divert" | "turnout";
  readonly waitS: number;
  /** Seconds from now until it would be there; null without a position. */
  readonly arrivalS: number | null;
}

/** Null when it can set out at once. `at` is when the recommendation was computed. */
export function aheadOf(candidate: Candidate, at: number, now: number): Ahead | null {
  const delay = candidate.delay_s ?? 0;
  const freeAt = msOf(candidate.free_at ?? null);
  if (freeAt === null && delay <= 0) return null;
  // What a crew said counts down; what a crew needs to its car does not.
  const waitS = freeAt === null ? delay : Math.max(0, (freeAt - Math.max(now, at)) / 1000);
  const kind = freeAt !== null ? "free" : candidate.divert_from !== null ? "divert" : "turnout";
  return { kind, waitS, arrivalS: candidate.travel_time_s === null ? null : waitS + candidate.travel_time_s };
}

/** Whether it could be sent now: a unit that is still busy can only be waited for. */
export const isReady = (candidate: Candidate): boolean => (candidate.free_at ?? null) === null;
