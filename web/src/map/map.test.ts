import { expect, test } from "vitest";
import { boundsOf, pixelsPerMetre, projector } from "./camera";
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
