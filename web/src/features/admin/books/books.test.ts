import { expect, test } from "vitest";
import { bodyOf, freshId, momentOf, msOfMoment, replaced } from "./books";

test("a draft is sent as what it is made of and nothing beside", () => {
  const content = { type: "words", entries: [{ text: "دعوا", kind: "fight" }], sentences: [] };
  expect(bodyOf("words", content as never)).toEqual({ entries: content.entries });
  expect(bodyOf("plans", {})).toEqual({ rules: [] });
});

test("one of a list is exchanged or taken out, the others stay", () => {
  expect(replaced(["a", "b", "c"], 1, "x")).toEqual(["a", "x", "c"]);
  expect(replaced(["a", "b", "c"], 1, null)).toEqual(["a", "c"]);
});

test("a fresh name is nobody else's", () => {
  expect(freshId("q", ["q1", "q2", "weapon"])).toBe("q3");
});

test("a moment is written in UTC with milliseconds, as plans compare it", () => {
  expect(momentOf(1_790_000_000_000)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(msOfMoment(momentOf(1_790_000_000_000))).toBe(1_790_000_000_000);
  expect(msOfMoment("")).toBeNull();
});
