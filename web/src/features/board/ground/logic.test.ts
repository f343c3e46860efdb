import { expect, test } from "vitest";
import { OfficeTree } from "../../../core/offices";
import { anIncident, aUnit } from "../../../core/samples";
import type { LonLat, OfficeId } from "../../../core/units";
import type { Incident, Office, Unit } from "../../../core/views";
import { type Ground, groundShapes, groundsOf, joinShapes } from "./logic";

const office = (id: string, tier: string, parent: string | null) =>
  ({ id, tier, parent, province: "k", code: id, name: { fa: id, en: id }, seat: null }) as unknown as Office;
const tree = new OfficeTree([
  office("k", "province", null),
  office("k.a", "county", "k"),
  office("k.a.s1", "station", "k.a"),
  office("k.b", "county", "k"),
  office("k.b.s1", "station", "k.b"),
]);
const COUNTIES = ["k.a", "k.b"] as OfficeId[];
const NOW = Date.parse("2026-11-21T18:10:00Z");
const MINUTE = 60_000;

interface World {
  readonly incidents?: readonly Incident[];
  readonly units?: readonly Unit[];
  readonly heardMs?: number | null;
  readonly positionMs?: number | null;
}
function seen({ incidents = [], units = [], heardMs = 1_000, positionMs = 5_000 }: World): Record<string, Ground> {
  const fixed = positionMs === null ? null : NOW - positionMs;
  const grounds = groundsOf(
    tree,
    COUNTIES,
    { incidents, units, freshAt: () => (heardMs === null ? null : NOW - heardMs), fixedAt: () => fixed },
    NOW,
  );
  return Object.fromEntries(grounds);
}
const units = [aUnit({ office: "k.a.s1" }), aUnit({ office: "k.b.s1", on_duty: false })];

test("a county where somebody is on duty and is heard of is as it should be, one without anybody is not", () => {
  expect(seen({ units })).toEqual({ "k.a": { is: "fresh" }, "k.b": { is: "empty" } });
});

test("positions that are too old to choose by, and those that never came, make a county grey", () => {
  expect(seen({ units, positionMs: 90_000 })["k.a"]).toEqual({ is: "fresh" });
  expect(seen({ units, positionMs: 2 * MINUTE })["k.a"]).toEqual({ is: "unplaced", ageMs: 2 * MINUTE });
  expect(seen({ units, positionMs: null })["k.a"]).toEqual({ is: "silent" });
});

test("what is late shows in its own county only, and not on data that are old themselves", () => {
  const waiting = anIncident({ station: "k.b.s1", priority: 1 });
  const closed = anIncident({ id: "k.i2", station: "k.a.s1", priority: 1, status: "Closed" });
  expect(seen({ units, incidents: [waiting, closed] })).toEqual({
    "k.a": { is: "fresh" },
    "k.b": { is: "late", incidents: 1 },
  });
  expect(seen({ units, incidents: [waiting], heardMs: 20_000 })["k.b"]).toEqual({ is: "old", ageMs: 20_000 });
  expect(seen({ units, incidents: [waiting], heardMs: null })["k.b"]).toEqual({ is: "unheard" });
});

test("grey and colour both say in words what they mean, and a fresh area says nothing", () => {
  const ring = [[[[48, 31] as unknown as LonLat]]];
  const areas = COUNTIES.map((id) => ({ office: id, area: ring }));
  const grounds = new Map<OfficeId, Ground>([
    [COUNTIES[0] as OfficeId, { is: "fresh" }],
    [COUNTIES[1] as OfficeId, { is: "late", incidents: 2 }],
  ]);
  const shapes = groundShapes(areas, grounds, (id, ground) => (ground.is === "fresh" ? "" : `${id} ${ground.is}`));
  expect(shapes.map((each) => [each.colour, each.label, each.dashed ?? false])).toEqual([
    ["line", "", false],
    ["p1", "k.b late", false],
  ]);
  const grey = new Map<OfficeId, Ground>([[COUNTIES[0] as OfficeId, { is: "silent" }]]);
  expect(
    groundShapes(areas, grey, (_, ground) => ground.is).map((each) => [each.colour, each.dashed ?? false]),
  ).toEqual([
    ["edge", true],
    ["line", false],
  ]);
  const drawn = { areas: [], lines: [], points: [] };
  expect(joinShapes([], drawn)).toBe(drawn);
  expect(joinShapes(shapes, drawn)?.areas).toHaveLength(2);
});
