import { expect, test } from "vitest";
import { fa } from "./formats";
import { argumentsOf, formatMessage } from "./icu";

const say = (message: string, values = {}) => formatMessage(message, values, "fa", (value) => fa.num(value));

test("values, numbers and isolated codes", () => {
  expect(say("رخداد {n}", { n: 1234 })).toBe("رخداد ۱٬۲۳۴");
  expect(say("{n, number} واحد", { n: 2 })).toBe("۲ واحد");
  expect(say("واحد {unit, ltr}", { unit: "A12" })).toBe("واحد \u2066A12\u2069");
});

test("zero is said apart, because Persian counts 0 and 1 as one", () => {
  const message = "{n, plural, =0 {هیچ} one {یکی} other {# تا}}";
  expect([0, 1, 5].map((n) => say(message, { n }))).toEqual(["هیچ", "یکی", "۵ تا"]);
});

test("choices nest and quotes escape", () => {
  const message = "{who, select, a {{n, plural, one {x} other {# y}}} other {'{z}'}}";
  expect(say(message, { who: "a", n: 3 })).toBe("۳ y");
  expect(say(message, { who: "b", n: 3 })).toBe("{z}");
  expect([...argumentsOf(message)].sort()).toEqual(["n", "who"]);
});

test("a broken message does not load", () => {
  for (const broken of ["{", "{n, plural, one {x}}", "}", "{n, date}"]) expect(() => say(broken, { n: 1 })).toThrow();
});
