import { expect, test } from "vitest";
import { anAlarm } from "../../core/samples";
import type { Alarm } from "../../core/views";
import { alarmsOf, gradeAtDesk, isShelved, linesOf, nextToAcknowledge, nextToShelve } from "./attention";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString() as Alarm["raised_at"];
const flood = (n: number, seconds: number): Alarm[] =>
  Array.from({ length: n }, (_, k) => anAlarm({ id: `late${k}`, cause: "late", priority: 3, raised_at: ago(seconds) }));

test("the most urgent incident left waiting is an emergency at a desk: latched, and never put aside", () => {
  const waiting = anAlarm({ id: "w", cause: "waiting", priority: 1 });
  expect(gradeAtDesk(waiting)).toBe("emergency");
  expect(gradeAtDesk(anAlarm({ id: "w", cause: "waiting", priority: 2 }))).toBe("warning");
  const taken = { ...waiting, acknowledged_at: ago(1) };
  expect(alarmsOf([taken], NOW)).toEqual([taken]);
  const shelf = { by: "", reason: "", until: ago(-600), at: ago(0) } as unknown as NonNullable<Alarm["shelf"]>;
  expect(isShelved({ ...waiting, shelf }, NOW)).toBe(false);
});

test("more than ten in ten minutes stand together by cause; emergencies, and a cause of one, stay alone", () => {
  const panic = anAlarm({ id: "p", cause: "panic", raised_at: ago(5) });
  const held = anAlarm({ id: "h", cause: "held", raised_at: ago(5) });
  const all = [panic, ...flood(9, 60), held];
  expect(linesOf(all)).toEqual([
    { alarm: "p" },
    { cause: "late", alarms: flood(9, 60).map((each) => each.id) },
    { alarm: "h" },
  ]);
  expect(linesOf(all.slice(1)), "ten are read one by one").toHaveLength(10);
  expect(linesOf(flood(20, 2_400)), "a flood stays one while it stands").toHaveLength(1);
  const slowly = Array.from({ length: 20 }, (_, k) =>
    anAlarm({ id: `slow${k}`, cause: "late", raised_at: ago(120 * k) }),
  );
  expect(linesOf(slowly), "what piled up slowly is no flood").toHaveLength(20);
});

test("the key puts aside the first that may be, never an officer's safety", () => {
  const panic = anAlarm({ id: "p", cause: "panic", raised_at: ago(5) });
  const backup = anAlarm({ id: "b", cause: "backup", raised_at: ago(5) });
  const held = anAlarm({ id: "h", cause: "held", raised_at: ago(5) });
  expect(nextToShelve([panic, backup, held], NOW)?.id).toBe("h");
  expect(nextToShelve([panic, backup], NOW)).toBeUndefined();
});

test("one key takes what lies folded together; an emergency before it, and alone", () => {
  const panic = anAlarm({ id: "p", cause: "panic", raised_at: ago(5) });
  const ids = (all: readonly Alarm[]) => nextToAcknowledge(all, NOW).map((each) => each.id as string);
  const late = flood(11, 60);
  expect(ids([...late, panic])).toEqual(["p"]);
  expect(ids([...late, { ...panic, acknowledged_at: ago(1) }])).toHaveLength(11);
  expect(ids(flood(10, 60)), "ten are taken one by one").toHaveLength(1);
  expect(ids([])).toEqual([]);
});
