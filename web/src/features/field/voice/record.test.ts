import { expect, it } from "vitest";
import { blobOf, peakOf, SECONDS_MAX, secondsOf, troubleOf } from "./record";

it("says of a microphone that gives nothing why, in a word that people can act upon", () => {
  expect(troubleOf(new DOMException("", "NotAllowedError"))).toBe("refused");
  expect(troubleOf(new DOMException("", "NotFoundError"))).toBe("absent");
  expect(troubleOf(new DOMException("", "NotSupportedError"))).toBe("absent");
  expect(troubleOf(new DOMException("", "NotReadableError"))).toBe("broken");
  expect(troubleOf("nothing")).toBe("broken");
});

it("counts whole seconds between one and the most that the centre takes", () => {
  expect([0, 400, 1_600, 59_900, 61_000].map(secondsOf)).toEqual([1, 1, 2, 60, SECONDS_MAX]);
});

it("is as loud as the loudest sample, above or below the middle", () => {
  expect(peakOf(Float32Array.from([0.1, -0.5, 0.2]))).toBeCloseTo(0.5);
  expect(peakOf(new Float32Array(4))).toBe(0);
});

it("gives back the bytes that it kept", async () => {
  const blob = blobOf(btoa("\u0000\u00ffabc"), "audio/webm");
  expect([blob.type, [...new Uint8Array(await blob.arrayBuffer())]]).toEqual(["audio/webm", [0, 255, 97, 98, 99]]);
});
