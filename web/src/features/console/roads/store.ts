/** The closure that is being drawn, and what the server said of it. */

import { create } from "zustand";
import type { LonLat } from "../../../core/units";
import type { Draft } from "./shape";
import { NOTHING, withPoint } from "./shape";

export interface CutOff {
  readonly junctions: number;
  readonly streets: number;
  readonly street_names: readonly string[];
  readonly places: readonly string[];
  readonly units: readonly string[];
  readonly slower: number;
  readonly slower_worst_s: number;
  readonly slower_places: readonly string[];
}

export interface Preview {
  readonly streets: readonly { readonly fa: string; readonly en: string }[];
  readonly pieces: number;
  readonly length_m: number;
  readonly lines: readonly (readonly LonLat[])[];
  readonly cut_off: CutOff;
}

interface RoadsDesk {
  readonly draft: Draft;
  readonly drawing: boolean;
  readonly preview: Preview | null;
  change(change: Partial<Draft>): void;
  pick(point: LonLat): void;
  draw(drawing: boolean): void;
  show(preview: Preview | null): void;
  clear(): void;
}

export const useRoads = create<RoadsDesk>()((set) => ({
  draft: NOTHING,
  drawing: false,
  preview: null,
  change: (change) => set((now) => ({ draft: { ...now.draft, ...change } })),
  pick: (point) => set((now) => ({ draft: withPoint(now.draft, point) })),
  draw: (drawing) => set({ drawing }),
  show: (preview) => set({ preview }),
  clear: () => set({ draft: NOTHING, preview: null, drawing: false }),
}));

export const isCutOff = (cut: CutOff): boolean => cut.junctions > 0 || cut.units.length > 0 || cut.slower > 0;
