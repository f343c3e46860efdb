import { expect, test } from "vitest";
import type { Crew } from "./logic";
import { firstOff, numbersOf, whyNot } from "./logic";

const car = (call_sign: string, more: Partial<Crew> = {}): Crew => ({
  unit: `p.u.${call_sign}`,
  call_sign,
  kind: "car",
  skills: ["patrol"],
  on_duty: false,
  busy: false,
  crew: 0,
  members: [],
  sector: null,
  ...more,
});
const A01 = car("A01");
const A02 = car("A02", { on_duty: true, crew: 2, members: ["7001", "7002"] });

test("numbers are read in any digits and with anything between them", () => {
  expect(numbersOf(" ۷۰۰۱، ٧٠٠٢ AB-3 /7004")).toEqual(["7001", "7002", "AB-3", "7004"]);
  expect(numbersOf("  ")).toEqual([]);
});

test("a button says why a crew cannot log on", () => {
  const why = (text: string, chosen = A01) => whyNot(numbersOf(text), chosen, [A01, A02])?.key ?? null;
  expect(why("")).toBe("crews.why.none");
  expect(why("7003 7003")).toBe("crews.why.twice");
  expect(why("علی")).toBe("crews.why.odd");
  expect(why("1 2")).toBe("crews.why.odd");
  expect(why("21 22 23 24 25 26 27 28 29")).toBe("crews.why.many");
  expect(whyNot(["7002"], A01, [A01, A02])).toEqual({
    key: "crews.why.elsewhere",
    values: { number: "7002", unit: "A02" },
  });
  expect(why("7001 7003", A02)).toBe(null);
  expect(why("7003", car("A01", { busy: true }))).toBe("crews.why.busy");
  expect(why("7003")).toBe(null);
});

test("it begins with a unit that nobody is on", () => {
  expect(firstOff([A02, A01])).toBe(A01);
  expect(firstOff([A02])).toBe(A02);
  expect(firstOff([])).toBe(null);
});
