/** People, units and devices as administrators see them: pure, no page. */

import type { Reason } from "../../../core/reasons";
import { firstReason, reason } from "../../../core/reasons";
import { latinDigits } from "../../../core/text";

export interface PersonRow {
  readonly id: string;
  readonly subject: string;
  readonly role: string;
  readonly office: string;
  readonly unit: string | null;
  readonly active: boolean;
  readonly signed_in: number;
}
export interface Seat {
  readonly role: string;
  readonly office: string;
  readonly unit: string | null;
  readonly since: string;
  readonly until: string;
}
export interface UnitRow {
  readonly id: string;
  readonly call_sign: string;
  readonly office: string;
  readonly kind: string;
  /** Its own, without its crew's. */
  readonly skills: readonly string[];
  readonly former_signs: readonly string[];
  readonly retired_at: string | null;
}
/** What of a unit is filled in; every unit patrols, so that is not among the skills. */
export interface UnitTyped {
  readonly sign: string;
  readonly office: string;
  readonly kind: string;
  readonly skills: readonly string[];
}
export interface DeviceRow {
  readonly id: string;
  readonly unit: string | null;
  readonly label: string;
  readonly enrolled_at: string;
  readonly revoked_at: string | null;
  readonly signed_in: number;
  readonly keyed: boolean;
}
export interface DeviceCode {
  readonly code: string;
  readonly expires_at: string;
  readonly path: string;
  readonly modules: readonly string[];
}

export const ROLES = [
  "call_taker",
  "dispatcher",
  "officer",
  "station_desk",
  "county_desk",
  "province_desk",
  "administrator",
  "auditor",
] as const;

const UNSEEN = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** A call sign as it was meant: Latin digits, no marks of direction that came along from where it was copied. */
export const signOf = (text: string): string => latinDigits(text).replace(UNSEEN, "").trim();

/** The unit that has this call sign or had it: on the radio a12 and A12 are one. */
export function ownerOf(sign: string, units: readonly UnitRow[]): UnitRow | undefined {
  const same = sign.toUpperCase();
  return units.find((unit) => [unit.call_sign, ...unit.former_signs].some((each) => each.toUpperCase() === same));
}

const SIGN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$/;
export const PATROL = "patrol";

export type WhyNotUnit =
  | "devices.why.busy"
  | "devices.why.sign"
  | "devices.why.letters"
  | "devices.why.taken"
  | "devices.why.was"
  | "devices.why.same";

/** Why a unit cannot be made so, or, given as it is now, changed so. */
export function whyNotUnit(
  typed: UnitTyped,
  units: readonly UnitRow[],
  now: UnitRow | null,
  busy: boolean,
): Reason<WhyNotUnit> | null {
  const sign = signOf(typed.sign);
  const owner = ownerOf(sign, units);
  const others = owner !== undefined && owner.id !== now?.id ? owner : undefined;
  const taken = others?.call_sign.toUpperCase() === sign.toUpperCase();
  return firstReason<WhyNotUnit>(
    busy && reason("devices.why.busy"),
    sign === "" && reason("devices.why.sign"),
    !SIGN.test(sign) && reason("devices.why.letters"),
    taken && reason("devices.why.taken"),
    others !== undefined && reason("devices.why.was", { unit: others.call_sign }),
    now !== null && Object.keys(changeOf(now, typed)).length === 0 && reason("devices.why.same"),
  );
}

/** A unit as it is filled in. */
export const typedOf = (unit: UnitRow): UnitTyped => ({
  sign: unit.call_sign,
  office: unit.office,
  kind: unit.kind,
  skills: unit.skills.filter((each) => each !== PATROL),
});

export interface UnitChange {
  readonly call_sign?: string;
  readonly office?: string;
  readonly kind?: string;
  readonly skills?: readonly string[];
}

/** What of a unit would be different: nothing else is sent, so that what somebody else changes beside it stays. */
export function changeOf(unit: UnitRow, typed: UnitTyped): UnitChange {
  const sign = signOf(typed.sign);
  const skills = [PATROL, ...typed.skills];
  const same = skills.length === unit.skills.length && skills.every((each) => unit.skills.includes(each));
  return {
    ...(sign !== unit.call_sign && { call_sign: sign }),
    ...(typed.office !== unit.office && { office: typed.office }),
    ...(typed.kind !== unit.kind && { kind: typed.kind }),
    ...(!same && { skills }),
  };
}

/** What takes a change back. */
export const undoOf = (unit: UnitRow, change: UnitChange): UnitChange => ({
  ...(change.call_sign !== undefined && { call_sign: unit.call_sign }),
  ...(change.office !== undefined && { office: unit.office }),
  ...(change.kind !== undefined && { kind: unit.kind }),
  ...(change.skills !== undefined && { skills: unit.skills }),
});

/** Those in use first; in their order. */
export const inUseFirst = (units: readonly UnitRow[]): readonly UnitRow[] => [
  ...units.filter((unit) => unit.retired_at === null),
  ...units.filter((unit) => unit.retired_at !== null),
];

/** A name to sign in by: 1 to 40 letters, digits, dots and the like, without a space. */
export function isName(text: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.@-]{0,39}$/u.test(text);
}

/** Another role: only an officer keeps a unit. */
export function withRole(seat: Seat, role: string): Seat {
  return { ...seat, role, unit: role === "officer" ? seat.unit : null };
}

/** The squares of a code's picture as one path of an SVG, with the quiet border that cameras need. */
export function pictureOf(modules: readonly string[]): { readonly size: number; readonly path: string } {
  const border = 4;
  const path = modules
    .flatMap((row, y) => [...row].map((one, x) => (one === "1" ? `M${x + border} ${y + border}h1v1h-1z` : "")))
    .join("");
  return { size: modules.length + 2 * border, path };
}
