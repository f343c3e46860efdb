import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { finger } from "./finger";

const glass = new EventTarget();
const touch = (name: string) => void glass.dispatchEvent(new Event(name));
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", glass.addEventListener.bind(glass));
  vi.stubGlobal("removeEventListener", glass.removeEventListener.bind(glass));
  stop = finger.subscribe(() => undefined);
});
afterEach(() => {
  vi.runAllTimers();
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("it is down until the click that its release makes, however late that comes", () => {
  touch("pointerdown");
  touch("pointerup");
  vi.advanceTimersByTime(300);
  expect(finger.isDown()).toBe(true);
  touch("click");
  expect(finger.isDown()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(finger.isDown()).toBe(false);
});

test("a press that becomes no click is over as well", () => {
  touch("pointerdown");
  touch("pointerup");
  vi.advanceTimersByTime(401);
  expect(finger.isDown()).toBe(false);
  touch("pointerdown");
  touch("pointercancel");
  vi.advanceTimersByTime(1);
  expect(finger.isDown()).toBe(false);
});

test("a key that presses a button is one as well, and what is typed is not", () => {
  const key = (name: string, which: string) => glass.dispatchEvent(Object.assign(new Event(name), { key: which }));
  key("keydown", "a");
  expect(finger.isDown()).toBe(false);
  key("keydown", " ");
  expect(finger.isDown()).toBe(true);
  key("keyup", " ");
  vi.advanceTimersByTime(401);
  expect(finger.isDown()).toBe(false);
});

test("the next press is not ended by the last one's release", () => {
  touch("pointerdown");
  touch("pointerup");
  vi.advanceTimersByTime(200);
  touch("pointerdown");
  vi.advanceTimersByTime(2_000);
  expect(finger.isDown()).toBe(true);
});
