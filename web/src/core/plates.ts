/** Iranian number plates: two digits, a letter, three digits, and two of the region; kept as `24ب357-14`. */

import { latinDigits } from "./text";

export interface Plate {
  /** Two digits. */
  readonly first: string;
  readonly letter: string;
  /** Three digits. */
  readonly digits: string;
  /** Two digits of the region, written under «ایران». */
  readonly region: string;
}

export type PlateClass =
  | "private"
  | "taxi"
  | "public"
  | "farm"
  | "government"
  | "police"
  | "guards"
  | "army"
  | "diplomatic"
  | "temporary"
  | "disabled";

const PRIVATE = ["ب", "ج", "د", "س", "ص", "ط", "ق", "ل", "م", "ن", "و", "ه", "ی"] as const;
const OTHERS: Readonly<Record<string, PlateClass>> = {
  ت: "taxi",
  ع: "public",
  ک: "farm",
  الف: "government",
  پ: "police",
  ث: "guards",
  ز: "army",
  ش: "army",
  ف: "army",
  گ: "temporary",
  ژ: "disabled",
  D: "diplomatic",
  S: "diplomatic",
};
/** Every letter a national plate can have, in the order of the letter pad. */
export const PLATE_LETTERS: readonly string[] = [...PRIVATE, ...Object.keys(OTHERS)];

/** What the letter says of the vehicle, and so the colour of the plate. */
export function plateClass(letter: string): PlateClass {
  return OTHERS[letter] ?? "private";
}

/** The letter of a plate as somebody typed it, Arabic ي and ك among them; null when no plate has it. */
export function plateLetter(typed: string): string | null {
  const letter = typed.trim().replace("ي", "ی").replace("ك", "ک").replace(/^ا$/, "الف").toUpperCase();
  return PLATE_LETTERS.includes(letter) ? letter : null;
}

const SHAPE = new RegExp(`^(\\d{2})(${PLATE_LETTERS.join("|")}|[اكي])(\\d{3})(?:ایران|ir|iran)?(\\d{2})$`, "i");

/** Read a plate however it was typed: any digits, Arabic ي and ك, spaces, dashes, the word ایران; null when it is no such plate. */
export function parsePlate(text: string): Plate | null {
  const plain = latinDigits(text).replace(/[\s\u200b-\u200f\u2066-\u2069|،,_-]+/g, "");
  const found = SHAPE.exec(plain);
  if (!found) return null;
  const [, first = "", letter = "", digits = "", region = ""] = found;
  return { first, letter: plateLetter(letter) ?? letter, digits, region };
}

/** As it is stored and sought: `24ب357-14`. */
export function storedPlate({ first, letter, digits, region }: Plate): string {
  return `${first}${letter}${digits}-${region}`;
}

/** As people write it in a sentence: read from right to left its parts stand in the order in which they are said. */
export function writtenPlate({ first, letter, digits, region }: Plate): string {
  return `${first} ${letter} ${digits} ایران ${region}`;
}

const GAP = "[\\s\u200b-\u200f\u2066-\u2069|_-]*";
const DIGIT = "[0-9\u06F0-\u06F9\u0660-\u0669]";
const IN_WORDS = new RegExp(
  `(?<![\\p{L}\\p{N}])${DIGIT}{2}${GAP}(?:${PLATE_LETTERS.join("|")}|[اكي])${GAP}${DIGIT}{3}${GAP}(?:ایران|ir|iran)?${GAP}${DIGIT}{2}(?![\\p{L}\\p{N}])`,
  "giu",
);

/** Words and the plates among them, in their order. */
export function platesIn(text: string): readonly (string | { readonly plate: string })[] {
  const parts: (string | { readonly plate: string })[] = [];
  let from = 0;
  for (const found of text.matchAll(IN_WORDS)) {
    const plate = parsePlate(found[0]);
    if (!plate) continue;
    if (found.index > from) parts.push(text.slice(from, found.index));
    parts.push({ plate: storedPlate(plate) });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
