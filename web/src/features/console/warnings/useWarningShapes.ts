import { useApp, useDerived, useEvery } from "../../../app/hooks";
import { useFormats, useT } from "../../../i18n/hooks";
import type { MapShapes } from "../../../map";
import { outlinesOf } from "../../warnings/outlines";
import { useDesk } from "../store";
import { inForce } from "./draft";
import { messages } from "./messages";
import { useWarnings } from "./store";

/** With the pane open: warnings in force, the one looked at, and the area being drawn. */
export function useWarningShapes(): MapShapes | null {
  const { world } = useApp();
  const t = useT(messages);
  const { id: number } = useFormats();
  const now = useEvery(5);
  const open = useDesk((desk) => desk.end === "warnings");
  const { draft, area, writing, looked } = useWarnings();
  const shown = useDerived(
    world.warning,
    (all) => (open ? [...all].filter((each) => inForce(each, now) || each.id === looked) : []),
    [open, now, looked],
    (a, b) => a.length === b.length && a.every((each, n) => each === b[n]),
  );
  const points = open && writing && draft.where === "polygon" ? draft.points : [];
  if (shown.length === 0 && points.length === 0 && !(open && area)) return null;
  return {
    areas: [
      ...shown.map((each) => ({
        area: outlinesOf(each),
        colour: each.id === looked ? ("accent" as const) : ("warn-edge" as const),
        fill: each.id === looked ? 0.15 : 0.08,
        dashed: each.state === "draft",
        label: t.lang === "fa" ? each.fa.headline : (each.en ?? each.fa).headline,
      })),
      ...(open && writing && area
        ? [{ area: outlinesOf(area), colour: "accent" as const, fill: 0.12, dashed: true }]
        : []),
    ],
    lines: points.length > 1 ? [{ lines: [points], colour: "accent" as const, width: 2 }] : [],
    points: points.map((point, n) => ({
      point,
      sign: number(n + 1),
      colour: "accent" as const,
      hollow: true,
      label: "",
    })),
  };
}
