import { expect, test } from "vitest";
import type { Incident } from "../../../core/views";
import { othersOf, whyNotJoin } from "./logic";

const incident = (number: number, more: Partial<Incident> = {}): Incident =>
  ({
    id: `p.i${number}`,
    number,
    status: "Active",
    draft: false,
    emergency: false,
    assignments: [],
    created_at: "2026-11-22T08:00:00Z",
    point: [51.4, 35.7],
    ...more,
  }) as unknown as Incident;

test("the nearest open incidents come first; drafts, ended ones and itself do not", () => {
  const own = incident(1);
  const far = incident(2, { point: [51.5, 35.7] as never });
  const near = incident(3, { point: [51.4001, 35.7] as never });
  const all = [own, far, near, incident(4, { draft: true }), incident(5, { status: "Closed" })];
  expect(othersOf(all, own).map((each) => each.incident.number)).toEqual([3, 2]);
  expect(othersOf(all, own, "2").map((each) => each.incident.number)).toEqual([2]);
});

test("what is more than a second report goes the other way only", () => {
  expect(whyNotJoin(incident(2), incident(1))).toBeNull();
  expect(whyNotJoin(incident(1), incident(1))?.key).toBe("why.joinSame");
  for (const more of [{ emergency: true }, { posts: [{}] }, { joined: [{}] }] as never[])
    expect(whyNotJoin(incident(2, more), incident(1))?.key).toBe("why.joinOtherWay");
  expect(whyNotJoin(incident(2, { status: "Closed" }), incident(1))?.key).toBe("why.incidentEnded");
});
