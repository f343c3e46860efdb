/** When news is shown: of a flood so many frames a second, and fewer while someone types, so that keys come in between. */

const SHOW_EVERY_MS = 100;
/** Still well within the 300 ms in which an event is due on other screens. */
const SHOW_WHILE_TYPING_MS = 200;
const TYPING_MS = 300;
/** A hidden page has no frames. */
const WITHOUT_FRAME_MS = 250;

/** The page as the pace needs it; tests give their own. */
export interface Frames {
  readonly now: () => number;
  readonly frame: (run: () => void) => void;
  readonly later: (run: () => void, ms: number) => void;
}

const PAGE: Frames = {
  now: () => performance.now(),
  frame: (run) => requestAnimationFrame(run),
  later: (run, ms) => setTimeout(run, ms),
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

  /** Run once: in the next frame, or a moment later when one was shown just now. */
  next(run: () => void): void {
    const now = this.#frames.now();
    const every = now - this.#keyMs < TYPING_MS ? SHOW_WHILE_TYPING_MS : SHOW_EVERY_MS;
    const wait = this.#shownMs + every - now;
    if (wait > 0) {
      this.#frames.later(() => this.#inFrame(run), wait);
      return;
    }
    this.#inFrame(run);
  }

  #inFrame(run: () => void): void {
    let done = false;
    const once = () => {
      if (done) return;
      done = true;
      this.#shownMs = this.#frames.now();
      run();
    };
    this.#frames.frame(once);
    this.#frames.later(once, WITHOUT_FRAME_MS);
  }
}
