import { expect, test } from "vitest";
import { codeFor, codesOf, faultsOf, newKind, wordsOf } from "./kinds";

test.each([
  ["Drone", [], "drone"],
  ["  Illegal street  race ", [], "illegal_street_race"],
  ["Drone", ["drone"], "drone_2"],
  ["پهپاد", [], "kind_1"],
  ["9 lives", [], "lives"],
])("%s becomes a code", (name, taken, wanted) => {
  expect(codeFor(name, new Set(taken))).toBe(wanted);
});

test("a code is one the server takes, whatever the name", () => {
  for (const name of ["", "ا", "A", "x".repeat(80), "Ünder-ground"])
    expect(codeFor(name, new Set())).toMatch(/^[a-z][a-z0-9_]{1,39}$/);
});

test("standard codes and words are read as people type them", () => {
  expect(codesOf("uav, rpas ۲")).toEqual(["UAV", "RPAS", "2"]);
  expect(wordsOf("پهپاد\nکوادکوپتر، هلی‌شات").map((one) => one.trim())).toEqual(["پهپاد", "کوادکوپتر", "هلی‌شات"]);
});

test("a kind without a name, or with a number that cannot be, is not saved", () => {
  const named = { ...newKind("drone"), name_fa: "پهپاد", name_en: "Drone" };
  expect(faultsOf(named)).toEqual([]);
  expect(faultsOf(newKind("drone"))).toEqual(["name"]);
  expect(faultsOf({ ...named, radius_m: 5, minutes: Number.NaN })).toEqual(["radius", "minutes"]);
});
