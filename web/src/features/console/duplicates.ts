/** Open incidents that a new call may be about: near in place and time. */

import { isOpen } from "../../core/selectors";
import type { IncidentId, LonLat, Metres } from "../../core/units";
import { distanceM, msOf } from "../../core/units";
import type { Incident } from "../../core/views";

export const NEAR_M = 300;
export const RECENT_MS = 15 * 60_000;

export interface Duplicate {
  readonly incident: Incident;
  readonly distance: Metres;
  readonly ageMs: number;
  readonly sameKind: boolean;
}

/** Nearest first, the same kind before others at about the same distance. `own` is the draft of this call itself. */
export function duplicatesOf(
  incidents: Iterable<Incident>,
  point: LonLat | null,
  kind: string | null,
  now: number,
  own: IncidentId | null = null,
): readonly Duplicate[] {
  if (!point) return [];
  const found: Duplicate[] = [];
  for (const incident of incidents) {
    if (incident.id === own || incident.draft || !incident.point || !isOpen(incident)) continue;
    const ageMs = now - msOf(incident.created_at);
    if (ageMs > RECENT_MS) continue;
    const distance = distanceM(point, incident.point);
    if (distance > NEAR_M) continue;
    found.push({ incident, distance, ageMs, sameKind: kind !== null && incident.kind === kind });
  }
  const rank = (each: Duplicate): number => each.distance - (each.sameKind ? NEAR_M / 2 : 0);
  return found.sort((a, b) => rank(a) - rank(b) || a.incident.number - b.incident.number);
}
