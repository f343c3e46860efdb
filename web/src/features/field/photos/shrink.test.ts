import { expect, it } from "vitest";
import { fitted } from "./shrink";

it("a picture keeps its shape and never grows", () => {
  expect(fitted(4000, 3000)).toEqual({ width: 1600, height: 1200 });
  expect(fitted(3000, 4000)).toEqual({ width: 1200, height: 1600 });
  expect(fitted(800, 600)).toEqual({ width: 800, height: 600 });
  expect(fitted(20_000, 3)).toEqual({ width: 1600, height: 1 });
});
