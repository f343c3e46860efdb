import { expect, test } from "vitest";
import { meanwhile, merged, mineCounts, theirsCount, typing, withTyped } from "./meanwhile";
import type { SettingKind } from "./settings";

const field = (name: string) => ({
  name,
  label: { fa: name, en: name },
  help: { fa: "", en: "" },
  type: "seconds" as const,
  columns: [],
  least: null,
  most: null,
  choices: [],
});
const kind: SettingKind = {
  kind: "rules",
  second_person: true,
  may_change: true,
  groups: [{ name: "a", label: { fa: "", en: "" }, fields: [field("answer_s"), field("hold_s"), field("rows")] }],
};
const row = (code: string, priority: number) => ({ code, priority });
const first = { answer_s: 15, hold_s: 60, rows: [row("fight", 2), row("noise", 4)] };

test("what somebody else changes elsewhere stays, beside what is typed", () => {
  const typed = typing(first, {}, "answer_s", 20);
  const now = { ...first, hold_s: 90 };
  expect(withTyped(now, typed)).toEqual({ ...now, answer_s: 20 });
  expect(meanwhile(kind, now, typed)).toEqual([]);
});

test("rows of one list are two people's: each row is whose it is, new ones stay, removed ones go", () => {
  const mine = typing(first, {}, "rows", [row("fight", 1), row("noise", 4), row("drone", 3)]);
  const theirs = { ...first, rows: [row("fight", 2), row("noise", 5), row("kite", 5)] };
  expect(withTyped(theirs, mine).rows).toEqual([row("fight", 1), row("noise", 5), row("kite", 5), row("drone", 3)]);
  expect(merged(first.rows, [row("fight", 2)], theirs.rows), "one row went here and changed there").toBeUndefined();
  expect(merged(first.rows, [row("noise", 4)], [...first.rows, row("kite", 5)])).toEqual({
    part: [row("noise", 4), row("kite", 5)],
  });
});

test("where both changed the same it is said, until one of the two is said to count", () => {
  const typed = typing(first, {}, "answer_s", 20);
  const now = { ...first, answer_s: 30 };
  expect(meanwhile(kind, now, typed).map((each) => each.name)).toEqual(["answer_s"]);
  const on = typing(now, typed, "answer_s", 25);
  expect(meanwhile(kind, now, on), "typing on settles nothing").toHaveLength(1);
  expect(withTyped(now, on).answer_s).toBe(25);
  expect(meanwhile(kind, now, mineCounts(now, on))).toEqual([]);
  expect(withTyped(now, mineCounts(now, on)).answer_s).toBe(25);
  expect(withTyped(now, theirsCount(now, on)).answer_s).toBe(30);
  expect(meanwhile(kind, { ...first, answer_s: 20 }, typed), "both wrote the same").toEqual([]);
});
