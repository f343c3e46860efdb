/**
 * The part of ICU MessageFormat that the catalogues use: `{x}`, `{x, number}`, `{x, plural, =0 {…} one {…} other {… # …}}`,
 * `{x, select, a {…} other {…}}`, and our own `{x, ltr}`, which isolates a code or call sign from the Persian around it.
 *
 * Messages are parsed once and kept. Numbers are written in the reader's digits wherever they appear.
 */

import { once } from "./once";
import type { Lang } from "./prefs";

export type Values = Readonly<Record<string, string | number>>;

type Part =
  | string
  | { readonly kind: "value"; readonly name: string; readonly ltr: boolean }
  | { readonly kind: "count" }
  | {
      readonly kind: "choice";
      readonly name: string;
      readonly plural: boolean;
      readonly cases: ReadonlyMap<string, Parts>;
    };
type Parts = readonly Part[];

const LRI = "\u2066";
const PDI = "\u2069";

class Parser {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Parts {
    const parts = this.#parts(false, false);
    if (this.#at < this.#text.length) throw this.#error("unexpected }");
    return parts;
  }

  #parts(inCase: boolean, inPlural: boolean): Parts {
    const parts: Part[] = [];
    let text = "";
    const keep = () => {
      if (text) parts.push(text);
      text = "";
    };
    while (this.#at < this.#text.length) {
      const letter = this.#text[this.#at];
      if (letter === "}") {
        if (!inCase) throw this.#error("unexpected }");
        break;
      }
      this.#at++;
      if (letter === "'" && (this.#text[this.#at] === "{" || this.#text[this.#at] === "'")) {
        if (this.#text[this.#at] === "'") {
          text += "'";
          this.#at++;
        } else {
          const end = this.#text.indexOf("'", this.#at);
          if (end < 0) throw this.#error("unclosed quote");
          text += this.#text.slice(this.#at, end);
          this.#at = end + 1;
        }
      } else if (letter === "#" && inPlural) {
        keep();
        parts.push({ kind: "count" });
      } else if (letter === "{") {
        keep();
        parts.push(this.#argument());
      } else text += letter;
    }
    keep();
    return parts;
  }

  #argument(): Part {
    const name = this.#word();
    if (this.#take("}")) return { kind: "value", name, ltr: false };
    this.#need(",");
    const type = this.#word();
    if (type === "number" || type === "ltr") {
      this.#need("}");
      return { kind: "value", name, ltr: type === "ltr" };
    }
    if (type !== "plural" && type !== "select") throw this.#error(`unknown type ${type}`);
    this.#need(",");
    const cases = new Map<string, Parts>();
    while (!this.#take("}")) {
      const key = this.#word();
      this.#need("{");
      cases.set(key, this.#parts(true, type === "plural"));
      this.#need("}");
    }
    if (!cases.has("other")) throw this.#error("no case other");
    return { kind: "choice", name, plural: type === "plural", cases };
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #word(): string {
    this.#space();
    const found = /^[=\w.-]+/.exec(this.#text.slice(this.#at));
    if (!found) throw this.#error("a name is missing");
    this.#at += found[0].length;
    this.#space();
    return found[0];
  }

  #take(letter: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }

  #need(letter: string): void {
    if (!this.#take(letter)) throw this.#error(`${letter} is missing`);
  }

  #error(what: string): Error {
    return new Error(`${what} at ${this.#at} in message: ${this.#text}`);
  }
}

const parsed = new Map<string, Parts>();

export function parseMessage(message: string): Parts {
  let parts = parsed.get(message);
  if (!parts) {
    // Most messages are plain words: nothing in them is to be read letter by letter.
    parts = /[{}']/.test(message) ? new Parser(message).parse() : [message];
    parsed.set(message, parts);
  }
  return parts;
}

const PLURALS: Readonly<Record<Lang, () => Intl.PluralRules>> = {
  fa: once(() => new Intl.PluralRules("fa")),
  en: once(() => new Intl.PluralRules("en")),
};

export function formatMessage(message: string, values: Values, lang: Lang, num: (value: number) => string): string {
  return write(parseMessage(message), values, lang, num, null);
}

function write(parts: Parts, values: Values, lang: Lang, num: (value: number) => string, count: number | null): string {
  let out = "";
  for (const part of parts) {
    if (typeof part === "string") out += part;
    else if (part.kind === "count") out += count === null ? "#" : num(count);
    else if (part.kind === "value") {
      const value = values[part.name];
      if (value === undefined) out += `{${part.name}}`;
      else if (part.ltr) out += `${LRI}${value}${PDI}`;
      else out += typeof value === "number" ? num(value) : value;
    } else {
      const value = values[part.name];
      const number = part.plural ? Number(value ?? 0) : null;
      const branch =
        (number !== null && (part.cases.get(`=${number}`) ?? part.cases.get(PLURALS[lang]().select(number)))) ||
        (number === null && part.cases.get(String(value))) ||
        part.cases.get("other");
      out += write(branch || [], values, lang, num, number ?? count);
    }
  }
  return out;
}

/** The names of the values a message asks for; the tests compare the two languages with it. */
export function argumentsOf(message: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (parts: Parts): void => {
    for (const part of parts) {
      if (typeof part === "string" || part.kind === "count") continue;
      names.add(part.name);
      if (part.kind === "choice") for (const branch of part.cases.values()) visit(branch);
    }
  };
  visit(parseMessage(message));
  return names;
}
