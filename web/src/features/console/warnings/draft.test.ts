import { expect, test } from "vitest";
import type { LonLat } from "../../../core/units";
import type { PublicWarning } from "../../../core/views";
import { areaBody, draftFrom, inForce, missing, NOTHING, warningBody, withPoint } from "./draft";

const AT = [51.4, 35.7] as unknown as LonLat;
const words = { event: "آتش", headline: "دوری کنید", description: "", instruction: "", area: "میدان" };
const whole = { ...NOTHING, points: [AT], fa: words };
const out = {
  id: "p.w1",
  kind: "Alert",
  state: "published",
  version: 2,
  status: "Actual",
  categories: ["Fire"],
  responses: [],
  urgency: "Expected",
  severity: "Minor",
  certainty: "Likely",
  expires_at: new Date(10_000).toISOString(),
  fa: { ...words, sender_name: "استان" },
  en: null,
  polygons: [[AT, AT, AT]],
  circles: [],
  area_office: null,
  replaces: null,
} as unknown as PublicWarning;

test("a centre is replaced and an outline grows", () => {
  expect(withPoint(withPoint(NOTHING, AT), AT).points).toHaveLength(1);
  const drawn = { ...NOTHING, where: "polygon" as const };
  expect(withPoint(withPoint(drawn, AT), AT).points).toHaveLength(2);
  expect(areaBody(withPoint(withPoint(drawn, AT), AT))).toBeNull();
});

test("what is missing is said, and half a translation is missing", () => {
  expect(missing(NOTHING)).toBe("area");
  expect(missing({ ...NOTHING, points: [AT] })).toBe("fa");
  expect(missing(whole)).toBeNull();
  expect(missing({ ...whole, en: { ...words, headline: "" } })).toBe("en");
});

test("the body says when it ends by the server's clock, and leaves English out when there is none", () => {
  const body = warningBody({ ...whole, lastsH: 1 }, 0);
  expect(body).toMatchObject({ expires_at: "1970-01-01T01:00:00.000Z", en: null, updates: null });
  expect(body).not.toHaveProperty("version");
});

test("an update begins from what stands and keeps its area until another is drawn", () => {
  const update = draftFrom(out, "update");
  expect(warningBody(update, 0)).toMatchObject({ updates: "p.w1", area: { polygons: out.polygons, circles: [] } });
  const revision = warningBody(draftFrom(out, "revision"), 0);
  expect(revision).toMatchObject({ version: 2, updates: null });
  const office = draftFrom({ ...out, area_office: "p.a" as never }, "update");
  expect(areaBody(office)).toEqual({ office: "p.a", circles: [] });
});

test("only what is out, is no cancellation and has not expired is in force", () => {
  expect(inForce(out, 9_999)).toBe(true);
  expect(inForce(out, 10_000)).toBe(false);
  expect(inForce({ ...out, kind: "Cancel" }, 0)).toBe(false);
  expect(inForce({ ...out, state: "draft" }, 0)).toBe(false);
});
