import { expect, test } from "vitest";
import type { LonLat } from "../../../core/units";
import { conditionBody, NOTHING, shapeBody, withPoint } from "./shape";

const at = (lon: number): LonLat => [lon, 31] as unknown as LonLat;

test("a second click moves a point, and goes on with a line", () => {
  const point = withPoint(withPoint(NOTHING, at(48)), at(49));
  expect(shapeBody(point)).toEqual({ point: at(49) });
  const line = withPoint({ ...NOTHING, shape: "line" }, at(48));
  expect(shapeBody(line)).toBeNull();
  expect(shapeBody(withPoint(line, at(49)))).toEqual({ line: [at(48), at(49)], directions: "both" });
});

test("an area needs three corners", () => {
  const two = withPoint(withPoint({ ...NOTHING, shape: "area" }, at(48)), at(49));
  expect(shapeBody(two)).toBeNull();
  expect(shapeBody(withPoint(two, at(50)))).toEqual({ polygon: [at(48), at(49), at(50)] });
});

test("another place asks for another confirmation", () => {
  expect(withPoint({ ...NOTHING, confirmed: true }, at(48)).confirmed).toBe(false);
});

test("times are from the server's clock, and without an end it stands until lifted", () => {
  const draft = { ...withPoint(NOTHING, at(48)), reason: "works" };
  expect(conditionBody({ ...draft, reason: "" }, 0)).toBeNull();
  expect(conditionBody({ ...draft, lasts: null }, 0)).toEqual({
    point: at(48),
    reason: "works",
    note: "",
    confirmed: false,
  });
  const later = conditionBody({ ...draft, startsIn: 60, lasts: 30, what: "slow", factor: 3 }, 0);
  expect(later).toMatchObject({
    time_factor: 3,
    starts_at: "1970-01-01T01:00:00.000Z",
    ends_at: "1970-01-01T01:30:00.000Z",
  });
});
