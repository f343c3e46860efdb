import { describe, expect, test } from "vitest";
import { Problem } from "../../api/problem";
import type { TimelineEntry } from "../../core/views";
import { contestedIncident, inTheWay, isContested, whoseWords } from "./whose";

const problem = (code: string, details: object = {}) =>
  new Problem(409, { code, details: details as Record<string, unknown> });
const entry = (position: number, name: string, actor: string, data: object = {}): TimelineEntry =>
  ({ position, at: "2026-11-21T18:00:00Z", name, actor, subject: "p.i1", data, device_at: null }) as never;

describe("who stands in the way of a refused act", () => {
  const entries = [
    entry(1, "dispatch.unit_reserved.v1", "seat:dispatcher:p", {
      unit_id: "p.u.A1",
      assignment_id: "p.i1.1",
      cause: "manual",
    }),
    entry(2, "dispatch.unit_reserved.v1", "seat:call_taker:p", {
      unit_id: "p.u.A2",
      assignment_id: "p.i1.2",
      cause: "manual",
    }),
    entry(3, "dispatch.assignment_withdrawn.v1", "seat:dispatcher:p", { unit_id: "p.u.A1", assignment_id: "p.i1.1" }),
    entry(4, "dispatch.incident_closed.v1", "system"),
    entry(5, "dispatch.incident_closed.v1", "f.rad"),
    entry(6, "dispatch.note_added.v1", "seat:call_taker:p"),
  ];
  test("is whoever closed it, not whoever wrote last", () => {
    const closed = problem("dispatch.incident_is_closed", { incident_id: "p.i1" });
    expect(inTheWay(closed, ["p.i1"], entries)?.position).toBe(5);
    expect(inTheWay(closed, ["p.i1"], entries.slice(0, 4))).toBe(null);
  });
  test("is told for the unit that the act was about", () => {
    expect(inTheWay(problem("dispatch.assignment_ended"), ["p.i1.1"], entries)?.position).toBe(3);
    expect(inTheWay(problem("dispatch.assignment_ended"), ["p.i1.2"], entries)?.position).toBe(2);
    const taken = problem("dispatch.unit_taken", { unit_id: "p.u.A2", incident_id: "p.i1" });
    expect(inTheWay(taken, ["p.i9"], entries)?.actor).toBe("seat:call_taker:p");
    const chosen = entry(1, "dispatch.unit_reserved.v1", "seat:call_taker:p", {
      unit_id: "p.u.A2",
      cause: "automatic",
    });
    expect(inTheWay(taken, ["p.i9"], [chosen])).toBe(null);
  });
  test("is not asked where nobody changed anything", () => {
    expect(isContested(problem("dispatch.disposition_unknown"))).toBe(false);
    expect(inTheWay(problem("dispatch.disposition_unknown"), ["p.i1"], entries)).toBe(null);
  });
  test("is looked for in the incident that the refusal names, or that the act was about", () => {
    const known = (id: string) => id === "p.i1";
    expect(contestedIncident(problem("x", { incident_id: "p.i7" }), ["p.i1"], known)).toBe("p.i7");
    expect(contestedIncident(problem("x"), ["p.i1.2", "p.u.A1"], known)).toBe("p.i1");
    expect(contestedIncident(problem("x"), ["p.u.A1"], known)).toBe(null);
  });
  test("is named by call sign, role or name", () => {
    const role = (code: string) => `role ${code}`;
    const sign = (unit: string) => (unit === "p.u.A1" ? "A1" : null);
    expect(whoseWords("seat:officer:p.u.A1", sign, role)).toBe("A1");
    expect(whoseWords("seat:officer:p.u.gone", sign, role)).toBe("role officer");
    expect(whoseWords("seat:dispatcher:p", sign, role)).toBe("role dispatcher");
    expect(whoseWords("f.rad", sign, role)).toBe("f.rad");
  });
});
