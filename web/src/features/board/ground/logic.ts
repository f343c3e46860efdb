/** What a board's map says of each area below it: grey where nothing is known or what is known is old, coloured where something is late. Pure. */

import type { OfficeTree } from "../../../core/offices";
import { freshness, isOpen, levelAt, stageOf } from "../../../core/selectors";
import type { LonLat, OfficeId, ProvinceId } from "../../../core/units";
import { provinceOf } from "../../../core/units";
import type { Incident, Unit } from "../../../core/views";
import type { AreaShape, MapShapes } from "../../../map";
import { STALE_MS } from "../wall/logic";

/** One area, as the server draws it: coordinates of a GeoJSON MultiPolygon. */
export interface OfficeArea {
  readonly office: OfficeId;
  readonly area: readonly (readonly (readonly LonLat[])[])[];
}

/**
 * Late: incidents there have waited too long. Old, unplaced: the province's stream, or where its units are, is old. Unheard: no
 * stream has begun. Empty: nobody is on duty there. Silent: nobody on duty has said where he is.
 */
export type Ground =
  | { readonly is: "fresh" }
  | { readonly is: "late"; readonly incidents: number }
  | { readonly is: "old" | "unplaced"; readonly ageMs: number }
  | { readonly is: "unheard" | "empty" | "silent" };

export interface Seen {
  readonly incidents: Iterable<Incident>;
  readonly units: Iterable<Unit>;
  /** Server time up to which a province's stream is complete; null before it begins. */
  readonly freshAt: (province: ProvinceId) => number | null;
  /** Server time of a unit's newest position. */
  readonly fixedAt: (unit: Unit) => number | null;
}

/** What is to be said of each of these offices now. */
export function groundsOf(
  tree: OfficeTree,
  offices: readonly OfficeId[],
  seen: Seen,
  now: number,
): ReadonlyMap<OfficeId, Ground> {
  const asked = new Set(offices);
  const holding = (id: OfficeId | null) => tree.chainOf(id as OfficeId).find((each) => asked.has(each.id))?.id ?? null;
  const late = new Map<OfficeId, number>();
  for (const incident of seen.incidents) {
    if (!isOpen(incident) || levelAt(stageOf(incident), now) !== "breach") continue;
    const at = [incident.station, ...incident.offices.map((each) => each.office)]
      .map(holding)
      .find((id) => id !== null);
    if (at) late.set(at, (late.get(at) ?? 0) + 1);
  }
  const onDuty = new Set<OfficeId>();
  const newest = new Map<OfficeId, number>();
  for (const unit of seen.units) {
    const at = unit.on_duty ? holding(unit.office) : null;
    if (!at) continue;
    onDuty.add(at);
    const fixedAt = seen.fixedAt(unit);
    if (fixedAt !== null) newest.set(at, Math.max(fixedAt, newest.get(at) ?? 0));
  }
  return new Map(
    offices.map((id) => {
      const freshAt = seen.freshAt(provinceOf(id));
      return [
        id,
        groundOf(
          freshAt === null ? null : now - freshAt,
          late.get(id) ?? 0,
          onDuty.has(id),
          ageOf(newest.get(id), now),
        ),
      ];
    }),
  );
}

const ageOf = (at: number | undefined, now: number): number | null => (at === undefined ? null : Math.max(0, now - at));

function groundOf(streamMs: number | null, late: number, onDuty: boolean, positionMs: number | null): Ground {
  if (streamMs === null) return { is: "unheard" };
  // Of old data nobody knows what is late now.
  if (streamMs > STALE_MS) return { is: "old", ageMs: streamMs };
  if (late > 0) return { is: "late", incidents: late };
  if (!onDuty) return { is: "empty" };
  if (positionMs === null) return { is: "silent" };
  return freshness(positionMs / 1000) === "grey" ? { is: "unplaced", ageMs: positionMs } : { is: "fresh" };
}

/** Grey is what is not known, a colour what is late; each says so in words along its border. */
export function groundShapes(
  areas: readonly OfficeArea[],
  grounds: ReadonlyMap<OfficeId, Ground>,
  said: (office: OfficeId, ground: Ground) => string,
): readonly AreaShape[] {
  return areas.map(({ office, area }) => {
    const ground = grounds.get(office) ?? { is: "fresh" };
    const label = said(office, ground);
    if (ground.is === "late") return { area, colour: "p1", fill: 0.25, label };
    if (ground.is === "fresh") return { area, colour: "line", fill: 0.04, label };
    return { area, colour: "edge", fill: 0.35, dashed: true, label };
  });
}

/** Two layers on one map, the second above the first. */
export function joinShapes(below: readonly AreaShape[], above: MapShapes | null): MapShapes | null {
  if (below.length === 0) return above;
  return { areas: [...below, ...(above?.areas ?? [])], lines: above?.lines ?? [], points: above?.points ?? [] };
}
