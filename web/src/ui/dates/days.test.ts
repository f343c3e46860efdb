import { expect, test } from "vitest";
import { fromLocal, toLocal } from "./days";

const OFFSET = 3.5 * 3_600_000;

test("a moment is the date and time of the display offset, and comes back to the minute", () => {
  const ms = Date.UTC(2026, 10, 21, 21, 34);
  const local = toLocal(ms, OFFSET);
  expect(local.toString()).toBe("2026-11-22T01:04:00");
  expect(fromLocal(local, OFFSET)).toBe(ms);
});

test("a day alone is its local midnight", () => {
  expect(fromLocal({ year: 2026, month: 11, day: 22 }, OFFSET)).toBe(Date.UTC(2026, 10, 21, 20, 30));
});
