/** What is being closed: points on the map, and the body of the request they make. Pure. */

import type { LonLat } from "../../../core/units";

export type ShapeKind = "point" | "line" | "area";
export type What = "close" | "slow";

export interface Draft {
  readonly shape: ShapeKind;
  readonly points: readonly LonLat[];
  readonly what: What;
  readonly factor: number;
  readonly oneWay: boolean;
  readonly reason: string;
  readonly note: string;
  /** Minutes from now; 0: at once. */
  readonly startsIn: number;
  /** Minutes; null: until lifted. */
  readonly lasts: number | null;
  readonly confirmed: boolean;
}

export const NOTHING: Draft = {
  shape: "point",
  points: [],
  what: "close",
  factor: 2,
  oneWay: false,
  reason: "",
  note: "",
  startsIn: 0,
  lasts: 60,
  confirmed: false,
};

export const REASONS = [
  "accident",
  "works",
  "bridge",
  "flood",
  "dust",
  "fire",
  "gathering",
  "ceremony",
  "cordon",
  "obstacle",
  "congestion",
  "other",
] as const;

const LEAST: Readonly<Record<ShapeKind, number>> = { point: 1, line: 2, area: 3 };

/** A click on the map: a point is replaced, lines and areas grow. */
export function withPoint(draft: Draft, point: LonLat): Draft {
  return { ...draft, points: draft.shape === "point" ? [point] : [...draft.points, point], confirmed: false };
}

/** The shape as the server takes it; null while points are missing. */
export function shapeBody(draft: Draft): Readonly<Record<string, unknown>> | null {
  if (draft.points.length < LEAST[draft.shape]) return null;
  if (draft.shape === "point") return { point: draft.points[0] };
  if (draft.shape === "line") return { line: draft.points, directions: draft.oneWay ? "along" : "both" };
  return { polygon: draft.points };
}

/** The whole request; times are told from the server's clock. */
export function conditionBody(draft: Draft, now: number): Readonly<Record<string, unknown>> | null {
  const shape = shapeBody(draft);
  if (!shape || !draft.reason) return null;
  const starts = now + draft.startsIn * 60_000;
  return {
    ...shape,
    reason: draft.reason,
    note: draft.note.trim(),
    confirmed: draft.confirmed,
    ...(draft.what === "slow" ? { time_factor: draft.factor } : {}),
    ...(draft.startsIn > 0 ? { starts_at: new Date(starts).toISOString() } : {}),
    ...(draft.lasts === null ? {} : { ends_at: new Date(starts + draft.lasts * 60_000).toISOString() }),
  };
}
