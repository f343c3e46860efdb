import { CalendarDate } from "@internationalized/date";
import { expect, test } from "vitest";
import { fromLocal, toLocal } from "./days";

const OFFSET = 3.5 * 3_600_000;

test("a moment is the date and time of the display offset, and comes back to the minute", () => {
  const ms = Date.UTC(2026, 10, 21, 21, 34);
  const local = toLocal(ms, OFFSET, "en");
  expect(local.toString()).toBe("2026-11-22T01:04:00");
  const jalali = toLocal(ms, OFFSET, "fa");
  expect([jalali.year, jalali.month, jalali.day, jalali.hour, jalali.minute]).toEqual([1405, 9, 1, 1, 4]);
  expect(fromLocal(jalali, OFFSET)).toBe(ms);
  expect(fromLocal(local, OFFSET)).toBe(ms);
});

test("a day alone is its local midnight", () => {
  expect(fromLocal(new CalendarDate(2026, 11, 22), OFFSET)).toBe(Date.UTC(2026, 10, 21, 20, 30));
});
