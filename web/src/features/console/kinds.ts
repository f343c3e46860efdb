/** Guessing the kind of an incident from typed words, at once and without asking the server. */

import { searchKey } from "../../core/text";
import type { Priority } from "../../core/views";

export interface KindEntry {
  readonly code: string;
  readonly nameFa: string;
  readonly nameEn: string;
  /** The standard's word for it, and other systems' words: found when typed, as when a neighbour says them by telephone. */
  readonly common: string;
  readonly also: readonly string[];
  readonly priority: Priority;
  readonly words: readonly string[];
  readonly needs: readonly { readonly skill: string; readonly units: number }[];
}

type Raw = Readonly<Record<string, unknown>>;

const strings = (raw: unknown): readonly string[] => (Array.isArray(raw) ? raw.map(String) : []);

/** `GET /v1/kinds` with the words and needs that the common reading leaves out. */
export function readKindEntries(raw: unknown): readonly KindEntry[] {
  const list = Array.isArray(raw) ? (raw as Raw[]) : (((raw as Raw | null)?.kinds as Raw[] | undefined) ?? []);
  // Nobody gets a retired kind any more; its name is known to `useWords`.
  return list
    .filter((each) => each.retired !== true)
    .map((each) => ({
      code: String(each.code),
      nameFa: String(each.name_fa ?? each.code),
      nameEn: String(each.name_en ?? each.code),
      common: String(each.common ?? ""),
      also: strings(each.also),
      priority: Number(each.priority ?? 3) as Priority,
      words: strings(each.words),
      needs: Array.isArray(each.needs) ? (each.needs as KindEntry["needs"]) : [],
    }));
}

export interface Guess {
  readonly code: string;
  readonly score: number;
}

/** Half-spaces are left out of both sides, so that «آتش‌سوزی», «آتش سوزی» and «آتشسوزی» meet. */
const tight = (text: string): string => searchKey(text).replace(/ /g, "");

/** Kinds whose name begins with what is typed, then those whose words occur in it; best first. */
export function guessKinds(kinds: readonly KindEntry[], text: string): readonly Guess[] {
  const typed = searchKey(text);
  if (typed.length < 2) return [];
  const squeezed = tight(text);
  const words = new Set(typed.split(" "));
  const guesses: Guess[] = [];
  for (const kind of kinds) {
    let score = 0;
    for (const name of [kind.nameFa, kind.nameEn, kind.code]) {
      const key = tight(name);
      if (key === squeezed) score = Math.max(score, 100);
      else if (key.startsWith(squeezed)) score = Math.max(score, 60);
      else if (squeezed.length >= 3 && key.includes(squeezed)) score = Math.max(score, 30);
      else if (key.length >= 4 && squeezed.includes(key)) score = Math.max(score, 40 + key.length);
    }
    if (squeezed.length >= 3)
      for (const standard of [kind.common, ...kind.also]) {
        const key = tight(standard);
        if (key === squeezed) score = Math.max(score, 90);
        else if (key.startsWith(squeezed)) score = Math.max(score, 20);
      }
    for (const word of kind.words) {
      const key = tight(word);
      // A longer word says more: «تصادف جرحی» must win over «تصادف».
      // A short one must stand alone: «چک» is in «کوچک» too.
      const met = key.length <= 3 ? words.has(key) : squeezed.includes(key);
      if (met) score += 10 + 2 * key.length;
      else if (squeezed.length >= 3 && key.startsWith(squeezed)) score += 12;
    }
    if (score > 0) guesses.push({ code: kind.code, score });
  }
  return guesses.sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1));
}
