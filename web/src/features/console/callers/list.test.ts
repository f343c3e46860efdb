import { describe, expect, test } from "vitest";
import type { Call } from "../../../core/views";
import type { CallerOf } from "./list";
import { firstOf, inOrder, meant, whyNotPull } from "./list";

const caller = (id: string, change: Partial<CallerOf> = {}): CallerOf =>
  ({
    call: { id, state: "linked" } as unknown as Call,
    apart_m: null,
    began: false,
    past: false,
    odd: null,
    ...change,
  }) as CallerOf;
const odd = { reasons: ["kind"], told_kind: "armed_robbery", words: [] } as const;

describe("callers of one incident", () => {
  test("whom the server thinks not to belong is looked at first", () => {
    expect(firstOf([caller("a"), caller("b", { odd })])).toBe("b");
    expect(firstOf([caller("a"), caller("b")])).toBe("a");
    expect(firstOf([])).toBeNull();
    expect(inOrder([caller("a"), caller("b", { odd })]).map((each) => each.call.id)).toEqual(["b", "a"]);
  });
  test("a message goes to those marked, else to all that are still here", () => {
    const all = [caller("a"), caller("b"), caller("c", { past: true })];
    expect(meant(all, new Set(["b", "c"])).map((each) => each.call.id)).toEqual(["b"]);
    expect(meant(all, new Set()).map((each) => each.call.id)).toEqual(["a", "b"]);
  });
  test("the call that began it, one of the log alone, and one pulled out already stay where they are", () => {
    expect(whyNotPull(undefined, undefined)).toBe("callers.why.none");
    expect(whyNotPull(caller("a", { began: true }), undefined)).toBe("callers.why.began");
    expect(whyNotPull(caller("a", { past: true }), undefined)).toBe("callers.why.past");
    expect(whyNotPull(caller("a"), { state: "answered" } as Call)).toBe("callers.why.gone");
    expect(whyNotPull(caller("a"), { state: "linked" } as Call)).toBeNull();
  });
});
