/** Folding of typed text for searching; what was typed is kept as typed. */

const DIGITS = new Map<string, string>();
for (let n = 0; n < 10; n++) {
  DIGITS.set(String.fromCharCode(0x06f0 + n), String(n));
  DIGITS.set(String.fromCharCode(0x0660 + n), String(n));
}

/** Persian and Arabic digits to Latin ones; everything else stays. */
export function latinDigits(text: string): string {
  return text.replace(/[\u06F0-\u06F9\u0660-\u0669]/g, (digit) => DIGITS.get(digit) ?? digit);
}

/** A key for comparing and searching: one form of ی and ک, Latin digits, no ZWNJ, tatweel, marks or case. */
export function searchKey(text: string): string {
  return latinDigits(text.normalize("NFKC"))
    .replace(/[\u064A\u0649]/g, "\u06CC")
    .replace(/\u0643/g, "\u06A9")
    .replace(/[\u0629\u06C0]/g, "\u0647")
    .replace(/[\u0622\u0623\u0625]/g, "\u0627")
    .replace(/[\u200B-\u200F\u202A-\u202E\u2066-\u2069\u0640\u064B-\u065F\u0670]/g, "")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

/** Whether every word of the query starts a word of the text, or lies within it. */
export function matches(text: string, query: string): boolean {
  const key = searchKey(text);
  return searchKey(query)
    .split(" ")
    .every((word) => key.includes(word));
}
