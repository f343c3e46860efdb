import { expect, test } from "vitest";
import { isToBeTold, warnedMs } from "./presence";

const MINUTE = 60_000;

test("the server is told once a minute, however much is typed", () => {
  const at = { toldAt: 0, idleMs: 30 * MINUTE };
  expect(isToBeTold(at, MINUTE - 1)).toBe(false);
  expect(isToBeTold(at, MINUTE)).toBe(true);
});

test("two minutes before its end a session left alone says so, and one without an end never does", () => {
  const at = { toldAt: 0, idleMs: 30 * MINUTE };
  expect(warnedMs(at, 28 * MINUTE - 1)).toBeNull();
  expect(warnedMs(at, 28 * MINUTE)).toBe(2 * MINUTE);
  expect(warnedMs(at, 31 * MINUTE)).toBe(0);
  expect(warnedMs({ toldAt: 0, idleMs: null }, 1_000 * MINUTE)).toBeNull();
});
