/** When a map that follows a unit has to move. Pure. */

import type { LonLat } from "../../../core/units";

/** So much of each side is the edge: a unit that comes there is brought back to the middle. */
const EDGE = 0.25;

/** Whether a unit still stands in the middle of what is shown; between two moves the map is at rest and can be read. */
export function isInMiddle(
  [lon, lat]: LonLat,
  [west, south, east, north]: readonly [number, number, number, number],
): boolean {
  const [marginLon, marginLat] = [(east - west) * EDGE, (north - south) * EDGE];
  return lon >= west + marginLon && lon <= east - marginLon && lat >= south + marginLat && lat <= north - marginLat;
}
