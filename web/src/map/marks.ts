/** From the live world to what the overlay draws at one moment. */

import { activeAssignments, isOpen, unitLook } from "../core/selectors";
import { provinceOf } from "../core/units";
import type { Incident, Unit } from "../core/views";
import type { Formats } from "../i18n/formats";
import { glide, IMPLAUSIBLE } from "../live/positions";
import type { World } from "../live/world";
import type { IncidentMark, UnitMark } from "./overlay";

export function unitMarks(
  world: World,
  nowMs: number,
  steadyMs: number,
  wanted: ((unit: Unit) => boolean) | null,
): readonly UnitMark[] {
  const marks: UnitMark[] = [];
  for (const unit of world.unit.values()) {
    if (!unit.on_duty && !unit.emergency) continue;
    if (wanted && !wanted(unit)) continue;
    const placed = world.positions.get(provinceOf(unit.id), unit.slot);
    if (!placed) continue;
    const incident = world.incident.get(unit.incident);
    const assignment = incident && activeAssignments(incident).find((each) => each.unit === unit.id);
    marks.push({
      id: unit.id,
      point: glide(placed, steadyMs),
      heading: placed.position.heading,
      look: unitLook(unit, assignment ?? null),
      divertible: unit.primary === "ConditionallyAvailable" || unit.divertible,
      callSign: unit.call_sign,
      ageS: Math.max(0, (nowMs - placed.fixedAt) / 1000),
      implausible: (placed.position.flags & IMPLAUSIBLE) !== 0,
    });
  }
  return marks;
}

export function incidentMarks(
  world: World,
  formats: Formats,
  wanted: ((incident: Incident) => boolean) | null,
): readonly IncidentMark[] {
  const marks: IncidentMark[] = [];
  for (const incident of world.incident.values()) {
    if (!incident.point || !isOpen(incident)) continue;
    if (wanted && !wanted(incident)) continue;
    marks.push({
      id: incident.id,
      point: incident.point,
      priority: incident.priority,
      sign: incident.priority === null ? "?" : formats.id(incident.priority),
      label: formats.id(incident.number),
    });
  }
  return marks;
}
