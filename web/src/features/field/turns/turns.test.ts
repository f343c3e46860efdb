import { expect, test } from "vitest";
import type { LonLat } from "../../../core/units";
import type { Here } from "../locator";
import type { Route } from "../route";
import { isNear, turnsAhead } from "./turns";

// North for about 1.1 km, then east for about 0.95 km.
const LINE: readonly LonLat[] = [
  [48.68, 31.3],
  [48.68, 31.31],
  [48.69, 31.31],
];
const turn = (kind: string, point: LonLat) => ({ kind, point, distance_m: 0, text_fa: kind, text_en: kind });
const ROUTE: Route = {
  travel_time_s: 200,
  distance_m: 2060,
  geometry: LINE,
  manoeuvres: [turn("depart", LINE[0] as LonLat), turn("right", LINE[1] as LonLat), turn("arrive", LINE[2] as LonLat)],
};
const kinds = (point: LonLat | null) => turnsAhead(ROUTE, point).map(({ manoeuvre }) => manoeuvre.kind);

test("what is passed leaves the list, and the end stays on it", () => {
  expect(kinds(null)).toEqual(["right", "arrive"]);
  expect(kinds([48.68, 31.3])).toEqual(["right", "arrive"]);
  expect(kinds([48.685, 31.31])).toEqual(["arrive"]);
  expect(kinds([48.69, 31.31])).toEqual(["arrive"]);
  expect(turnsAhead(ROUTE, [48.68, 31.305])[0]?.atM).toBeGreaterThan(500);
});

test("near is within 80 m, all but standing, and known to be so just now", () => {
  const scene: LonLat = [48.69, 31.31];
  const here = (more: Partial<Here>): Here => ({ point: scene, heading: null, speedMPerS: 0, at: 0, ...more });
  expect(isNear(here({}), scene, 1_000)).toBe(true);
  expect(isNear(here({ point: [48.6907, 31.31] }), scene, 1_000)).toBe(true);
  expect(isNear(here({ point: [48.691, 31.31] }), scene, 1_000)).toBe(false);
  expect(isNear(here({ speedMPerS: 2 }), scene, 1_000)).toBe(false);
  expect(isNear(here({ speedMPerS: null }), scene, 16_000)).toBe(false);
  expect(isNear(here({}), null, 1_000)).toBe(false);
  expect(isNear(null, scene, 1_000)).toBe(false);
});
