/** Estimates of the caller's place: which to propose, and each as an outline on the map. */

import type { LonLat } from "../../../core/units";
import type { Call, CallLocation } from "../../../core/views";

const METRES_PER_DEGREE = 111_195;
const STEPS = 48;
// Beyond this a circle says nothing and would cover the map.
const RADIUS_MAX_M = 50_000;

/** The estimate that the server proposes; an operator's own word is nothing to propose to them. */
export function proposedOf(call: Call | undefined): CallLocation | null {
  const placed = call?.locations.filter((each) => each.point !== null && each.source !== "operator") ?? [];
  return placed.find((each) => each.proposed) ?? placed.at(-1) ?? null;
}

/** A telephone moves, and its newest word is enough; what networks say of it are statements that stand side by side. */
const SIDE_BY_SIDE: ReadonlySet<string> = new Set(["signalling", "network", "subscriber"]);
const SIDE_BY_SIDE_MAX = 4;

/** The newest estimates of each source and the proposed one, which comes first; then by how much they doubt. */
export function shownOf(call: Call): readonly CallLocation[] {
  const shown: CallLocation[] = [];
  const count = new Map<string, number>();
  for (const each of [...call.locations].reverse()) {
    const key = `${each.source}${each.point === null}`;
    const before = count.get(key) ?? 0;
    count.set(key, before + 1);
    if (each.proposed || before < (SIDE_BY_SIDE.has(each.source) ? SIDE_BY_SIDE_MAX : 1)) shown.push(each);
  }
  const rank = (each: CallLocation): number => (each.proposed ? -1 : (each.doubt_m ?? Number.POSITIVE_INFINITY));
  return shown.sort((a, b) => rank(a) - rank(b));
}

/** The outline of an estimate: its shape as reported, else its circle; null when it is a point alone. */
export function outlineOf(location: CallLocation): readonly LonLat[] | null {
  const { point, shape, accuracy_m: radius } = location;
  if (point === null) return null;
  if (shape?.type === "area") return closed(shape.ring);
  if (shape?.type === "ellipse") {
    const { semi_major_m: long, semi_minor_m: short, turned_deg: turned } = shape;
    const turn = rad(turned);
    return around((angle) => {
      // Along the longer axis first; it points `turned` degrees clockwise from north.
      const [along, across] = [long * Math.cos(angle), short * Math.sin(angle)];
      return [along * Math.sin(turn) + across * Math.cos(turn), along * Math.cos(turn) - across * Math.sin(turn)];
    }, point);
  }
  if (shape?.type === "sector") {
    const { centre, inner_m: inner, outer_m: outer, start_deg: start, opening_deg: opening } = shape;
    const edge = (metres: number, back: boolean): LonLat[] =>
      Array.from({ length: STEPS + 1 }, (_, n) => {
        const bearing = rad(start + opening * (back ? 1 - n / STEPS : n / STEPS));
        return moved(centre, metres * Math.sin(bearing), metres * Math.cos(bearing));
      });
    return closed([...edge(outer, false), ...(inner > 0 ? edge(inner, true) : [centre])]);
  }
  if (radius === null || radius <= 0 || radius > RADIUS_MAX_M) return null;
  return around((angle) => [radius * Math.sin(angle), radius * Math.cos(angle)], point);
}

const rad = (degrees: number): number => (degrees * Math.PI) / 180;

function moved([lon, lat]: LonLat, east: number, north: number): LonLat {
  return [lon + east / (METRES_PER_DEGREE * Math.max(Math.cos(rad(lat)), 1e-6)), lat + north / METRES_PER_DEGREE];
}

function around(at: (angle: number) => readonly [number, number], middle: LonLat): readonly LonLat[] {
  return closed(Array.from({ length: STEPS }, (_, n) => moved(middle, ...at((2 * Math.PI * n) / STEPS))));
}

function closed(ring: readonly LonLat[]): readonly LonLat[] {
  return ring[0] ? [...ring, ring[0]] : ring;
}
