/** What duty needs is on as long as duty lasts, also after the page was loaded again: a lit screen, the location, the alarm. */

import { fillScreen, type ScreenLock } from "./device";
import type { Locator } from "./locator";
import type { SoundBox } from "./sound";

export class Upkeep {
  readonly #lock: ScreenLock;
  readonly #locator: Locator;
  readonly #sound: SoundBox;
  #wanted = false;
  #full = false;

  constructor(lock: ScreenLock, locator: Locator, sound: SoundBox) {
    this.#lock = lock;
    this.#locator = locator;
    this.#sound = sound;
  }

  /** @param wanted On duty, at work or in an emergency. @param urgent In an emergency. */
  tend(wanted: boolean, urgent: boolean): void {
    this.#locator.setUrgent(urgent);
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) void this.#begin();
    else {
      // Whoever is not on duty is followed by nobody.
      this.#lock.release();
      this.#locator.stop();
    }
  }

  /** A finger is on the glass, or a key is down: what had to wait for that is opened. */
  touched(): void {
    if (this.#sound.state() === "blocked") void this.#sound.unlock();
    if (!this.#wanted) return;
    if (this.#locator.state() === "off") this.#locator.start();
    void this.#lock.hold();
    // Once: whoever then leaves the full screen wants it so.
    if (!this.#full) void fillScreen().then((full) => (this.#full ||= full));
  }

  /** What needs no touch: the screen, the location where it was allowed before, and the alarm where the browser trusts this page. */
  async #begin(): Promise<void> {
    void this.#lock.hold();
    void this.#sound.unlock();
    const leave = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
    if (this.#wanted && leave?.state !== "prompt") this.#locator.start();
  }
}
