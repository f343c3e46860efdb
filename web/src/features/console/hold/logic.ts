/** Putting an incident on hold: why it cannot be, and which reasons need words. Pure. */

import type { Reason } from "../../../core/reasons";
import { reason } from "../../../core/reasons";
import type { Incident } from "../../../core/views";
import type { ConsoleKey } from "../messages";
import { whyNotClose } from "../rules";

export const HOLD_REASONS = ["caller", "other_service", "appointment", "no_danger", "other"] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];
export const HOLD_MINUTES = [5, 10, 20, 30, 60] as const;
export const HOLD_MOST = 240;
const WORDS_LEAST = 3;

/** Nobody may be working on it: whoever is on the way would go on. */
export function whyNotHold(incident: Incident | undefined): Reason<ConsoleKey> | null {
  if (incident?.emergency) return reason("why.holdEmergency");
  return whyNotClose(incident);
}

/** A priority 1 is held for a reason in words only, and so is what no code names. */
export const needsWords = (incident: Incident, code: HoldReason): boolean =>
  incident.priority === 1 || code === "other";

export const hasWords = (words: string): boolean => words.trim().length >= WORDS_LEAST;
