import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Hold } from "./held";

const page = new EventTarget();
let acted = 0;
const act = () => void acted++;
const up = (pointerId: number) => void page.dispatchEvent(Object.assign(new Event("pointerup"), { pointerId }));

beforeEach(() => {
  acted = 0;
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("it acts once, when it has lasted", () => {
  const hold = new Hold();
  hold.press(1_500, 1, act);
  hold.press(1_500, 1, act);
  vi.advanceTimersByTime(1_499);
  expect([acted, hold.isHeld()]).toEqual([0, true]);
  vi.advanceTimersByTime(5_000);
  expect([acted, hold.isHeld()]).toEqual([1, false]);
});

test("let go a moment too early it does nothing", () => {
  const hold = new Hold();
  hold.press(1_500, 1, act);
  vi.advanceTimersByTime(1_400);
  up(1);
  vi.advanceTimersByTime(5_000);
  expect([acted, hold.isHeld()]).toEqual([0, false]);
});

test("another finger, or a button that goes away below the thumb, does not end it", () => {
  const hold = new Hold();
  hold.press(1_500, 1, act);
  up(2);
  page.dispatchEvent(new Event("keyup"));
  page.dispatchEvent(new Event("blur"));
  vi.advanceTimersByTime(1_500);
  expect(acted).toBe(1);
});

test("a key's press ends with the key", () => {
  const hold = new Hold();
  hold.press(1_500, null, act);
  up(1);
  expect(hold.isHeld()).toBe(true);
  page.dispatchEvent(new Event("keyup"));
  expect(hold.isHeld()).toBe(false);
});
