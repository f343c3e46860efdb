/** What is typed while somebody else works on the same setting: pure, no page. */

import type { FieldOf, SettingKind, Value } from "./settings";
import { partOf, same, withPart } from "./settings";

/** A part as it was typed, and what stood there when it was. */
export interface Typed {
  readonly base: unknown;
  readonly part: unknown;
}
export type TypedParts = Readonly<Record<string, Typed>>;

/** Two people's changes of one part as one; undefined where both changed the same thing. */
export function merged(base: unknown, mine: unknown, theirs: unknown): { readonly part: unknown } | undefined {
  if (same(mine, base) || same(mine, theirs)) return { part: theirs };
  if (same(theirs, base)) return { part: mine };
  const [before, own, other] = [rowsOf(base), rowsOf(mine), rowsOf(theirs)];
  if (!before || !own || !other) return undefined;
  const rows = new Map(other);
  for (const key of new Set([...before.keys(), ...own.keys()])) {
    const row = merged(before.get(key), own.get(key), other.get(key));
    if (!row) return undefined;
    if (row.part === undefined) rows.delete(key);
    else rows.set(key, row.part);
  }
  return { part: [...rows.values()] };
}

/** A list of rows by what each is known by; null when it is no such list. */
function rowsOf(part: unknown): ReadonlyMap<string, unknown> | null {
  if (!Array.isArray(part)) return null;
  const rows = new Map<string, unknown>();
  for (const row of part as readonly (Value | null)[]) {
    const key = typeof row === "object" ? (row?.id ?? row?.code) : undefined;
    if (typeof key !== "string") return null;
    rows.set(key, row);
  }
  return rows.size === part.length ? rows : null;
}

/** What the form shows: what is there now, with what was typed in it. */
export function withTyped(start: Value, typed: TypedParts): Value {
  return Object.entries(typed).reduce(
    (value, [name, { base, part }]) =>
      withPart(value, name, (merged(base, part, partOf(start, name)) ?? { part }).part),
    start,
  );
}

/** The fields that somebody else changed in another way since they were typed in. */
export function meanwhile(kind: SettingKind, start: Value, typed: TypedParts): readonly FieldOf[] {
  return kind.groups
    .flatMap((group) => group.fields)
    .filter(({ name }) => {
      const one = typed[name];
      return one !== undefined && !merged(one.base, one.part, partOf(start, name));
    });
}

/** One more part typed: it stands on what was shown, unless that is somebody else's that nobody has settled yet. */
export function typing(start: Value, typed: TypedParts, name: string, part: unknown): TypedParts {
  const [before, theirs] = [typed[name], partOf(start, name)];
  const open = before !== undefined && !merged(before.base, before.part, theirs);
  return { ...typed, [name]: { base: open ? before.base : theirs, part } };
}

/** What was typed counts: it stands on what is there now. */
export const mineCounts = (start: Value, typed: TypedParts): TypedParts =>
  Object.fromEntries(Object.entries(typed).map(([name, { part }]) => [name, { base: partOf(start, name), part }]));

/** What the other wrote counts, where both wrote. */
export function theirsCount(start: Value, typed: TypedParts): TypedParts {
  return Object.fromEntries(
    Object.entries(typed).filter(([name, { base, part }]) => merged(base, part, partOf(start, name))),
  );
}
