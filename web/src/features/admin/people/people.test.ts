import { expect, test } from "vitest";
import type { UnitRow } from "./people";
import { changeOf, inUseFirst, isName, pictureOf, typedOf, undoOf, whyNotUnit, withRole } from "./people";

const unit: UnitRow = {
  id: "p.u.A12",
  call_sign: "A12",
  office: "p",
  kind: "car",
  skills: ["patrol", "armed"],
  former_signs: ["Z1"],
  retired_at: null,
};
const typed = typedOf(unit);

test.each([
  [" a12", "devices.why.taken"],
  ["\u200fA۱۲", "devices.why.taken"],
  ["z1", "devices.why.was"],
  ["A 1", "devices.why.letters"],
  ["", "devices.why.sign"],
  ["A1", undefined],
])("a new unit called %s: %s", (sign, why) => {
  expect(whyNotUnit({ ...typed, sign }, [unit], null, false)?.key).toBe(why);
});

test("a unit keeps its own call signs, and only what differs is sent and taken back", () => {
  expect(whyNotUnit(typed, [unit], unit, false)?.key).toBe("devices.why.same");
  expect(whyNotUnit({ ...typed, sign: "Z1" }, [unit], unit, false)).toBeNull();
  expect(whyNotUnit({ ...typed, sign: "B1" }, [unit], unit, true)?.key).toBe("devices.why.busy");
  const change = changeOf(unit, { ...typed, sign: "b۱", skills: ["crowd"] });
  expect(change).toEqual({ call_sign: "b1", skills: ["patrol", "crowd"] });
  expect(undoOf(unit, change)).toEqual({ call_sign: "A12", skills: ["patrol", "armed"] });
  expect(changeOf(unit, { ...typed, office: "p.a", kind: "van" })).toEqual({ office: "p.a", kind: "van" });
});

test("those in use come first", () => {
  const gone = { ...unit, id: "p.u.A01", retired_at: "2026-01-01T00:00:00Z" };
  expect(inUseFirst([gone, unit]).map((each) => each.id)).toEqual(["p.u.A12", "p.u.A01"]);
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
