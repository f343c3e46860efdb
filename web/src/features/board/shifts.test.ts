import { expect, test } from "vitest";
import { jalaliDate } from "../../i18n/formats";
import { lastOver, reportDays, shiftsOf } from "./shifts";

const STARTS = ["07:00", "14:00", "22:00"];
const OFFSET = 3.5 * 3_600_000;
const at = (time: string) => Date.parse(`2026-11-22T${time}:00+03:30`);

test("a day's shifts follow one another and the last one ends the next morning", () => {
  const [morning, evening, night, day] = shiftsOf(at("00:00"), STARTS);
  expect([morning?.beginsAt, morning?.endsAt]).toEqual([at("07:00"), at("14:00")]);
  expect(evening?.endsAt).toBe(night?.beginsAt);
  expect(night?.endsAt).toBe(at("07:00") + 86_400_000);
  expect([day?.beginsAt, day?.endsAt]).toEqual([morning?.beginsAt, night?.endsAt]);
});

test("one border makes one shift of a whole day", () => {
  const [only] = shiftsOf(at("00:00"), ["08:00"]);
  expect((only?.endsAt ?? 0) - (only?.beginsAt ?? 0)).toBe(86_400_000);
});

test.each([
  ["06:59", "1405-08-30", "1405-08-30", "2"],
  ["07:00", "1405-09-01", "1405-08-30", "3"],
  ["15:00", "1405-09-01", "1405-09-01", "1"],
])("at %s the newest day is %s, and the shift that is over %s %s", (time, newest, day, shift) => {
  const days = reportDays(at(time), OFFSET, STARTS, 7);
  expect(jalaliDate(days[0] as number)).toBe(newest);
  const over = lastOver(days, at(time), STARTS);
  expect([jalaliDate(over.day), over.shift]).toEqual([day, shift]);
});
