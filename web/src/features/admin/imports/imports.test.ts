import { expect, test } from "vitest";
import { listOf, whyNotDraft } from "./imports";

const report = { rows: 3, good: 2, same: 1, bad: [], ignored: [], lines: [] };

test.each([
  [{ report, why: "new shift", busy: false }, null],
  [{ report: null, why: "new shift", busy: false }, "imports.none"],
  [{ report: { ...report, good: 0 }, why: "new shift", busy: false }, "imports.none"],
  [{ report, why: " ", busy: false }, "imports.noWhy"],
  [{ report, why: "new shift", busy: true }, "imports.busy"],
])("a file becomes a draft: %o", (state, wanted) => {
  expect(whyNotDraft(state)?.key ?? null).toBe(wanted);
});

test("a setting that came with a list is told from the others", () => {
  expect([listOf("import_units"), listOf("rules")]).toEqual(["units", null]);
});
