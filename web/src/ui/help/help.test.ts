import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { messages } from "./messages";
import { has, SCREENS, type Screen, type Term } from "./screens";

const glossary = readFileSync(new URL("../../../../docs/glossary.md", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.split("|").map((cell) => cell.trim()));
const words = (cell: string | undefined): string[] => (cell ?? "").replace(/ \(.*?\)/g, "").split(/, |، /);
const said = (lang: "fa" | "en", key: string): string => (messages[lang] as Record<string, string>)[key] ?? "";
const screens = Object.keys(SCREENS) as Screen[];
const terms = [...new Set(screens.flatMap((each) => SCREENS[each].terms as readonly Term[]))];

test.each(terms)("the word for “%s” is the glossary's, in both languages", (term) => {
  const row = glossary.find((cells) => words(cells[1]).includes(said("en", `term.${term}`)));
  expect(row, said("en", `term.${term}`)).toBeDefined();
  expect(words(row?.[2])).toContain(said("fa", `term.${term}`));
  expect(said("fa", `says.${term}`)).not.toBe("");
  expect(said("en", `says.${term}`)).not.toBe("");
});

test("every sentence of a screen is there, and no term stands in the catalogue that no screen has", () => {
  for (const screen of screens)
    for (let n = 1; n <= SCREENS[screen].sentences; n++) expect(said("fa", `help.${screen}.${n}`)).not.toBe("");
  const kept = Object.keys(messages.fa).filter((key) => key.startsWith("term."));
  expect(kept.sort()).toEqual(terms.map((each) => `term.${each}`).sort());
});

test("a word is found however it is written", () => {
  expect(has("مامور", "رویداد خود مأمور")).toBe(true);
  expect(has("OFFER", "offer")).toBe(true);
  expect(has("چیز دیگر", "offer")).toBe(false);
  expect(has("  ", "offer")).toBe(true);
});
