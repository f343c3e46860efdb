/** The list of kinds as it is edited: pure, no page. */

import { latinDigits } from "../../../core/text";

export interface Need {
  readonly skill: string;
  readonly units: number;
}

/** One kind, as the server has it. */
export interface KindRow {
  readonly code: string;
  readonly name_fa: string;
  readonly name_en: string;
  readonly priority: number;
  readonly radius_m: number;
  readonly minutes: number;
  readonly common: string;
  readonly also: readonly string[];
  readonly cap: string;
  readonly needs: readonly Need[];
  readonly words: readonly string[];
  readonly retired: boolean;
}

/** The core needs these two, so they are never retired. */
export const ALWAYS: ReadonlySet<string> = new Set(["officer_emergency", "other"]);
const CODE = /^[a-z][a-z0-9_]{1,39}$/;
export const RADIUS_M = [20, 2000] as const;
export const MINUTES = [1, 1440] as const;

export const newKind = (code: string): KindRow => ({
  code,
  name_fa: "",
  name_en: "",
  priority: 3,
  radius_m: 100,
  minutes: 30,
  common: "OTHER",
  also: [],
  cap: "Other",
  needs: [{ skill: "patrol", units: 1 }],
  words: [],
  retired: false,
});

/** A code from an English name, with a number behind it when it is taken. */
export function codeFor(name: string, taken: ReadonlySet<string>): string {
  const letters = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 36);
  const plain = CODE.test(letters) ? letters : "kind";
  let code = plain === "kind" && letters !== "kind" ? "kind_1" : plain;
  for (let n = 2; taken.has(code); n++) code = `${plain}_${n}`;
  return code;
}

export type KindFault = "name" | "radius" | "minutes";

const within = (value: number, [least, most]: readonly [number, number]) => value >= least && value <= most;

/** What is missing or out of its limits; the server says the rest in words. */
export function faultsOf(row: KindRow): readonly KindFault[] {
  return [
    ...(row.name_fa.trim() === "" || row.name_en.trim() === "" ? (["name"] as const) : []),
    ...(within(row.radius_m, RADIUS_M) ? [] : (["radius"] as const)),
    ...(within(row.minutes, MINUTES) ? [] : (["minutes"] as const)),
  ];
}

/** Standard codes as they were typed: capitals and digits, apart by anything else. */
export const codesOf = (text: string): readonly string[] =>
  latinDigits(text)
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== "");

/** One phrase a line, or apart by commas. */
export const wordsOf = (text: string): readonly string[] => text.split(/[\n,،;؛]/);
