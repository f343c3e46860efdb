import { describe, expect, test } from "vitest";
import { projector, unproject } from "./camera";
import { Pictures, tilesIn, touches } from "./tiles";

const camera = { centre: [51.41, 35.71] as const, zoom: 14, width: 900, height: 700 };

test("the tiles of a camera cover the screen without a gap, the middle one first", () => {
  const tiles = tilesIn(camera);
  expect(tiles[0]).toMatchObject({ z: 14, x: 10531, y: 6450 });
  for (const [x, y] of [
    [0, 0],
    [899, 0],
    [450, 350],
    [0, 699],
    [899, 699],
  ] as const)
    expect(tiles.filter((t) => t.left <= x && x < t.left + t.size && t.top <= y && y < t.top + t.size)).toHaveLength(1);
});

test("a tile's corner is where the overlay would draw it", () => {
  const tile = tilesIn(camera)[0];
  const lon = ((tile?.x ?? 0) / 2 ** 14) * 360 - 180;
  expect(projector(camera)(lon, 35.71)[0]).toBeCloseTo(tile?.left ?? 0, 3);
});

test("what is under a pixel is what is drawn there", () => {
  const [lon, lat] = unproject(camera, 120, 640);
  const [x, y] = projector(camera)(lon, lat);
  expect([x, y].map(Math.round)).toEqual([120, 640]);
});

test("a tile elsewhere has nothing of a province", () => {
  const tehran = [51.3, 35.6, 51.5, 35.8] as const;
  expect(touches({ z: 14, x: 10531, y: 6450 }, tehran)).toBe(true);
  expect(touches({ z: 14, x: 10400, y: 6450 }, tehran)).toBe(false);
  expect(touches({ z: 0, x: 0, y: 0 }, tehran)).toBe(true);
});

describe("pictures", () => {
  class Line {
    readonly asked: string[] = [];
    readonly #answers = new Map<string, { give: (p: { close(): void }) => void; refuse: (e: Error) => void }>();
    changes: boolean[] = [];
    nowMs = 0;
    readonly pictures = new Pictures<{ close(): void }>(
      (name) => {
        this.asked.push(name);
        return new Promise((give, refuse) => this.#answers.set(name, { give, refuse }));
      },
      (failed) => this.changes.push(failed),
      () => this.nowMs,
    );
    async give(name: string): Promise<void> {
      this.#answers.get(name)?.give({ close: () => undefined });
      for (let n = 0; n < 4; n++) await Promise.resolve();
    }
    async refuse(name: string): Promise<void> {
      this.#answers.get(name)?.refuse(new Error("503"));
      for (let n = 0; n < 4; n++) await Promise.resolve();
    }
  }
  const names = ["a", "b", "c", "d", "e", "f", "g"];

  test("six at a time, in the order of need, each once", async () => {
    const line = new Line();
    line.pictures.want(names);
    line.pictures.want(names);
    expect(line.asked).toEqual(names.slice(0, 6));
    await line.give("b");
    expect(line.asked).toEqual(names);
    expect(line.pictures.get("b")).toBeDefined();
    expect(line.pictures.whole).toBe(false);
  });

  test("what failed is asked for again a while later, and not at once", async () => {
    const line = new Line();
    line.pictures.want(["a"]);
    await line.refuse("a");
    expect(line.changes).toEqual([true]);
    line.pictures.want(["a"]);
    expect(line.asked).toEqual(["a"]);
    line.nowMs = 5_000;
    line.pictures.want(["a"]);
    expect(line.asked).toEqual(["a", "a"]);
  });

  test("what nobody needs any more makes room for what is needed", async () => {
    const line = new Line();
    line.pictures.want(names);
    line.pictures.want(["x"]);
    await line.give("a");
    expect(line.asked).toContain("x");
    expect(line.pictures.get("a")).toBeUndefined();
  });
});
