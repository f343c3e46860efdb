import type { Detail, Premise } from "../../../core/views";
import type { Entry } from "../queue";
import { stands } from "../queue";

const SHOWN = 3;

/** The hazards that the screen has room for: severe ones that nobody of this crew has read come before all others. */
export function shownOf(detail: Detail | null, isRead: (note: Premise) => boolean): readonly Premise[] {
  const rank = (note: Premise) => (note.severe ? (isRead(note) ? 1 : 0) : 2);
  return [...(detail?.premises ?? [])].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
}

export const pathOf = (incident: string, note: string): string =>
  `/v1/incidents/${encodeURIComponent(incident)}/hazards/${encodeURIComponent(note)}/acknowledge`;

/** Whether this person has said so, or is about to be heard saying so. */
export function isReadBy(note: Premise, person: string, incident: string, entries: readonly Entry[]): boolean {
  if (note.acknowledged_by.includes(person)) return true;
  const path = pathOf(incident, note.id);
  return entries.some((entry) => entry.action === "hazard" && entry.path === path && stands(entry));
}
