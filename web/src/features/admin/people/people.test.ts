import { expect, test } from "vitest";
import { isName, isTaken, pictureOf, signOf, withRole } from "./people";

test("a call sign is taken however its capitals are typed", () => {
  const units = [{ id: "p.u.A12", call_sign: "A12", office: "p", kind: "car", skills: [] }];
  expect([" a12", "\u200fA۱۲", "A1", ""].map((sign) => isTaken(signOf(sign), units))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test.each([
  ["desk-a", true],
  ["کریمی", true],
  ["a.b@c", true],
  ["", false],
  ["two words", false],
  ["a/b", false],
  ["x".repeat(41), false],
])("%s may be a name to sign in by: %s", (text, wanted) => {
  expect(isName(text)).toBe(wanted);
});

test("who is no officer has no unit", () => {
  const seat = { role: "officer", office: "p.a", unit: "p.u.A01", since: "", until: "" };
  expect(withRole(seat, "dispatcher").unit).toBeNull();
  expect(withRole(seat, "officer").unit).toBe("p.u.A01");
});

test("a picture has every dark square once, inside its quiet border", () => {
  expect(pictureOf(["10", "01"])).toEqual({ size: 10, path: "M4 4h1v1h-1zM5 5h1v1h-1z" });
});
