import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (pattern: string): Record<string, string> =>
  Object.fromEntries(globSync(pattern, { cwd: "src" }).map((path) => [path, readFileSync(`src/${path}`, "utf8")]));
const sheets = read("**/*.css");
const code = read("**/*.tsx");

const PHYSICAL =
  /(?:^|[\s;{])(?:left|right|(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)(?:-[a-z]+)?|border-(?:top|bottom)-(?:left|right)-radius)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b/m;
const PHYSICAL_IN_CODE =
  /\b(?:marginLeft|marginRight|paddingLeft|paddingRight|borderLeft\w*|borderRight\w*)\s*:|style=\{\{[^}]*\b(?:left|right)\s*:|textAlign:\s*"(?:left|right)"/;

test("layout says start and end, never left and right", () => {
  const found = [
    ...Object.entries(sheets).filter(([, text]) => PHYSICAL.test(text.replace(/\/\*[\s\S]*?\*\//g, ""))),
    ...Object.entries(code).filter(([, text]) => PHYSICAL_IN_CODE.test(text)),
  ];
  expect(found.map(([path]) => path)).toEqual([]);
});

test("the rule itself finds what it should", () => {
  expect(PHYSICAL.test(".a { margin-left: 1px }")).toBe(true);
  expect(PHYSICAL.test(".a { text-align: right }")).toBe(true);
  expect(PHYSICAL.test(".a { left: 0 }")).toBe(true);
  expect(PHYSICAL.test(".a { inset-inline-start: 0; text-align: start }")).toBe(false);
});

test("the lock file names no host", () => {
  expect(readFileSync("package-lock.json", "utf8")).not.toMatch(/https?:|"resolved"/);
});

test("no italics, no letter-spacing, nothing from another host", () => {
  for (const [path, text] of Object.entries(sheets)) {
    expect(
      /font-style\s*:\s*italic|letter-spacing|text-transform\s*:\s*uppercase|url\(["']?(?:https?:)?\/\//.test(text),
      path,
    ).toBe(false);
  }
});
