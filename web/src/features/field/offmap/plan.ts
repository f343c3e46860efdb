/** Which parts of a province's map a county needs: tiles by area, and the stretches of the file that they lie in. Pure. */

import { mercatorX, mercatorY } from "../../../map/camera";

export type Bounds = readonly [west: number, south: number, east: number, north: number];
export type Run = readonly [first: number, last: number];
export type TileName = readonly [z: number, x: number, y: number];

/** More than this is not a county's map any more: the finest zooms are left out. */
export const TILES_MOST = 6_000;
/** Asking again costs about as much as so many bytes that nobody needs. */
const GAP_BYTES = 16_384;
/** One request brings so much at most: a line that breaks loses no more than that. */
const RUN_BYTES = 1 << 20;

/** Every tile with something of the area on it, coarse ones first. */
export function tilesOf([west, south, east, north]: Bounds, zoomMost: number): readonly TileName[] {
  const tiles: TileName[] = [];
  for (let z = 0; z <= zoomMost; z++) {
    const count = 2 ** z;
    const at = (share: number): number => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    const [x0, x1, y0, y1] = [at(mercatorX(west)), at(mercatorX(east)), at(mercatorY(north)), at(mercatorY(south))];
    if (tiles.length + (x1 - x0 + 1) * (y1 - y0 + 1) > TILES_MOST) break;
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) tiles.push([z, x, y]);
  }
  return tiles;
}

/** The parts of a file in as few stretches as is sensible, in order; parts may be named twice and overlap. */
export function runsOf(parts: readonly Run[]): readonly Run[] {
  const runs: [number, number][] = [];
  for (const [first, last] of [...parts].sort((a, b) => a[0] - b[0])) {
    const run = runs.at(-1);
    if (run && first <= run[1] + 1) run[1] = Math.max(run[1], last);
    else if (run && first - run[1] <= GAP_BYTES && last - run[0] < RUN_BYTES) run[1] = Math.max(run[1], last);
    else runs.push([first, last]);
  }
  return runs;
}

export const bytesOf = (runs: readonly Run[]): number => runs.reduce((sum, [first, last]) => sum + last - first + 1, 0);
