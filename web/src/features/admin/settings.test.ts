import { describe, expect, test } from "vitest";
import type { FieldOf, SettingKind } from "./settings";
import {
  changedFields,
  numberOf,
  partOf,
  pieces,
  same,
  whyNotPublish,
  whyNotSave,
  withPart,
  wrongFields,
} from "./settings";

const field = (name: string, more: Partial<FieldOf> = {}): FieldOf => ({
  name,
  label: { fa: name, en: name },
  help: { fa: "", en: "" },
  type: "seconds",
  columns: [],
  least: 5,
  most: 600,
  choices: [],
  ...more,
});
const kind: SettingKind = {
  kind: "rules",
  second_person: true,
  may_change: true,
  groups: [
    { name: "a", label: { fa: "", en: "" }, fields: [field("answer_s"), field("delays.divert_s", { least: 0 })] },
    { name: "b", label: { fa: "", en: "" }, fields: [field("pre_alert", { type: "flag" })] },
  ],
};
const value = { answer_s: [15, 20], delays: { divert_s: 15, turnout_s: 60 }, pre_alert: true };

test("a part is found and changed one step down, and what stands beside it stays the very same", () => {
  expect(partOf(value, "delays.divert_s")).toBe(15);
  const after = withPart(value, "delays.divert_s", 20);
  expect(after).toEqual({ answer_s: [15, 20], delays: { divert_s: 20, turnout_s: 60 }, pre_alert: true });
  expect(after.answer_s).toBe(value.answer_s);
  expect(value.delays.divert_s).toBe(15);
});

test("an instant in the server's words is found, whatever stands around it", () => {
  expect(pieces("جایگاه‌ها، از 2026-12-01T00:00:00.000000Z")).toEqual(["جایگاه‌ها، از ", { ms: Date.UTC(2026, 11, 1) }]);
  expect(pieces("until 2026-12-01T10:30:00Z; note 2026-12-01")).toEqual([
    "until ",
    { ms: Date.UTC(2026, 11, 1, 10, 30) },
    "; note 2026-12-01",
  ]);
  expect(pieces("—")).toEqual(["—"]);
});

test("what was set back to what it was is no change", () => {
  const there = withPart(value, "answer_s", [15, 30]);
  expect(changedFields(kind, value, there).map((each) => each.name)).toEqual(["answer_s"]);
  expect(changedFields(kind, value, withPart(there, "answer_s", [15, 20]))).toEqual([]);
  expect(same({ a: 1 }, { a: 1, b: 2 })).toBe(false);
});

test.each([
  ["۱۵", 15],
  ["١٥٫٥", 15.5],
  ["1,200", 1200],
  [" 0.25 ", 0.25],
  ["", null],
  ["-3", null],
  ["ten", null],
  ["1e9", null],
])("%s is read as %s", (text, wanted) => {
  expect(numberOf(text)).toBe(wanted);
});

test("what lies outside its limits, or could not be read, is wrong", () => {
  expect(wrongFields(kind, value)).toEqual([]);
  expect(wrongFields(kind, withPart(value, "answer_s", [15, 4])).map((each) => each.name)).toEqual(["answer_s"]);
  expect(wrongFields(kind, withPart(value, "delays.divert_s", Number.NaN))).toHaveLength(1);
});

describe("why not", () => {
  const ready = { mayChange: true, changed: true, wrong: 0, meanwhile: 0, why: "night", busy: false };
  test.each([
    [{}, null],
    [{ mayChange: false }, "admin.why.right"],
    [{ changed: false }, "admin.why.same"],
    [{ wrong: 2 }, "admin.why.wrong"],
    [{ meanwhile: 1 }, "admin.why.meanwhile"],
    [{ why: "  " }, "admin.why.why"],
    [{ busy: true }, "admin.why.busy"],
  ])("save %o: %s", (more, wanted) => {
    expect(whyNotSave({ ...ready, ...more })?.key ?? null).toBe(wanted);
  });

  const drafted = { mayChange: true, secondPerson: true, draft: { mine: false }, busy: false };
  test.each([
    [{}, null],
    [{ draft: { mine: true } }, "admin.why.second"],
    [{ draft: { mine: true }, secondPerson: false }, null],
    [{ draft: null }, "admin.why.noDraft"],
    [{ mayChange: false }, "admin.why.right"],
  ])("publish %o: %s", (more, wanted) => {
    expect(whyNotPublish({ ...drafted, ...more })?.key ?? null).toBe(wanted);
  });
});
