import { expect, test } from "vitest";
import {
  bodyOf,
  freshId,
  keyOfEntry,
  keyOfSet,
  leftOut,
  momentOf,
  msOfMoment,
  replaced,
  standsBefore,
  whoseIs,
} from "./books";

test("a draft is sent as what it is made of and nothing beside", () => {
  const content = { type: "words", entries: [{ text: "دعوا", kind: "fight" }], sentences: [] };
  expect(bodyOf("words", content as never)).toEqual({ entries: content.entries });
  expect(bodyOf("plans", {})).toEqual({ rules: [] });
});

test("one of a list is exchanged or taken out, the others stay", () => {
  expect(replaced(["a", "b", "c"], 1, "x")).toEqual(["a", "x", "c"]);
  expect(replaced(["a", "b", "c"], 1, null)).toEqual(["a", "c"]);
});

test("a fresh name is nobody else's", () => {
  expect(freshId("q", ["q1", "q2", "weapon"])).toBe("q3");
});

test("a moment is written in UTC with milliseconds, as plans compare it", () => {
  expect(momentOf(1_790_000_000_000)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(msOfMoment(momentOf(1_790_000_000_000))).toBe(1_790_000_000_000);
  expect(msOfMoment("")).toBeNull();
});

test("the nation's plan is the province's where that always sends something itself", () => {
  const nations = { id: "n1", kind: "noise", office: "iran", needs: [{ skill: "patrol", units: 2 }] };
  const own = { ...nations, id: "p1", office: "khuzestan" };
  expect(standsBefore([own], "khuzestan", nations)).toBe(true);
  for (const other of [
    { ...own, kind: "fight" },
    { ...own, office: "khuzestan.ahvaz" },
    { ...own, until: "2027-01-01T00:00:00.000Z" },
  ]) {
    expect(standsBefore([other], "khuzestan", nations)).toBe(false);
  }
});

test("a row says whose it is, and what the nation has in its place", () => {
  const nations = [{ kind: "fight", questions: [], floor: 2 }];
  expect(whoseIs({ kind: "fight", questions: [], floor: 2 }, nations, keyOfSet).whose).toBe("nation");
  expect(whoseIs({ kind: "fight", questions: [] }, nations, keyOfSet)).toEqual({ whose: "other", nations: nations[0] });
  expect(whoseIs({ kind: "theft", questions: [] }, nations, keyOfSet).whose).toBe("own");
  expect(whoseIs({ kind: "fight", questions: [] }, null, keyOfSet).whose).toBe("own");
});

test("what the nation has and the province leaves out can be seen", () => {
  const fight = { text: "دعوا", kind: "fight" };
  const theft = { text: "دزدی", kind: "theft" };
  expect(leftOut([{ ...fight, weight: 7 }], [fight, theft], keyOfEntry)).toEqual([theft]);
  expect(leftOut([fight], null, keyOfEntry)).toEqual([]);
});
