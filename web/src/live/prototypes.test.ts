import { expect, test } from "vitest";
import { readSession } from "../api/reads";
import type { ProvinceId } from "../core/units";
import type { Item } from "./protocol";
import { World } from "./world";

/** As it comes over the wire: `JSON.parse` makes `__proto__` a field of its own. */
const items = JSON.parse(`[
  {"k": "__proto__", "id": "a", "v": {"polluted": true}},
  {"k": "constructor", "id": "prototype", "v": {"polluted": true}},
  {"k": "incident", "id": "__proto__", "v": {"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}}
]`) as Item[];

test("names that mean something to the language are names like others, on the stream and in answers", () => {
  const world = new World();
  for (const stream of ["__proto__", "constructor"] as ProvinceId[]) {
    world.snap(stream, items);
    world.change(stream, items);
  }
  world.flush();
  const session = readSession(JSON.parse(`{"__proto__": {"role": "administrator", "polluted": true}, "person": "a"}`));
  expect(session.role).not.toBe("administrator");
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(([] as { polluted?: boolean }[])[0]?.polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect([...world.incident.values()]).toHaveLength(1);
});
