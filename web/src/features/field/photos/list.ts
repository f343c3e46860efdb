/** Which pictures and voice notes a crew may throw away or take back. Pure. */

import type { Entry } from "../queue";

export const BACK_REASONS = ["mistake", "other_incident", "person"] as const;
export type BackReason = (typeof BACK_REASONS)[number];

/** What is taken back by its id: its fields are those of pictures and of voice notes alike. */
type Kind = "photo" | "voice";

/** Pictures or voice notes of an incident that are on the device still, the newest first. */
export const keptOf = (entries: readonly Entry[], incident: string, kind: Kind): readonly Entry[] =>
  entries
    .filter((entry) => entry.action === kind && entry.subject === incident && entry.state !== "answered")
    .reverse();

/** What this crew's own unit has sent, the newest first: another crew's is not theirs to take back. */
export const ownSent = <T extends { readonly call_sign: string | null }>(
  all: readonly T[],
  callSign: string | null,
): readonly T[] => all.filter((each) => callSign !== null && each.call_sign === callSign).reverse();

/** Whether one is on its way back: asked for on this device, and not refused. */
export const leavingOf = (entries: readonly Entry[], kind: Kind, id: string): boolean =>
  entries.some(
    (entry) => entry.action === `${kind}_back` && entry.state !== "refused" && entry.path.includes(`/${kind}s/${id}/`),
  );
