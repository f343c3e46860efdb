/** Whether a finger is on the glass or a key presses a button, up to and with the click: until then nothing may move below it. */

/** A touch's click comes some time after its release, and where it comes is looked up only then. Without a click it is over. */
const CLICK_WITHIN_MS = 400;

const listeners = new Set<() => void>();
let isDown = false;
let timer: ReturnType<typeof setTimeout> | undefined;

function become(down: boolean): void {
  clearTimeout(timer);
  if (isDown === down) return;
  isDown = down;
  for (const listener of listeners) listener();
}

const pressed = () => become(true);
const over = () => {
  clearTimeout(timer);
  // Behind whatever the click does.
  timer = setTimeout(() => become(false));
};
const released = () => {
  clearTimeout(timer);
  timer = setTimeout(() => become(false), CLICK_WITHIN_MS);
};
const ofButton = (run: () => void) => (event: Event) => {
  const { key } = event as KeyboardEvent;
  if (key === " " || key === "Enter") run();
};
const WHEN = [
  ["pointerdown", pressed],
  ["pointerup", released],
  ["click", over],
  ["pointercancel", over],
  ["keydown", ofButton(pressed)],
  ["keyup", ofButton(released)],
] as const;

export const finger = {
  isDown: (): boolean => isDown,

  subscribe(listener: () => void): () => void {
    if (listeners.size === 0) for (const [name, run] of WHEN) addEventListener(name, run, true);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) for (const [name, run] of WHEN) removeEventListener(name, run, true);
    };
  },
};
