/** The base map in pictures: which tiles a camera sees, and those that were fetched. */

import type { Camera } from "./camera";
import { mercatorX, mercatorY, TILE } from "./camera";

export const ZOOM_LEAST = 4;
export const ZOOM_MOST = 19;

export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}
export interface PlacedTile extends Tile {
  /** Where its corner stands on the screen, and how wide it is there. */
  readonly left: number;
  readonly top: number;
  readonly size: number;
}
export type Bounds = readonly [west: number, south: number, east: number, north: number];

/** The tiles that a camera sees, the ones in the middle first. */
export function tilesIn(camera: Camera): readonly PlacedTile[] {
  const z = Math.max(0, Math.min(ZOOM_MOST, Math.round(camera.zoom)));
  const size = TILE * 2 ** (camera.zoom - z);
  const count = 2 ** z;
  const x0 = mercatorX(camera.centre[0]) * count * size - camera.width / 2;
  const y0 = mercatorY(camera.centre[1]) * count * size - camera.height / 2;
  const found: PlacedTile[] = [];
  const last = (from: number, length: number) => Math.min(count - 1, Math.ceil((from + length) / size) - 1);
  for (let y = Math.max(0, Math.floor(y0 / size)); y <= last(y0, camera.height); y++)
    for (let x = Math.max(0, Math.floor(x0 / size)); x <= last(x0, camera.width); x++)
      found.push({ z, x, y, left: x * size - x0, top: y * size - y0, size });
  const off = (tile: PlacedTile) =>
    Math.hypot(tile.left + size / 2 - camera.width / 2, tile.top + size / 2 - camera.height / 2);
  return found.sort((a, b) => off(a) - off(b));
}

/** Whether a tile has anything of a province on it. */
export function touches({ z, x, y }: Tile, bounds: Bounds | null): boolean {
  if (!bounds) return true;
  const count = 2 ** z;
  const [west, south, east, north] = bounds;
  return (
    (x + 1) / count > mercatorX(west) &&
    x / count < mercatorX(east) &&
    (y + 1) / count > mercatorY(north) &&
    y / count < mercatorY(south)
  );
}

const AT_ONCE = 6;
const KEPT_MOST = 240;
const AGAIN_MS = 4_000;

interface Picture {
  close(): void;
}

/** Fetches pictures by name, so many at a time and what is wanted now first, and keeps the newest. */
export class Pictures<P extends Picture> {
  readonly #fetch: (name: string, signal: AbortSignal) => Promise<P>;
  readonly #changed: (failed: boolean) => void;
  readonly #now: () => number;
  readonly #kept = new Map<string, P>();
  readonly #coming = new Map<string, AbortController>();
  readonly #failed = new Map<string, number>();
  #wanted: readonly string[] = [];

  constructor(
    fetch: (name: string, signal: AbortSignal) => Promise<P>,
    changed: (failed: boolean) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#fetch = fetch;
    this.#changed = changed;
    this.#now = now;
  }

  get(name: string): P | undefined {
    const found = this.#kept.get(name);
    if (found) {
      // The order of a map is the order of last use.
      this.#kept.delete(name);
      this.#kept.set(name, found);
    }
    return found;
  }

  /** What the screen needs now, the most urgent first; what nobody needs any more is no longer waited for. */
  want(names: readonly string[]): void {
    this.#wanted = names;
    const still = new Set(names);
    for (const [name, stop] of this.#coming) if (!still.has(name)) stop.abort();
    this.#next();
  }

  /** Whether all that is wanted is here. */
  get whole(): boolean {
    return this.#wanted.every((name) => this.#kept.has(name));
  }

  close(): void {
    this.#wanted = [];
    for (const stop of this.#coming.values()) stop.abort();
    for (const picture of this.#kept.values()) picture.close();
    this.#kept.clear();
  }

  #next(): void {
    for (const name of this.#wanted) {
      if (this.#coming.size >= AT_ONCE) return;
      if (this.#kept.has(name) || this.#coming.has(name)) continue;
      if (this.#now() - (this.#failed.get(name) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) continue;
      void this.#bring(name);
    }
  }

  async #bring(name: string): Promise<void> {
    const stop = new AbortController();
    this.#coming.set(name, stop);
    let failed = false;
    try {
      const picture = await this.#fetch(name, stop.signal);
      if (stop.signal.aborted) picture.close();
      else {
        this.#kept.set(name, picture);
        this.#failed.delete(name);
        const needed = new Set(this.#wanted);
        for (const [old, each] of this.#kept) {
          if (this.#kept.size <= KEPT_MOST) break;
          if (needed.has(old)) continue;
          this.#kept.delete(old);
          each.close();
        }
      }
    } catch {
      failed = !stop.signal.aborted;
      if (failed) this.#failed.set(name, this.#now());
    }
    this.#coming.delete(name);
    if (!stop.signal.aborted) this.#changed(failed);
    this.#next();
  }
}
