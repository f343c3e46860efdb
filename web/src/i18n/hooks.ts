import type { Problem } from "../api/problem";
import type { Named } from "../core/views";
import type { Catalogue, CommonKey, Translate } from "./catalogue";
import { translator } from "./catalogue";
import type { Formats } from "./formats";
import { FORMATS } from "./formats";
import { type Lang, usePrefs } from "./prefs";

/** `const t = useT()` for the common messages; `useT(messages)` adds a feature's own. */
export function useT<K extends string = never>(own?: Catalogue<K>): Translate<K | CommonKey> {
  return translator(
    usePrefs((prefs) => prefs.lang),
    own,
  );
}

export function useFormats(): Formats {
  return FORMATS[usePrefs((prefs) => prefs.lang)];
}

export function useNamed(): (name: Named) => string {
  const lang = usePrefs((prefs) => prefs.lang);
  return (name) => name[lang];
}

/** What to tell a person about a problem: our own sentence for its code, else the server's, else a general one. */
export function problemText(t: Translate<CommonKey>, problem: Problem): string {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(problem.details)) {
    if (typeof value === "string" || typeof value === "number") values[name] = value;
  }
  return t.maybe(`problem.${problem.code}`, values) ?? problem.title ?? t("problem.general", { code: problem.code });
}

/** About how long, in words: `۳ دقیقه`, `۴۵ ثانیه`. */
export function spanText(t: Translate<CommonKey>, seconds: number): string {
  if (seconds < 60) return t("span.seconds", { n: Math.max(0, Math.round(seconds)) });
  if (seconds < 5400) return t("span.minutes", { n: Math.round(seconds / 60) });
  return t("span.hours", { n: Math.round(seconds / 360) / 10 });
}

export function distanceText(t: Translate<CommonKey>, metres: number): string {
  if (metres < 950) return t("distance.metres", { n: Math.round(metres / 10) * 10 });
  return t("distance.kilometres", { n: Math.round(metres / 100) / 10 });
}

/** Things in a row, as one lists them in the reader's language. */
export function listText(t: { readonly lang: Lang }, items: readonly string[]): string {
  return items.join(t.lang === "fa" ? "، " : ", ");
}
