import { expect, test } from "vitest";
import type { QuestionSet } from "./scoring";
import { nextAfter, proposedBy } from "./scoring";

const yesNo = (points: number) => [
  { key: "yes", fa: "", en: "", points },
  { key: "no", fa: "", en: "" },
];
const set: QuestionSet = {
  kind: "fight",
  questions: [
    { id: "weapon", fa: "", en: "", options: yesNo(2) },
    { id: "gone", fa: "", en: "", options: yesNo(-9) },
  ],
};

test("answers add to the kind's own points, and nothing is proposed before one is given", () => {
  expect(proposedBy(set, 2, {})).toBeNull();
  expect(proposedBy(set, 2, { weapon: "" })).toBeNull();
  expect(proposedBy(set, 2, { weapon: "no" })).toBe(2);
  expect(proposedBy(set, 2, { weapon: "yes" })).toBe(1);
  expect(proposedBy(set, 4, { weapon: "yes" })).toBe(3);
});

test("never below the floor: one less urgent than the kind when none is stated", () => {
  expect(proposedBy(set, 2, { gone: "yes" })).toBe(3);
  expect(proposedBy({ ...set, floor: 2 }, 2, { gone: "yes" })).toBe(2);
  expect(proposedBy({ ...set, floor: 5 }, 2, { gone: "yes" })).toBe(5);
  expect(proposedBy(set, 5, { gone: "yes" })).toBe(5);
});

test("the next question is the next without an answer", () => {
  expect(nextAfter(set, 0, { weapon: "yes" })).toBe(1);
  expect(nextAfter(set, 1, { gone: "no" })).toBe(0);
  expect(nextAfter(set, 0, { weapon: "yes", gone: "no" })).toBe(1);
});
