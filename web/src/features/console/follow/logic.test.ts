import { expect, test } from "vitest";
import type { LonLat } from "../../../core/units";
import { isInMiddle } from "./logic";

test("the map rests while the unit is in the middle half of it, and moves when it comes to an edge", () => {
  const shown = [51, 35, 51.4, 35.4] as const;
  const at = (lon: number, lat: number) => isInMiddle([lon, lat] as unknown as LonLat, shown);
  expect(at(51.2, 35.2)).toBe(true);
  expect(at(51.11, 35.29)).toBe(true);
  expect(at(51.09, 35.2)).toBe(false);
  expect(at(51.2, 35.31)).toBe(false);
  expect(at(52, 35.2)).toBe(false);
});
