/**
 * When news is shown: of a flood of changes so many frames a second, and fewer while someone types, so that keys come in between.
 * What somebody waits for, a new incident or a new alarm, comes sooner than what only looks otherwise than before.
 */

/** How soon after the last frame of news comes the next: by what is in it, and whether someone types. */
const EVERY_MS = { inTurn: { resting: 100, typing: 200 }, soon: { resting: 30, typing: 100 } } as const;
export type Wanted = keyof typeof EVERY_MS;
const TYPING_MS = 300;
/** A hidden page has no frames. */
const WITHOUT_FRAME_MS = 250;

/** The page as the pace needs it; tests give their own. */
export interface Frames {
  readonly now: () => number;
  readonly frame: (run: () => void) => void;
  /** Returns how to call it off. */
  readonly later: (run: () => void, ms: number) => () => void;
}

const PAGE: Frames = {
  now: () => performance.now(),
  frame: (run) => requestAnimationFrame(run),
  later: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export class Pace {
  readonly #frames: Frames;
  #shownMs = Number.NEGATIVE_INFINITY;
  #keyMs = Number.NEGATIVE_INFINITY;

  constructor(frames: Frames = PAGE) {
    this.#frames = frames;
  }

  /** A key was pressed. */
  typed(): void {
    this.#keyMs = this.#frames.now();
  }

  /** Run once: in the next frame, or a moment later when one was shown just now. Returns how to call it off. */
  next(run: () => void, wanted: Wanted): () => void {
    const now = this.#frames.now();
    const wait = this.#shownMs + EVERY_MS[wanted][now - this.#keyMs < TYPING_MS ? "typing" : "resting"] - now;
    let over = false;
    let stop = () => {};
    const once = () => {
      if (over) return;
      over = true;
      stop();
      this.#shownMs = this.#frames.now();
      run();
    };
    const inFrame = () => {
      stop = this.#frames.later(once, WITHOUT_FRAME_MS);
      this.#frames.frame(once);
    };
    if (wait > 0) stop = this.#frames.later(inFrame, wait);
    else inFrame();
    return () => {
      over = true;
      stop();
    };
  }
}
