import type { LonLat } from "../../core/units";
import type { WarningArea } from "../../core/views";

const METRES_PER_DEGREE = 111_320;
const CORNERS = 72;

/** The outlines of an area, closed, as the map takes them. */
export function outlinesOf({ polygons, circles }: WarningArea): readonly (readonly (readonly LonLat[])[])[] {
  return [
    ...polygons.map((ring) => [[...ring, ring[0] as LonLat]]),
    ...circles.map((each) => [circleRing(each.centre, each.radius_m)]),
  ];
}

/** The outline of a circle on the ground, closed. */
export function circleRing([lon, lat]: LonLat, radiusM: number): readonly LonLat[] {
  const perDegreeEast = METRES_PER_DEGREE * Math.max(Math.cos((lat * Math.PI) / 180), 1e-6);
  return Array.from({ length: CORNERS + 1 }, (_, n): LonLat => {
    const angle = ((n % CORNERS) / CORNERS) * 2 * Math.PI;
    return [lon + (radiusM * Math.sin(angle)) / perDegreeEast, lat + (radiusM * Math.cos(angle)) / METRES_PER_DEGREE];
  });
}
