import { expect, test } from "vitest";
import { dropSector, newSector, putSector, sectorsOf } from "./sectors";
import type { OfficeNode } from "./tree";
import { EMPTY } from "./tree";

const area = [
  [
    [
      [48, 31],
      [49, 31],
      [49, 32],
      [48, 31],
    ],
  ],
] as never;
const sector = (id: string, code: string) => ({ id, code, name_fa: code, name_en: code, area });
const node = { id: "p.a", sectors: [sector("p.a.2", "B"), sector("p.a.1", "A")] } as unknown as OfficeNode;
const byCode = (a: string, b: string) => (a < b ? -1 : 1);
const codes = (value = EMPTY) => sectorsOf(value, "p.a", node, byCode).map((each) => each.row.code);

test("sectors are listed by code, as drafted or else as they are", () => {
  expect(codes()).toEqual(["A", "B"]);
  const [first] = sectorsOf(EMPTY, "p.a", node, byCode);
  const row = first?.row as never as Parameters<typeof putSector>[1];
  expect([row.area, row.added, first?.drafted]).toEqual([[], false, false]);
  const renamed = putSector(EMPTY, { ...row, code: "Z" });
  expect(codes(renamed)).toEqual(["B", "Z"]);
  expect(putSector(renamed, { ...row, removed: true }).sectors).toHaveLength(1);
  expect(dropSector(renamed, row.id)).toEqual(EMPTY);
});

test("a new sector has an id beneath its station and a code of its own", () => {
  const listed = sectorsOf(EMPTY, "p.a", node, byCode);
  const row = newSector(EMPTY, "p.a", listed, area);
  expect([row.id, row.code, row.added]).toEqual(["p.a.s3", "S3", true]);
  const value = putSector(EMPTY, row);
  const next = newSector(value, "p.a", sectorsOf(value, "p.a", node, byCode), area);
  expect(next.id).toBe("p.a.s4");
});
