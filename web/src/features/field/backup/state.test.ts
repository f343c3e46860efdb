import { expect, it } from "vitest";
import type { Work } from "../mission";
import { backupOf } from "./state";

const own = { id: "i.1", unit: "p.u.A01", call_sign: "A01", state: "on_scene" };
const work = (backup: unknown, others: readonly object[] = [], units_missing = 1): Work =>
  ({ assignment: own, incident: { backup, assignments: [own, ...others], units_missing } }) as unknown as Work;
const other = (state: string) => ({ id: "i.2", unit: "p.u.A02", call_sign: "A02", state });
const asked = { unit: "p.u.A01", call_sign: "A01", at: "2026-11-22T10:00:00Z", urgent: true };

it("a request is told from the touch until help is there", () => {
  expect(backupOf(work(null), false).state).toBe("none");
  expect(backupOf(work(null), true).state).toBe("waiting");
  expect(backupOf(work(asked), false)).toEqual({ state: "nobody", urgent: true, who: [] });
  expect(backupOf(work(asked, [other("sounded")], 0), false).state).toBe("asked");
  expect(backupOf(work(asked, [other("en_route")], 0), false)).toEqual({ state: "coming", urgent: true, who: ["A02"] });
  expect(backupOf(work(asked, [other("on_scene")], 0), false).state).toBe("there");
  expect(backupOf(work(asked, [other("refused")]), false).state).toBe("nobody");
});

it("what another crew asked for is not this one's", () => {
  expect(backupOf(work({ ...asked, unit: "p.u.A02" }), false).state).toBe("none");
});
