import { expect, test } from "vitest";
import { NAMES, progressOf, SECTION_OF } from "./steps";

const step = (name: (typeof NAMES)[number], done: boolean) => ({ name, done, counts: {}, by_hand: false });

test("what comes next is the first step that is not done", () => {
  const all = NAMES.map((name) => step(name, name === "administrators" || name === "units"));
  expect(progressOf(all)).toEqual({ done: 2, all: 7, next: "region" });
  expect(progressOf(all.map((each) => ({ ...each, done: true })))).toEqual({ done: 7, all: 7, next: null });
});

test("every step has its place", () => {
  expect(Object.keys(SECTION_OF)).toEqual([...NAMES]);
});
