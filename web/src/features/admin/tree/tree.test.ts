import { expect, test } from "vitest";
import type { OfficeNode, Tree } from "./tree";
import { dropRow, EMPTY, groundOf, km2Of, listOf, newRow, pointsOf, putRow, rowOf, textOf } from "./tree";

const hanging = { units: 1, people: 2, incidents: 0, call_backs: 0 };
const node = (
  id: string,
  tier: OfficeNode["tier"],
  parent: string | null,
  more: Partial<OfficeNode> = {},
): OfficeNode => ({
  id,
  tier,
  parent,
  code: id.toUpperCase(),
  name_fa: `یگان ${id}`,
  name_en: `Office ${id}`,
  seat: [48, 31],
  added: false,
  area: null,
  sectors: [],
  hanging,
  ...more,
});
const tree: Tree = {
  province: "p",
  offices: [
    node("iran", "national", null),
    node("p", "province", "iran"),
    node("p.a", "county", "p", { code: "AAA" }),
    node("p.b", "county", "p"),
    node("p.a.12", "station", "p.a"),
    node("p.a.11", "station", "p.a", { code: "AAA12" }),
  ],
  closed: [{ id: "p.a.13", name_fa: "بسته", name_en: "Closed", ground_to: "p.a.11", hanging }],
};
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const office = (id: string) => rowOf(EMPTY, tree.offices.find((each) => each.id === id) as OfficeNode);
const marks = (value = EMPTY) =>
  listOf(tree, value, byId).map((each) => `${each.depth} ${each.row.id} ${each.mark ?? ""}`.trim());

test("the tree is listed from the top, each office under its own", () => {
  expect(marks()).toEqual(["0 iran", "1 p", "2 p.a", "3 p.a.11", "3 p.a.12", "2 p.b"]);
});

test("what is drafted is marked, and stands where it would", () => {
  const moved = putRow(EMPTY, { ...office("p.a.11"), parent: "p.b" });
  expect(marks(moved)).toEqual(["0 iran", "1 p", "2 p.a", "3 p.a.12", "2 p.b", "3 p.a.11 changed"]);
  expect(marks(dropRow(moved, "p.a.11"))).toEqual(marks());
  expect(marks(putRow(EMPTY, { ...office("p.a.11"), closed: true, ground_to: "p.a.12" }))).toContain(
    "3 p.a.11 closing",
  );
  expect(marks(putRow(EMPTY, office("p.a.11")))).toEqual(marks());
});

test("a new office has a number and a code that nobody has or had", () => {
  const row = newRow(tree, EMPTY, office("p.a"));
  // 11 and 12 are taken, 13 was closed.
  expect([row?.id, row?.code, row?.tier, row?.added]).toEqual(["p.a.14", "AAA14", "station", true]);
  const value = putRow(EMPTY, row as never);
  expect(marks(value)).toContain("3 p.a.14 new");
  expect(newRow(tree, value, office("p.a"))?.id).toBe("p.a.15");
  expect(newRow(tree, EMPTY, office("p"))?.id).toBe("p.c11");
  expect(newRow(tree, EMPTY, office("p.a.11"))).toBeNull();
  const ground = groundOf("p.a.14", [
    [48, 31],
    [48.1, 31],
    [48.1, 31.1],
  ]);
  expect(dropRow({ ...value, grounds: [ground as never] }, "p.a.14")).toEqual(EMPTY);
});

test("an office that was added and is in no draft any more goes away, a closed one is in its own list", () => {
  const added = { ...tree, offices: [...tree.offices, node("p.b.11", "station", "p.b", { added: true })] };
  expect(listOf(added, EMPTY, byId).map((each) => each.row.id)).not.toContain("p.b.11");
  const closed = { ...office("p.a.11"), id: "p.a.13", closed: true };
  expect(listOf(tree, putRow(EMPTY, closed), byId).map((each) => each.row.id)).not.toContain("p.a.13");
});

test("corners are typed in any digits, latitude first, and told back the same", () => {
  expect(pointsOf("۳۱٫۳۲، ۴۸٫۶۸\n31.4 48.7\n")).toEqual([
    [48.68, 31.32],
    [48.7, 31.4],
  ]);
  expect(pointsOf("31.3")).toBeNull();
  expect(pointsOf("north, east")).toBeNull();
  expect(pointsOf("")).toEqual([]);
  expect(pointsOf(textOf([[48.68, 31.32]]))).toEqual([[48.68, 31.32]]);
});

test("ground is a closed outline of three corners or more, and about so large", () => {
  expect(
    groundOf("x", [
      [48, 31],
      [48.1, 31],
    ]),
  ).toBeNull();
  const ground = groundOf("x", [
    [48, 0],
    [48.1, 0],
    [48.1, 0.1],
    [48, 0.1],
  ]);
  expect(ground?.area[0]?.[0]).toHaveLength(5);
  expect(km2Of(ground?.area ?? [])).toBeCloseTo(123.6, 0);
});
