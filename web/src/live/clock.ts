/** One clock for the whole page: the server's time on the machine's steady counter, and one tick a second. */

import type { ServerMs } from "../core/units";

const SAMPLES = 30;

export class ServerClock {
  readonly #steady: () => number;
  readonly #samples: number[] = [];
  #offset: number;
  #synchronised = false;
  readonly #listeners = new Set<() => void>();
  #second = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param steady A counter in milliseconds that never jumps, such as `performance.now`. */
  constructor(steady: () => number = () => performance.now(), wall: () => number = () => Date.now()) {
    this.#steady = steady;
    this.#offset = wall() - steady();
    this.#second = Math.floor(this.now() / 1000);
  }

  /**
   * Take a time the server just said. Messages only ever arrive late, so of the last samples the one furthest ahead is the
   * nearest to the truth.
   */
  hear(at: number): void {
    if (!Number.isFinite(at)) return;
    this.#samples.push(at - this.#steady());
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#offset = Math.max(...this.#samples);
    this.#synchronised = true;
  }

  /** Whether the server has told the time; before that the device's own clock stands in. */
  get synchronised(): boolean {
    return this.#synchronised;
  }

  now(): ServerMs {
    return (this.#steady() + this.#offset) as ServerMs;
  }

  /** The current whole second, as last ticked; the same value for every reader between two ticks. */
  second = (): ServerMs => (this.#second * 1000) as ServerMs;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#timer === null) {
      // While nobody looked it stood still: whoever looks first must not be shown when that was.
      this.#second = Math.floor(this.now() / 1000);
      this.#arm();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0 && this.#timer !== null) {
        clearTimeout(this.#timer);
        this.#timer = null;
      }
    };
  };

  #arm(): void {
    this.#timer = setTimeout(
      () => {
        this.#tick();
        this.#arm();
      },
      1000 - (this.now() % 1000) + 2,
    );
  }

  #tick(): void {
    const second = Math.floor(this.now() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    for (const listener of this.#listeners) listener();
  }
}
