import { expect, test } from "vitest";
import type { Unit } from "../../../core/views";
import type { Crew, Member } from "./logic";
import { firstOff, numbersOf, skillsOf, standOf, ticked, toggled, whyNot } from "./logic";

const car = (call_sign: string, more: Partial<Crew> = {}): Crew => ({
  unit: `p.u.${call_sign}`,
  call_sign,
  kind: "car",
  skills: ["patrol"],
  own_skills: ["patrol"],
  on_duty: false,
  busy: false,
  crew: 0,
  members: [],
  lapsed: [],
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

test("it begins with a crew that has to change, else with a unit that nobody is on", () => {
  expect(firstOff([A02, A01])).toBe(A01);
  expect(firstOff([A02])).toBe(A02);
  expect(firstOff([])).toBe(null);
  const lapsed = { ...A02, lapsed: ["7002"] };
  expect(firstOff([A01, lapsed])).toBe(lapsed);
});

test("what the people can do their unit can do, and nobody has to tick it", () => {
  const people: readonly Member[] = [
    { number: "7001", skills: ["first_aid"], on: "A02" },
    { number: "AB-3", skills: ["armed"], on: null },
  ];
  expect([...skillsOf(["ab-3", "7001", "9"], people)]).toEqual(["first_aid", "armed"]);
  expect(ticked(car("A01", { skills: ["patrol", "armed"] }), people)).toEqual(["patrol"]);
  expect(ticked({ ...A02, skills: ["patrol", "crowd", "first_aid"] }, people)).toEqual(["patrol", "crowd"]);
  expect(toggled(["7001"], "AB-3")).toEqual(["7001", "AB-3"]);
  expect(toggled(["7001", "AB-3"], "7001")).toEqual(["AB-3"]);
});

test("the list is read anew when duty or crews of this station change, and not for anything else", () => {
  const unit = (more: object) =>
    ({ call_sign: "A01", office: "p.a.1", on_duty: true, crew: 2, lapsed: 0, ...more }) as unknown as Unit;
  const before = standOf([unit({}), unit({ call_sign: "B01", office: "p.b.1" })], "p.a.1");
  expect(standOf([unit({ call_sign: "B01", office: "p.b.1", crew: 3 }), unit({ secondary: "EnRoute" })], "p.a.1")).toBe(
    before,
  );
  for (const change of [{ lapsed: 1 }, { on_duty: false }, { crew: 1 }]) {
    expect(standOf([unit(change)], "p.a.1")).not.toBe(before);
  }
});
