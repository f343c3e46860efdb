import { expect, test } from "vitest";
import { pointOf } from "./AliasesSection";

test.each([
  ["35.7005, 51.3374", [51.3374, 35.7005]],
  ["۳۵٫۷۰۰۵ ۵۱٫۳۳۷۴", [51.3374, 35.7005]],
  ["-35.7 51", [51, -35.7]],
  ["35.7", null],
  ["135 51", null],
  ["1 2 3", null],
  ["here", null],
])("%s is the point %s", (text, wanted) => {
  expect(pointOf(text)).toEqual(wanted);
});
