/** Runs the self-test on this device. Everything that a browser gates behind a touch is begun inside that touch. */

import type { ServerClock } from "../../../live/clock";
import type { ScreenLock } from "../device";
import { fillScreen, keepStorage, mayNotify } from "../device";
import type { Keep } from "../keep";
import type { Locator } from "../locator";
import type { SoundBox } from "../sound";
import type { Check, CheckName, SelfTest } from "./checks";
import { asking, isOver, judgeBattery, judgeClock, judgeLink, judgeLocation } from "./checks";

const TRIPS = 3;
const TRIP_MAX_MS = 3_000;
const LOCATION_WITHIN_MS = 20_000;
const NOTICE_WITHIN_MS = 20_000;
/** A loudspeaker that does not answer must not keep a crew from its duty. */
const UNLOCKED_WITHIN_MS = 3_000;

export interface Device {
  readonly sound: SoundBox;
  readonly lock: ScreenLock;
  readonly locator: Locator;
  readonly keep: Keep;
  readonly clock: ServerClock;
  readonly battery: () => { readonly level: number | null; readonly charging: boolean };
  readonly live: () => boolean;
}

/**
 * Try everything, telling each result as it comes. Call from a touch. `sounded` resolves when the tone has been tried, after
 * which an offer may ring; `over` with all results.
 */
export function runSelfTest(
  device: Device,
  tell: (test: SelfTest) => void,
): { readonly sounded: Promise<void>; readonly over: Promise<SelfTest> } {
  let test = asking();
  let sounded: Promise<void> = Promise.resolve();
  tell(test);
  const over = new Promise<SelfTest>((resolve) => {
    const set = (name: CheckName) => (check: Check) => {
      test = { ...test, [name]: check };
      tell(test);
      if (isOver(test)) resolve(test);
    };
    // The loudspeaker must be unlocked inside the touch itself, before anything is awaited.
    const unlocked = within(device.sound.unlock(), UNLOCKED_WITHIN_MS, false);
    const awake = Promise.all([fillScreen(), device.lock.hold()]);
    device.locator.again();
    void keepStorage();
    sounded = unlocked
      .then(() => device.sound.play("test"))
      .then((played) => set("sound")(okIf(played)))
      .then(() => set("vibration")(vibrates()));
    void awake.then(([, held]) => set("screen")(okIf(held)));
    void within(mayNotify(), NOTICE_WITHIN_MS, false).then((may) => set("notices")(okIf(may)));
    void storageWorks(device.keep).then((works) => set("storage")(okIf(works)));
    void roundTrips().then((trips) => {
      set("link")(judgeLink(trips, device.live()));
      set("clock")(judgeClock(device.clock.synchronised ? Date.now() - device.clock.now() : null));
    });
    const { level, charging } = device.battery();
    set("battery")(judgeBattery(level, charging));
    void located(device.locator).then(() => {
      const here = device.locator.state() === "ok" ? device.locator.here() : null;
      const age = here ? Math.max(0, (device.clock.now() - here.at) / 1000) : 0;
      set("location")(judgeLocation(here && { ageS: age, accuracyM: here.accuracyM ?? null }));
    });
  });
  return { sounded, over };
}

const okIf = (well: boolean): Check => ({ state: well ? "ok" : "failed" });

/** A browser says only whether it took the order; whether a motor turned is felt, not known. */
function vibrates(): Check {
  if (!("vibrate" in navigator)) return { state: "unknown" };
  try {
    return okIf(navigator.vibrate([200, 100, 200]));
  } catch {
    return { state: "failed" };
  }
}

async function roundTrips(): Promise<readonly (number | null)[]> {
  const trips: (number | null)[] = [];
  for (let n = 0; n < TRIPS; n++) {
    const begun = performance.now();
    try {
      const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(TRIP_MAX_MS) });
      trips.push(answer.ok ? performance.now() - begun : null);
    } catch {
      trips.push(null);
    }
  }
  return trips;
}

const storageWorks = (keep: Keep): Promise<boolean> => keep.works().catch(() => false);

/** Resolves when the first fix has come, or it is known that none will. */
function located(locator: Locator): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      if (locator.state() === "asking") return;
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      stop();
      resolve();
    }, LOCATION_WITHIN_MS);
    const stop = locator.subscribe(done);
    done();
  });
}

function within<T>(asked: Promise<T>, ms: number, otherwise: T): Promise<T> {
  return Promise.race([asked, new Promise<T>((resolve) => setTimeout(() => resolve(otherwise), ms))]);
}
