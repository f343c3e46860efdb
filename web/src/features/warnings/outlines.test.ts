import { describe, expect, it } from "vitest";
import type { LonLat } from "../../core/units";
import { circleRing, outlinesOf } from "./outlines";

const HERE: LonLat = [51.4, 35.7];

describe("the outline of a warning", () => {
  it("is a closed circle of the radius that was given", () => {
    const ring = circleRing(HERE, 1_000);
    expect(ring[0]).toEqual(ring.at(-1));
    for (const [lon, lat] of ring) {
      const east = (lon - HERE[0]) * 111_320 * Math.cos((35.7 * Math.PI) / 180);
      expect(Math.hypot(east, (lat - HERE[1]) * 111_320)).toBeCloseTo(1_000, 0);
    }
  });

  it("closes polygons and keeps all parts", () => {
    const corner: readonly LonLat[] = [HERE, [51.5, 35.7], [51.5, 35.8]];
    const outlines = outlinesOf({ polygons: [corner], circles: [{ centre: HERE, radius_m: 50 }] } as never);
    expect(outlines).toHaveLength(2);
    expect(outlines[0]?.[0]).toEqual([...corner, HERE]);
  });
});
