/** A cordon as the server reckons it, what a person changed of it, and what is sent. No screen here. */

import type { IncidentId, LonLat, UnitId } from "../../../core/units";

export type Vehicle = "car" | "motorcycle" | "foot";

export interface PlanPost {
  readonly node: number;
  readonly point: LonLat;
  readonly place_fa: string;
  readonly place_en: string;
  readonly share: number;
  readonly due_at: string;
  readonly fugitive_s: number;
  readonly at_border: boolean;
  readonly unit: UnitId | null;
  readonly call_sign: string | null;
  readonly eta_s: number | null;
  readonly margin_s: number | null;
  readonly locked: boolean;
  readonly late_by_s: number | null;
  readonly near: readonly {
    readonly unit: UnitId;
    readonly call_sign: string | null;
    readonly eta_s: number;
    readonly margin_s: number;
  }[];
}

type Rings = { readonly coordinates: readonly (readonly (readonly LonLat[])[])[] };

export interface CordonPlan {
  readonly at: string;
  readonly offence_at: string;
  readonly point: LonLat;
  readonly span_s: number;
  readonly inner: Rings;
  readonly outer: Rings;
  readonly posts: readonly PlanPost[];
  readonly held: number;
  readonly sealed: number;
  readonly gone: number;
  readonly exits: number;
  readonly border_exits: number;
  readonly enclosed: boolean;
  readonly free_units: number;
}

/** What a person said of the flight and changed of the plan. */
export interface Wishes {
  readonly offenceAt: string | null;
  readonly vehicle: Vehicle;
  readonly bearing: number | null;
  readonly unitsMost: number;
  readonly drop: readonly number[];
  readonly lock: Readonly<Record<number, UnitId>>;
  /** The posts to stay with; null: choose anew. */
  readonly keep: { readonly nodes: readonly number[]; readonly span: number } | null;
}

export const NO_WISHES: Wishes = {
  offenceAt: null,
  vehicle: "car",
  bearing: null,
  unitsMost: 8,
  drop: [],
  lock: {},
  keep: null,
};

export const BEARINGS = { any: null, n: 0, ne: 45, e: 90, se: 135, s: 180, sw: 225, w: 270, nw: 315 } as const;
export type Bearing = keyof typeof BEARINGS;

export function planBody(incident: IncidentId, wishes: Wishes): Record<string, unknown> {
  return {
    incident,
    ...(wishes.offenceAt ? { offence_at: wishes.offenceAt } : {}),
    vehicle: wishes.vehicle,
    bearing_deg: wishes.bearing,
    units_most: wishes.unitsMost,
    drop: wishes.drop,
    lock: Object.entries(wishes.lock).map(([node, unit]) => ({ node: Number(node), unit })),
    ...(wishes.keep ? { keep: wishes.keep.nodes, span_s: wishes.keep.span } : {}),
  };
}

/** The posts that go out: those with a unit. The others stay on the screen, so that it is known what is open. */
export function manned(plan: CordonPlan | null): readonly PlanPost[] {
  return plan?.posts.filter((post) => post.unit !== null) ?? [];
}

export function sendBody(plan: CordonPlan, wishes: Wishes, lang: string): Record<string, unknown> {
  return {
    offence_at: plan.offence_at,
    vehicle: wishes.vehicle,
    bearing_deg: wishes.bearing,
    held: plan.held,
    sealed: plan.sealed,
    posts: manned(plan).map((post) => ({
      point: post.point,
      place: (lang === "fa" ? post.place_fa || post.place_en : post.place_en || post.place_fa).slice(0, 300),
      unit: post.unit,
      due_at: post.due_at,
      share: post.share,
      at_border: post.at_border,
    })),
  };
}

/** The next of the units near a post, round and round. */
export function nextUnit(post: PlanPost): UnitId | null {
  const at = post.near.findIndex((each) => each.unit === post.unit);
  return post.near[(at + 1) % Math.max(1, post.near.length)]?.unit ?? null;
}

/** Tie a unit to a post; it leaves the post it was tied to before. */
export function locked(lock: Wishes["lock"], node: number, unit: UnitId): Wishes["lock"] {
  const others = Object.fromEntries(Object.entries(lock).filter(([, each]) => each !== unit));
  return { ...others, [node]: unit };
}
