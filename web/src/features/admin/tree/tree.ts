/** The office tree as a setting: what a value says, and what a form does with it. Pure, no page. */

import { latinDigits } from "../../../core/text";
import type { LonLat } from "../../../core/units";
import type { Named } from "../../../core/views";
import type { SectorRow } from "./sectors";

export type TierOf = "national" | "province" | "county" | "station";
/** Coordinates of a GeoJSON MultiPolygon. */
export type Area = readonly (readonly (readonly LonLat[])[])[];

export interface OfficeRow {
  readonly id: string;
  readonly tier: TierOf;
  readonly parent: string;
  readonly code: string;
  readonly name_fa: string;
  readonly name_en: string;
  readonly seat: LonLat;
  readonly closed: boolean;
  readonly ground_to: string;
  readonly added: boolean;
}

export interface Ground {
  readonly office: string;
  readonly area: Area;
}

export interface TreeValue {
  readonly offices: readonly OfficeRow[];
  readonly grounds: readonly Ground[];
  readonly sectors: readonly SectorRow[];
}

export interface Hanging {
  readonly units: number;
  readonly people: number;
  readonly incidents: number;
  readonly call_backs: number;
}

export interface Sector {
  readonly id: string;
  readonly code: string;
  readonly name_fa: string;
  readonly name_en: string;
  readonly area: Area;
}

export interface OfficeNode {
  readonly id: string;
  readonly tier: TierOf;
  readonly parent: string | null;
  readonly code: string;
  readonly name_fa: string;
  readonly name_en: string;
  readonly seat: LonLat;
  readonly added: boolean;
  readonly area: Area | null;
  readonly sectors: readonly Sector[];
  readonly hanging: Hanging;
}

export interface ClosedOffice {
  readonly id: string;
  readonly name_fa: string;
  readonly name_en: string;
  readonly ground_to: string;
  readonly hanging: Hanging;
}

export interface Tree {
  readonly province: string;
  readonly offices: readonly OfficeNode[];
  readonly closed: readonly ClosedOffice[];
}

/** How an office stands beside what holds now. */
export type Mark = "new" | "changed" | "closing";

export interface Listed {
  readonly row: OfficeRow;
  readonly depth: number;
  readonly mark: Mark | null;
  readonly hanging: Hanging;
}

const NOTHING: Hanging = { units: 0, people: 0, incidents: 0, call_backs: 0 };
const BELOW: Partial<Record<TierOf, TierOf>> = { province: "county", county: "station" };

export const nameOf = (one: { readonly name_fa: string; readonly name_en: string }): Named => ({
  fa: one.name_fa,
  en: one.name_en,
});
export const belowOf = (tier: TierOf): TierOf | null => BELOW[tier] ?? null;

/** An office as a row of the value: what was typed, or else as it is. */
export function rowOf(value: TreeValue, node: OfficeNode): OfficeRow {
  const { id, tier, code, name_fa, name_en, seat, added } = node;
  const row = {
    id,
    tier,
    parent: node.parent ?? "",
    code,
    name_fa,
    name_en,
    seat,
    closed: false,
    ground_to: "",
    added,
  };
  return value.offices.find((each) => each.id === id) ?? row;
}

const sameRow = (a: OfficeRow, b: OfficeRow): boolean =>
  (["parent", "code", "name_fa", "name_en", "closed", "ground_to"] as const).every((key) => a[key] === b[key]) &&
  a.seat[0] === b.seat[0] &&
  a.seat[1] === b.seat[1];

/** All offices as they would be, each under its own, in the order of a comparison. */
export function listOf(
  tree: Tree,
  value: TreeValue,
  compare: (a: OfficeRow, b: OfficeRow) => number,
): readonly Listed[] {
  const nodes = new Map(tree.offices.map((each) => [each.id, each]));
  const rows = new Map<string, OfficeRow>();
  for (const node of tree.offices) {
    const typed = value.offices.find((each) => each.id === node.id);
    // What was added and is in no draft any more goes away.
    if (typed || !node.added) rows.set(node.id, rowOf(value, node));
  }
  const closed = new Set(tree.closed.map((each) => each.id));
  for (const row of value.offices) if (!rows.has(row.id) && !(row.closed && closed.has(row.id))) rows.set(row.id, row);
  const found: Listed[] = [];
  const seen = new Set<string>();
  const walk = (row: OfficeRow, depth: number) => {
    if (seen.has(row.id)) return;
    seen.add(row.id);
    const node = nodes.get(row.id);
    const mark: Mark | null = row.closed
      ? "closing"
      : !node
        ? "new"
        : sameRow(row, rowOf(EMPTY, node))
          ? null
          : "changed";
    found.push({ row, depth, mark, hanging: node?.hanging ?? NOTHING });
    for (const below of [...rows.values()].filter((each) => each.parent === row.id).sort(compare))
      walk(below, depth + 1);
  };
  for (const row of rows.values()) if (!rows.has(row.parent)) walk(row, 0);
  return found;
}

