import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../core/views";
import { aheadOf, isReady } from "./ahead";

const AT = Date.parse("2026-11-21T18:00:00Z");
const candidate = (change: Partial<Record<keyof Candidate, unknown>>): Candidate =>
  ({ travel_time_s: 160, divert_from: null, delay_s: 0, free_at: null, ...change }) as unknown as Candidate;

describe("when a recommended unit could set out", () => {
  it("is at once for a free one", () => {
    expect(aheadOf(candidate({}), AT, AT)).toBeNull();
    // A server from before delays says nothing of them.
    expect(aheadOf(candidate({ delay_s: undefined, free_at: undefined }), AT, AT)).toBeNull();
  });

  it("counts down to when a busy crew said it is free", () => {
    const busy = candidate({ delay_s: 90, free_at: "2026-11-21T18:01:30Z" });
    expect(aheadOf(busy, AT, AT)).toEqual({ kind: "free", waitS: 90, arrivalS: 250 });
    expect(aheadOf(busy, AT, AT + 30_000)).toEqual({ kind: "free", waitS: 60, arrivalS: 220 });
    expect(aheadOf(busy, AT, AT + 200_000)?.waitS).toBe(0);
    expect(isReady(busy)).toBe(false);
  });

  it("tells being called away from not being in the car", () => {
    expect(aheadOf(candidate({ delay_s: 15, divert_from: "khuzestan.i1" }), AT, AT)?.kind).toBe("divert");
    expect(aheadOf(candidate({ delay_s: 60 }), AT, AT + 5_000)).toEqual({ kind: "turnout", waitS: 60, arrivalS: 220 });
    expect(isReady(candidate({ delay_s: 60 }))).toBe(true);
  });

  it("says nothing of arriving without a position", () => {
    expect(aheadOf(candidate({ delay_s: 60, travel_time_s: null }), AT, AT)?.arrivalS).toBeNull();
  });
});
