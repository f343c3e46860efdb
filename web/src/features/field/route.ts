/** Where a unit is along its route, what comes next, and how much is left. Plain geometry, no map. */

import type { LonLat } from "../../core/units";
import { distanceM } from "../../core/units";

export interface Manoeuvre {
  readonly kind: string;
  readonly distance_m: number;
  readonly text_fa: string;
  readonly text_en: string;
  readonly point: LonLat;
}

export interface Route {
  readonly travel_time_s: number;
  readonly distance_m: number;
  readonly geometry: readonly LonLat[];
  readonly manoeuvres: readonly Manoeuvre[];
}

export interface Along {
  /** Metres from the start of the line to the nearest point on it. */
  readonly alongM: number;
  /** Metres from the position to that point. */
  readonly offM: number;
  readonly totalM: number;
}

/** The nearest point of a line to a position, measured along it. */
export function along(line: readonly LonLat[], point: LonLat): Along {
  const scale = Math.cos((point[1] * Math.PI) / 180);
  let best = { alongM: 0, offM: Number.POSITIVE_INFINITY };
  let total = 0;
  for (let n = 0; n + 1 < line.length; n++) {
    const a = line[n] as LonLat;
    const b = line[n + 1] as LonLat;
    const length = distanceM(a, b);
    const dx = (b[0] - a[0]) * scale;
    const dy = b[1] - a[1];
    const px = (point[0] - a[0]) * scale;
    const py = point[1] - a[1];
    const square = dx * dx + dy * dy;
    const part = square === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / square));
    const foot: LonLat = [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
    const off = distanceM(foot, point);
    if (off < best.offM) best = { alongM: total + length * part, offM: off };
    total += length;
  }
  if (line.length === 1) best = { alongM: 0, offM: distanceM(line[0] as LonLat, point) };
  return { ...best, totalM: total };
}

export interface Guidance {
  readonly next: Manoeuvre | null;
  /** The one after it, when it follows within 150 m. */
  readonly then: Manoeuvre | null;
  readonly toNextM: number;
  readonly leftM: number;
  readonly leftS: number;
  /** Further from the line than a road is wide: a new route is due. */
  readonly astray: boolean;
}

export const ASTRAY_M = 80;
const PASSED_M = 12;
const CLOSE_M = 150;

/** What to tell the driver at a position. Without a position: the beginning of the route. */
export function guidance(route: Route, point: LonLat | null): Guidance {
  const here = point && route.geometry.length > 0 ? along(route.geometry, point) : null;
  const done = here && here.offM <= ASTRAY_M * 3 ? here.alongM : 0;
  const total = here?.totalM || route.distance_m || 1;
  const leftM = Math.max(0, total - done);
  const placed = route.manoeuvres.map((manoeuvre) => ({
    manoeuvre,
    atM: route.geometry.length > 0 ? along(route.geometry, manoeuvre.point).alongM : 0,
  }));
  const ahead = placed.filter(({ manoeuvre, atM }) => manoeuvre.kind !== "depart" && atM > done + PASSED_M);
  const last = placed.at(-1);
  const next = ahead[0] ?? last ?? null;
  const then = next && ahead[1] && ahead[1].atM - next.atM < CLOSE_M ? ahead[1].manoeuvre : null;
  return {
    next: next?.manoeuvre ?? null,
    then,
    toNextM: next ? Math.max(0, next.atM - done) : leftM,
    leftM,
    leftS: route.travel_time_s * Math.min(1, leftM / total),
    astray: here !== null && here.offM > ASTRAY_M,
  };
}

/** Which way an arrow points for a kind of manoeuvre: degrees clockwise from straight on; null where no arrow helps. */
export function bearingOf(kind: string): number | null {
  const word = kind.toLowerCase().replace(/[^a-z]/g, "");
  if (word.includes("arrive") || word.includes("destination")) return null;
  if (word.includes("uturn")) return 180;
  const side = word.includes("left") ? -1 : word.includes("right") ? 1 : 0;
  if (side === 0) return 0;
  if (word.includes("sharp")) return side * 135;
  if (word.includes("slight") || word.includes("keep") || word.includes("bear")) return side * 40;
  return side * 90;
}