export const EMPTY: TreeValue = { offices: [], grounds: [], sectors: [] };

export const putRow = (value: TreeValue, row: OfficeRow): TreeValue => ({
  ...value,
  offices: value.offices.some((each) => each.id === row.id)
    ? value.offices.map((each) => (each.id === row.id ? row : each))
    : [...value.offices, row],
});

/** Forget what a value says of an office: the region's stands again, and what was only added is gone with its ground. */
export function dropRow(value: TreeValue, id: string): TreeValue {
  const row = value.offices.find((each) => each.id === id);
  return {
    offices: value.offices.filter((each) => each.id !== id),
    grounds: row?.added ? value.grounds.filter((each) => each.office !== id) : value.grounds,
    sectors: row?.added ? value.sectors.filter((each) => each.station !== id) : value.sectors,
  };
}

/** A new office under another, with a number and a code that nobody has or had. */
export function newRow(tree: Tree, value: TreeValue, parent: OfficeRow): OfficeRow | null {
  const tier = belowOf(parent.tier);
  if (!tier) return null;
  const known = [...tree.offices, ...value.offices];
  const ids = new Set([...known, ...tree.closed].map((each) => each.id));
  const codes = new Set(known.map((each) => each.code.toUpperCase()));
  const stem = tier === "county" ? "c" : "";
  for (let n = 11; ; n++) {
    const id = `${parent.id}.${stem}${n}`;
    const code = `${parent.code}${tier === "county" ? "-" : ""}${n}`.slice(0, 16);
    if (ids.has(id) || codes.has(code)) continue;
    const names = { name_fa: "", name_en: "" };
    return {
      id,
      tier,
      parent: parent.id,
      code,
      ...names,
      seat: parent.seat,
      closed: false,
      ground_to: "",
      added: true,
    };
  }
}

/** Points as people type them: latitude and longitude, one point a line, in any digits; null for a line that is none. */
export function pointsOf(text: string): readonly LonLat[] | null {
  const lines = latinDigits(text)
    .replaceAll("٫", ".")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const points: LonLat[] = [];
  for (const line of lines) {
    const said = /^(-?\d+(?:\.\d+)?)\s*[,،;\s]\s*(-?\d+(?:\.\d+)?)$/.exec(line);
    if (!said) return null;
    points.push([Number(said[2]), Number(said[1])]);
  }
  return points;
}

export const textOf = (points: readonly LonLat[]): string =>
  points.map(([lon, lat]) => `${lat.toFixed(5)}, ${lon.toFixed(5)}`).join("\n");

/** A closed outline as ground; null with fewer than three corners. */
export function groundOf(office: string, points: readonly LonLat[]): Ground | null {
  const first = points[0];
  if (points.length < 3 || !first) return null;
  return { office, area: [[[...points, first]]] };
}

const M_PER_DEG = 111_195;

/** About how large an area is, in square kilometres. */
export function km2Of(area: Area): number {
  let total = 0;
  for (const rings of area)
    rings.forEach((ring, n) => {
      let twice = 0;
      for (let i = 1; i < ring.length; i++) {
        const [a, b] = [ring[i - 1] as LonLat, ring[i] as LonLat];
        twice += a[0] * b[1] - b[0] * a[1];
      }
      const lat = ((ring[0] as LonLat | undefined)?.[1] ?? 0) * (Math.PI / 180);
      total += ((n === 0 ? 1 : -1) * Math.abs(twice) * Math.cos(lat) * M_PER_DEG ** 2) / 2e6;
    });
  return total;
}

/** Every corner of an area, for showing all of it. */
export const cornersOf = (area: Area): readonly LonLat[] => area.flatMap((rings) => rings.flat());
