/** Catalogues of messages, typed: a key missing in one language does not compile. */

import { FORMATS } from "./formats";
import type { Values } from "./icu";
import { formatMessage } from "./icu";
import { en as commonEn } from "./messages.en";
import { fa as commonFa } from "./messages.fa";
import type { Lang } from "./prefs";

export interface Catalogue<K extends string> {
  readonly fa: Readonly<Record<K, string>>;
  readonly en: Readonly<Record<K, string>>;
}

/** Declare a feature's own messages; English must have exactly the keys of Persian. */
export function catalogue<K extends string>(
  fa: Readonly<Record<K, string>>,
  en: Readonly<Record<NoInfer<K>, string>>,
): Catalogue<K> {
  return { fa, en };
}

export type CommonKey = keyof typeof commonFa;
export const common: Catalogue<CommonKey> = catalogue(commonFa, commonEn);

export interface Translate<K extends string> {
  (key: K, values?: Values): string;
  /** A message for an open code (an event's name, a reason code) under a prefix; null when there is none. */
  maybe(key: string, values?: Values): string | null;
  readonly lang: Lang;
}

const made = new Map<Catalogue<string> | null, Partial<Record<Lang, Translate<string>>>>();

/** The translator of the common messages and, before them, a feature's own. The same one for the same arguments. */
export function translator<K extends string = never>(lang: Lang, own?: Catalogue<K>): Translate<K | CommonKey> {
  const key = (own as Catalogue<string> | undefined) ?? null;
  let byLang = made.get(key);
  if (!byLang) {
    byLang = {};
    made.set(key, byLang);
  }
  const known = byLang[lang];
  if (known) return known as Translate<K | CommonKey>;
  const { id, num } = FORMATS[lang];
  // Numbers in sentences keep their grouping only where it helps the eye; incident numbers are names.
  const write = (value: number): string =>
    Number.isInteger(value) && Math.abs(value) < 10_000 ? id(value) : num(value, 1);
  const find = (name: string): string | undefined =>
    (own?.[lang] as Record<string, string> | undefined)?.[name] ?? (common[lang] as Record<string, string>)[name];
  const t = Object.assign(
    (name: string, values: Values = {}): string => {
      const message = find(name);
      return message === undefined ? name : formatMessage(message, values, lang, write);
    },
    {
      maybe: (name: string, values: Values = {}): string | null => {
        const message = find(name);
        return message === undefined ? null : formatMessage(message, values, lang, write);
      },
      lang,
    },
  ) as Translate<string>;
  byLang[lang] = t;
  return t as Translate<K | CommonKey>;
}
