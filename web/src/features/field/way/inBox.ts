/** A line on the ground as a small drawing. */

import type { LonLat } from "../../../core/units";

/** The points of a line in a box of this size, north up, as large as it fits and in the middle. */
export function inBox(line: readonly LonLat[], width: number, height: number): readonly (readonly [number, number])[] {
  const scale = Math.cos(((line[0]?.[1] ?? 0) * Math.PI) / 180);
  const flat = line.map(([lon, lat]) => [lon * scale, -lat] as const);
  const xs = flat.map(([x]) => x);
  const ys = flat.map(([, y]) => y);
  const [west, north] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - west, Math.max(...ys) - north];
  const zoom = Math.min(width / (wide || 1e-9), height / (high || 1e-9));
  const round = (value: number): number => Math.round(value * 10) / 10;
  return flat.map(([x, y]) => [
    round((x - west) * zoom + (width - wide * zoom) / 2),
    round((y - north) * zoom + (height - high * zoom) / 2),
  ]);
}
