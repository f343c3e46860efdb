/** Web Mercator in double precision: where a point stands on the screen. North is up and the map is never tilted. */

import type { LonLat } from "../core/units";

export interface Camera {
  readonly centre: LonLat;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

export const TILE = 512;

export const mercatorX = (lon: number): number => (lon + 180) / 360;
export function mercatorY(lat: number): number {
  const s = Math.sin((Math.max(-85.06, Math.min(85.06, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
}

/** A function from longitude and latitude to pixels of this camera; made once a drawing. */
export function projector(camera: Camera): (lon: number, lat: number) => readonly [x: number, y: number] {
  const size = TILE * 2 ** camera.zoom;
  const x0 = mercatorX(camera.centre[0]) * size - camera.width / 2;
  const y0 = mercatorY(camera.centre[1]) * size - camera.height / 2;
  return (lon, lat) => [mercatorX(lon) * size - x0, mercatorY(lat) * size - y0];
}

/** What lies under a pixel of this camera. */
export function unproject(camera: Camera, x: number, y: number): LonLat {
  const size = TILE * 2 ** camera.zoom;
  const mx = mercatorX(camera.centre[0]) + (x - camera.width / 2) / size;
  const my = mercatorY(camera.centre[1]) + (y - camera.height / 2) / size;
  return [mx * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * my))) * 180) / Math.PI];
}

/** The whole zoom at which bounds fill a screen. */
export function zoomFor(
  [west, south, east, north]: readonly [number, number, number, number],
  width: number,
  height: number,
): number {
  const share = Math.max(
    (mercatorX(east) - mercatorX(west)) / Math.max(1, width),
    (mercatorY(south) - mercatorY(north)) / Math.max(1, height),
  );
  return Math.floor(Math.log2(1 / (TILE * Math.max(share, 1e-12))));
}

/** Where bounds are all in view above what is covered at the foot, at a whole zoom. */
export function fitted(
  bounds: readonly [number, number, number, number],
  { width, height }: Pick<Camera, "width" | "height">,
  around: number,
  coveredPx: number,
  zoomMost: number,
): { readonly centre: LonLat; readonly zoom: number } {
  const { top, bottom } = marginsOf(around, coveredPx, height);
  const zoom = Math.min(zoomMost, zoomFor(bounds, width - 2 * around, height - top - bottom));
  const middle: LonLat = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
  const centre = unproject({ centre: middle, zoom, width, height }, width / 2, (height + bottom - top) / 2);
  return { centre, zoom };
}

/** Pixels a metre takes at a latitude and zoom. */
export function pixelsPerMetre(lat: number, zoom: number): number {
  return (TILE * 2 ** zoom) / (40_075_016.686 * Math.cos((lat * Math.PI) / 180));
}

/** West, south, east, north of some points, with a margin so that one point is not a box of nothing. */
export function boundsOf(
  points: readonly LonLat[],
  marginDeg = 0.004,
): readonly [number, number, number, number] | null {
  if (points.length === 0) return null;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon, lat] of points) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return [west - marginDeg, south - marginDeg, east + marginDeg, north + marginDeg];
}

/**
 * Room around what is to be seen, and at the foot as much more as is covered there. Of a low map half of what is not covered is
 * left to what is to be seen: without that the whole province would be shown.
 */
export function marginsOf(
  around: number,
  coveredPx: number,
  heightPx: number,
): { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number } {
  const covered = Math.min(coveredPx, heightPx / 3);
  const room = Math.min(around, (heightPx - covered) / 4);
  return { top: room, bottom: room + covered, left: around, right: around };
}

type Bounds = readonly [number, number, number, number];
export function joinBounds(all: readonly (Bounds | null)[]): Bounds | null {
  const known = all.filter((each): each is Bounds => each !== null);
  if (known.length === 0) return null;
  return [
    Math.min(...known.map((each) => each[0])),
    Math.min(...known.map((each) => each[1])),
    Math.max(...known.map((each) => each[2])),
    Math.max(...known.map((each) => each[3])),
  ];
}
