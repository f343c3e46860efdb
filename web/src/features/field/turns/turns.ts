/** The turns still to be made, and whether the scene is near. Plain geometry. */

import type { LonLat } from "../../../core/units";
import { distanceM } from "../../../core/units";
import type { Here } from "../locator";
import type { Manoeuvre, Route } from "../route";
import { along } from "../route";

export interface Ahead {
  readonly manoeuvre: Manoeuvre;
  /** Metres from here along the route. */
  readonly atM: number;
}

const PASSED_M = 12;

/** What is ahead on a route, in its order; without a position all of it. */
export function turnsAhead(route: Route, point: LonLat | null): readonly Ahead[] {
  const doneM = point && route.geometry.length > 0 ? along(route.geometry, point).alongM : 0;
  return route.manoeuvres
    .filter((manoeuvre) => manoeuvre.kind !== "depart")
    .map((manoeuvre) => ({ manoeuvre, atM: along(route.geometry, manoeuvre.point).alongM - doneM }))
    .filter(({ manoeuvre, atM }) => atM > PASSED_M || manoeuvre === route.manoeuvres.at(-1))
    .map(({ manoeuvre, atM }) => ({ manoeuvre, atM: Math.max(0, atM) }));
}

export const NEAR_M = 80;
const ROLLING_M_PER_S = 5 / 3.6;
const FRESH_MS = 15_000;

/** Whether the car has all but stopped where it was sent: a hint for a thumb, never a status of its own. */
export function isNear(here: Here | null, scene: LonLat | null, nowMs: number): boolean {
  if (!here || !scene || nowMs - here.at > FRESH_MS) return false;
  return (here.speedMPerS ?? 0) < ROLLING_M_PER_S && distanceM(here.point, scene) < NEAR_M;
}
