import { expect, test } from "vitest";
import { TOLD_AT, type Uses, used } from "./uses";

test("a key is told at the third use by mouse and never again, each key by itself", () => {
  let uses: Uses = {};
  const told: boolean[] = [];
  for (let n = 0; n < TOLD_AT + 3; n++) {
    const next = used(uses, "F7");
    uses = next.uses;
    told.push(next.tell);
  }
  expect(told).toEqual([false, false, true, false, false, false]);
  expect(used(uses, "F8").tell).toBe(false);
});
