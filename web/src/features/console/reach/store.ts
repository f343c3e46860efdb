/** Which coverage layer lies on the map. */

import { create } from "zustand";

export type ReachLayer = "off" | "fleet" | "incident";

interface Reach {
  readonly layer: ReachLayer;
  set(layer: ReachLayer): void;
}

export const useReach = create<Reach>()((set) => ({
  layer: "off",
  set: (layer) => set({ layer }),
}));

/** Off, then the free fleet, then the selected incident when it has a place, and off again. */
export function nextLayer(now: ReachLayer, hasPlace: boolean): ReachLayer {
  if (now === "off") return "fleet";
  return now === "fleet" && hasPlace ? "incident" : "off";
}
