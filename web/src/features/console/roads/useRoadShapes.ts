import { useApp, useDerived } from "../../../app/hooks";
import type { LonLat } from "../../../core/units";
import type { RoadCondition } from "../../../core/views";
import { useFormats } from "../../../i18n/hooks";
import type { MapShapes } from "../../../map";
import { useDesk } from "../store";
import { useRoads } from "./store";

/** Conditions that are in force. */
export const inForce = (each: RoadCondition): boolean => each.state === "active";

const middle = (line: readonly LonLat[]): LonLat => line[Math.floor(line.length / 2)] as LonLat;

/** Closed and slow streets, always on the map; with the pane open also what is planned and what is being drawn. */
export function useRoadShapes(): MapShapes | null {
  const { world } = useApp();
  const { id: number } = useFormats();
  const open = useDesk((desk) => desk.end === "roads");
  const draft = useRoads((roads) => roads.draft);
  const preview = useRoads((roads) => roads.preview);
  const shown = useDerived(
    world.condition,
    (all) => [...all].filter((each) => inForce(each) || (open && each.state === "planned")),
    [open],
    (a, b) => a.length === b.length && a.every((each, n) => each === b[n]),
  );
  const points = open ? draft.points : [];
  if (shown.length === 0 && points.length === 0) return null;
  return {
    areas:
      open && draft.shape === "area" && points.length > 2
        ? [{ area: [[[...points, points[0] as LonLat]]], colour: "accent", fill: 0.1, dashed: true }]
        : [],
    lines: [
      ...shown.map((each) => ({
        lines: each.lines,
        colour: each.kind === "closure" ? ("text" as const) : ("edge" as const),
        width: each.state === "planned" ? 2 : each.kind === "closure" ? 5 : 3,
      })),
      ...(open && preview ? [{ lines: preview.lines, colour: "accent" as const, width: 6 }] : []),
      ...(open && draft.shape === "line" && points.length > 1
        ? [{ lines: [points], colour: "accent" as const, width: 2 }]
        : []),
    ],
    points: [
      ...shown
        .filter((each) => each.lines.length > 0)
        .map((each) => ({
          point: middle(each.lines[Math.floor(each.lines.length / 2)] as readonly LonLat[]),
          sign: each.kind === "closure" ? "×" : number(each.time_factor ?? 1),
          colour: each.kind === "closure" ? ("text" as const) : ("edge" as const),
          hollow: each.state === "planned" || each.kind === "traffic",
          label: "",
        })),
      ...points.map((point, n) => ({
        point,
        sign: number(n + 1),
        colour: "accent" as const,
        hollow: true,
        label: "",
      })),
    ],
  };
}

/** One over the other; null when neither is there. */
export function overlaid(a: MapShapes | null, b: MapShapes | null): MapShapes | null {
  if (!a || !b) return a ?? b;
  return { areas: [...a.areas, ...b.areas], lines: [...a.lines, ...b.lines], points: [...a.points, ...b.points] };
}
