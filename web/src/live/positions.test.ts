import { expect, test } from "vitest";
import type { ProvinceId } from "../core/units";
import { decodePositions, doubtOf, glide, NO_HEALTHY_HANDHELD, PositionTable } from "./positions";

function frame(stream: string, rows: readonly (readonly number[])[], atUs = 1_795_000_000_000_000n): ArrayBuffer {
  const name = new TextEncoder().encode(stream);
  const buffer = new ArrayBuffer(16 + name.length + rows.length * 20);
  const view = new DataView(buffer);
  view.setUint8(0, 1);
  view.setUint8(1, name.length);
  view.setUint32(4, rows.length, true);
  view.setBigInt64(8, atUs, true);
  new Uint8Array(buffer, 16, name.length).set(name);
  rows.forEach(([slot = 0, lon = 0, lat = 0, heading = 0, speed = 0, age = 0, flags = 0], n) => {
    const o = 16 + name.length + n * 20;
    view.setUint32(o, slot, true);
    view.setInt32(o + 4, Math.round(lon * 1e6), true);
    view.setInt32(o + 8, Math.round(lat * 1e6), true);
    view.setUint16(o + 12, heading, true);
    view.setUint16(o + 14, speed, true);
    view.setUint16(o + 16, age, true);
    view.setUint16(o + 18, flags, true);
  });
  return buffer;
}

test("a frame is read as it was written, with 65535 as unknown", () => {
  const read = decodePositions(
    frame("khuzestan", [
      [7, 48.68, 31.32, 9050, 1200, 3, 0],
      [8, -73.98, 40.75, 65535, 65535, 95, 1],
    ]),
  );
  expect(read?.stream).toBe("khuzestan");
  expect(read?.at).toBe(1_795_000_000_000);
  expect(read?.positions[0]).toEqual({
    slot: 7,
    point: [48.68, 31.32],
    heading: 90.5,
    speedMPerS: 12,
    ageS: 3,
    flags: 0,
  });
  expect(read?.positions[1]).toEqual({
    slot: 8,
    point: [-73.98, 40.75],
    heading: null,
    speedMPerS: null,
    ageS: 95,
    flags: 1,
  });
});

test("another version and a frame cut short are refused", () => {
  const good = frame("t", [[1, 1, 1]]);
  expect(decodePositions(good.slice(0, good.byteLength - 1))).toBeNull();
  new DataView(good).setUint8(0, 2);
  expect(decodePositions(good)).toBeNull();
  expect(decodePositions(new ArrayBuffer(3))).toBeNull();
});

test("a unit glides from where it was drawn to its new place, and jumps when it is far", () => {
  const table = new PositionTable();
  const stream = "khuzestan" as ProvinceId;
  const take = (lon: number, ms: number) => {
    const read = decodePositions(frame("khuzestan", [[1, lon, 31]]));
    if (read) table.take(read, ms);
  };
  take(48, 0);
  take(48.001, 1000);
  const placed = table.get(stream, 1);
  expect(placed && glide(placed, 1500)[0]).toBeCloseTo(48.0005, 6);
  take(49, 2000);
  const jumped = table.get(stream, 1);
  expect(jumped && glide(jumped, 2001)[0]).toBe(49);
  table.drop(stream);
  expect(table.get(stream, 1)).toBeUndefined();
});

test("the doubt about a position is read from the upper half of its flags", () => {
  expect(doubtOf(1 | (14 << 8))).toBe("jump_by_road");
  expect(doubtOf((15 << 8) | NO_HEALTHY_HANDHELD)).toBe("unchanging");
  expect(doubtOf(3)).toBeNull();
  expect(doubtOf(200 << 8)).toBeNull();
});
