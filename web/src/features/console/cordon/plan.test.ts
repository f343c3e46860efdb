import { expect, test } from "vitest";
import type { IncidentId, UnitId } from "../../../core/units";
import { type CordonPlan, locked, NO_WISHES, nextUnit, type PlanPost, planBody, sendBody } from "./plan";

const unit = (sign: string) => `khuzestan.u.${sign}` as UnitId;
const post = (node: number, sign: string | null): PlanPost => ({
  node,
  point: [48.6 + node, 31.3],
  place_fa: "تقاطع",
  place_en: "",
  share: 0.25,
  due_at: "2026-11-21T18:05:00Z",
  fugitive_s: 120,
  at_border: false,
  unit: sign ? unit(sign) : null,
  call_sign: sign,
  eta_s: sign ? 60 : null,
  margin_s: sign ? 45 : null,
  locked: false,
  late_by_s: sign ? null : 30,
  near: ["A01", "A02"].map((each) => ({ unit: unit(each), call_sign: each, eta_s: 60, margin_s: 45 })),
});
const plan = {
  offence_at: "2026-11-21T18:00:00Z",
  held: 0.25,
  sealed: 0.1,
  posts: [post(1, "A01"), post(2, null)],
} as unknown as CordonPlan;

test("only manned posts are sent, with a name in a language that has one", () => {
  const body = sendBody(plan, NO_WISHES, "en") as { posts: { unit: string; place: string }[] };
  expect(body.posts).toHaveLength(1);
  expect(body.posts[0]).toMatchObject({ unit: unit("A01"), place: "تقاطع" });
});

test("another unit is the next one near, and comes round", () => {
  expect(nextUnit(post(1, "A01"))).toBe(unit("A02"));
  expect(nextUnit(post(1, "A02"))).toBe(unit("A01"));
  expect(nextUnit(post(1, null))).toBe(unit("A01"));
  expect(nextUnit({ ...post(1, null), near: [] })).toBeNull();
});

test("a unit is tied to one post at a time", () => {
  const first = locked({}, 1, unit("A01"));
  expect(locked(first, 2, unit("A01"))).toEqual({ 2: unit("A01") });
});

test("what a person changed goes with the question", () => {
  const wishes = { ...NO_WISHES, drop: [7], lock: { 1: unit("A01") }, keep: { nodes: [1, 2], span: 480 } };
  expect(planBody("khuzestan.i1" as IncidentId, wishes)).toMatchObject({
    drop: [7],
    lock: [{ node: 1, unit: unit("A01") }],
    keep: [1, 2],
    span_s: 480,
  });
});
