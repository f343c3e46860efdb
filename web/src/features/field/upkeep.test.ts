import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ScreenLock } from "./device";
import type { LocationState, Locator } from "./locator";
import type { SoundBox } from "./sound";
import { Upkeep } from "./upkeep";

/** A device: what it was told to do. */
const device = { leave: "granted", lit: false, urgent: false, place: "off" as LocationState, unlocks: 0 };
const lock = {
  hold: async () => {
    device.lit = true;
  },
  release: () => {
    device.lit = false;
  },
} as unknown as ScreenLock;
const locator = {
  state: () => device.place,
  start: () => {
    device.place = "asking";
  },
  stop: () => {
    device.place = "off";
  },
  setUrgent: (urgent: boolean) => {
    device.urgent = urgent;
  },
} as unknown as Locator;
const sound = { state: () => "blocked", unlock: async () => ++device.unlocks > 0 } as unknown as SoundBox;
const settled = () => new Promise((done) => setTimeout(done));

beforeEach(() => {
  Object.assign(device, { leave: "granted", lit: false, urgent: false, place: "off", unlocks: 0 });
  vi.stubGlobal("navigator", { permissions: { query: async () => ({ state: device.leave }) } });
  vi.stubGlobal("document", {});
});
afterEach(() => vi.unstubAllGlobals());

test("on duty the screen is lit, the location looked for and the alarm tried, without a touch", async () => {
  const upkeep = new Upkeep(lock, locator, sound);
  upkeep.tend(true, false);
  await settled();
  expect(device).toMatchObject({ lit: true, place: "asking", unlocks: 1 });
});

test("what a browser would have to ask about waits for a touch", async () => {
  device.leave = "prompt";
  const upkeep = new Upkeep(lock, locator, sound);
  upkeep.tend(true, false);
  await settled();
  expect(device.place).toBe("off");
  upkeep.touched();
  expect(device.unlocks).toBe(2);
  expect(device.place).toBe("asking");
});

test("an emergency hurries the positions, and they end with the duty", async () => {
  const upkeep = new Upkeep(lock, locator, sound);
  upkeep.tend(true, true);
  await settled();
  expect(device).toMatchObject({ urgent: true, place: "asking" });
  upkeep.tend(false, false);
  expect(device).toMatchObject({ urgent: false, place: "off", lit: false });
  upkeep.touched();
  expect(device).toMatchObject({ place: "off", lit: false });
});
