import { expect, test } from "vitest";
import type { RawPlayback, RawTrail } from "./model";
import { gapAt, indexAt, lookThen, readIncident, readUnit, shareOf, stepMark, thenOf } from "./model";

const at = (s: number) => new Date(Date.UTC(2026, 10, 22, 8, 0, s)).toISOString();
const ms = (s: number) => Date.UTC(2026, 10, 22, 8, 0, s);
const point = (s: number, lon: number, more: Partial<RawTrail["points"][number]> = {}) => ({
  at: at(s),
  point: [lon, 35.7] as const,
  road: null,
  heading: null,
  speed_m_per_s: 10,
  code: null,
  ...more,
});
const trail: RawTrail = {
  unit: "p.u.A1",
  since: at(0),
  until: at(300),
  points: [
    point(10, 51.4),
    point(20, 51.41, { road: [51.41, 35.701] }),
    point(25, 0, { code: "position.zero_island" }),
    point(200, 51.42),
  ],
  lines: [],
  gaps: [
    { since: at(20), until: at(200), why: "doubtful" },
    { since: at(200), until: at(300), why: "silent" },
  ],
  damaged_days: [],
  cut: false,
};
const played = readUnit("A1", trail);
const track = played.tracks[0];
if (!track) throw new Error("no track");

test("between two positions a unit is on its way", () => {
  const then = thenOf(track, ms(15));
  expect(then?.at[0]).toBeCloseTo(51.405);
  expect(then?.at[1]).toBeCloseTo(35.7005);
  expect(then?.heading).toBeCloseTo(83, 0);
  expect(then?.gap).toBeNull();
});

test("in a gap a unit stays where it was last seen, and its age is told", () => {
  const then = thenOf(track, ms(120));
  expect(then?.at).toEqual([51.41, 35.701]);
  expect(then?.ageS).toBe(100);
  expect(then?.gap?.why).toBe("doubtful");
  expect(gapAt(track, ms(20))).toBeNull();
});

test("before its first position and outside its span a unit is nowhere", () => {
  expect(thenOf(track, ms(5))).toBeNull();
  expect(thenOf(track, ms(-5))).toBeNull();
  expect(thenOf(track, ms(301))).toBeNull();
});

test("a position that was not believed is no place", () => {
  expect(track.points).toHaveLength(3);
});

test("the index is that of the last one not later", () => {
  expect([5, 10, 19, 20, 999].map((s) => indexAt(track.points, ms(s)))).toEqual([-1, 0, 0, 1, 2]);
  expect(indexAt([], 5)).toBe(-1);
});

test("stamps are stepped along in both directions, from on a stamp to the one before it", () => {
  const raw: RawPlayback = {
    point: [51.4, 35.7],
    since: at(0),
    until: at(300),
    marks: [
      { at: at(-30), name: "created", call_sign: null },
      { at: at(0), name: "sent", call_sign: "A1" },
      { at: at(290), name: "cleared", call_sign: "A1" },
    ],
    tracks: [{ call_sign: "A1", trail }],
  };
  const incident = readIncident(raw);
  expect([incident.from, incident.to]).toEqual([ms(-30), ms(300)]);
  expect(stepMark(incident.marks, ms(0), true)?.name).toBe("cleared");
  expect(stepMark(incident.marks, ms(0), false)?.name).toBe("created");
  expect(stepMark(incident.marks, ms(-30), false)).toBeNull();
  expect(stepMark(incident.marks, ms(290), true)).toBeNull();
  expect(shareOf(incident, ms(135))).toBeCloseTo(0.5);
});

test("a unit looks on the map as it did at that moment", () => {
  const marks = [
    { ms: 10, name: "sent", callSign: "A01" },
    { ms: 15, name: "created", callSign: null },
    { ms: 20, name: "accepted", callSign: "A01" },
    { ms: 30, name: "on_scene", callSign: "A02" },
    { ms: 40, name: "on_scene", callSign: "A01" },
    { ms: 50, name: "cleared", callSign: "A01" },
  ];
  const at = [10, 19, 20, 39, 40, 50].map((ms) => lookThen(marks, "A01", ms));
  expect(at).toEqual(["offered", "offered", "en_route", "en_route", "on_scene", "available"]);
  expect(lookThen([], "A01", 5)).toBe("en_route");
});
