/** The cordon that is being looked at: what was said of the flight, and the newest answer of the server. */

import { create } from "zustand";
import type { IncidentId } from "../../../core/units";
import type { CordonPlan, Wishes } from "./plan";
import { NO_WISHES } from "./plan";

interface Cordon {
  readonly incident: IncidentId | null;
  readonly wishes: Wishes;
  readonly plan: CordonPlan | null;
  open(incident: IncidentId): void;
  wish(change: Partial<Wishes>): void;
  show(plan: CordonPlan | null): void;
}

export const useCordon = create<Cordon>()((set) => ({
  incident: null,
  wishes: NO_WISHES,
  plan: null,
  open: (incident) => set((now) => (now.incident === incident ? {} : { incident, wishes: NO_WISHES, plan: null })),
  wish: (change) => set((now) => ({ wishes: { ...now.wishes, ...change } })),
  show: (plan) => set({ plan }),
}));
