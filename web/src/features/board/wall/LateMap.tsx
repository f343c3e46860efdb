import type { CSSProperties } from "react";
import { useCallback, useMemo } from "react";
import { useApp, useEvery, useReference, useVersion } from "../../../app/hooks";
import { isOpen, levelAt, stageOf } from "../../../core/selectors";
import { provinceOf } from "../../../core/units";
import type { Incident, Office, Tier } from "../../../core/views";
import { MapView } from "../../../map";
import { joinShapes } from "../ground/logic";
import { useGroundShapes } from "../ground/useGround";
import { themeAt } from "./logic";

/**
 * Where something is late, and grey where nothing is known. What goes well has no place and no colour here; the lists beside it
 * name all of it.
 */
export function LateMap({
  office,
  tier,
  enlarged,
}: {
  readonly office: Office;
  readonly tier: Tier;
  /** A map is made for who sits before it; from afar its names and glyphs are as many times larger. */
  readonly enlarged: number;
}) {
  const { offsetMs } = useReference().server;
  const { world } = useApp();
  const { server } = useReference();
  const now = useEvery(5);
  useVersion(world.incident as never);
  const provinces = useMemo(() => {
    const mine = tier === "national" ? null : provinceOf(office.id);
    return mine === null ? server.provinces : server.provinces.filter((each) => each.id === mine);
  }, [server, office.id, tier]);
  const isLate = useCallback(
    (incident: Incident) => isOpen(incident) && levelAt(stageOf(incident), now) === "breach",
    [now],
  );
  const ground = useGroundShapes(tier === "station" ? null : office.id);
  const shapes = useMemo(() => joinShapes(ground, null), [ground]);
  return (
    <div className="wall-map" style={{ "--enlarged": enlarged } as CSSProperties}>
      <MapView
        provinces={provinces}
        initial={office.bounds ?? null}
        units={false}
        incidents={isLate}
        shapes={shapes}
        theme={themeAt(now, offsetMs)}
        still
        enlarged={enlarged}
      />
    </div>
  );
}
