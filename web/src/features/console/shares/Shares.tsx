import type { RefObject } from "react";
import { useEffect, useRef } from "react";
import { useApp, useDerived } from "../../../app/hooks";
import type { Call } from "../../../core/views";
import { useQueue } from "../Queues";
import { sharesOf } from "./shares";

/** As long as a list keeps its order under the hand. */
const STILL_MS = 5_000;
const TOUCHES = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

const openCount = (calls: Iterable<Call>): number => {
  let open = 0;
  for (const call of calls) if (call.state === "ringing" || call.state === "answered") open++;
  return open;
};

/** Shares the side out anew when what stands in it has changed by a step and no hand is in it. */
export function Shares({ side }: { readonly side: RefObject<HTMLElement | null> }) {
  const { world } = useApp();
  const rows = {
    waiting: useQueue("waiting").length,
    working: useQueue("working").length,
    calls: useDerived(world.call, openCount, []),
  };
  const { waiting, working, calls } = sharesOf(rows);
  const touched = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const element = side.current;
    const touch = () => {
      touched.current = performance.now();
    };
    for (const each of TOUCHES) element?.addEventListener(each, touch, { passive: true });
    return () => {
      for (const each of TOUCHES) element?.removeEventListener(each, touch);
    };
  }, [side]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const share = () => {
      const wait = touched.current + STILL_MS - performance.now();
      if (wait > 0) {
        timer = setTimeout(share, wait);
        return;
      }
      for (const [name, n] of Object.entries({ waiting, working, calls }))
        side.current?.style.setProperty(`--rows-${name}`, String(n));
    };
    share();
    return () => clearTimeout(timer);
  }, [side, waiting, working, calls]);
  return null;
}
