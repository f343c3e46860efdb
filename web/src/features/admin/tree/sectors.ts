/** The sectors of a station as part of the office tree's setting. Pure, no page. */

import type { Area, OfficeNode, Sector, TreeValue } from "./tree";

export interface SectorRow {
  readonly id: string;
  readonly station: string;
  readonly code: string;
  readonly name_fa: string;
  readonly name_en: string;
  /** Empty: it keeps the ground it has. */
  readonly area: Area;
  readonly removed: boolean;
  readonly added: boolean;
}

export interface ListedSector {
  readonly row: SectorRow;
  /** Whether the draft says anything of it. */
  readonly drafted: boolean;
  /** As it would be on the map; nothing when it is removed or not drawn yet. */
  readonly area: Area;
}

const rowOf = (station: string, sector: Sector): SectorRow => ({
  id: sector.id,
  station,
  code: sector.code,
  name_fa: sector.name_fa,
  name_en: sector.name_en,
  area: [],
  removed: false,
  added: false,
});

/** Every sector of a station, as drafted or else as it is, by code. */
export function sectorsOf(
  value: TreeValue,
  station: string,
  node: OfficeNode | undefined,
  compare: (a: string, b: string) => number,
): readonly ListedSector[] {
  const there = new Map((node?.sectors ?? []).map((each) => [each.id, each]));
  const drafted = value.sectors.filter((each) => each.station === station);
  const known = new Set(drafted.map((each) => each.id));
  const rows = [
    ...drafted.map((row) => ({ row, drafted: true, area: there.get(row.id)?.area ?? row.area })),
    ...[...there.values()]
      .filter((each) => !known.has(each.id))
      .map((each) => ({ row: rowOf(station, each), drafted: false, area: each.area })),
  ];
  return rows.sort((a, b) => compare(a.row.code, b.row.code));
}

export const putSector = (value: TreeValue, row: SectorRow): TreeValue => ({
  ...value,
  sectors: value.sectors.some((each) => each.id === row.id)
    ? value.sectors.map((each) => (each.id === row.id ? row : each))
    : [...value.sectors, row],
});

/** Forget what a value says of a sector: the region's stands again, one that was only added is gone. */
export const dropSector = (value: TreeValue, id: string): TreeValue => ({
  ...value,
  sectors: value.sectors.filter((each) => each.id !== id),
});

/** A new sector with a number and a code that no other of the station has. */
export function newSector(value: TreeValue, station: string, listed: readonly ListedSector[], area: Area): SectorRow {
  const ids = new Set([...value.sectors.map((each) => each.id), ...listed.map((each) => each.row.id)]);
  const codes = new Set(listed.map((each) => each.row.code.toUpperCase()));
  let n = listed.length + 1;
  while (ids.has(`${station}.s${n}`) || codes.has(`S${n}`)) n++;
  const names = { name_fa: "", name_en: "" };
  return { id: `${station}.s${n}`, station, code: `S${n}`, ...names, area, removed: false, added: true };
}
