/** Where the handheld is, and its way to the server: in batches, newest first, and what could not be sent is kept as history. */

import type { LonLat } from "../../core/units";
import type { Fix, HeldFix, Keep } from "./keep";
import type { TimeTold } from "./queue";

export type LocationState = "off" | "asking" | "ok" | "denied" | "unavailable";

export interface Here {
  readonly point: LonLat;
  readonly heading: number | null;
  readonly speedMPerS: number | null;
  /** How far off it may be, where the device says so. */
  readonly accuracyM?: number;
  /** Server ms. */
  readonly at: number;
}

interface Around {
  readonly keep: Pick<Keep, "loadFixes" | "putFixes" | "deleteFixes">;
  readonly unit: string;
  readonly send: (fixes: readonly Fix[]) => Promise<unknown>;
  readonly time: () => TimeTold;
}

const EVERY_MS = 3_000;
const URGENT_MS = 2_000;
const BACKLOG_BATCH = 200;
const HELD_MAX = 1_000;

export function toFix(position: GeolocationPosition, at: number): Fix {
  const { longitude, latitude, heading, speed, accuracy } = position.coords;
  return {
    lon: longitude,
    lat: latitude,
    at: new Date(at).toISOString(),
    ...(heading !== null && Number.isFinite(heading) ? { heading: ((heading % 360) + 360) % 360 } : {}),
    ...(speed !== null && Number.isFinite(speed) && speed >= 0 ? { speed_m_per_s: speed } : {}),
    ...(Number.isFinite(accuracy) ? { accuracy_m: accuracy } : {}),
  };
}

/** A position as it is sent: one of before the server told the time gets its true time from how long ago it was. */
export function toldFix({ steadyMs, ...fix }: HeldFix, now: TimeTold): Fix {
  if (steadyMs === undefined || !now.timed) return fix;
  return { ...fix, at: new Date(now.nowMs - (now.steadyMs - steadyMs)).toISOString() };
}

export class Locator {
  readonly #around: Around;
  readonly #listeners = new Set<() => void>();
  #state: LocationState = "off";
  #here: Here | null = null;
  #watchId: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #waiting: HeldFix[] = [];
  #backlog = true;
  #sending = false;
  #urgent = false;

  constructor(around: Around) {
    this.#around = around;
  }

  state = (): LocationState => this.#state;
  here = (): Here | null => this.#here;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** During an emergency positions go out every two seconds. */
  setUrgent(urgent: boolean): void {
    this.#urgent = urgent;
  }

  start(): void {
    if (this.#watchId !== null) return;
    if (!("geolocation" in navigator)) {
      this.#become("unavailable");
      return;
    }
    this.#become("asking");
    this.#watchId = navigator.geolocation.watchPosition(
      (position) => this.#take(position),
      (error) => {
        if (error.code === error.PERMISSION_DENIED) {
          this.#become("denied");
          this.#leave();
        } else if (this.#here === null) this.#become("unavailable");
      },
      { enableHighAccuracy: true, maximumAge: 1_000, timeout: 20_000 },
    );
    this.#arm();
  }

  stop(): void {
    this.#leave();
    this.#become("off");
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length > 0) void this.#keep(this.#waiting.splice(0));
  }

  /** Try again after a refusal, from a touch. */
  again(): void {
    this.#leave();
    this.start();
  }

  #take(position: GeolocationPosition): void {
    // The age of the fix by the device, counted back from the server's time: the device's clock may be wrong.
    const age = Math.max(0, Math.min(60_000, Date.now() - position.timestamp));
    const { nowMs, steadyMs, timed } = this.#around.time();
    const at = nowMs - age;
    const fix = toFix(position, at);
    this.#waiting.push(timed ? fix : { ...fix, steadyMs: steadyMs - age });
    if (this.#waiting.length > HELD_MAX) void this.#keep(this.#waiting.splice(0, HELD_MAX / 2));
    this.#here = {
      point: [fix.lon, fix.lat],
      heading: fix.heading ?? this.#here?.heading ?? null,
      speedMPerS: fix.speed_m_per_s ?? null,
      ...(fix.accuracy_m === undefined ? {} : { accuracyM: fix.accuracy_m }),
      at,
    };
    this.#state = "ok";
    this.#publish();
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#turn(), this.#urgent ? URGENT_MS : EVERY_MS);
  }

  async #turn(): Promise<void> {
    await this.#flush();
    if (this.#timer !== null) this.#arm();
  }

  async #flush(): Promise<void> {
    const now = this.#around.time();
    // Without the server's time a position might be sent with a wrong one; in an emergency a wrong one is better than none.
    if (this.#sending || !(now.timed || this.#urgent)) return;
    this.#sending = true;
    try {
      if (this.#waiting.length > 0) {
        const batch = this.#waiting.splice(0);
        try {
          await this.#around.send(batch.map((fix) => toldFix(fix, now)));
        } catch {
          await this.#keep(batch);
          return;
        }
      }
      if (this.#backlog) await this.#sendBacklog();
    } finally {
      this.#sending = false;
    }
  }

  async #sendBacklog(): Promise<void> {
    try {
      const kept = await this.#around.keep.loadFixes(this.#around.unit, BACKLOG_BATCH);
      if (kept.length === 0) {
        this.#backlog = false;
        return;
      }
      const now = this.#around.time();
      await this.#around.send(kept.map(({ fix }) => toldFix(fix, now)));
      await this.#around.keep.deleteFixes(kept.map(({ key }) => key));
    } catch {
      // Still without a network: it stays kept.
    }
  }

  async #keep(fixes: readonly HeldFix[]): Promise<void> {
    this.#backlog = true;
    try {
      await this.#around.keep.putFixes(this.#around.unit, fixes);
    } catch {
      // No storage: history is lost, the newest position is not.
    }
  }

  #leave(): void {
    if (this.#watchId !== null) navigator.geolocation.clearWatch(this.#watchId);
    this.#watchId = null;
  }

  #become(state: LocationState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#publish();
  }

  #publish(): void {
    for (const listener of this.#listeners) listener();
  }
}
