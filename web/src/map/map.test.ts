import { expect, test } from "vitest";
import { boundsOf, fitted, marginsOf, pixelsPerMetre, projector } from "./camera";
import { absolute, joinStyles } from "./style";

test("the centre of the camera is the centre of the screen, east is to its right and north above", () => {
  const project = projector({ centre: [48.68, 31.32], zoom: 14, width: 800, height: 600 });
  expect(project(48.68, 31.32)).toEqual([400, 300]);
  const [x, y] = project(48.69, 31.33);
  expect(x).toBeGreaterThan(400);
  expect(y).toBeLessThan(300);
});

test("a metre at zoom 14 in Ahvaz is about a fifth of a pixel", () => {
  expect(pixelsPerMetre(31.32, 14)).toBeCloseTo(0.245, 3);
});

test("bounds hold all points with a margin", () => {
  expect(boundsOf([])).toBeNull();
  expect(
    boundsOf(
      [
        [48, 31],
        [49, 30],
      ],
      0,
    ),
  ).toEqual([48, 30, 49, 31]);
});

test("what is to be seen stands above what is covered at the foot", () => {
  const [west, south, east, north] = [48.6, 31.2, 48.8, 31.4] as const;
  const screen = { width: 600, height: 500 };
  for (const covered of [0, 60]) {
    const project = projector({ ...fitted([west, south, east, north], screen, 24, covered, 16), ...screen });
    const [left, top] = project(west, north);
    const [right, bottom] = project(east, south);
    expect(Math.min(left, top, screen.width - right, screen.height - covered - bottom)).toBeGreaterThanOrEqual(23);
    // As much is left over above it as below it.
    expect(Math.abs(top - (screen.height - covered - bottom))).toBeLessThan(2);
  }
});

test("words that cover nearly all of a small map do not push it out of view", () => {
  expect(marginsOf(24, 290, 300)).toEqual({ top: 24, bottom: 124, left: 24, right: 24 });
  expect(marginsOf(48, 20, 140), "half of a low map is the way's").toEqual({
    top: 30,
    bottom: 50,
    left: 48,
    right: 48,
  });
});

const style = (id: string) =>
  ({
    version: 8,
    "font-faces": { Vazirmatn: [{ url: "/fonts/Vazirmatn.woff2" }] },
    sources: { base: { type: "vector", url: `pmtiles:///maps/${id}.pmtiles` } },
    layers: [
      { id: "ground", type: "background" },
      { id: "names", type: "symbol", source: "base", "source-layer": "places" },
      { id: "roads", type: "line", source: "base", "source-layer": "roads" },
    ],
  }) as never;

test("addresses become whole, because the worker has no page", () => {
  const made = absolute(style("khuzestan"), "https://desk") as unknown as Record<string, Record<string, never>>;
  expect(made.sources?.base).toMatchObject({ url: "pmtiles://https://desk/maps/khuzestan.pmtiles" });
  expect(made["font-faces"]?.Vazirmatn).toEqual([{ url: "https://desk/fonts/Vazirmatn.woff2" }]);
});

test("two provinces share one ground and keep their own sources; names lie on top", () => {
  const joined = joinStyles([style("a"), style("b")], ["a", "b"]);
  expect(Object.keys(joined.sources)).toEqual(["a:base", "b:base"]);
  expect(joined.layers.map((layer) => layer.id)).toEqual(["ground", "a:roads", "b:roads", "a:names", "b:names"]);
});
