import { expect, test } from "vitest";
import type { Time } from "../../../core/units";
import { keptOf, knownFrom, serviceLines } from "./asked";

const at = "2026-11-23T10:00:00Z" as Time;
const asked = (service: string) => ({ service, at, by: "seat:dispatcher:p" });

test("what was asked is shown with its time, in the order of asking", () => {
  expect(serviceLines([asked("fire-125"), asked("ambulance-115")], [])).toEqual([
    { service: "fire-125", at },
    { service: "ambulance-115", at },
  ]);
});

test("a service that was let go is said to be, also after the page was opened anew", () => {
  const seen = serviceLines([asked("ambulance-115"), asked("fire-125")], []);
  const known = knownFrom(keptOf("p.i1", seen), "p.i1");
  const after = serviceLines([asked("fire-125")], known);
  expect(after).toEqual([
    { service: "fire-125", at },
    { service: "ambulance-115", at: null },
  ]);
  expect(knownFrom(keptOf("p.i1", after), "p.i1")).toContain("ambulance-115");
  expect(serviceLines([asked("ambulance-115")], known).find((line) => line.service === "ambulance-115")?.at).toBe(at);
});

test("what another incident had is not this one's", () => {
  expect(knownFrom(keptOf("p.i1", serviceLines([asked("fire-125")], [])), "p.i2")).toEqual([]);
  expect(knownFrom(null, "p.i1")).toEqual([]);
});
