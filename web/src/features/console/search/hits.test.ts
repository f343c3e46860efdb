import { expect, test } from "vitest";
import type { Answer } from "./hits";
import { listed, stepTo } from "./hits";

test("incidents come first, those of the archive after those at hand, places last", () => {
  const answer = {
    incidents: [{ id: "i1" }],
    past_incidents: [{ id: "i0" }],
    units: [{ id: "u1" }],
    offices: [{ id: "o1" }],
    calls: [{ id: "c1" }],
    places: [{ label_fa: "p" }],
    personal: true,
  } as unknown as Answer;
  expect(listed(answer).map((hit) => [hit.group, "past" in hit])).toEqual([
    ["incidents", false],
    ["incidents", true],
    ["units", false],
    ["calls", false],
    ["offices", false],
    ["places", false],
  ]);
});

test("the arrows stay within the list", () => {
  expect(stepTo(0, -1, 3)).toBe(0);
  expect(stepTo(1, 1, 3)).toBe(2);
  expect(stepTo(2, 1, 3)).toBe(2);
  expect(stepTo(-1, 1, 0)).toBe(-1);
});
