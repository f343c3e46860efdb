/** React Aria speaks Persian throughout: every table it has, every sentence in it, with all that the sentence names. */

import { globSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { LocalizedStringDictionary, LocalizedStringFormatter } from "@internationalized/string";
import { expect, test } from "vitest";
import { tableOf, withoutAsking } from "../../scripts/aria_strings";
import * as all from "./aria.fa";

type Say = string | ((args: Record<string, unknown>, write: unknown) => string);
type Table = Record<string, Say>;

const persian = new Map(Object.entries(all) as unknown as [string, Table][]);
const tables = await Promise.all(
  globSync("node_modules/{react-aria,react-stately,react-aria-components}/dist/private/**/intlStrings.mjs").map(
    async (path): Promise<[string, Table]> => {
      const table = tableOf(path);
      if (!table) throw new Error(`no table for ${path}`);
      const english = new URL(table.english, pathToFileURL(path));
      return [table.name, ((await import(/* @vite-ignore */ english.href)) as { default: Table }).default];
    },
  ),
);
/** The arguments that a sentence reads. */
function argumentsOf(say: Say): string[] {
  const read = new Set<string>();
  const get = (_: object, name: string | symbol): string => {
    read.add(String(name));
    return `«${String(name)}»`;
  };
  const args = new Proxy({}, { get });
  const write = {
    number: (value: unknown) => String(value),
    plural: (_: unknown, cases: Record<string, () => string>) => cases.other?.(),
    select: (cases: Record<string, (() => string) | string>) =>
      typeof cases.true === "function" ? cases.true() : cases.true,
  };
  if (typeof say === "function") say(args, write);
  return [...read].sort();
}

test("every table of React Aria is found, and no table here is unknown to it", () => {
  expect(tables.map(([name]) => name).sort()).toEqual([...persian.keys()].sort());
});

test.each(tables)("%s: every sentence, asking for the same values, and said in Persian", (name, english) => {
  const own = persian.get(name) ?? {};
  expect(Object.keys(own).sort()).toEqual(Object.keys(english).sort());
  for (const [key, say] of Object.entries(own)) {
    expect(argumentsOf(say), key).toEqual(argumentsOf(english[key] as Say));
    const words = typeof say === "string" ? say : say({}, { number: String });
    // A sentence of values alone, such as "name: value", has no words.
    if (/[a-z]{2}/i.test(typeof english[key] === "string" ? english[key] : "")) expect(words).toMatch(/[آ-ی]/);
  }
});

test("numbers in its sentences are in Persian digits, and the language of a table is found by the page's", () => {
  const dictionary = new LocalizedStringDictionary({
    fa: persian.get("grid"),
    "en-US": { selectedCount: "" },
  } as never);
  const write = new LocalizedStringFormatter("fa-IR-u-ca-persian-nu-arabext", dictionary);
  expect(write.format("selectedCount" as never, { count: 12 } as never)).toBe("۱۲ مورد برگزیده است.");
  expect(write.format("selectedCount" as never, { count: 0 } as never)).toBe("چیزی برگزیده نیست.");
});

test("what it says stands in its tables: none of its modules has a spoken word of its own", () => {
  const SPOKEN =
    /(?:aria-(?:label|description|roledescription|valuetext)|placeholder|title|announce\w*\()['"]?\s*[:=]?\s*(['"`])[A-Z][a-z]+(?: |\1)/;
  const modules = globSync(
    "node_modules/{react-aria,react-stately,react-aria-components}/dist/private/**/*.mjs",
  ).filter((path) => !path.includes("/intl/"));
  expect(modules.length).toBeGreaterThan(300);
  const found = modules.filter((path) =>
    SPOKEN.test(readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")),
  );
  expect(found).toEqual([]);
  expect(SPOKEN.test("'aria-label': 'Close'")).toBe(true);
});

test("the browser is not asked for its language at the start", () => {
  const code = readFileSync("node_modules/react-aria/dist/private/i18n/useDefaultLocale.mjs", "utf8");
  const left = withoutAsking(code);
  expect(code).toContain("supportedLocalesOf");
  expect(left).not.toContain("supportedLocalesOf");
  expect(left.split("{").length).toBe(left.split("}").length);
});
