/** Keys by their place on the keyboard (`event.code`), so that the Persian layout changes nothing. */

import { useLayoutEffect, useRef } from "react";

export interface KeyBinding {
  /** `KeyC`, `F2`, `Enter`, `ArrowDown`, with `Ctrl+`, `Alt+`, `Shift+` before it in that order. */
  readonly code: string;
  readonly run: (event: KeyboardEvent) => void;
  /** Also while typing in a field; plain letters never. */
  readonly inFields?: boolean;
}

export function codeOf(
  event: Pick<KeyboardEvent, "code" | "key" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey">,
): string {
  const code = event.code === "NumpadEnter" ? "Enter" : event.code || event.key;
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}${code}`;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])") ||
    // Letters typed on a choice, open or not, find one of its options.
    target.closest("[role=listbox], [aria-haspopup=listbox]") !== null
  );
}

/** Bind keys on the whole page while the component is mounted. The newest binding of a code wins. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const newest = useRef(bindings);
  newest.current = bindings;
  // With the picture, not after it: a key pressed the moment a page is seen must not be lost while the page is still busy.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const code = codeOf(event);
      const binding = newest.current.find((each) => each.code === code);
      if (!binding || (!binding.inFields && isTyping(event.target))) return;
      event.preventDefault();
      binding.run(event);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
