import { describe, expect, it } from "vitest";
import { asking, isOver, judgeBattery, judgeClock, judgeLink, judgeLocation, report } from "./checks";
import { messages } from "./messages";

describe("the self-test", () => {
  it("takes a fresh, near fix and no other", () => {
    expect(judgeLocation(null)).toEqual({ state: "failed" });
    expect(judgeLocation({ ageS: 2.4, accuracyM: 12 })).toEqual({ state: "ok", value: 2, accuracyM: 12 });
    expect(judgeLocation({ ageS: 60, accuracyM: 12 }).state).toBe("failed");
    expect(judgeLocation({ ageS: 2, accuracyM: 400 }).state).toBe("failed");
    expect(judgeLocation({ ageS: 2, accuracyM: null })).toEqual({ state: "ok", value: 2 });
  });

  it("lets a low battery pass only while it charges, and knows none where none is told", () => {
    expect(judgeBattery(0.1, false).state).toBe("failed");
    expect(judgeBattery(0.1, true).state).toBe("ok");
    expect(judgeBattery(null, false)).toEqual({ state: "unknown" });
  });

  it("says how far the clock is off, either way", () => {
    expect(judgeClock(null).state).toBe("unknown");
    expect(judgeClock(-1_240)).toEqual({ state: "ok", value: -1.2 });
    expect(judgeClock(-61_000)).toEqual({ state: "failed", value: -61 });
  });

  it("takes the middle round trip, and none when the line is not up", () => {
    expect(judgeLink([20, null, 900], true)).toEqual({ state: "ok", value: 20 });
    expect(judgeLink([30, 10, 20], true)).toEqual({ state: "ok", value: 20 });
    expect(judgeLink([30, 10, 20], false).state).toBe("failed");
    expect(judgeLink([2_000, 2_100, 1_900], true).state).toBe("failed");
    expect(judgeLink([null, null, null], true)).toEqual({ state: "failed" });
  });

  it("is over when nothing is asked any more, and tells the centre every figure", () => {
    const begun = asking();
    expect(isOver(begun)).toBe(false);
    const all = Object.fromEntries(Object.keys(begun).map((name) => [name, { state: "ok" as const }])) as typeof begun;
    const done = { ...all, location: { state: "failed" as const, value: 3, accuracyM: 250 } };
    expect(isOver(done)).toBe(true);
    expect(report(done)).toContainEqual({ name: "location", state: "failed", value: 3 });
    expect(report(done)).toContainEqual({ name: "accuracy", state: "failed", value: 250 });
    expect(report(done)).toContainEqual({ name: "sound", state: "ok" });
  });

  it("says of everything that fails what to do", () => {
    for (const name of Object.keys(asking()))
      for (const words of [messages.fa, messages.en] as unknown as Record<string, string>[])
        expect(words[`test.${name}.failed`], name).toMatch(/\S.+\./);
  });
});
