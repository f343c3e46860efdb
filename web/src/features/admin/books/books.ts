/** The books that guide call-takers as the server gives them, and the small changes people make to them: pure, no page. */

import type { Line } from "../settings";
import { same } from "../settings";

export type BookName = "words" | "questions" | "plans";

export interface Entry {
  readonly text: string;
  readonly kind: string;
  readonly weight?: number;
  readonly priority?: number | null;
  readonly gloss?: string;
}
export interface Option {
  readonly key: string;
  readonly fa: string;
  readonly en: string;
  readonly points?: number;
  readonly short_fa?: string;
  readonly short_en?: string;
}
export interface Question {
  readonly id: string;
  readonly fa: string;
  readonly en: string;
  readonly options: readonly Option[];
}
export interface QuestionSet {
  readonly kind: string;
  readonly questions: readonly Question[];
  readonly floor?: number | null;
}
export interface Need {
  readonly skill: string;
  readonly units: number;
}
export interface Rule {
  readonly id: string;
  readonly kind: string;
  readonly office: string;
  readonly needs: readonly Need[];
  readonly since?: string;
  readonly until?: string;
  readonly note?: string;
}

/** What a book holds; each book has one of the three lists. */
export interface Content {
  readonly entries?: readonly Entry[];
  readonly sets?: readonly QuestionSet[];
  readonly rules?: readonly Rule[];
}

export interface Trial {
  readonly sentences: number;
  readonly first: number;
  readonly within_three: number;
  readonly first_before: number;
  readonly within_three_before: number;
}

export interface Book {
  readonly book: BookName;
  readonly version: string;
  readonly in_force: number;
  readonly since: string | null;
  readonly versions: readonly {
    readonly number: number;
    readonly by: string;
    readonly at: string;
    readonly note: string;
    readonly trial: Trial | null;
  }[];
  readonly draft: { readonly revision: number; readonly by: string; readonly at: string } | null;
  /** Whoever drafts it does not publish it. */
  readonly second_person: boolean;
  /** The nation's, in force under a province's. */
  readonly nations_version: string | null;
  /** Provinces in which the nation's is not in force yet. */
  readonly behind: readonly string[];
}

export interface Difference {
  readonly revision: number;
  readonly lines: readonly Line[];
}

/** Only what a draft is made of: what the server adds for reading is refused when it comes back. */
export function bodyOf(book: BookName, content: Content): Content {
  if (book === "words") return { entries: content.entries ?? [] };
  return book === "questions" ? { sets: content.sets ?? [] } : { rules: content.rules ?? [] };
}

export function replaced<T>(list: readonly T[], n: number, one: T | null): readonly T[] {
  return one === null ? list.filter((_, m) => m !== n) : list.map((each, m) => (m === n ? one : each));
}

/** A short name that none of the others has: `q3`, `a2`. */
export function freshId(prefix: string, taken: readonly string[]): string {
  for (let n = 1; ; n++) if (!taken.includes(`${prefix}${n}`)) return `${prefix}${n}`;
}

/** A time as plans compare it, and back. */
export const momentOf = (ms: number): string => new Date(ms).toISOString();
export const msOfMoment = (moment: string | undefined): number | null => (moment ? Date.parse(moment) : null);

/** Which of the nation's rules a province's own rule for the same kind stands before, everywhere and for all time. */
export function standsBefore(own: readonly Rule[], province: string, nations: Rule): boolean {
  return own.some((rule) => rule.kind === nations.kind && rule.office === province && !rule.since && !rule.until);
}

/** Whose a row is, and what the nation has in its place: its own where the two are the same, `other` where they are not. */
export type Whose<T> = { readonly whose: "own" } | { readonly whose: "nation" | "other"; readonly nations: T };

export function whoseIs<T>(row: T | null, nations: readonly T[] | null, keyOf: (one: T) => string): Whose<T> {
  const found = row === null ? undefined : nations?.find((each) => keyOf(each) === keyOf(row));
  if (found === undefined) return { whose: "own" };
  return { whose: same(found, row) ? "nation" : "other", nations: found };
}

export const keyOfEntry = (entry: Entry): string => `${entry.kind}\n${entry.text}`;
export const keyOfSet = (set: QuestionSet): string => set.kind;

/** What the nation has and this book leaves out. */
export function leftOut<T>(rows: readonly T[], nations: readonly T[] | null, keyOf: (one: T) => string): readonly T[] {
  const here = new Set(rows.map(keyOf));
  return (nations ?? []).filter((each) => !here.has(keyOf(each)));
}
