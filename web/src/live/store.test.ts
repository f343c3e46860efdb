import { expect, test } from "vitest";
import { KeyedStore } from "./store";

interface Row {
  readonly id: string;
  readonly status: string | null;
}
const row = (id: string, status: string | null): Row => ({ id, status });
const batch = (...rows: (Row | readonly [string, null])[]) =>
  new Map(rows.map((each) => ("id" in each ? ([each.id, each] as const) : each)));

test("only the touched id is woken, and the whole-store listeners once a batch", () => {
  const store = new KeyedStore<Row>();
  const woken: string[] = [];
  store.subscribe("a", () => woken.push("a"));
  store.subscribe("b", () => woken.push("b"));
  store.subscribeAll(() => woken.push("all"));
  store.apply(batch(row("a", "x"), row("c", "x")));
  expect(woken).toEqual(["a", "all"]);
});

test("the same value, and removing what is not there, wake nobody", () => {
  const store = new KeyedStore<Row>();
  const a = row("a", "x");
  store.apply(batch(a));
  const version = store.version;
  let woken = 0;
  store.subscribeAll(() => woken++);
  store.apply(batch(a, ["z", null]));
  expect(woken).toBe(0);
  expect(store.version).toBe(version);
});

test("unsubscribing ends it", () => {
  const store = new KeyedStore<Row>();
  let woken = 0;
  const stop = store.subscribe("a", () => woken++);
  stop();
  store.apply(batch(row("a", "x")));
  expect(woken).toBe(0);
});

test("an index follows changes, moves and removals, and begins with what is there", () => {
  const store = new KeyedStore<Row>();
  store.apply(batch(row("a", "open"), row("b", "open"), row("n", null)));
  const index = store.index((each) => each.status);
  expect([...index.idsOf("open")]).toEqual(["a", "b"]);
  store.apply(batch(row("a", "closed"), ["b", null]));
  expect([...index.idsOf("open")]).toEqual([]);
  expect([...index.idsOf("closed")]).toEqual(["a"]);
  expect([...index.groups()]).toEqual(["closed"]);
});
