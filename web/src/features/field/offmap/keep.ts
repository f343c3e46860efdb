/** The map package of this device: what it would take, fetching it, and how old it is. The service worker reads from it. */

import type { RangeResponse, Source } from "pmtiles";
import { PMTiles } from "pmtiles";
import type { Bounds, Run } from "./plan";
import { bytesOf, runsOf, tilesOf } from "./plan";

/** `src/pwa/field-sw.js` has the same names. */
const CACHE = "nazdik-maps";
const INDEX = "/kept-map";
/** Says that what is kept will not do. */
const FRESH = "X-Nazdik-Fresh";
const AT_ONCE = 4;

export interface Kept {
  /** The file's address with its version: another version is another map. */
  readonly address: string;
  readonly area: string;
  readonly at: number;
  readonly bytes: number;
  readonly runs: readonly Run[];
  /** Of the whole file. */
  readonly size: number;
  readonly etag: string;
}

export interface Plan {
  readonly address: string;
  readonly runs: readonly Run[];
  readonly bytes: number;
}

class OnlyNoted extends Error {}

/** Reads the directories of a map and notes where its tiles lie, without fetching them. */
class Noting implements Source {
  readonly parts: Run[] = [];
  tilesFrom = Number.POSITIVE_INFINITY;
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  getKey(): string {
    return `${this.#address}#noting`;
  }

  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    this.parts.push([offset, offset + length - 1]);
    if (offset >= this.tilesFrom) throw new OnlyNoted();
    const answer = await partOf(this.#address, [offset, offset + length - 1]);
    return { data: await answer.arrayBuffer() };
  }
}

async function partOf(address: string, [first, last]: Run): Promise<Response> {
  const answer = await fetch(address, { headers: { Range: `bytes=${first}-${last}`, [FRESH]: "1" } });
  if (answer.status !== 206) throw new Error(`a part of the map: ${answer.status}`);
  return answer;
}

/** What an area of a map would take. */
export async function planOf(address: string, bounds: Bounds): Promise<Plan> {
  const source = new Noting(address);
  const file = new PMTiles(source);
  const head = await file.getHeader();
  source.tilesFrom = head.tileDataOffset;
  for (const [z, x, y] of tilesOf(bounds, head.maxZoom)) {
    try {
      await file.getZxy(z, x, y);
    } catch (error) {
      if (!(error instanceof OnlyNoted)) throw error;
    }
  }
  const runs = runsOf(source.parts);
  return { address, runs, bytes: bytesOf(runs) };
}

/** Fetch a package; what was kept before stays until all of the new one is here. */
export async function fetchPackage(
  plan: Plan,
  area: string,
  styles: readonly string[],
  nowMs: number,
  onPart: (bytes: number) => void,
): Promise<Kept> {
  const cache = await caches.open(CACHE);
  const before = await keptPackage();
  let size = 0;
  let etag = "";
  let done = 0;
  const todo = [...plan.runs];
  const work = async (): Promise<void> => {
    for (let run = todo.shift(); run; run = todo.shift()) {
      const answer = await partOf(plan.address, run);
      size = Number(answer.headers.get("content-range")?.split("/")[1] ?? 0);
      etag = answer.headers.get("etag") ?? "";
      await cache.put(nameOf(plan.address, run), new Response(await answer.blob()));
      done += run[1] - run[0] + 1;
      onPart(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const style of styles) await cache.add(style);
  const kept: Kept = { address: plan.address, area, at: nowMs, bytes: plan.bytes, runs: plan.runs, size, etag };
  await cache.put(INDEX, new Response(JSON.stringify(kept)));
  const now = new Set(plan.runs.map((run) => nameOf(plan.address, run)));
  for (const run of before?.runs ?? []) {
    const name = nameOf((before as Kept).address, run);
    if (!now.has(name)) await cache.delete(name);
  }
  return kept;
}

export async function keptPackage(): Promise<Kept | null> {
  const listed = await caches.match(INDEX, { cacheName: CACHE });
  return listed ? ((await listed.json()) as Kept) : null;
}

export async function deletePackage(): Promise<void> {
  await caches.delete(CACHE);
}

/** One part's name in the cache; the version in the address keeps two maps apart. */
const nameOf = (address: string, [first, last]: Run): string => {
  const part = new URL(address, location.origin);
  return `${INDEX}${part.pathname}/${first}-${last}${part.search}`;
};
