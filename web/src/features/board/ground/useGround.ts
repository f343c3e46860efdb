import { useCallback, useEffect, useMemo } from "react";
import { useApp, useEvery, useLink, useLoad, useReference } from "../../../app/hooks";
import type { OfficeId } from "../../../core/units";
import { provinceOf } from "../../../core/units";
import { spanText, useNamed, useT } from "../../../i18n/hooks";
import type { AreaShape } from "../../../map";
import { STALE_MS } from "../wall/logic";
import { type Ground, groundShapes, groundsOf, type OfficeArea } from "./logic";
import { messages } from "./messages";

const AGAIN_MS = 30_000;
const NONE: readonly OfficeArea[] = [];
const UNSAID: ReadonlyMap<OfficeId, Ground> = new Map();

/**
 * What is to be said of these offices, counted anew every five seconds: positions come too often for more. Nothing while the page
 * is younger than what counts as old: what has not come yet is not missing.
 */
export function useGrounds(offices: readonly OfficeId[]): ReadonlyMap<OfficeId, Ground> {
  const { world } = useApp();
  const tree = useReference().offices;
  const { streams } = useLink();
  const now = useEvery(5);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the world is read as it is every five seconds.
  return useMemo(
    () =>
      performance.now() < STALE_MS
        ? UNSAID
        : groundsOf(
            tree,
            offices,
            {
              incidents: world.incident.values(),
              units: world.unit.values(),
              freshAt: (province) => streams.find((each) => each.stream === province)?.freshAt ?? null,
              fixedAt: (unit) => world.positions.get(provinceOf(unit.id), unit.slot)?.fixedAt ?? null,
            },
            now,
          ),
    [tree, offices, world, now],
  );
}

/** What is said of one office, or null when all is as it should be. */
export function useGroundText(): (ground: Ground) => string | null {
  const t = useT(messages);
  return useCallback(
    (ground: Ground) => {
      switch (ground.is) {
        case "fresh":
          return null;
        case "late":
          return t("ground.late", { n: ground.incidents });
        case "old":
        case "unplaced":
          return t(`ground.${ground.is}`, { span: spanText(t, ground.ageMs / 1000) });
        default:
          return t(`ground.${ground.is}`);
      }
    },
    [t],
  );
}

/** The areas below an office, shaded; nothing until the server has said where they are, and for a station. */
export function useGroundShapes(office: OfficeId | null): readonly AreaShape[] {
  const { api } = useApp();
  const t = useT(messages);
  const named = useNamed();
  const tree = useReference().offices;
  const { value, problem, again } = useLoad<readonly OfficeArea[]>(
    async (signal) =>
      office === null
        ? NONE
        : (await api.get<{ areas: OfficeArea[] }>(`/v1/offices/${encodeURIComponent(office)}/areas`, {}, signal)).areas,
    [office],
  );
  useEffect(() => {
    if (!problem) return;
    const timer = setTimeout(again, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [problem, again]);
  const areas = value ?? NONE;
  const grounds = useGrounds(useMemo(() => areas.map((each) => each.office), [areas]));
  const text = useGroundText();
  const shapes = useMemo(
    () =>
      groundShapes(areas, grounds, (id, ground) => {
        const what = text(ground);
        const found = tree.find(id);
        return what === null || !found ? "" : t("ground.on", { office: named(found.name), what });
      }),
    [areas, grounds, text, tree, named, t],
  );
  // Written to the map only when something on it is other than before.
  const key = shapes.map((each) => `${each.colour} ${each.fill} ${each.label}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what the shapes say.
  return useMemo(() => shapes, [areas, key]);
}
