import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ServerClock } from "../../../live/clock";
import type { Device } from "./run";
import { runSelfTest } from "./run";

const never = () => new Promise<never>(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("document", { fullscreenElement: {} });
  vi.stubGlobal("fetch", never);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a loudspeaker that never answers keeps nobody from duty, and is told as a fault", async () => {
  const device = {
    sound: { unlock: never, play: async () => false },
    lock: { hold: async () => true },
    locator: { again: () => undefined, state: () => "denied", subscribe: () => () => undefined },
    keep: { works: async () => true },
    clock: new ServerClock(
      () => 0,
      () => 0,
    ),
    battery: () => ({ level: 1, charging: false }),
    live: () => false,
  } as unknown as Device;
  let sound = "asking";
  const { sounded } = runSelfTest(device, (told) => {
    sound = told.sound.state;
  });
  await vi.advanceTimersByTimeAsync(3_000);
  await sounded;
  expect(sound).toBe("failed");
});
