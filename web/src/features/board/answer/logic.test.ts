import { expect, test } from "vitest";
import type { OfficeTree } from "../../../core/offices";
import type { OfficeId } from "../../../core/units";
import type { Incident, Tasking } from "../../../core/views";
import { handsOf } from "./logic";

const STATION = "p.a.11" as OfficeId;
const COUNTY = "p.a" as OfficeId;
const tree = {
  find: (id: OfficeId | null) =>
    ({ [STATION]: { id: STATION, parent: COUNTY }, [COUNTY]: { id: COUNTY, parent: "p" } })[id ?? ""],
} as unknown as OfficeTree;
const held = (office: OfficeId, more: Partial<Tasking> = {}) =>
  ({ office, role: "Dispatched", mode: "manage", by: null, ...more }) as Tasking;
const hands = (own: OfficeId, ...offices: Tasking[]) =>
  handsOf({ offices, station: STATION } as unknown as Incident, own, tree).map((each) => `${each.act} ${each.office}`);

test("a station hands its own incident up, and can take it back while those above work on it", () => {
  expect(hands(STATION, held(STATION))).toEqual(["delegate p.a"]);
  expect(hands(STATION, held(STATION), held(COUNTY, { by: STATION }))).toEqual(["take_back p.a"]);
});

test("what was given to a desk is given back to whoever gave it", () => {
  expect(hands(COUNTY, held(STATION), held(COUNTY, { by: STATION }))).toEqual(["pass_on p.a.11"]);
});

test("who only watches, or has nothing to do with it, hands nothing on", () => {
  expect(hands(COUNTY, held(STATION))).toEqual([]);
  expect(hands(COUNTY, held(STATION), held(COUNTY, { mode: "monitor", role: "Informational" }))).toEqual([]);
});
