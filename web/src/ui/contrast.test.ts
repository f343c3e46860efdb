/** Contrasts of all pairs in `scripts/contrast_pairs.ts`, and that no style sheet uses a pair which is not there. */

import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { blend, contrast, readRules, readThemes } from "../../scripts/contrast";
import {
  EDGE_INKS,
  EDGE_MIN,
  EDGE_PAIRS,
  FADED,
  FILLINGS,
  GROUNDS,
  SEPARATORS,
  TEXT_INKS,
  TEXT_MIN,
  TEXT_PAIRS,
} from "../../scripts/contrast_pairs";

const read = (pattern: string): [string, string][] =>
  globSync(pattern, { cwd: "src" }).map((path) => [path, readFileSync(`src/${path}`, "utf8")]);
const TOKENS = "ui/tokens.css";
const rules = read("**/*.css")
  .filter(([path]) => path !== TOKENS)
  .flatMap(([path, text]) => readRules(text).map((rule) => ({ path, ...rule })));
const themes = readThemes(readFileSync(`src/${TOKENS}`, "utf8"));
const names = (...lists: readonly (readonly string[])[]): ReadonlySet<string> => new Set(lists.flat());
const pairNames = (pairs: readonly (readonly [string, string])[]) => new Set(pairs.map(([a, b]) => `${a} on ${b}`));
const cross = (inks: readonly string[], grounds: readonly string[]): [string, string][] =>
  inks.flatMap((ink) => grounds.map((ground): [string, string] => [ink, ground]));

const texts = [...cross(TEXT_INKS, GROUNDS), ...TEXT_PAIRS];
const edges = [...cross(EDGE_INKS, [...GROUNDS, "map-ground"]), ...EDGE_PAIRS];
const faded = Object.entries(FADED).flatMap(([selector, pairs]) =>
  typeof pairs === "string" ? [] : pairs.map(([ink, ground]) => [selector, ink, ground] as const),
);
const opacityOf = (selector: string): number =>
  Number(rules.find((rule) => rule.selector === selector)?.declarations.get("opacity"));

test("day, night and glare are read, and every colour in them", () => {
  expect([...themes.keys()]).toEqual(["day", "night", "glare"]);
  for (const tokens of themes.values()) expect(tokens.size).toBeGreaterThan(30);
});

describe.each([...themes])("contrasts of the %s theme", (_name, tokens) => {
  const colour = (name: string): string => {
    const value = tokens.get(name);
    if (!value) throw new Error(`no token --${name}`);
    return value;
  };
  test.each(texts)("words: %s on %s", (ink, ground) => {
    expect(contrast(colour(ink), colour(ground))).toBeGreaterThanOrEqual(TEXT_MIN);
  });
  test.each(edges)("edges: %s against %s", (ink, ground) => {
    expect(contrast(colour(ink), colour(ground))).toBeGreaterThanOrEqual(EDGE_MIN);
  });
  test.each(faded)("faded by %s: %s on %s", (selector, ink, ground) => {
    const seen = blend(colour(ink), colour(ground), opacityOf(selector));
    expect(contrast(seen, colour(ground))).toBeGreaterThanOrEqual(TEXT_MIN);
  });
});

describe("every pair that a style sheet uses is in the table", () => {
  const TOKEN = /var\(--([\w-]+)/g;
  const own = /^(?:size|space|radius|row|border|quick|font)\b/;
  const tokensIn = (value: string | undefined): string[] =>
    [...(value ?? "").matchAll(TOKEN)]
      .map((each) => each[1] as string)
      .filter((name) => !own.test(name) && themes.get("day")?.has(name));

  test("words", () => {
    const known = pairNames(texts);
    const missing: string[] = [];
    for (const { path, selector, declarations } of rules) {
      const [ink] = tokensIn(declarations.get("color"));
      const [ground] = tokensIn(declarations.get("background") ?? declarations.get("background-color"));
      if (!ink) continue;
      // A rule that names no ground is read on whatever ground it lies.
      const on = ground ? [ground] : [...GROUNDS];
      const inBand = !ground && TEXT_PAIRS.some((pair) => pair[0] === ink) && !names(TEXT_INKS).has(ink);
      if (inBand) continue;
      for (const each of on)
        if (!known.has(`${ink} on ${each}`)) missing.push(`${path} ${selector}: ${ink} on ${each}`);
    }
    expect(missing).toEqual([]);
  });

  test("grounds and fillings", () => {
    const known = names(GROUNDS, EDGE_INKS, FILLINGS, SEPARATORS);
    const missing = rules.flatMap(({ path, selector, declarations }) =>
      declarations.has("color")
        ? []
        : tokensIn(declarations.get("background") ?? declarations.get("background-color"))
            .filter((name) => !known.has(name))
            .map((name) => `${path} ${selector}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test("borders, outlines, shadows and strokes", () => {
    const known = names(
      EDGE_INKS,
      SEPARATORS,
      EDGE_PAIRS.map(([ink]) => ink),
      ["hand-ground", "raised"],
    );
    const missing: string[] = [];
    for (const { path, selector, declarations } of rules)
      for (const [property, value] of declarations)
        if (/^(?:border|outline|box-shadow|stroke|fill)/.test(property))
          for (const name of tokensIn(value)) if (!known.has(name)) missing.push(`${path} ${selector}: ${name}`);
    expect(missing).toEqual([]);
  });

  test("colours named in code", () => {
    const known = names(texts.flat(), edges.flat(), FILLINGS, SEPARATORS);
    const missing = read("**/*.tsx").flatMap(([path, text]) =>
      tokensIn(text)
        .filter((name) => !known.has(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test("fading", () => {
    const found = rules
      .filter(({ declarations }) => Number(declarations.get("opacity") ?? 1) < 1)
      .map(({ selector }) => selector);
    expect(found.sort()).toEqual(Object.keys(FADED).sort());
  });

  test("no colour is written out anywhere but among the tokens", () => {
    // Black that lets through what lies below it is shade.
    const WRITTEN = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\((?!0 0 0 \/)/i;
    const written = rules.flatMap(({ path, selector, declarations }) =>
      [...declarations]
        .filter(([, value]) => WRITTEN.test(value))
        .map(([property, value]) => `${path} ${selector}: ${property}: ${value}`),
    );
    expect(written).toEqual([]);
  });
});

test("the measure itself is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  expect(blend("#000000", "#ffffff", 0.5)).toBe("#808080");
  expect(readRules("/* a */ @media x { .a, .b { color: red; background: var(--bg) } } .c { opacity: 0.5 }")).toEqual([
    {
      selector: ".a, .b",
      declarations: new Map([
        ["color", "red"],
        ["background", "var(--bg)"],
      ]),
    },
    { selector: ".c", declarations: new Map([["opacity", "0.5"]]) },
  ]);
});
