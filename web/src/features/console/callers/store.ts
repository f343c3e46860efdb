/** The callers that are being looked at: shared by the list and the map. */

import { create } from "zustand";
import type { IncidentId } from "../../../core/units";
import type { CallerOf } from "./list";

interface CallersShown {
  readonly incident: IncidentId | null;
  readonly callers: readonly CallerOf[];
  readonly current: string | null;
  readonly marked: ReadonlySet<string>;
  readonly past: number;
  show(incident: IncidentId, callers: readonly CallerOf[], past: number): void;
  choose(current: string | null): void;
  mark(id: string): void;
}

export const useCallers = create<CallersShown>()((set) => ({
  incident: null,
  callers: [],
  past: 0,
  current: null,
  marked: new Set(),
  show: (incident, callers, past) =>
    set((now) =>
      now.incident === incident ? { callers, past } : { incident, callers, past, current: null, marked: new Set() },
    ),
  choose: (current) => set({ current }),
  mark: (id) =>
    set(({ marked }) => {
      const next = new Set(marked);
      if (!next.delete(id)) next.add(id);
      return { marked: next };
    }),
}));
