import { expect, test } from "vitest";
import type { LonLat } from "../../../core/units";
import { inBox } from "./inBox";

const line = (...points: [number, number][]): readonly LonLat[] => points as unknown as readonly LonLat[];

test("north is up, east is at the right, and the line is as large as the box allows", () => {
  expect(inBox(line([0, 0], [1, 1]), 100, 50)).toEqual([
    [25, 50],
    [75, 0],
  ]);
  expect(inBox(line([0, 0], [2, 0]), 100, 50)).toEqual([
    [0, 25],
    [100, 25],
  ]);
});

test("a degree of longitude is shorter in the north, and a point lies in the middle", () => {
  const [a, b] = inBox(line([0, 60], [1, 60.5]), 100, 100);
  expect((b?.[0] ?? 0) - (a?.[0] ?? 0)).toBeCloseTo(100, 0);
  expect(inBox(line([51, 35]), 100, 50)).toEqual([[50, 25]]);
});
