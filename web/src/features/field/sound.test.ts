import { expect, test } from "vitest";
import { synthesise } from "./sound";

test("a beep is heard where it is written, silent elsewhere, and never clips", () => {
  const rate = 8_000;
  const samples = synthesise([{ at: 0.1, for: 0.2, from: 800, to: 900 }], 0.5, 0.9, rate);
  expect(samples).toHaveLength(4_000);
  const peak = (from: number, to: number) => Math.max(...samples.slice(from * rate, to * rate).map(Math.abs));
  expect(peak(0, 0.1)).toBe(0);
  expect(peak(0.15, 0.25)).toBeGreaterThan(0.4);
  expect(peak(0.15, 0.25)).toBeLessThanOrEqual(0.9);
  expect(peak(0.31, 0.5)).toBe(0);
});

test("a beep longer than its round is cut, not wrapped", () => {
  expect(() => synthesise([{ at: 0.3, for: 1, from: 500, to: 500 }], 0.5, 1, 8_000)).not.toThrow();
});
