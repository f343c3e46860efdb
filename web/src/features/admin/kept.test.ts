import { expect, test } from "vitest";
import { keep, keptOf } from "./kept";

test("what was typed in one place is there again, and nowhere else", () => {
  const first = { text: "" };
  keep("one", { text: "typed" }, first);
  expect(keptOf("one", first)).toEqual({ text: "typed" });
  expect(keptOf("two", first)).toBe(first);
  keep("one", first, first);
  expect(keptOf("one", { text: "newer" })).toEqual({ text: "newer" });
});
