import { expect, test } from "vitest";
import type { Progress, Seen } from "./script";
import { advance, begin, current, since, verdicts } from "./script";

const NOTHING: Seen = { call: undefined, incident: undefined, alarms: [], unit: undefined, own: undefined };
const seen = (part: object): Seen => ({ ...NOTHING, ...part }) as Seen;
const given = (...assignments: object[]) => ({ assignments, point: [51, 35], kind: "noise", closed_at: null });
const sent = { state: "sent", sent_at: "t", accepted_at: null };
const refused = { ...sent, state: "refused" };
const ready = { on_duty: true, assignment: null, tested: { at: "1970-01-01T00:00:01Z" } };
const accepted = { ...sent, state: "accepted", accepted_at: "t" };

function run(part: "dispatcher" | "officer", script: readonly (readonly [number, object])[]): Progress {
  return script.reduce((now, [at, what]) => advance(now, seen(what), at), begin(part, 0));
}

test("a dispatcher goes on by what really happened, in whatever order it came", () => {
  const call = { answered_at: "t", point: null, kind: "noise" };
  let now = run("dispatcher", [[8_000, { call }]]);
  expect(current(now)).toBe("place");
  expect(now.stamps.kind).toBe(8_000);
  now = advance(now, seen({ incident: given(sent) }), 40_000);
  expect(current(now)).toBe("reply");
  now = advance(now, seen({ incident: given(refused), alarms: [{ acknowledged_at: null }] }), 50_000);
  expect(current(now)).toBe("alarm");
  now = advance(
    now,
    seen({ incident: given(refused, sent), alarms: [{ acknowledged_at: "t" }, { acknowledged_at: null }] }),
    70_000,
  );
  expect(current(now)).toBe("next");
  now = advance(now, seen({ incident: given(refused, accepted) }), 80_000);
  expect(current(now)).toBe("close");
  now = advance(now, seen({ incident: { ...given(refused, accepted), closed_at: "t" } }), 120_000);
  expect(current(now)).toBeNull();
  expect(verdicts(now).map((each) => [each.step, each.seconds, each.well])).toEqual([
    ["answer", 8, true],
    ["send", 32, true],
    ["alarm", 20, true],
    ["close", 40, true],
  ]);
});

test("an alarm that nobody took, and one that is gone, are told apart", () => {
  const before = run("dispatcher", [[1, { incident: given(refused), alarms: [{ acknowledged_at: null }] }]]);
  expect(before.stamps.alarm).toBeUndefined();
  const all = { call: { answered_at: "t", point: [51, 35], kind: "noise" } };
  const gone = advance(before, seen({ ...all, incident: given(refused, sent) }), 2);
  expect([gone.stamps.alarm, current(gone)], "it went by itself: nothing is left to do, and it was not done").toEqual([
    undefined,
    "next",
  ]);
  expect(verdicts(gone).find((each) => each.step === "alarm")?.seconds).toBeNull();
  const back = advance(gone, seen({ ...all, incident: given(refused, sent), alarms: [{ acknowledged_at: null }] }), 3);
  expect(current(back)).toBe("alarm");
  const quick = run("dispatcher", [[1, { ...all, incident: given(refused, accepted) }]]);
  expect([quick.stamps.alarm, current(quick)], "it was gone before it was seen").toEqual([undefined, "close"]);
  // A crew that accepts at once leaves nothing to acknowledge.
  expect(run("dispatcher", [[1, { incident: given(accepted) }]]).stamps.alarm).toBe(1);
  expect(run("dispatcher", [[1, { incident: given(sent) }]]).stamps.alarm).toBeUndefined();
});

test("an officer's exercise ends with the report, also when the incident is out of sight by then", () => {
  const own = { sent_at: "t", accepted_at: null, en_route_at: null, on_scene_at: null, cleared_at: null };
  const unit = { ...ready, assignment: "a" };
  let now = run("officer", [[1_000, { unit: ready }]]);
  expect(current(now)).toBe("offer");
  now = advance(now, seen({ unit, own }), 5_000);
  now = advance(now, seen({ unit, own: { ...own, accepted_at: "t", on_scene_at: "t" } }), 30_000);
  expect(current(now)).toBe("backup");
  expect(since(now)).toBe(30_000);
  now = advance(now, seen({ unit: ready }), 60_000);
  // Backup was left out: it is over all the same, and said so.
  expect(current(now)).toBeNull();
  const [, , backup] = verdicts(now);
  expect([backup?.seconds, backup?.well]).toEqual([null, false]);
  expect(verdicts(now)[0]?.well).toBe(false);
});

test("a car that the simulator left on duty is ready when this person has tried the handheld", () => {
  const before = { ...ready, tested: { at: "1969-12-31T23:00:00Z" } };
  expect(run("officer", [[1_000, { unit: before }]]).stamps.ready).toBeUndefined();
});

test("nothing new leaves the very same progress", () => {
  const now = run("officer", [[1_000, { unit: ready }]]);
  expect(advance(now, seen({ unit: ready }), 9_000)).toBe(now);
});
