/** A press that counts only when it lasts. It is the thumb's and not the button's: it ends when the thumb leaves, wherever that is. */

const ENDS = ["pointerup", "pointercancel", "keyup", "blur"] as const;

export class Hold {
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Whose press it is; null for a key's. */
  #pointer: number | null = null;

  isHeld = (): boolean => this.#timer !== null;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Act when it has lasted `ms`. */
  press(ms: number, pointer: number | null, act: () => void): void {
    if (this.#timer !== null) return;
    this.#pointer = pointer;
    this.#timer = setTimeout(() => {
      this.release();
      act();
    }, ms);
    for (const name of ENDS) addEventListener(name, this.#end, true);
    this.#tell();
  }

  release(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    for (const name of ENDS) removeEventListener(name, this.#end, true);
    this.#tell();
  }

  #end = (event: Event): void => {
    // What blurs below it is a button that went; only the window's own ends a press.
    if (event.type === "blur" && event.target !== globalThis) return;
    const other = event.type.startsWith("pointer")
      ? (event as PointerEvent).pointerId !== this.#pointer
      : event.type === "keyup" && this.#pointer !== null;
    if (!other) this.release();
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The call for help, on whichever screen it is: one may come up while it is held. */
export const callForHelp = new Hold();
