import { expect, test } from "vitest";
import { latinDigits, matches, searchKey } from "./text";

test("Persian and Arabic digits and letters fold to one form for searching", () => {
  expect(latinDigits("۱۲۳٤٥٦")).toBe("123456");
  expect(searchKey("كيان‌پارس")).toBe(searchKey("کیانپارس"));
  expect(searchKey("  A12\u200f ")).toBe("a12");
});

test("every typed word must be found", () => {
  expect(matches("کیان‌پارس، ۱۰ غربی", "10 كيان")).toBe(true);
  expect(matches("کیان‌پارس، ۱۰ غربی", "شرقی")).toBe(false);
});
