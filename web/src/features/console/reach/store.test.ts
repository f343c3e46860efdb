import { expect, test } from "vitest";
import { hasMoved } from "./ReachPanel";
import { nextLayer } from "./store";

test("one key goes through the layers, past the incident when it has no place", () => {
  expect(nextLayer("off", false)).toBe("fleet");
  expect(nextLayer("fleet", true)).toBe("incident");
  expect(nextLayer("fleet", false)).toBe("off");
  expect(nextLayer("incident", true)).toBe("off");
});

test("the layer is drawn anew when the screen shows other ground, not for a nudge", () => {
  const here = [48, 31, 48.2, 31.1] as const;
  expect(hasMoved(here, [48.02, 31, 48.22, 31.1])).toBe(false);
  expect(hasMoved(here, [48.1, 31, 48.3, 31.1])).toBe(true);
  expect(hasMoved(here, [48.05, 31, 48.15, 31.1])).toBe(true);
  expect(hasMoved(null, null)).toBe(false);
});
