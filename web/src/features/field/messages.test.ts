import { expect, test } from "vitest";
import { argumentsOf } from "../../i18n/icu";
import { messages } from "./messages";

test("both languages ask for the same values", () => {
  for (const [key, text] of Object.entries(messages.fa))
    expect([key, [...argumentsOf(messages.en[key as keyof typeof messages.en])].sort()]).toEqual([
      key,
      [...argumentsOf(text)].sort(),
    ]);
});

test("Persian texts use Persian letters and digits", () => {
  for (const [key, text] of Object.entries(messages.fa)) {
    expect([key, /[يك]/.test(text)]).toEqual([key, false]);
    expect([key, /[0-9٠-٩]/.test(text.replace(/\{[^}]*\}|=0/g, ""))]).toEqual([key, false]);
  }
});
