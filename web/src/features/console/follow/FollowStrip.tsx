import type { RefObject } from "react";
import { useEffect } from "react";
import { useApp, useEvery, useItem } from "../../../app/hooks";
import { freshness } from "../../../core/selectors";
import { provinceOf } from "../../../core/units";
import { spanText, useT } from "../../../i18n/hooks";
import type { MapHandle } from "../../../map";
import { Button, Ltr } from "../../../ui";
import { useDesk } from "../store";
import { isInMiddle } from "./logic";
import { messages } from "./messages";

export const stopFollowing = (): void => useDesk.getState().set({ follow: null });

/** Keep the followed unit in the middle, until it is let go or the map is moved by hand. */
export function useFollowing(map: RefObject<MapHandle | null>): void {
  const { world } = useApp();
  const follow = useDesk((desk) => desk.follow);
  useEffect(() => {
    if (!follow) return;
    const go = () => {
      const slot = world.unit.get(follow)?.slot;
      const placed = slot === undefined ? undefined : world.positions.get(provinceOf(follow), slot);
      const shown = map.current?.bounds();
      if (placed && shown && !isInMiddle(placed.position.point, shown)) map.current?.centreOn(placed.position.point);
    };
    go();
    return world.positions.subscribe(go);
  }, [world, follow, map]);
}

/** Says on the map that it moves by itself, with whom, and how to end that. */
export function FollowStrip() {
  const { world } = useApp();
  const t = useT(messages);
  const now = useEvery(2);
  const follow = useDesk((desk) => desk.follow);
  const unit = useItem(world.unit, follow);
  if (!unit) return null;
  const placed = world.positions.get(provinceOf(unit.id), unit.slot);
  const age = placed ? (now - placed.fixedAt) / 1000 : null;
  return (
    <p className="map-hint map-follow" role="status">
      <span>
        {t(age === null ? "follow.lost" : "follow.on")} <Ltr className="unit-sign">{unit.call_sign}</Ltr>
        {age !== null && freshness(age) === "grey" && (
          <span className="muted"> · {t("follow.old", { span: spanText(t, age) })}</span>
        )}
      </span>
      <Button keyHint="Esc" onClick={stopFollowing}>
        {t("follow.stop")}
      </Button>
    </p>
  );
}
