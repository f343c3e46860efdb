import { describe, expect, test } from "vitest";
import { ringingOf } from "../attention";
import type { Rung } from "./calls";
import { callBacksOf, isLate, justHungUp, nextToCallBack, takeableOf } from "./calls";

const at = (minutes: number): string => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
const ms = (minutes: number): number => Date.parse(at(minutes));
const call = (id: string, minutes: number, change: Partial<Record<keyof Rung, unknown>> = {}): Rung =>
  ({
    id,
    state: "ringing",
    presented_at: at(minutes),
    ended_at: null,
    answered_by: null,
    ...change,
  }) as unknown as Rung;

describe("ringing calls", () => {
  test("real ones come before tests, ringing ones before those answered at the exchange, newer before older", () => {
    const all = [
      call("test", 9, { is_test: true }),
      call("elsewhere", 8, { state: "answered" }),
      call("old", 1),
      call("new", 5),
      call("mine", 7, { state: "answered", answered_by: "p1" }),
    ];
    expect(takeableOf(all, null).map((each) => each.id)).toEqual(["new", "old", "elsewhere", "test"]);
  });
  test("in an exercise its own call comes first, between older and newer ones", () => {
    const all = [call("old", 1), call("own", 3), call("new", 5), call("newer", 6)];
    expect(takeableOf(all, "own").map((each) => each.id)).toEqual(["own", "newer", "new", "old"]);
    const taken = [call("own", 3, { state: "answered", answered_by: "p1" }), call("new", 5)];
    expect(takeableOf(taken, "own").map((each) => each.id)).toEqual(["new"]);
  });
  test("a report that can wait does not ring, one that sounds urgent does", () => {
    const calm = call("calm", 1, { channel: "report", priority: 5 });
    const urgent = call("urgent", 1, { channel: "report", priority: 1 });
    expect(takeableOf([calm, urgent], null).map((each) => each.id)).toEqual(["urgent"]);
    expect(ringingOf([calm, urgent]).map((each) => each.id)).toEqual(["urgent"]);
  });
  test("who hung up is shown for a while", () => {
    const gone = call("a", 1, { state: "abandoned", ended_at: at(2) });
    expect(justHungUp(gone, ms(2) + 19_000)).toBe(true);
    expect(justHungUp(gone, ms(2) + 21_000)).toBe(false);
  });
});

describe("call-backs", () => {
  test("one that another desk calls back now is passed over until its time runs out", () => {
    const due = { state: "abandoned", call_back: "due", call_back_taken_by: null, call_back_taken_until: null };
    const all = [
      call("a", 1, { ...due, ended_at: at(3), call_back_taken_by: "p2", call_back_taken_until: at(7) }),
      call("b", 1, { ...due, ended_at: at(4) }),
    ];
    expect(nextToCallBack(all, "p1", ms(6))?.id).toBe("b");
    expect(nextToCallBack(all, "p2", ms(6))?.id).toBe("a");
    expect(nextToCallBack(all, "p1", ms(7))?.id).toBe("a");
  });
  test("who has waited longest comes first, and the limit makes it late", () => {
    const due = { state: "abandoned", call_back: "due", call_back_by: at(6) };
    const all = [
      call("b", 1, { ...due, ended_at: at(4) }),
      call("a", 2, { ...due, ended_at: at(3) }),
      call("done", 1, { ...due, call_back: "done" }),
    ];
    expect(callBacksOf(all).map((each) => each.id)).toEqual(["a", "b"]);
    expect(isLate(all[0] as Rung, ms(6) - 1)).toBe(false);
    expect(isLate(all[0] as Rung, ms(6))).toBe(true);
    expect(isLate(all[2] as Rung, ms(9))).toBe(false);
  });
});
