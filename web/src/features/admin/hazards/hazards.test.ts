import { expect, test } from "vitest";
import { pointOf } from "../AliasesSection";
import type { Note } from "./hazards";
import { changedBody, typedOf, whyNotSave } from "./hazards";

const note: Note = {
  id: "k.h1",
  hazard: "dog",
  severe: false,
  text: "سگ بزرگ",
  address: "",
  point: [51.337412345, 35.700512345],
  radius_m: 60,
  office: "k.a.1",
  by: "desk",
  added_at: "",
  until: "",
  review_at: "",
  overdue: false,
  over: false,
};

test("a place that was not touched keeps all its digits", () => {
  expect(changedBody(note, { ...typedOf(note), text: "سگ" }, pointOf)?.point).toBe(note.point);
  expect(changedBody(note, { ...typedOf(note), place: "۳۵٫۷, ۵۱٫۴" }, pointOf)?.point).toEqual([51.4, 35.7]);
});

test.each([
  [{}, "places.why.same"],
  [{ text: "س" }, "places.why.text"],
  [{ radius: "5" }, "places.why.radius"],
  [{ radius: "big" }, "places.why.radius"],
  [{ place: "there" }, "places.why.point"],
  [{ radius: "۸۰" }, null],
  [{ severe: true }, null],
])("a change %o is saved unless %s", (more, wanted) => {
  expect(whyNotSave(note, { ...typedOf(note), ...more }, pointOf, false)?.key ?? null).toBe(wanted);
});
