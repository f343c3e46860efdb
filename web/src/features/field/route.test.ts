import { describe, expect, test } from "vitest";
import type { LonLat } from "../../core/units";
import type { Route } from "./route";
import { along, bearingOf, guidance } from "./route";

// North for about 1.1 km, then east for about 0.95 km.
const LINE: readonly LonLat[] = [
  [48.68, 31.3],
  [48.68, 31.31],
  [48.69, 31.31],
];
const turn = (kind: string, point: LonLat) => ({
  kind,
  point,

  distance_m: 0,
  text_fa: kind,
  text_en: kind,
});
const ROUTE: Route = {
  travel_time_s: 200,
  distance_m: 2060,
  geometry: LINE,
  manoeuvres: [turn("depart", LINE[0] as LonLat), turn("right", LINE[1] as LonLat), turn("arrive", LINE[2] as LonLat)],
};

describe("along a route", () => {
  test("the nearest point of the line, and how far off it", () => {
    const here = along(LINE, [48.681, 31.305]);
    expect(here.alongM).toBeGreaterThan(540);
    expect(here.alongM).toBeLessThan(570);
    expect(here.offM).toBeGreaterThan(80);
    expect(here.offM).toBeLessThan(110);
  });

  test("at the start the first turn is ahead with its distance", () => {
    const told = guidance(ROUTE, [48.68, 31.3]);
    expect(told.next?.kind).toBe("right");
    expect(told.toNextM).toBeGreaterThan(1_090);
    expect(told.leftS).toBeCloseTo(200, 0);
    expect(told.astray).toBe(false);
  });

  test("past the turn the scene is next, and less time is left", () => {
    const told = guidance(ROUTE, [48.685, 31.31]);
    expect(told.next?.kind).toBe("arrive");
    expect(told.leftS).toBeLessThan(70);
    expect(told.then).toBeNull();
  });

  test("off the road it says so; without a position it reads from the start", () => {
    expect(guidance(ROUTE, [48.7, 31.33]).astray).toBe(true);
    const told = guidance(ROUTE, null);
    expect([told.next?.kind, told.astray]).toEqual(["right", false]);
  });

  test("a route without manoeuvres still tells what is left", () => {
    const told = guidance({ ...ROUTE, manoeuvres: [] }, [48.68, 31.305]);
    expect(told.next).toBeNull();
    expect(told.leftM).toBeGreaterThan(1_400);
  });
});

test("arrows point where the words say", () => {
  expect(["left", "right", "straight", "slight_left", "sharp_right", "u_turn", "arrive"].map(bearingOf)).toEqual([
    -90,
    90,
    0,
    -40,
    135,
    180,
    null,
  ]);
});
