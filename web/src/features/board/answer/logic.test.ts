import { expect, test } from "vitest";
import { OfficeTree } from "../../../core/offices";
import type { OfficeId } from "../../../core/units";
import type { Incident, Office, Tasking } from "../../../core/views";
import { handsOf, targetsOf } from "./logic";

const STATION = "p.a.11" as OfficeId;
const COUNTY = "p.a" as OfficeId;
const OTHER = "p.a.12" as OfficeId;
const office = (id: string, parent: string | null, tier: string) => ({ id, parent, tier }) as unknown as Office;
const tree = new OfficeTree([
  office("p", null, "province"),
  office(COUNTY, "p", "county"),
  office("p.b", "p", "county"),
  office(STATION, COUNTY, "station"),
  office(OTHER, COUNTY, "station"),
  office("p.b.11", "p.b", "station"),
]);
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

test("those above take back what a station below them gave away", () => {
  expect(hands(COUNTY, held(STATION), held(OTHER, { by: STATION }))).toEqual(["take_back p.a.12"]);
  expect(hands("p.b" as OfficeId, held(STATION), held(OTHER, { by: STATION }))).toEqual([]);
});

test("a station delegates to its neighbours, those above to every station below them, nobody to who works on it already", () => {
  const targets = (own: string, ...offices: Tasking[]) =>
    targetsOf({ offices } as unknown as Incident, own as OfficeId, tree);
  expect(targets(STATION, held(STATION))).toEqual([OTHER]);
  expect(targets(STATION, held(STATION), held(OTHER, { by: STATION }))).toEqual([]);
  expect(targets(COUNTY, held(STATION))).toEqual([OTHER]);
  expect(targets("p", held(STATION))).toEqual([OTHER, "p.b.11"]);
  expect(targets(OTHER, held(STATION))).toEqual([]);
  expect(targets("p.b", held(STATION))).toEqual([]);
});
