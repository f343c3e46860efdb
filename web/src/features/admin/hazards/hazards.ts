/** Hazards of places as administrators keep them: pure, no page. */

import type { Reason } from "../../../core/reasons";
import { firstReason, reason } from "../../../core/reasons";
import { numberOf } from "../settings";

export const KINDS = ["weapon", "violence", "dog", "gas", "building", "disease", "access", "other"] as const;
export type HazardKind = (typeof KINDS)[number];

export interface Note {
  readonly id: string;
  readonly hazard: HazardKind;
  readonly severe: boolean;
  readonly text: string;
  readonly address: string;
  readonly point: readonly [number, number];
  readonly radius_m: number;
  readonly office: string;
  readonly by: string;
  readonly added_at: string;
  readonly until: string;
  readonly review_at: string;
  readonly overdue: boolean;
  readonly over: boolean;
}

/** A note as it is typed. */
export interface Typed {
  readonly hazard: HazardKind;
  readonly severe: boolean;
  readonly text: string;
  readonly address: string;
  readonly place: string;
  readonly radius: string;
}

export const typedOf = (note: Note): Typed => ({
  hazard: note.hazard,
  severe: note.severe,
  text: note.text,
  address: note.address,
  place: `${note.point[1].toFixed(5)}, ${note.point[0].toFixed(5)}`,
  radius: String(note.radius_m),
});

export interface Body {
  readonly point: readonly [number, number];
  readonly hazard: HazardKind;
  readonly severe: boolean;
  readonly text: string;
  readonly address: string;
  readonly radius_m: number;
}

export const bodyOf = (note: Note): Body => ({
  point: note.point,
  hazard: note.hazard,
  severe: note.severe,
  text: note.text,
  address: note.address,
  radius_m: note.radius_m,
});

/** What would be sent; null while something cannot be read. A place that was not touched keeps all its digits. */
export function changedBody(
  note: Note,
  typed: Typed,
  pointOf: (text: string) => readonly [number, number] | null,
): Body | null {
  const point = typed.place === typedOf(note).place ? note.point : pointOf(typed.place);
  const radius = numberOf(typed.radius);
  if (point === null || radius === null) return null;
  const { hazard, severe, text, address } = typed;
  return { point, hazard, severe, text: text.trim(), address: address.trim(), radius_m: radius };
}

export type SaveReason =
  | "places.why.same"
  | "places.why.text"
  | "places.why.point"
  | "places.why.radius"
  | "places.why.busy";

/** Why a change cannot be saved now. */
export function whyNotSave(
  note: Note,
  typed: Typed,
  pointOf: (text: string) => readonly [number, number] | null,
  busy: boolean,
): Reason<SaveReason> | null {
  const body = changedBody(note, typed, pointOf);
  const radius = numberOf(typed.radius);
  return firstReason<SaveReason>(
    busy && reason("places.why.busy"),
    typed.text.trim().length < 2 && reason("places.why.text"),
    (radius === null || radius < 10 || radius > 1000) && reason("places.why.radius"),
    body === null && reason("places.why.point"),
    JSON.stringify(body) === JSON.stringify(bodyOf(note)) && reason("places.why.same"),
  );
}
