/** Settings as the server gives them, and what a form does with them: pure, no page. */

import type { Reason } from "../../core/reasons";
import { firstReason, reason } from "../../core/reasons";
import { latinDigits } from "../../core/text";
import type { Named } from "../../core/views";
import type { KindRow } from "./kinds/kinds";
import { faultsOf } from "./kinds/kinds";

export type Value = Readonly<Record<string, unknown>>;
export type FieldType =
  | "seconds"
  | "number"
  | "flag"
  | "choice"
  | "kinds"
  | "text"
  | "numbers"
  | "seats"
  | "catalogue"
  | "offices"
  | "grounds"
  | "sectors"
  | "services"
  | "skills";

export interface FieldOf {
  readonly name: string;
  readonly label: Named;
  readonly help: Named;
  readonly type: FieldType;
  readonly columns: readonly Named[];
  readonly least: number | null;
  readonly most: number | null;
  readonly choices: readonly { readonly value: string; readonly label: Named }[];
}

export interface SettingKind {
  readonly kind: string;
  readonly second_person: boolean;
  readonly may_change: boolean;
  readonly groups: readonly { readonly name: string; readonly label: Named; readonly fields: readonly FieldOf[] }[];
}

export interface Line {
  readonly what: Named;
  readonly before: Named;
  readonly after: Named;
}

export interface Draft {
  readonly revision: number;
  readonly value: Value | null;
  readonly by: string;
  readonly at: string;
  readonly why: string;
  readonly mine: boolean;
  readonly lines: readonly Line[];
}

export interface Change {
  readonly number: number;
  readonly by: string;
  readonly drafted_by: string;
  readonly at: string | null;
  readonly why: string;
  readonly restores: number | null;
  readonly own: boolean;
  readonly lines: readonly Line[];
  /** What going back to it would change of what holds now. */
  readonly back: readonly Line[];
}

export interface Setting {
  readonly kind: string;
  readonly subject: string;
  readonly value: Value;
  readonly own: boolean;
  readonly inherited: Value;
  readonly inherited_from: string | null;
  readonly over: number;
  /** Provinces in which what the nation published is not in force yet. */
  readonly behind?: readonly string[];
  readonly draft: Draft | null;
  readonly changes: readonly Change[];
  /** What going back to before the first change would change. */
  readonly to_first: readonly Line[];
}

export interface Touched {
  readonly kind: string;
  readonly subject: string;
  readonly drafted_by: string | null;
  readonly drafted_at: string | null;
  readonly why: string | null;
  readonly mine: boolean;
  readonly changed_by: string | null;
  readonly changed_at: string | null;
}

const INSTANT = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z)/;

/** A text of the server in pieces: words, and instants as milliseconds. */
export function pieces(text: string): readonly (string | { readonly ms: number })[] {
  return text
    .split(INSTANT)
    .filter((piece) => piece !== "")
    .map((piece) => (INSTANT.test(piece) ? { ms: Date.parse(piece) } : piece));
}

/** The part of a value that a field shows; a dot in its name goes a step down. */
export function partOf(value: Value, name: string): unknown {
  return name.split(".").reduce<unknown>((part, step) => (part as Value | undefined)?.[step], value);
}

/** The same value with one part another; everything beside it stays the very same. */
export function withPart(value: Value, name: string, part: unknown): Value {
  const [first = "", ...rest] = name.split(".");
  return { ...value, [first]: rest.length === 0 ? part : withPart(value[first] as Value, rest.join("."), part) };
}

export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), Object.keys(b)];
  return left.length === right.length && left.every(([key, each]) => same(each, (b as Value)[key]));
}

/** The fields whose part differs between two values. */
export function changedFields(kind: SettingKind, before: Value, after: Value): readonly FieldOf[] {
  return kind.groups
    .flatMap((group) => group.fields)
    .filter((field) => !same(partOf(before, field.name), partOf(after, field.name)));
}

/** A typed number, in any digits and with either decimal mark; null when it is none. */
export function numberOf(text: string): number | null {
  const plain = latinDigits(text)
    .replace(/[\s٬,]/g, "")
    .replace("٫", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** Whether a number may stand in a field. */
export function fits(field: FieldOf, value: number | null): boolean {
  return (
    value !== null && (field.least === null || value >= field.least) && (field.most === null || value <= field.most)
  );
}

/** Fields that hold something that may not stand there; a cell that could not be read holds `NaN`. */
export function wrongFields(kind: SettingKind, value: Value): readonly FieldOf[] {
  return kind.groups
    .flatMap((group) => group.fields)
    .filter((field) => {
      if (field.type === "catalogue")
        return (partOf(value, field.name) as readonly KindRow[]).some((row) => faultsOf(row).length > 0);
      if (field.type !== "seconds" && field.type !== "number") return false;
      const part = partOf(value, field.name);
      return (Array.isArray(part) ? part : [part]).some((each) => !fits(field, each as number));
    });
}

export type SaveReason =
  | "admin.why.meanwhile"
  | "admin.why.right"
  | "admin.why.same"
  | "admin.why.wrong"
  | "admin.why.why"
  | "admin.why.busy";

/** Why a draft cannot be saved now. */
export function whyNotSave(state: {
  readonly mayChange: boolean;
  readonly changed: boolean;
  readonly wrong: number;
  readonly meanwhile: number;
  readonly why: string;
  readonly busy: boolean;
}): Reason<SaveReason> | null {
  return firstReason<SaveReason>(
    !state.mayChange && reason("admin.why.right"),
    state.busy && reason("admin.why.busy"),
    !state.changed && reason("admin.why.same"),
    state.wrong > 0 && reason("admin.why.wrong", { n: state.wrong }),
    state.meanwhile > 0 && reason("admin.why.meanwhile"),
    state.why.trim() === "" && reason("admin.why.why"),
  );
}

export type PublishReason = "admin.why.right" | "admin.why.noDraft" | "admin.why.second" | "admin.why.busy";

/** Why what is drafted cannot be put in force now. */
export function whyNotPublish(state: {
  readonly mayChange: boolean;
  readonly secondPerson: boolean;
  readonly draft: { readonly mine: boolean } | null;
  readonly busy: boolean;
}): Reason<PublishReason> | null {
  return firstReason<PublishReason>(
    !state.mayChange && reason("admin.why.right"),
    state.busy && reason("admin.why.busy"),
    state.draft === null && reason("admin.why.noDraft"),
    state.secondPerson && state.draft?.mine === true && reason("admin.why.second"),
  );
}
