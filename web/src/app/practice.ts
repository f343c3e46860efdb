/** What a guided exercise waits for at this desk. Kept apart from the exercise itself, which a desk that works never fetches. */

import { create } from "zustand";

interface Practice {
  /** The exercise's own call: it comes first at this desk, whatever else rings before or after it. */
  readonly call: string | null;
}

export const usePractice = create<Practice>(() => ({ call: null }));
