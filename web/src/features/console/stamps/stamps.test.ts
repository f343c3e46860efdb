import { expect, test } from "vitest";
import type { Time } from "../../../core/units";
import type { Assignment, Incident, TimelineEntry } from "../../../core/views";
import { agesOf, intervalsOf, STANDARD_AIMS, standing } from "./stamps";

const at = (second: number): Time => new Date(Date.UTC(2026, 10, 22, 10, 0, second)).toISOString() as Time;
const ms = (second: number): number => Date.parse(at(second));
const entry = (name: string, second: number, position: number): TimelineEntry =>
  ({
    name: `${name}.v1`,
    at: at(second),
    position,
    data: {},
    actor: null,
    subject: "",
    device_at: null,
  }) as TimelineEntry;

const unit = (change: Partial<Assignment>): Assignment =>
  ({
    call_sign: "A12",
    sent_at: at(40),
    answer_by: at(55),
    sounded_at: at(42),
    accepted_at: at(60),
    en_route_at: at(70),
    on_scene_at: null,
    cleared_at: null,
    ended_at: null,
    travel_time_s: 180,
    ...change,
  }) as unknown as Assignment;
const incident = (assignments: readonly Assignment[], change: Partial<Incident> = {}): Incident =>
  ({
    priority: 1,
    classified_at: at(30),
    first_sent_at: at(40),
    first_on_scene_at: null,
    closed_at: null,
    assignments,
    ...change,
  }) as unknown as Incident;
const facts = [
  entry("intake.call_presented", 0, 1),
  entry("intake.call_answered", 20, 2),
  entry("dispatch.incident_opened", 30, 3),
];

test("each part has its time, its promise, and whether it was kept", () => {
  const found = intervalsOf(incident([unit({})]), facts);
  const said = Object.fromEntries(
    found.map((each) => [
      each.part,
      [each.to === null ? null : (each.to - each.from) / 1000, each.limitS, standing(each, ms(75))],
    ]),
  );
  expect(said.answer).toEqual([20, 15, "over"]);
  expect(said.entry).toEqual([10, 30, "within"]);
  expect(said.queue).toEqual([10, 45, "within"]);
  expect(said.decision, "the window that this unit had").toEqual([18, 15, "over"]);
  expect(said.travel, "it drives still").toEqual([null, 180, "within"]);
  expect(said.wait).toEqual([null, null, null]);
  expect(said.scene).toBeUndefined();
});

test("a way that became longer was promised anew, and what runs is late when its time is over", () => {
  const slower = unit({ renewed: { after_s: 300 } as NonNullable<Assignment["renewed"]> });
  const travel = intervalsOf(incident([slower]), facts).find((each) => each.part === "travel");
  expect(travel?.limitS).toBe(300);
  expect(travel && standing(travel, ms(70 + 299))).toBe("within");
  expect(travel && standing(travel, ms(70 + 301))).toBe("over");
});

test("what can never end any more is not said to run", () => {
  const gone = unit({ ended_at: at(80) });
  const parts = intervalsOf(incident([gone], { closed_at: at(90) }), facts).map((each) => each.part);
  expect(parts).not.toContain("travel");
  expect(parts).not.toContain("wait");
  expect(intervalsOf(incident([unit({ sent_at: null })]), []).every((each) => each.unit === null)).toBe(true);
});

test("only priority one has an aim for the queue", () => {
  const queue = intervalsOf(incident([], { priority: 3 }), facts).find((each) => each.part === "queue");
  expect(queue?.limit).toBeNull();
});

test("ages count from the first fact, gaps from the one before, and never backwards", () => {
  const ages = agesOf([entry("a", 5, 1), entry("b", 15, 2), entry("c", 14, 3), entry("d", 20, 4)]);
  expect([...ages.values()]).toEqual([
    { age: 0, since: 0 },
    { age: 10_000, since: 10_000 },
    { age: 9_000, since: 0 },
    { age: 15_000, since: 5_000 },
  ]);
});

test("an office's aims are those of its rules, by priority, and 0 is none", () => {
  const aims = { ...STANDARD_AIMS, answer_s: 0, queue_s: [45, 0, 240, 0, 0] };
  const found = intervalsOf(incident([], { priority: 3 }), facts, aims);
  const limits = Object.fromEntries(found.map((each) => [each.part, each.limitS]));
  expect([limits.queue, limits.answer, limits.entry]).toEqual([240, null, 30]);
});
