/** When a page tells the server that somebody is there, and when it warns that nobody seems to be. */

/** Told at most this often. */
export const TELL_EVERY_MS = 60_000;
/** The strip comes so long before the session ends. */
export const WARN_MS = 120_000;

export interface Presence {
  /** When the server was last told, by this tab or another. */
  readonly toldAt: number;
  /** How long a session may be left alone; null for as long as it lasts. */
  readonly idleMs: number | null;
}

export const isToBeTold = (at: Presence, now: number): boolean => now - at.toldAt >= TELL_EVERY_MS;

/** How long the session still lasts when that is to be said; null otherwise. */
export function warnedMs(at: Presence, now: number): number | null {
  if (at.idleMs === null) return null;
  const left = at.toldAt + at.idleMs - now;
  return left <= WARN_MS ? Math.max(0, left) : null;
}
