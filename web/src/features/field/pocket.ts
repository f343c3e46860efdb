/** Small things that are read at once and kept sealed: drafts, the last report, what was taken away, who holds this handheld. */

import { keep } from "./keep";

const NOTE = "note ";
/** So begins the name of what is known of who holds it. */
export const WHO = "who ";
const held = new Map<string, string>();

export const pocket = {
  get: (name: string): string | null => held.get(name) ?? null,

  set(name: string, value: string | null): void {
    if (value === null) held.delete(name);
    else held.set(name, value);
    keep.put(NOTE + name, value).catch(() => undefined);
  },

  /** Read what an earlier run left behind; the first thing the handheld does. */
  async open(): Promise<void> {
    for (const [name, value] of await keep.loadNotes(NOTE)) if (!held.has(name)) held.set(name, value);
  },

  /** Empty it, and forget all that was seen; for good when nobody is signed in any more, else but for who holds this handheld. */
  async forget(forGood: boolean): Promise<void> {
    const who = [...held].filter(([name]) => !forGood && name.startsWith(WHO));
    held.clear();
    const gone = keep.forget(forGood).catch(() => undefined);
    for (const [name, value] of who) pocket.set(name, value);
    await gone;
  },
};
