/// <reference types="vite/client" />
import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";

const beside = (name: string) => new URL(`../../fonts/${name}`, import.meta.url);
const catalogues = import.meta.glob<string>(
  ["../i18n/messages.*.ts", "../features/**/messages.ts", "../ui/messages.ts", "../i18n/aria.fa.ts"],
  {
    eager: true,
    query: "?raw",
    import: "default",
  },
);

test("the font is within its budget and comes with its licence", () => {
  expect(statSync(beside("Vazirmatn.woff2")).size).toBeLessThanOrEqual(75 * 1024);
  expect(readFileSync(beside("OFL.txt"), "utf8")).toContain("SIL Open Font License");
});

test("every letter that a catalogue uses is in the font", () => {
  const held = new Set(readFileSync(beside("characters.txt"), "utf8"));
  // Keys are drawn with what the system has.
  const drawn = new Set("⏎▲");
  const missing = new Set<string>();
  for (const text of Object.values(catalogues))
    for (const letter of text) if (!held.has(letter) && !drawn.has(letter) && letter > "\u007e") missing.add(letter);
  expect([...missing]).toEqual([]);
  for (const letter of "پچژگکیئؤأإةۀآ۰۹٠٩«»؟،؛٫٬‌…–—") expect(held.has(letter), letter).toBe(true);
});
