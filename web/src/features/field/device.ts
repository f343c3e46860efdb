/** What one touch unlocks besides sound: the screen stays on and full, storage stays, location and notices may come. */

export async function keepStorage(): Promise<boolean> {
  try {
    if (await navigator.storage?.persisted?.()) return true;
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}

export async function fillScreen(): Promise<boolean> {
  try {
    if (!document.fullscreenElement) await document.documentElement.requestFullscreen({ navigationUI: "hide" });
    return true;
  } catch {
    return false;
  }
}

export async function mayNotify(): Promise<boolean> {
  try {
    if (!("Notification" in globalThis)) return false;
    if (Notification.permission === "default") return (await Notification.requestPermission()) === "granted";
    return Notification.permission === "granted";
  } catch {
    return false;
  }
}

/** A notice in the shade, only while the page is hidden: seen on the page it would only be in the way. */
export async function notify(title: string, body: string, tag: string): Promise<void> {
  try {
    if (document.visibilityState === "visible" || Notification.permission !== "granted") return;
    const registration = await navigator.serviceWorker?.getRegistration("/field");
    await registration?.showNotification(title, { body, tag, requireInteraction: true, icon: "/icon.svg" });
  } catch {
    // The sound is the alarm; the notice is an extra.
  }
}

/** Keeps the screen on; asked again whenever the page comes back to the front. */
export class ScreenLock {
  #wanted = false;
  #lock: WakeLockSentinel | null = null;
  #asking: Promise<boolean> | null = null;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (this.#wanted && document.visibilityState === "visible") void this.hold();
    });
  }

  hold(): Promise<boolean> {
    this.#wanted = true;
    // One at a time: of two locks one would be forgotten, and the screen stay on for ever.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    try {
      if (!this.#lock || this.#lock.released) this.#lock = (await navigator.wakeLock?.request("screen")) ?? null;
    } catch {
      return false;
    }
    if (!this.#wanted) this.release();
    return this.#lock !== null;
  }

  release(): void {
    this.#wanted = false;
    void this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }
}

interface BatteryLike {
  readonly level: number;
  readonly charging: boolean;
}

/** The battery's level, 0 to 1 (null where the browser does not tell), and whether it charges. */
export async function watchBattery(tell: (level: number | null, charging: boolean) => void): Promise<void> {
  try {
    const ask = (navigator as { getBattery?: () => Promise<BatteryLike & EventTarget> }).getBattery;
    const battery = await ask?.call(navigator);
    if (!battery) return tell(null, false);
    const say = () => tell(battery.level, battery.charging);
    say();
    battery.addEventListener("levelchange", say);
    battery.addEventListener("chargingchange", say);
  } catch {
    tell(null, false);
  }
}
