import { useApp, useItem } from "../../../app/hooks";
import { distanceText, useT } from "../../../i18n/hooks";
import type { MapShapes } from "../../../map";
import { useDesk } from "../store";
import { outlineOf, proposedOf, shownOf } from "./estimates";
import { messages } from "./messages";

/** Where the open call's caller may be: the newest estimates of each source, the proposed one whole and the others dashed. */
export function useCallerShapes(): MapShapes | null {
  const t = useT(messages);
  const { world } = useApp();
  const open = useDesk((desk) => desk.end === "form");
  const form = useDesk((desk) => (desk.form ? desk.forms[desk.form] : undefined));
  const call = useItem(world.call, form?.call ?? null);
  if (!open || !call || call.locations.length === 0) return null;
  const best = proposedOf(call);
  const shown = shownOf(call).filter((each) => each.point !== null);
  const named = (source: string): string => t.maybe(`caller.source.${source}`) ?? source;
  return {
    areas: shown.flatMap((each) => {
      const ring = outlineOf(each);
      if (!ring) return [];
      const within = each.accuracy_m === null ? "" : ` · ${distanceText(t, each.accuracy_m)}`;
      return [
        {
          area: [[ring]],
          colour: each === best ? ("accent" as const) : ("edge" as const),
          fill: each === best ? 0.12 : 0.04,
          dashed: each !== best,
          label: `${named(each.source)}${within}`,
        },
      ];
    }),
    lines: [],
    points: shown.map((each) => ({
      point: each.point as readonly [number, number],
      sign: each === best ? "●" : "",
      colour: each === best ? "accent" : "edge",
      hollow: each !== best,
      label: each === best ? `${named(each.source)} · ${t("caller.proposed")}` : named(each.source),
    })),
  };
}
