import { expect, test } from "vitest";
import { aUnit } from "../../../core/samples";
import { unitLook } from "../../../core/selectors";
import type { Health, Unit } from "../../../core/views";
import { countFleet } from "./counts";

const station = (name: string) => name as Unit["office"];

test("looks worst first, the station with nobody free on top, and what cannot be relied on is counted", () => {
  const units = [
    aUnit({ id: "k.a", office: station("k.s1"), primary: "Available" }),
    aUnit({ id: "k.b", office: station("k.s1"), primary: "Available" }),
    aUnit({
      id: "k.c",
      office: station("k.s2"),
      primary: "NotAvailable",
      assignment: "x",
      assignment_state: "on_scene",
    }),
    aUnit({ id: "k.d", office: station("k.s3"), on_duty: false }),
  ] as Unit[];
  const ages: Record<string, number> = { "k.a": 5, "k.b": 31 };
  const heard = (sound: string) => ({ reachable: true, sound }) as unknown as Health;
  const health: Record<string, Health> = { "k.a": heard("muted"), "k.c": heard("ok") };
  const counts = countFleet(units, {
    look: (unit) => unitLook(unit),
    ageS: (unit) => ages[unit.id] ?? null,
    health: (unit) => health[unit.id],
  });
  expect(counts.looks).toEqual([
    ["on_scene", 1],
    ["available", 2],
    ["off", 1],
  ]);
  expect(counts.stations).toEqual([
    { office: "k.s2", free: 0, duty: 1 },
    { office: "k.s1", free: 2, duty: 2 },
  ]);
  expect([counts.stale, counts.mute]).toEqual([2, 2]);
});
