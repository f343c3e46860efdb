import { describe, expect, test } from "vitest";
import type { CommandId, Time, UnitId } from "../../core/units";
import type { Action, Entry } from "./queue";
import { afterAttempt, FAULTS_MAX, holdMs, mayUndo, nextToSend, revived } from "./queue";

const UNIT = "khuzestan.u.A12" as UnitId;
const AT = "2026-11-21T10:00:00.000Z" as Time;

function entry(seq: number, action: Action, more: Partial<Entry> = {}): Entry {
  return {
    id: `id-${seq}` as CommandId,
    seq,
    unit: UNIT,
    action,
    path: "/v1/x",
    body: {},
    subject: "a1",
    label: "",
    deviceAt: AT,
    state: "waiting",
    attempts: 0,
    faults: 0,
    refusal: null,
    ...more,
  };
}

describe("the order of sending", () => {
  test("the oldest goes first, whatever order they are held in", () => {
    expect(nextToSend([entry(3, "clear"), entry(1, "accept"), entry(2, "on_scene")], UNIT)?.seq).toBe(1);
  });

  test("nothing goes while an earlier one is under way", () => {
    expect(nextToSend([entry(1, "accept", { state: "sending" }), entry(2, "on_scene")], UNIT)).toBeNull();
  });

  test("a call for help waits for nothing", () => {
    expect(nextToSend([entry(1, "accept", { state: "sending" }), entry(2, "emergency")], UNIT)?.action).toBe(
      "emergency",
    );
    expect(nextToSend([entry(1, "accept"), entry(2, "emergency")], UNIT)?.action).toBe("emergency");
  });

  test("the end of an emergency does not overtake", () => {
    expect(nextToSend([entry(1, "accept"), entry(2, "emergency_end")], UNIT)?.action).toBe("accept");
  });

  test("a picture goes last, and nothing waits for it", () => {
    expect(nextToSend([entry(1, "photo"), entry(2, "clear")], UNIT)?.action).toBe("clear");
    expect(nextToSend([entry(1, "photo", { state: "sending" }), entry(2, "clear")], UNIT)?.action).toBe("clear");
    expect(nextToSend([entry(1, "photo", { state: "sending" }), entry(2, "photo")], UNIT)).toBeNull();
    expect(nextToSend([entry(1, "photo"), entry(2, "clear", { state: "sending" })], UNIT)).toBeNull();
    expect(nextToSend([entry(2, "photo"), entry(1, "photo")], UNIT)?.seq).toBe(1);
    expect(nextToSend([entry(1, "voice"), entry(2, "clear")], UNIT)?.action).toBe("clear");
  });

  test("what another unit did is never sent under this one's name", () => {
    expect(nextToSend([entry(1, "accept", { unit: "khuzestan.u.M07" as UnitId })], UNIT)).toBeNull();
  });

  test("a refusal does not hold up what follows", () => {
    expect(nextToSend([entry(1, "accept", { state: "refused" }), entry(2, "status")], UNIT)?.seq).toBe(2);
  });
});

describe("after an attempt", () => {
  const tried = entry(1, "accept", { state: "sending", attempts: 1 });

  test("silence is tried again for ever", () => {
    let each = tried;
    for (let n = 0; n < 50; n++) each = { ...afterAttempt(each, { kind: "silence" }), state: "sending" };
    expect(afterAttempt(each, { kind: "silence" }).state).toBe("waiting");
  });

  test("a refusal is kept with its reason", () => {
    const after = afterAttempt(tried, {
      kind: "problem",
      status: 409,
      retryable: false,
      body: { code: "dispatch.offer_withdrawn" },
    });
    expect(after.state).toBe("refused");
    expect(after.refusal).toEqual({ code: "dispatch.offer_withdrawn", status: 409 });
  });

  test("a failing server gets a few chances, then the officer is told", () => {
    let each = tried;
    for (let n = 1; n < FAULTS_MAX; n++) {
      each = afterAttempt(each, { kind: "problem", status: 500, retryable: false, body: {} });
      expect(each.state).toBe("waiting");
    }
    expect(afterAttempt(each, { kind: "problem", status: 500, retryable: false, body: {} }).state).toBe("refused");
  });

  test("a full log is tried again without end", () => {
    let each = tried;
    for (let n = 0; n < 20; n++) each = afterAttempt(each, { kind: "problem", status: 503, retryable: true, body: {} });
    expect(each.state).toBe("waiting");
  });
});

describe("taking back", () => {
  test("only before the first attempt", () => {
    const waiting = entry(1, "on_scene");
    expect(mayUndo(waiting, [waiting])).toBe(true);
    const tried = entry(1, "on_scene", { attempts: 1 });
    expect(mayUndo(tried, [tried])).toBe(false);
  });

  test("only the last step of a chain", () => {
    const chain = [entry(1, "on_scene"), entry(2, "clear")];
    expect(mayUndo(chain[0] as Entry, chain)).toBe(false);
    expect(mayUndo(chain[1] as Entry, chain)).toBe(true);
  });

  test("with the link up nothing is held; without it ten seconds, help never", () => {
    const at = Date.parse(AT);
    expect(holdMs(entry(1, "on_scene"), true, at)).toBe(0);
    expect(holdMs(entry(1, "on_scene"), false, at + 4_000)).toBe(6_000);
    expect(holdMs(entry(1, "on_scene"), false, at + 11_000)).toBe(0);
    expect(holdMs(entry(1, "on_scene", { attempts: 1 }), false, at)).toBe(0);
    expect(holdMs(entry(1, "emergency"), false, at)).toBe(0);
  });
});

test("after a reload what was under way is tried again with the same key, and refusals are still there to read", () => {
  const stored = [
    entry(3, "clear", { state: "refused" }),
    entry(1, "accept", { state: "sending", attempts: 2 }),
    entry(2, "duty", { state: "answered" }),
  ];
  const again = revived(stored);
  expect(again.map((each) => [each.seq, each.state])).toEqual([
    [1, "waiting"],
    [3, "refused"],
  ]);
  expect(again[0]?.id).toBe("id-1");
  expect(again[0]?.attempts).toBe(2);
});
