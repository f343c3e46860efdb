/** Says that this screen is alive: a machine without power closes no line, and its desk would be held by nobody. */

import { useEffect } from "react";
import type { LiveClient } from "../../../live/client";

const EVERY_MS = 10_000;

/** Return what is called whenever something was heard: driven by the line, because timers of a hidden page are put off. */
export function here(live: Pick<LiveClient, "link" | "send">, steadyMs: () => number): () => void {
  let told = Number.NEGATIVE_INFINITY;
  return () => {
    const now = steadyMs();
    if (live.link().state === "live" && now - told >= EVERY_MS && live.send({ t: "here" })) told = now;
  };
}

export function useHere(live: LiveClient): void {
  useEffect(() => live.subscribe(here(live, () => performance.now())), [live]);
}
