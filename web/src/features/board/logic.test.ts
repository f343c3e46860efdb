import { expect, test } from "vitest";
import { OfficeTree } from "../../core/offices";
import { anAlarm, anIncident, aUnit } from "../../core/samples";
import type { OfficeId } from "../../core/units";
import type { AwaitedCallBack, Office } from "../../core/views";
import {
  alarmsFor,
  alarmToAnswer,
  isHeard,
  ownCounts,
  stampsOf,
  subOffices,
  waitsOf,
  whyNotAcknowledge,
} from "./logic";

const office = (id: string, tier: string, parent: string | null) =>
  ({ id, tier, parent, province: "k", code: id, name: { fa: id, en: id }, seat: null }) as unknown as Office;
const tree = new OfficeTree([
  office("iran", "national", null),
  office("k", "province", "iran"),
  office("k.a", "county", "k"),
  office("k.a.s1", "station", "k.a"),
  office("k.b", "county", "k"),
  office("k.b.s1", "station", "k.b"),
]);

test("nobody knows that nothing is open before anything has come", () => {
  expect(isHeard([])).toBe(false);
  expect(isHeard([{ freshAt: null }])).toBe(false);
  expect(isHeard([{ freshAt: null }, { freshAt: 1 }])).toBe(true);
});

test("what a board counts is its own: others' incidents at which its crews help are said apart, others' crews are not counted", () => {
  const counts = ownCounts(
    tree,
    "k.a" as OfficeId,
    [
      anIncident({ id: "k.i1", station: "k.a.s1" }),
      anIncident({ id: "k.i2", station: "k.b.s1" }),
      anIncident({ id: "k.i3", station: null }),
      anIncident({ id: "k.i4", station: "k.b.s1", status: "Closed" }),
    ],
    [aUnit({ id: "k.u.A", office: "k.a.s1" }), aUnit({ id: "k.u.B", office: "k.b.s1" })],
    [],
  );
  expect([counts.open, counts.elsewhere, counts.unitsOnDuty, counts.unitsFree]).toEqual([2, 1, 1, 1]);
});

test("each county is counted from its own stations, worst first, and nothing is lost", () => {
  const rows = subOffices(
    tree,
    "k" as OfficeId,
    [
      anIncident({ id: "k.i1", station: "k.b.s1", priority: 1 }),
      anIncident({ id: "k.i2", station: "k.a.s1", priority: 3 }),
      anIncident({ id: "k.i3", station: null, offices: [{ office: "k.a", role: "Dispatching", mode: "" }] }),
      anIncident({ id: "k.i4", station: null }),
      anIncident({ id: "k.i5", station: "k.a.s1", status: "Closed" }),
    ],
    [
      aUnit({ office: "k.a.s1" }),
      aUnit({ office: "k.a.s1", primary: "NotAvailable" }),
      aUnit({ office: "k.b.s1", on_duty: false }),
    ],
    [],
  );
  expect(rows.map((row) => [row.id, row.open, row.p1, row.free, row.onDuty])).toEqual([
    ["k.b", 1, 1, 0, 0],
    ["k.a", 2, 0, 1, 2],
    [null, 1, 0, 0, 0],
  ]);
});

test("only the tier at which an alarm stands acknowledges it, once", () => {
  const alarm = anAlarm({ tier: "county" });
  expect(whyNotAcknowledge(alarm, "county", "live")).toBeNull();
  expect(whyNotAcknowledge(alarm, "province", "live")).toMatchObject({
    key: "board.why.otherTier",
    values: { tier: "county" },
  });
  expect(whyNotAcknowledge(anAlarm({ acknowledged_at: "2026-11-21T18:00:00Z" }), "station", "live")?.key).toBe(
    "board.why.acknowledged",
  );
  expect(whyNotAcknowledge(null, "station", "live")?.key).toBe("board.why.noAlarm");
  expect(whyNotAcknowledge(alarm, "county", "lost")?.key).toBe("board.why.notLive");
});

test("what this tier must answer comes first, and cleared alarms are gone", () => {
  const ids = alarmsFor(
    [
      anAlarm({ id: "a", tier: "station", priority: 1 }),
      anAlarm({ id: "b", tier: "county", priority: 4 }),
      anAlarm({ id: "c", tier: "county", cleared_at: "2026-11-21T18:00:00Z" }),
    ],
    "county",
  ).map((alarm) => alarm.id);
  expect(ids).toEqual(["b", "a"]);
});

test("stamps come in the order of a call's life", () => {
  expect(stampsOf(anIncident({ first_sent_at: "2026-11-21T18:00:09Z" })).map((each) => each.name)).toEqual([
    "created",
    "classified",
    "sent",
  ]);
});

test("an officer's emergency stays on top at every tier, and the key answers what stands here", () => {
  const sorted = alarmsFor(
    [anAlarm({ id: "w", tier: "county" }), anAlarm({ id: "p", tier: "province", cause: "panic", priority: 1 })],
    "county",
  );
  expect(sorted.map((alarm) => alarm.id)).toEqual(["p", "w"]);
  expect(alarmToAnswer(sorted, "county")?.id).toBe("w");
  expect(alarmToAnswer(sorted, "station")?.id).toBe("p");
  expect(alarmToAnswer([], "station")).toBeNull();
});

test("who waits to be called back is counted here or without a place, with the one who waits longest", () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const back = (office: string, since: number) =>
    ({ id: `${office}${since}`, office, since: at(since), late_at: at(since + 60) }) as unknown as AwaitedCallBack;
  const all = [back("k.a.s1", 20), back("k", 10), back("k", 30)];
  const now = Date.parse(at(69));
  expect(waitsOf(all, "station", now)).toEqual({ here: 1, unplaced: 2, oldest: at(10), late: false });
  expect(waitsOf(all, "province", now + 1_000)).toEqual({ here: 3, unplaced: 0, oldest: at(10), late: true });
  expect(waitsOf([], "national", now)).toEqual({ here: 0, unplaced: 0, oldest: null, late: false });
});
