import { expect, test } from "vitest";
import { bytesOf, runsOf, TILES_MOST, tilesOf } from "./plan";

test("an area has one tile of the world, and those that it touches of each finer zoom", () => {
  const ahvaz = [48.5, 31.2, 48.8, 31.5] as const;
  const tiles = tilesOf(ahvaz, 12);
  expect(tiles[0]).toEqual([0, 0, 0]);
  expect(tiles.filter(([z]) => z === 8)).toEqual([[8, 162, 104]]);
  const finest = tiles.filter(([z]) => z === 12);
  expect(finest.length).toBeGreaterThan(12);
  expect(new Set(finest.map(String)).size).toBe(finest.length);
});

test("a country is cut at the zoom where it would be too much", () => {
  const tiles = tilesOf([44, 25, 63, 40], 14);
  expect(tiles.length).toBeLessThanOrEqual(TILES_MOST);
  expect(tiles.at(-1)?.[0]).toBeLessThan(14);
});

test("near parts become one stretch, far ones and long ones do not, and nothing is fetched twice", () => {
  expect(
    runsOf([
      [100, 199],
      [0, 99],
      [150, 260],
      [900_000, 900_009],
    ]),
  ).toEqual([
    [0, 260],
    [900_000, 900_009],
  ]);
  expect(
    runsOf([
      [0, 1_000_000],
      [1_000_100, 1_100_000],
    ]),
  ).toHaveLength(2);
  expect(
    bytesOf([
      [0, 260],
      [900_000, 900_009],
    ]),
  ).toBe(271);
});
