import { expect, test } from "vitest";
import type { Alarm, Incident } from "../../../core/views";
import { enlargedAt, inBreach, metresOf, oldestOf, PAGES, pageAt, TURN_S, themeAt } from "./logic";

const NOW = 1_795_223_702_000;
const time = (agoS: number) => new Date(NOW - agoS * 1000).toISOString();
const alarm = (more: object) =>
  ({ cause: "late", cleared_at: null, acknowledged_at: null, priority: 3, ...more }) as unknown as Alarm;
const waiting = (agoS: number) =>
  ({
    status: "Waiting",
    priority: 1,
    created_at: time(agoS),
    classified_at: time(agoS),
    waiting_since: time(agoS),
    assignments: [],
    units_missing: 1,
  }) as unknown as Incident;

test("pages turn every twenty seconds, and stand while something is in breach", () => {
  const turns = [0, 1, 2, 3].map((n) => pageAt(n * TURN_S * 1000, PAGES, false));
  expect(turns).toEqual(["worst", "hour", "offices", "worst"]);
  expect(pageAt(TURN_S * 1000, PAGES, true)).toBe("worst");
});

test("an alarm that nobody took and an emergency are in breach; one that was taken and a notice are not", () => {
  expect(inBreach([], [alarm({})], NOW)).toBe(true);
  expect(inBreach([], [alarm({ acknowledged_at: time(1) })], NOW)).toBe(false);
  expect(inBreach([], [alarm({ acknowledged_at: time(1), cause: "panic" })], NOW)).toBe(true);
  expect(inBreach([], [alarm({ cleared_at: time(1) })], NOW)).toBe(false);
  expect(inBreach([], [alarm({ cause: "not_moving" })], NOW)).toBe(false);
});

test("an incident past its time is in breach, and one that is over is not", () => {
  expect(inBreach([waiting(10)], [], NOW)).toBe(false);
  expect(inBreach([waiting(90)], [], NOW)).toBe(true);
  expect(inBreach([{ ...waiting(90), status: "Closed" } as Incident], [], NOW)).toBe(false);
});

test("it is night from six to six by the clock of the place", () => {
  const at = (hour: number) => themeAt(Date.UTC(2026, 10, 22, hour), 3.5 * 3_600_000);
  expect([at(2), at(3), at(14), at(15)]).toEqual(["night", "day", "day", "night"]);
});

test("the address says from how far it is read", () => {
  expect([metresOf(""), metresOf("?wall"), metresOf("?wall=6"), metresOf("?wall=999")]).toEqual([null, 3, 6, 3]);
});

test("the oldest stream is the age of the wall", () => {
  expect(oldestOf([{ freshAt: 5 }, { freshAt: 3 }])).toBe(3);
  expect(oldestOf([{ freshAt: 5 }, { freshAt: null }])).toBe(null);
});

test("a wall's map is as much larger as its letters are, on a screen of any number of dots", () => {
  expect([1366, 1920, 3840].map((px) => enlargedAt(3, px))).toEqual([1.5, 2, 4.25]);
  expect(enlargedAt(6, 1920)).toBe(4.25);
  expect(enlargedAt(1, 1366)).toBe(1);
});
