import { useEffect, useRef } from "react";
import { useFormats, useT } from "../../../i18n/hooks";
import type { MapHandle, MapShapes } from "../../../map";
import { useDesk } from "../store";
import { messages } from "./messages";
import { useCordon } from "./store";

/** Show the ring and every post when the first answer comes, once for each time the pane is opened. */
export function useCordonInView(map: { readonly current: MapHandle | null }): void {
  const open = useDesk((desk) => desk.end === "cordon");
  const plan = useCordon((cordon) => cordon.plan);
  const done = useRef(false);
  useEffect(() => {
    if (!open) done.current = false;
    else if (plan && !done.current) {
      const ring = plan.outer.coordinates.flatMap((part) => part[0] ?? []);
      // Who plans a cordon looks at it, and at nobody that drives.
      useDesk.getState().set({ follow: null });
      done.current = map.current?.fit([plan.point, ...plan.posts.map((post) => post.point), ...ring]) ?? false;
    }
  }, [open, plan, map]);
}

/** The ring with its doubt, and the posts by number; hollow where nobody is to stand. */
export function useCordonShapes(): MapShapes | null {
  const t = useT(messages);
  const { id: number } = useFormats();
  const open = useDesk((desk) => desk.end === "cordon");
  const plan = useCordon((cordon) => cordon.plan);
  if (!open || !plan) return null;
  return {
    areas: [
      { area: plan.outer.coordinates, colour: "text", fill: 0.08, label: t("cordon.ring") },
      { area: plan.inner.coordinates, colour: "text", fill: 0.08, dashed: true, label: t("cordon.ringInner") },
    ],
    lines: [],
    points: plan.posts.map((post, n) => ({
      point: post.point,
      sign: number(n + 1),
      colour: "accent",
      hollow: post.unit === null,
      label: post.call_sign ?? t("cordon.unmanned"),
    })),
  };
}
