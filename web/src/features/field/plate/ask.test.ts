import { expect, test } from "vitest";
import { whyNotAsk } from "./ask";

test("a plate is asked whole, and with a link only", () => {
  expect(whyNotAsk("24ب357-14", "up")).toBeNull();
  expect(whyNotAsk("24ب357-14", "weak")).toBeNull();
  expect(whyNotAsk("", "up")).toBe("ask.first");
  for (const link of ["offline", "starting", "signed_out"]) expect(whyNotAsk("24ب357-14", link)).toBe("ask.noLink");
});
