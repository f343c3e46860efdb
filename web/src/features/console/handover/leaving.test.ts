import { expect, test } from "vitest";
import type { Pending } from "../../../api/pending";
import { emptyForm } from "../store";
import { formsAtWork, onTheirWay } from "./leaving";

test("who signs out is asked about what no server has answered, and not about what was", () => {
  const all = (["sending", "retrying", "answered", "refused"] as const).map((state) => ({ state }) as Pending);
  expect(onTheirWay(all)).toBe(2);
  expect(onTheirWay([])).toBe(0);
});

test("a form in which nothing stands holds nobody", () => {
  const begun = { ...emptyForm("b", 0), hazards: "سگ" };
  expect(formsAtWork({ a: emptyForm("a", 0), b: begun })).toBe(1);
});
