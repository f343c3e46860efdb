import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Fix, HeldFix } from "./keep";
import { Locator } from "./locator";

const HOUR = 3_600_000;
const TRUE = Date.parse("2026-11-21T10:00:00Z");
/** What the page takes for the time, and what a counter says that nobody sets. */
const device = { nowMs: TRUE, timed: true, steadyMs: 0 };
let sent: Fix[] = [];
let kept: HeldFix[] = [];
let tell: (position: unknown) => void = () => undefined;
const fixed = () => tell({ timestamp: Date.now(), coords: { longitude: 51.4, latitude: 35.7, accuracy: 5 } });

function locator(): Locator {
  return new Locator({
    keep: {
      loadFixes: async () => kept.map((fix, key) => ({ key, fix })),
      putFixes: async (_, fixes) => void kept.push(...fixes),
      deleteFixes: async () => {
        kept = [];
      },
    },
    unit: "A12",
    send: async (fixes) => {
      sent.push(...fixes);
    },
    time: () => ({ ...device }),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(device, { nowMs: TRUE, timed: true, steadyMs: 0 });
  [sent, kept] = [[], []];
  const geolocation = {
    watchPosition: (told: typeof tell) => {
      tell = told;
      return 1;
    },
    clearWatch: () => undefined,
  };
  vi.stubGlobal("navigator", { geolocation });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a position goes out within three seconds, in an emergency within two", async () => {
  const where = locator();
  where.start();
  fixed();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent).toHaveLength(1);
  where.setUrgent(true);
  await vi.advanceTimersByTimeAsync(3_000);
  for (const more of [1, 2]) {
    fixed();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toHaveLength(1 + more);
  }
  where.stop();
});

test("a position of before the server told the time gets its true time, whatever was done to the device's clock", async () => {
  // The page was loaded again without a network, on a device three hours slow.
  Object.assign(device, { nowMs: TRUE - 3 * HOUR, timed: false });
  const where = locator();
  where.start();
  fixed();
  await vi.advanceTimersByTimeAsync(3_000);
  where.stop();
  expect(sent).toEqual([]);
  expect(kept).toHaveLength(1);
  // Twenty minutes later it is told.
  Object.assign(device, { nowMs: TRUE + HOUR / 3, timed: true, steadyMs: HOUR / 3 });
  where.start();
  await vi.advanceTimersByTimeAsync(3_000);
  where.stop();
  expect(sent.map((fix) => fix.at)).toEqual([new Date(TRUE).toISOString()]);
  expect(sent[0]).not.toHaveProperty("steadyMs");
});

test("in an emergency nobody waits for the right time", async () => {
  Object.assign(device, { timed: false });
  const where = locator();
  where.setUrgent(true);
  where.start();
  fixed();
  await vi.advanceTimersByTimeAsync(2_000);
  where.stop();
  expect(sent).toHaveLength(1);
});

test("what is looked for is stopped, and nothing is sent from then on", async () => {
  const where = locator();
  where.start();
  fixed();
  expect(where.state()).toBe("ok");
  where.stop();
  expect(where.state()).toBe("off");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent).toEqual([]);
});
