/** Words beside what the hand or the keyboard is on: why a button cannot run, what a mark means, the whole of what was cut off. */

import { useEffect, useRef, useState } from "react";
import { Tooltip, TooltipTriggerStateContext } from "react-aria-components";
import { useTooltipTriggerState } from "react-stately";

const DELAY_MS = 500;
const LEAVES_MS = 120;
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
    const focus = (event: FocusEvent) => {
      const element = event.target instanceof HTMLElement ? event.target : null;
      if (!element?.dataset.tip || !element.matches(":focus-visible")) return;
      // What takes the focus is scrolled into view first, and what is scrolled loses its words.
      requestAnimationFrame(() => document.activeElement === element && come(element, true));
    };
    const away = () => leave(true);
    const options = { capture: true, passive: true };
    addEventListener("pointerover", over, options);
    addEventListener("focusin", focus, options);
    for (const each of ["focusout", "pointerdown", "keydown", "scroll", "blur"]) addEventListener(each, away, options);
    return () => {
      removeEventListener("pointerover", over, options);
      removeEventListener("focusin", focus, options);
      for (const each of ["focusout", "pointerdown", "keydown", "scroll", "blur"])
        removeEventListener(each, away, options);
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
