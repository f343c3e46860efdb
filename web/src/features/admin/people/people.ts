/** People, units and devices as administrators see them: pure, no page. */

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

/** Whether a unit has this call sign: on the radio a12 and A12 are one. */
export function isTaken(sign: string, units: readonly UnitRow[]): boolean {
  const same = sign.toUpperCase();
  return units.some((unit) => unit.call_sign.toUpperCase() === same);
}

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
