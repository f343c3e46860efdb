/**
 * What the handheld remembers through a reload: what was taken away, what was shouted again, the step that may be taken back,
 * and whether it calls in silence.
 */

import type { Gone } from "./mission";
import { pocket } from "./pocket";
import { UNDO_MS } from "./queue";
import type { Slip } from "./state";

/** As the theme, of the device and of nobody: it outlasts a duty, so that whoever relies on silence has it. */
const DISCREET = "nazdik.field.discreet";

export function isDiscreet(): boolean {
  try {
    return localStorage.getItem(DISCREET) !== null;
  } catch {
    return false;
  }
}

export function writeDiscreet(discreet: boolean): void {
  try {
    if (discreet) localStorage.setItem(DISCREET, "1");
    else localStorage.removeItem(DISCREET);
  } catch {
    // It holds until the page is closed.
  }
}

function listIn(name: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(pocket.get(name) ?? "[]");
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

export const readGone = (): readonly Gone[] => listIn("gone") as readonly Gone[];
export const writeGone = (gone: readonly Gone[]): void => pocket.set("gone", JSON.stringify(gone));

export const readRealerts = (): readonly (readonly [string, string])[] =>
  listIn("realerts") as readonly (readonly [string, string])[];
export const writeRealerts = (seen: ReadonlyMap<string, string>): void =>
  pocket.set("realerts", JSON.stringify([...seen].slice(-20)));

/** A counter that nobody sets. Its zero is the browser's, not this page's: it counts on through a reload. */
export const steadyMs = (): number => performance.timeOrigin + performance.now();

export const writeSlip = (slip: Slip | null): void => pocket.set("slip", slip && JSON.stringify(slip));

/** The step that may still be taken back; null once its time is over, also when the counter was set back by a restart. */
export function readSlip(now = steadyMs()): Slip | null {
  const slip = JSON.parse(pocket.get("slip") ?? "null") as Slip | null;
  return slip && slip.until > now && slip.until <= now + UNDO_MS ? slip : null;
}
