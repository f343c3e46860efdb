/** Latin letters under the keys of a Persian keyboard, so that a command typed with the wrong layout is still understood. */

/** The standard layout (ISIRI 9147) and the older one of Windows where they differ, key by key. */
const LATIN_BY_PERSIAN: Readonly<Record<string, string>> = {
  ض: "q",
  ص: "w",
  ث: "e",
  ق: "r",
  ف: "t",
  غ: "y",
  ع: "u",
  ه: "i",
  خ: "o",
  ح: "p",
  ش: "a",
  س: "s",
  ی: "d",
  ي: "d",
  ب: "f",
  ل: "g",
  ا: "h",
  ت: "j",
  ن: "k",
  م: "l",
  ظ: "z",
  ط: "x",
  ز: "c",
  ژ: "c",
  ر: "v",
  ذ: "b",
  د: "n",
  ئ: "m",
  پ: "m",
};

/** The text as it would read had the Latin layout been active; what is not on a letter key stays. */
export function byKeyPosition(text: string): string {
  let out = "";
  for (const letter of text) out += LATIN_BY_PERSIAN[letter] ?? letter;
  return out;
}
