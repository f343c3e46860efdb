/** Words beside what the hand or the keyboard is on: why a button cannot run, what a mark means, the whole of what was cut off. */

import { useEffect, useRef, useState } from "react";
import { Tooltip, TooltipTriggerStateContext } from "react-aria-components";
import { useTooltipTriggerState } from "react-stately";

const DELAY_MS = 500;
const LEAVES_MS = 120;
const STILL_MS = 60;
const RENEW_MS = 500;

const tippedAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element
    ? (target.closest<HTMLElement>("[data-tip]") ?? target.closest<HTMLElement>(".truncate"))
    : null;

function wordsOf(element: HTMLElement): string {
  if (!element.isConnected) return "";
  if (element.dataset.tip) return element.dataset.tip;
  return element.scrollWidth > element.clientWidth ? (element.textContent ?? "") : "";
}

/**
 * One for the page: what has words says so by `data-tip`. Delays and place are React Aria's. A desk shows hundreds of such
 * elements, in rows that change; none of them carries anything of this.
 */
export function Tips() {
  const state = useTooltipTriggerState({ delay: DELAY_MS, closeDelay: LEAVES_MS });
  const [words, setWords] = useState("");
  const trigger = useRef<HTMLElement | null>(null);
  const newest = useRef(state);
  newest.current = state;
  useEffect(() => {
    let at: HTMLElement | null = null;
    const leave = (now: boolean) => {
      if (at) newest.current.close(now);
      at = null;
    };
    const come = (element: HTMLElement | null, now: boolean) => {
      if (element === at) return;
      leave(now);
      const said = element ? wordsOf(element) : "";
      if (!element || !said) return;
      at = element;
      trigger.current = element;
      setWords(said);
      newest.current.open(now);
    };
    // A touch has no rest above a thing.
    const over = (event: PointerEvent) => event.pointerType !== "touch" && come(tippedAt(event.target), false);
    // What the keyboard rests on is scrolled into view, and what is scrolled loses its words until it stands still.
    let wanted: HTMLElement | null = null;
    let still = 0;
    const whenStill = () => {
      clearTimeout(still);
      still = window.setTimeout(() => wanted && document.activeElement === wanted && come(wanted, true), STILL_MS);
    };
    const away = () => {
      wanted = null;
      clearTimeout(still);
      leave(true);
    };
    const focus = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement) || !target.dataset.tip || !target.matches(":focus-visible")) return;
      wanted = target;
      whenStill();
    };
    const scroll = () => {
      leave(true);
      whenStill();
    };
    // The window's own listeners, each heard before any element's.
    const heard: [string, (event: never) => void][] = [
      ["pointerover", over],
      ["focusin", focus],
      ["scroll", scroll],
      ...["focusout", "pointerdown", "keydown", "blur"].map((name): [string, () => void] => [name, away]),
    ];
    const options = { capture: true, passive: true };
    for (const [name, does] of heard) addEventListener(name, does as EventListener, options);
    return () => {
      away();
      for (const [name, does] of heard) removeEventListener(name, does as EventListener, options);
    };
  }, []);
  // What it stands beside may change its words, or go.
  useEffect(() => {
    if (!state.isOpen) return;
    const timer = setInterval(() => {
      const said = trigger.current ? wordsOf(trigger.current) : "";
      if (said) setWords(said);
      else newest.current.close(true);
    }, RENEW_MS);
    return () => clearInterval(timer);
  }, [state.isOpen]);
  return (
    <TooltipTriggerStateContext value={state}>
      <Tooltip key={words} triggerRef={trigger} className="tip" offset={6}>
        {words}
      </Tooltip>
    </TooltipTriggerStateContext>
  );
}
