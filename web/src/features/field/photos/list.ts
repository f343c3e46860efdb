/** Which pictures a crew may throw away or take back. Pure. */

import type { Photo } from "../../../core/views";
import type { Entry } from "../queue";

export const BACK_REASONS = ["mistake", "other_incident", "person"] as const;
export type BackReason = (typeof BACK_REASONS)[number];

/** Pictures of an incident that are on the device still, the newest first. */
export const picturesOf = (entries: readonly Entry[], incident: string): readonly Entry[] =>
  entries
    .filter((entry) => entry.action === "photo" && entry.subject === incident && entry.state !== "answered")
    .reverse();

/** What this crew's own unit has sent, the newest first: another crew's is not theirs to take back. */
export const ownSent = (photos: readonly Photo[], callSign: string | null): readonly Photo[] =>
  photos.filter((photo) => callSign !== null && photo.call_sign === callSign).reverse();

/** Whether a picture is on its way back: asked for on this device, and not refused. */
export const leavingOf = (entries: readonly Entry[], photo: string): boolean =>
  entries.some(
    (entry) => entry.action === "photo_back" && entry.state !== "refused" && entry.path.includes(`/photos/${photo}/`),
  );
