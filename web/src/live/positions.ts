/** The binary position frame and the table of newest positions. Positions never pass through React state. */

import type { LonLat, ProvinceId } from "../core/units";

const HEADER_BYTES = 16;
const UNIT_BYTES = 20;
const UNKNOWN = 65535;
export const IMPLAUSIBLE = 1;
export const NO_HEALTHY_HANDHELD = 2;

/** By number, as in the upper half of the flags; what stands behind each is the server's `position.<name>`. */
const DOUBTS = [
  null,
  "out_of_range",
  "zero_island",
  "swapped",
  "outside_region",
  "mock",
  "from_future",
  "inaccurate",
  "too_old",
  "out_of_order",
  "frozen",
  "jump",
  "unknown_unit",
  "revoked_device",
  "jump_by_road",
  "unchanging",
] as const;
export type Doubt = Exclude<(typeof DOUBTS)[number], null>;

/** What is said of a unit's newest report; null when nothing is, and for a number that a newer server may send. */
export const doubtOf = (flags: number): Doubt | null => DOUBTS[flags >> 8] ?? null;

export interface Position {
  readonly slot: number;
  readonly point: LonLat;
  /** Degrees clockwise from true north, null when unknown. */
  readonly heading: number | null;
  readonly speedMPerS: number | null;
  /** Age in seconds when the frame was made. */
  readonly ageS: number;
  readonly flags: number;
}

export interface PositionFrame {
  readonly stream: ProvinceId;
  /** Server time in milliseconds. */
  readonly at: number;
  readonly positions: readonly Position[];
}

/** Read one frame; null when it is of another version or cut short. */
export function decodePositions(buffer: ArrayBuffer): PositionFrame | null {
  if (buffer.byteLength < HEADER_BYTES) return null;
  const view = new DataView(buffer);
  if (view.getUint8(0) !== 1) return null;
  const nameLength = view.getUint8(1);
  const count = view.getUint32(4, true);
  const start = HEADER_BYTES + nameLength;
  if (buffer.byteLength < start + count * UNIT_BYTES) return null;
  const at = Number(view.getBigInt64(8, true)) / 1000;
  const stream = new TextDecoder().decode(new Uint8Array(buffer, HEADER_BYTES, nameLength)) as ProvinceId;
  const positions: Position[] = new Array(count);
  for (let n = 0; n < count; n++) {
    const o = start + n * UNIT_BYTES;
    const heading = view.getUint16(o + 12, true);
    const speed = view.getUint16(o + 14, true);
    positions[n] = {
      slot: view.getUint32(o, true),
      point: [view.getInt32(o + 4, true) / 1e6, view.getInt32(o + 8, true) / 1e6],
      heading: heading === UNKNOWN ? null : heading / 100,
      speedMPerS: speed === UNKNOWN ? null : speed / 100,
      ageS: view.getUint16(o + 16, true),
      flags: view.getUint16(o + 18, true),
    };
  }
  return { stream, at, positions };
}

export interface Placed {
  readonly position: Position;
  /** Where it was drawn from, for the glide. */
  readonly from: LonLat;
  /** Steady-clock milliseconds at which the frame arrived. */
  readonly heardMs: number;
  /** Server time of the fix itself. */
  readonly fixedAt: number;
}

export class PositionTable {
  readonly #streams = new Map<ProvinceId, Map<number, Placed>>();
  readonly #heard = new Map<ProvinceId, number>();
  readonly #listeners = new Set<() => void>();
  #version = 0;

  take(frame: PositionFrame, heardMs: number): void {
    let table = this.#streams.get(frame.stream);
    if (!table) {
      table = new Map();
      this.#streams.set(frame.stream, table);
    }
    for (const position of frame.positions) {
      const before = table.get(position.slot);
      const fixedAt = frame.at - position.ageS * 1000;
      table.set(position.slot, { position, from: before ? glide(before, heardMs) : position.point, heardMs, fixedAt });
    }
    this.#heard.set(frame.stream, frame.at);
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  get(stream: ProvinceId, slot: number): Placed | undefined {
    return this.#streams.get(stream)?.get(slot);
  }

  /** Server time of the newest frame of a stream. */
  heardAt(stream: ProvinceId): number | null {
    return this.#heard.get(stream) ?? null;
  }

  drop(stream: ProvinceId): void {
    this.#streams.delete(stream);
    this.#heard.delete(stream);
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  get version(): number {
    return this.#version;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

const GLIDE_MS = 1000;
const JUMP_DEG = 0.01;

/** Where a unit is drawn at a moment: it glides for one second from its last place, but never across a jump of about 1 km. */
export function glide(placed: Placed, steadyMs: number): LonLat {
  const [lon, lat] = placed.position.point;
  const [fromLon, fromLat] = placed.from;
  if (Math.abs(lon - fromLon) > JUMP_DEG || Math.abs(lat - fromLat) > JUMP_DEG) return placed.position.point;
  const part = Math.min(1, Math.max(0, (steadyMs - placed.heardMs) / GLIDE_MS));
  return [fromLon + (lon - fromLon) * part, fromLat + (lat - fromLat) * part];
}
