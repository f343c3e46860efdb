/** The road from here to the scene: read when driving begins, again after a change and after leaving it; kept for a dead network. */

import { useEffect, useRef, useState } from "react";
import { useApp, useVersion } from "../../app/hooks";
import type { KeyedStore } from "../../live/store";
import { useField } from "./hooks";
import type { Here } from "./locator";
import type { Route } from "./route";
import { ASTRAY_M, along } from "./route";

const AGAIN_MS = 12_000;
const RETRY_MS = 5_000;

/** Read while the offer stood, so that the mission begins with it, also when the network goes in between. */
let newest: { readonly of: string; readonly route: Route } | null = null;

export function useRoute(
  assignment: string,
  driving: boolean,
  here: Here | null,
  changedAt: string,
): { readonly route: Route | null; readonly old: boolean } {
  const { api, world } = useApp();
  // A road that closes or opens anywhere may lead this drive elsewhere.
  const roads = useVersion(world.condition as KeyedStore<unknown>);
  const { keep } = useField();
  const [held, setHeld] = useState(newest);
  const [turn, setTurn] = useState(0);
  const readMs = useRef(Number.NEGATIVE_INFINITY);
  const route = held?.of === assignment ? held.route : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of place, of the roads and a new turn are reasons to read again.
  useEffect(() => {
    if (!driving) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | null = null;
    readMs.current = performance.now();
    api.get<Route>(`/v1/assignments/${assignment}/route`, {}, stop.signal).then(
      (read) => {
        if (stop.signal.aborted) return;
        newest = { of: assignment, route: read };
        setHeld(newest);
        void keep.put("route", { of: assignment, route: read }).catch(() => undefined);
      },
      () => {
        if (stop.signal.aborted) return;
        void keep.load<{ of: string; route: Route }>("route").then(
          (kept) => {
            if (!stop.signal.aborted && kept?.of === assignment)
              setHeld((now) => (now?.of === assignment ? now : kept));
          },
          () => undefined,
        );
        timer = setTimeout(() => setTurn((n) => n + 1), RETRY_MS);
      },
    );
    return () => {
      stop.abort();
      if (timer !== null) clearTimeout(timer);
    };
  }, [api, keep, assignment, driving, changedAt, turn, roads]);

  const astray = route !== null && here !== null && along(route.geometry, here.point).offM > ASTRAY_M;
  useEffect(() => {
    if (!astray || !driving) return;
    const wait = Math.max(0, AGAIN_MS - (performance.now() - readMs.current));
    const timer = setTimeout(() => setTurn((n) => n + 1), wait);
    return () => clearTimeout(timer);
  }, [astray, driving]);
  return { route, old: astray };
}
