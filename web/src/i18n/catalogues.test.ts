/// <reference types="vite/client" />
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Catalogue } from "./catalogue";
import { common } from "./catalogue";
import { argumentsOf } from "./icu";

const own = import.meta.glob<Record<string, Catalogue<string>>>(
  ["../features/**/messages.ts", "../ui/**/messages.ts", "./events.ts"],
  {
    eager: true,
  },
);
const sources = import.meta.glob<string>(["../**/*.ts", "../**/*.tsx"], {
  eager: true,
  query: "?raw",
  import: "default",
});

const catalogues: [string, Catalogue<string>][] = [["common", common]];
for (const [path, module] of Object.entries(own)) {
  for (const each of Object.values(module))
    if (typeof each === "object" && each && "fa" in each && "en" in each) catalogues.push([path, each]);
}
const featureOf = (path: string): string | null =>
  /(?:features\/([^/]+)|(ui))\//.exec(path)?.slice(1).find(Boolean) ?? null;

test.each(catalogues)("%s: both languages have the same keys, asking for the same values", (_path, { fa, en }) => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(fa).sort());
  for (const [key, message] of Object.entries(fa)) {
    const inFa = argumentsOf(message);
    const inEn = argumentsOf((en as Record<string, string>)[key] ?? "");
    // A language may leave a number unsaid, but never ask for a value the other does not know.
    const known = new Set([...inFa, ...inEn]);
    expect(
      [...known].filter((name) => !inFa.has(name) || !inEn.has(name)),
      key,
    ).toEqual([]);
  }
});

test("every key used with t() exists", () => {
  const missing: string[] = [];
  for (const [path, text] of Object.entries(sources)) {
    if (path.includes(".test.")) continue;
    const feature = featureOf(path);
    const keys = new Set<string>(Object.keys(common.fa));
    for (const [where, catalogue] of catalogues)
      if (feature && featureOf(where) === feature) for (const key of Object.keys(catalogue.fa)) keys.add(key);
    for (const found of text.matchAll(/\bt(?:\.maybe)?\(\s*"([a-zA-Z]+\.[\w.-]+)"/g)) {
      if (!keys.has(found[1] as string)) missing.push(`${path}: ${found[1]}`);
    }
  }
  expect(missing).toEqual([]);
});

test("no sentence stands outside a catalogue", () => {
  const found: string[] = [];
  for (const [path, text] of Object.entries(sources)) {
    // Typed command words, the keyboard layout and the letters of plates are input, not text that is shown.
    if (/\.test\.|messages|\/samples\.|(?:\/i18n|^\.)\/[^/]+$|\/command\.ts$|\/layout\.ts$|\/plates\.ts$/.test(path))
      continue;
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
    // Persian letters in code, and bare English between tags.
    for (const line of code.split("\n")) {
      if (/[\u0621-\u063A\u0641-\u064A\u067E\u0686\u0698\u06A9\u06AF\u06CC]{2,}/.test(line))
        found.push(`${path}: ${line.trim()}`);
      const bare = /<[a-zA-Z][^<>]*>\s*([A-Z][a-z]+(?: [a-zA-Z]+)+)\s*<\//.exec(line);
      if (bare) found.push(`${path}: ${bare[1]}`);
    }
  }
  expect(found).toEqual([]);
});

test("every recorded event has words in both languages", () => {
  const names = [...readFileSync("../docs/events.md", "utf8").matchAll(/`([a-z_]+\.[a-z_]+)\.v\d+`/g)].map(
    (each) => each[1],
  );
  expect(names.length).toBeGreaterThan(100);
  const known = new Set(catalogues.flatMap(([, { fa }]) => Object.keys(fa)));
  expect([...new Set(names)].filter((name) => !known.has(`event.${name}`))).toEqual([]);
});
