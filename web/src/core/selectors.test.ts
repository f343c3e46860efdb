import { describe, expect, test } from "vitest";
import { anAlarm, anAssignment, anIncident, aUnit } from "./samples";
import {
  alarmGrade,
  compareAlarms,
  compareWorst,
  countsOf,
  freshness,
  ladderOf,
  levelAt,
  queuesOf,
  stageOf,
  unitLook,
} from "./selectors";

const T0 = Date.parse("2026-11-21T18:00:00Z");
const at = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();
const order = (incidents: Parameters<typeof queuesOf>[0], seconds: number) =>
  [...incidents].sort(compareWorst(T0 + seconds * 1000)).map((each) => each.number);

describe("worst first", () => {
  test("priority leads, then the breached, then the oldest", () => {
    const rows = [
      anIncident({ id: "k.i1", number: 1, priority: 3, created_at: at(0) }),
      anIncident({ id: "k.i2", number: 2, priority: 1, created_at: at(50) }),
      anIncident({ id: "k.i3", number: 3, priority: 2, created_at: at(40) }),
      anIncident({ id: "k.i4", number: 4, priority: 2, created_at: at(20) }),
    ];
    expect(order(rows, 60)).toEqual([2, 4, 3, 1]);
  });

  test("a breached time lifts by one priority and never above a priority 1", () => {
    const old5 = anIncident({ id: "k.i5", number: 5, priority: 5, created_at: at(-36_000) });
    const fresh1 = anIncident({ id: "k.i1", number: 1, priority: 1, created_at: at(0) });
    const fresh4 = anIncident({ id: "k.i4", number: 4, priority: 4, created_at: at(0) });
    const fresh3 = anIncident({ id: "k.i3", number: 3, priority: 3, created_at: at(0) });
    expect(order([old5, fresh4, fresh3, fresh1], 5)).toEqual([1, 3, 4, 5]);
    const old3 = anIncident({ id: "k.i33", number: 33, priority: 3, created_at: at(-3600) });
    const fresh2 = anIncident({ id: "k.i2", number: 2, priority: 2, created_at: at(0) });
    expect(order([old3, fresh2, fresh1], 5)).toEqual([1, 2, 33]);
    expect(order([old3, fresh3], 5)).toEqual([33, 3]);
  });

  test("queues hold every open incident exactly once", () => {
    const queues = queuesOf(
      [
        anIncident({ id: "k.a", status: "Waiting" }),
        anIncident({ id: "k.b", status: "ResourcesEnroute", assignments: [anAssignment({ state: "en_route" })] }),
        anIncident({ id: "k.c", status: "ReportPending" }),
        anIncident({ id: "k.d", status: "Closed" }),
        anIncident({ id: "k.e", status: "Draft", priority: null }),
      ],
      T0,
    );
    expect(queues.waiting.map((each) => each.id).sort()).toEqual(["k.a", "k.e"]);
    expect(queues.working.map((each) => each.id)).toEqual(["k.b"]);
    expect(queues.report.map((each) => each.id)).toEqual(["k.c"]);
  });
});

describe("stages", () => {
  test("a waiting priority 1 warns at 30 s and breaches at 60 s", () => {
    const stage = stageOf(anIncident({ priority: 1 }));
    expect(stage.name).toBe("waiting");
    expect(levelAt(stage, T0 + 29_000)).toBe("ok");
    expect(levelAt(stage, T0 + 30_000)).toBe("warn");
    expect(levelAt(stage, T0 + 60_000)).toBe("breach");
  });

  test("an offer breaches when its answer is due", () => {
    const stage = stageOf(anIncident({ assignments: [anAssignment({ answer_by: at(15) })] }));
    expect(stage.name).toBe("offered");
    expect(levelAt(stage, T0 + 9_000)).toBe("ok");
    expect(levelAt(stage, T0 + 11_000)).toBe("warn");
    expect(levelAt(stage, T0 + 15_000)).toBe("breach");
  });

  test("en route warns at the expected time and breaches at one and a half", () => {
    const stage = stageOf(
      anIncident({ assignments: [anAssignment({ state: "en_route", en_route_at: at(10), travel_time_s: 100 })] }),
    );
    expect(levelAt(stage, T0 + 109_000)).toBe("ok");
    expect(levelAt(stage, T0 + 110_000)).toBe("warn");
    expect(levelAt(stage, T0 + 160_000)).toBe("breach");
  });

  test("a refused offer leaves the caller waiting since the call", () => {
    const stage = stageOf(anIncident({ status: "Waiting", assignments: [anAssignment({ state: "refused" })] }));
    expect([stage.name, stage.since]).toEqual(["waiting", T0]);
  });
});

test("a unit looks like its own assignment, and an emergency lies over all", () => {
  expect(unitLook(aUnit())).toBe("available");
  expect(unitLook(aUnit({ on_duty: false, primary: "NotAvailable" }))).toBe("off");
  expect(unitLook(aUnit({ primary: "NotAvailable" }), anAssignment({ state: "sounded" }))).toBe("offered");
  expect(unitLook(aUnit({ primary: "NotAvailable" }), anAssignment({ state: "on_scene" }))).toBe("on_scene");
  expect(unitLook(aUnit({ primary: "NotAvailable", secondary: "OutOfService" }))).toBe("busy");
  expect(unitLook(aUnit({ emergency: { started_at: at(0), acknowledged_at: null } }), anAssignment())).toBe(
    "emergency",
  );
});

test("counts have their denominators", () => {
  const counts = countsOf(
    [anIncident({ priority: 1 }), anIncident({ priority: null, status: "Draft" }), anIncident({ status: "Closed" })],
    [aUnit(), aUnit({ assignment: "x", primary: "NotAvailable" }), aUnit({ on_duty: false })],
    [anAlarm(), anAlarm({ cleared_at: at(1) })],
  );
  expect(counts).toMatchObject({
    open: 2,
    unclassified: 1,
    waiting: 2,
    unitsFree: 1,
    unitsOnDuty: 2,
    unitsAll: 3,
    escalations: 1,
  });
  expect(counts.byPriority[1]).toBe(1);
});

test("an officer's emergency stands above every other alarm until acknowledged", () => {
  const panic = anAlarm({ id: "a", cause: "panic", priority: 1, raised_at: at(100) });
  const waiting = anAlarm({ id: "b", cause: "waiting", priority: 1 });
  const old = anAlarm({ id: "c", cause: "panic", acknowledged_at: at(1) });
  expect([old, waiting, panic].sort(compareAlarms).map((each) => each.id)).toEqual(["a", "b", "c"]);
  expect(alarmGrade(panic)).toBe("emergency");
});

test("positions are hollow above 30 s and grey above 90 s", () => {
  expect([30, 31, 90, 91].map(freshness)).toEqual(["fresh", "hollow", "hollow", "grey"]);
});

test("the ladder shows four steps", () => {
  expect(ladderOf(anAssignment({ delivered_at: at(1) }))).toEqual([true, true, false, false]);
});
