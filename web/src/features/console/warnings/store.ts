/** The warning that is being written, and its area as it would go out. */

import { create } from "zustand";
import type { LonLat } from "../../../core/units";
import type { WarningArea } from "../../../core/views";
import type { Draft } from "./draft";
import { NOTHING, withPoint } from "./draft";

interface WarningsDesk {
  readonly draft: Draft;
  readonly writing: boolean;
  readonly area: WarningArea | null;
  /** The warning whose area is shown, without being written. */
  readonly looked: string | null;
  change(change: Partial<Draft>): void;
  pick(point: LonLat): void;
  write(draft: Draft): void;
  show(area: WarningArea | null): void;
  look(id: string | null): void;
  clear(): void;
}

export const useWarnings = create<WarningsDesk>()((set) => ({
  draft: NOTHING,
  writing: false,
  area: null,
  looked: null,
  change: (change) => set((now) => ({ draft: { ...now.draft, ...change } })),
  pick: (point) => set((now) => ({ draft: withPoint(now.draft, point) })),
  write: (draft) => set({ draft, writing: true, looked: null }),
  show: (area) => set({ area }),
  look: (looked) => set({ looked }),
  clear: () => set({ draft: NOTHING, area: null, writing: false }),
}));

/** Whether a click on the map says where. */
export const isPicking = ({ writing, draft }: Pick<WarningsDesk, "writing" | "draft">): boolean =>
  writing && (draft.where === "polygon" || draft.where === "circle");
