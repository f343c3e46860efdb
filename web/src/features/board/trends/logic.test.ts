import { expect, test } from "vitest";
import type { Hour, OfficeTrend } from "./logic";
import { change, compared, isMissed, lineOf } from "./logic";

const NONE = { n: 0, median_s: null };
const QUIET: Hour = {
  calls: 0,
  incidents: 0,
  priority_1: 0,
  dispatch: NONE,
  response: NONE,
  alarms: 0,
  alarms_climbed: 0,
  open: 0,
  waiting: 0,
  on_duty: 0,
};
const office = (name: string, people: number | null, hour: Partial<Hour>): OfficeTrend => ({
  office: name,
  people,
  trend: {
    hour: { ...QUIET, ...hour },
    before: QUIET,
    series: {
      calls: [],
      incidents: [],
      alarms: [],
      open: [],
      open_by_priority: [],
      waiting: [],
      to_dispatch: [],
      to_dispatch_1: [],
      on_scene: [],
      on_duty: [],
      free: [],
      alarms_standing: [],
      call_backs: [],
      response_median_s: [],
      response_n: [],
    },
  },
});

test("rates have a denominator, and none where there is nothing to divide by", () => {
  const [town, hamlet] = compared([
    office("town", 50_000, { calls: 25, incidents: 10, on_duty: 4 }),
    office("hamlet", null, { calls: 4, incidents: 2, on_duty: 0 }),
  ]);
  expect(town?.callsPerPeople).toEqual({ value: 5, few: false });
  expect(town?.incidentsPerUnit).toEqual({ value: 2.5, few: false });
  expect(hamlet?.callsPerPeople).toEqual({ value: null, few: true });
  expect(hamlet?.incidentsPerUnit).toEqual({ value: null, few: true });
});

test("an aim is missed when fewer than half of those counted were in time, and never where nobody was reached", () => {
  expect(isMissed({ aim_s: 480, n: 4, within: 2 })).toBe(false);
  expect(isMissed({ aim_s: 480, n: 4, within: 1 })).toBe(true);
  expect(isMissed({ aim_s: 480, n: 0, within: 0 })).toBe(false);
  expect(isMissed(undefined)).toBe(false);
});

test("fewer than five cases are marked as few", () => {
  const few = (incidents: number) => compared([office("a", 1000, { incidents, on_duty: 2 })])[0]?.incidents.few;
  expect([few(4), few(5)]).toEqual([true, false]);
});

test("where somebody waits comes first, then alarms, then the busiest crews", () => {
  const rows = compared([
    office("calm", null, {}),
    office("busy", null, { incidents: 9, on_duty: 3 }),
    office("alarmed", null, { alarms: 1 }),
    office("waiting", null, { waiting: 1, open: 2 }),
  ]);
  expect(rows.map((row) => row.office)).toEqual(["waiting", "alarmed", "busy", "calm"]);
});

test("a change is told only where both hours say something", () => {
  expect([change(5, 3), change(3, 5), change(null, 3), change(3, null)]).toEqual([2, -2, null, null]);
});

test("a line stands on zero, is cut where nothing is known, and a flat zero lies on the floor", () => {
  expect(lineOf([0, 5, 10], 100, 20)).toEqual(["0.0,20.0 50.0,10.0 100.0,0.0"]);
  expect(lineOf([4, null, 8], 100, 20)).toEqual(["0.0,10.0", "100.0,0.0"]);
  expect(lineOf([0, 0], 100, 20)).toEqual(["0.0,20.0 100.0,20.0"]);
  expect(lineOf([null, null], 100, 20)).toEqual([]);
});
