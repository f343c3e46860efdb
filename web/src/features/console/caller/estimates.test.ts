import { expect, test } from "vitest";
import { distanceM } from "../../../core/units";
import type { Call, CallLocation } from "../../../core/views";
import { outlineOf, proposedOf, shownOf } from "./estimates";

const POINT = [51.4, 35.7] as const;
const location = (more: Partial<CallLocation>): CallLocation =>
  ({
    source: "device",
    point: POINT,
    accuracy_m: 100,
    at: "2026-11-21T01:00:00Z",
    confidence: null,
    measured_at: null,
    shape: null,
    method: "",
    civic: "",
    trusted: true,
    doubt_m: 100,
    proposed: false,
    ...more,
  }) as CallLocation;
const call = (...locations: CallLocation[]): Call => ({ locations }) as unknown as Call;

test("a circle has its radius everywhere and is closed", () => {
  const ring = outlineOf(location({})) ?? [];
  expect(ring[0]).toEqual(ring.at(-1));
  for (const corner of ring) expect(Math.abs(distanceM(corner, POINT) - 100)).toBeLessThan(1);
});

test("an ellipse is long where its longer axis points", () => {
  const shape = { type: "ellipse", semi_major_m: 300, semi_minor_m: 50, turned_deg: 90 } as const;
  const ring = outlineOf(location({ shape })) ?? [];
  const east = Math.max(...ring.map(([lon]) => lon)) - POINT[0];
  const north = Math.max(...ring.map(([, lat]) => lat)) - POINT[1];
  expect(distanceM(POINT, [POINT[0] + east, POINT[1]])).toBeCloseTo(300, -1);
  expect(distanceM(POINT, [POINT[0], POINT[1] + north])).toBeCloseTo(50, -1);
});

test("a sector lies where its mast looks, between its two radii", () => {
  const shape = { type: "sector", centre: POINT, inner_m: 200, outer_m: 600, start_deg: 0, opening_deg: 90 } as const;
  const ring = outlineOf(location({ shape })) ?? [];
  for (const corner of ring) {
    expect(corner[0]).toBeGreaterThanOrEqual(POINT[0] - 1e-9);
    expect(corner[1]).toBeGreaterThanOrEqual(POINT[1] - 1e-9);
    const far = distanceM(corner, POINT);
    expect(Math.min(Math.abs(far - 200), Math.abs(far - 600))).toBeLessThan(3);
  }
});

test("a point alone, a circle without an end and an address in words have no outline", () => {
  expect(outlineOf(location({ accuracy_m: null }))).toBeNull();
  expect(outlineOf(location({ accuracy_m: 9e5 as never }))).toBeNull();
  expect(outlineOf(location({ point: null }))).toBeNull();
});

test("the proposed estimate is offered, never the operator's own word", () => {
  const told = location({ source: "operator", proposed: true });
  const phone = location({ source: "aml" });
  expect(proposedOf(call(told, phone))).toBe(phone);
  const better = location({ source: "device", proposed: true });
  expect(proposedOf(call(better, phone))).toBe(better);
  expect(proposedOf(call(location({ point: null })))).toBeNull();
  expect(shownOf(call(phone, better, location({ source: "aml", doubt_m: 5 as never }))).map((e) => e.doubt_m)).toEqual([
    100, 5,
  ]);
});

test("a newer word of the same source is seen beside the proposed one, and what networks say stands side by side", () => {
  const doubts = (...all: CallLocation[]) => shownOf(call(...all)).map((each) => each.doubt_m);
  const device = (doubt: number, proposed = false) => location({ source: "device", proposed, doubt_m: doubt as never });
  expect(doubts(device(10, true), device(40), device(70))).toEqual([10, 70]);
  const network = (doubt: number) => location({ source: "signalling", doubt_m: doubt as never });
  expect(doubts(network(1), network(2), network(3), network(4), network(5))).toEqual([2, 3, 4, 5]);
});
