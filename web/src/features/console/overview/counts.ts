/** The fleet in figures: how many look how, which stations have nobody free, and whose position or handheld cannot be relied on. */

import type { UnitLook } from "../../../core/selectors";
import { freshness, isFree, LOOKS_BY_URGENCY } from "../../../core/selectors";
import type { OfficeId } from "../../../core/units";
import type { Health, Unit } from "../../../core/views";

export interface StationCount {
  readonly office: OfficeId;
  readonly free: number;
  readonly duty: number;
}

export interface FleetCounts {
  /** Worst first; looks that nobody has are left out. */
  readonly looks: readonly (readonly [UnitLook, number])[];
  /** The least free first: the fewest free units, then the most on duty. */
  readonly stations: readonly StationCount[];
  readonly stale: number;
  readonly mute: number;
}

interface Around {
  readonly look: (unit: Unit) => UnitLook;
  /** Seconds since the last position; null without one. */
  readonly ageS: (unit: Unit) => number | null;
  readonly health: (unit: Unit) => Health | undefined;
}

export function countFleet(units: Iterable<Unit>, { look, ageS, health }: Around): FleetCounts {
  const looks = new Map<UnitLook, number>();
  const stations = new Map<OfficeId, { free: number; duty: number }>();
  let stale = 0;
  let mute = 0;
  for (const unit of units) {
    const own = look(unit);
    looks.set(own, (looks.get(own) ?? 0) + 1);
    if (!unit.on_duty) continue;
    const station = stations.get(unit.office) ?? { free: 0, duty: 0 };
    stations.set(unit.office, { free: station.free + (isFree(unit) ? 1 : 0), duty: station.duty + 1 });
    const age = ageS(unit);
    if (age === null || freshness(age) !== "fresh") stale++;
    const known = health(unit);
    // A handheld that never said a word does not ring either.
    if (!known?.reachable || known.sound !== "ok") mute++;
  }
  return {
    looks: LOOKS_BY_URGENCY.flatMap((each) => {
      const n = looks.get(each);
      return n === undefined ? [] : [[each, n] as const];
    }),
    stations: [...stations]
      .map(([office, counts]) => ({ office, ...counts }))
      .sort((a, b) => a.free - b.free || b.duty - a.duty || (a.office < b.office ? -1 : 1)),
    stale,
    mute,
  };
}
