import { describe, expect, it } from "vitest";
import type { Detail, Premise } from "../../../core/views";
import type { Entry } from "../queue";
import { isReadBy, pathOf, shownOf } from "./hazards";

const note = (id: string, severe: boolean, acknowledged_by: readonly string[] = []): Premise =>
  ({ id, severe, acknowledged_by }) as unknown as Premise;
const entry = (path: string, state: Entry["state"]): Entry => ({ action: "hazard", path, state }) as Entry;

describe("hazards on the handheld", () => {
  it("shows the severe ones that are not read before those that are, and both before the others", () => {
    const detail = { premises: [note("dog", false), note("gas", true), note("gun", true), note("door", false)] };
    const shown = shownOf(detail as unknown as Detail, (each) => each.id === "gas");
    expect(shown.map((each) => each.id)).toEqual(["gun", "gas", "dog"]);
    expect(shownOf(null, () => false)).toEqual([]);
  });

  it("is read when the server says so, or when the word for it waits to be sent, and not when it was refused", () => {
    const severe = note("n1", true);
    const path = pathOf("p.i1", "n1");
    expect(isReadBy(note("n1", true, ["crew"]), "crew", "p.i1", [])).toBe(true);
    expect(isReadBy(severe, "crew", "p.i1", [entry(path, "waiting")])).toBe(true);
    expect(isReadBy(severe, "crew", "p.i1", [entry(path, "refused")])).toBe(false);
    expect(isReadBy(severe, "crew", "p.i2", [entry(path, "waiting")])).toBe(false);
  });
});
