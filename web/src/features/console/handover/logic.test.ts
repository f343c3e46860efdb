import { describe, expect, it } from "vitest";
import type { Alarm, Call, HandOver, Incident } from "../../../core/views";
import { answersFor, callsOf, dueOf, givenOf, openOf, ownOf, toTake } from "./logic";

const AT = "2026-11-22T10:00:00Z";
const NOW = Date.parse(AT);
const incident = (id: string, more: Partial<Incident> = {}): Incident =>
  ({
    id,
    number: 1,
    status: "Active",
    draft: false,
    priority: 3,
    assignments: [],
    created_at: AT,
    reopened_at: null,
    keeper: null,
    ...more,
  }) as unknown as Incident;
const given = (by: string, incidents: string[] = []): HandOver =>
  ({ id: `h-${by}`, office: "p", by, at: AT, note: "", incidents, calls: 0 }) as unknown as HandOver;

describe("a desk that changes hands", () => {
  it("takes what is the leaver's and what nobody took by name, never a colleague's", () => {
    const all = [
      incident("a"),
      incident("b", { keeper: "me" }),
      incident("c", { keeper: "other" }),
      incident("d", { draft: true }),
      incident("e", { status: "Closed" }),
    ];
    expect(openOf(all, "me", NOW).map((each) => each.id)).toEqual(["a", "b"]);
  });

  it("misses whoever has something by name or a caller on the line, and nobody else", () => {
    const call = { id: "line", state: "answered", answered_by: "me", presented_at: AT } as unknown as Call;
    expect(answersFor([incident("a", { keeper: "me" })], [], "me", NOW)).toBe(true);
    expect(answersFor([], [call], "me", NOW)).toBe(true);
    expect(answersFor([incident("a"), incident("b", { keeper: "other" })], [call], "you", NOW)).toBe(false);
    expect(answersFor([incident("e", { keeper: "me", status: "Closed" })], [], "me", NOW)).toBe(false);
  });

  it("brings what was given and what came to its leaver since", () => {
    const all = [incident("a"), incident("b", { keeper: "me" }), incident("c"), incident("d", { status: "Closed" })];
    expect(givenOf(all, given("me", ["a", "d"]), NOW).map((each) => each.id)).toEqual(["a", "b"]);
  });

  it("counts callers on the line and those taken on to call back, while that holds", () => {
    const call = (id: string, more: Partial<Call>): Call => ({ id, presented_at: AT, ...more }) as unknown as Call;
    const back = { call_back: "due", call_back_taken_by: "me" } as const;
    const all = [
      call("line", { state: "answered", answered_by: "me" }),
      call("done", { state: "linked", answered_by: "me" }),
      call("other", { state: "answered", answered_by: "you" }),
      call("back", { ...back, call_back_taken_until: "2026-11-22T10:03:00Z" } as never),
      call("lapsed", { ...back, call_back_taken_until: "2026-11-22T09:59:00Z" } as never),
    ];
    expect(callsOf(all, "me", NOW).map((each) => each.id)).toEqual(["line", "back"]);
  });

  it("says what falls due, the soonest first", () => {
    const held = incident("a", { hold: { until: "2026-11-22T10:20:00Z" } } as never);
    const alarm = {
      id: "x",
      acknowledged_at: null,
      climbs_at: "2026-11-22T10:01:00Z",
      incident: "a",
    } as never as Alarm;
    const due = dueOf([held], [alarm], [{ id: "c", late_at: "2026-11-22T10:10:00Z" }]);
    expect(due.map((each) => each.what)).toEqual(["alarm", "callBack", "hold"]);
  });

  it("is not taken by its leaver, but at a seat of the demo by whoever sits there next", () => {
    expect(toTake([given("me")], "me")).toBeUndefined();
    expect(toTake([given("me")], "you")?.by).toBe("me");
    expect(toTake([given("seat:dispatcher:p")], "seat:dispatcher:p")).toBeDefined();
    expect(ownOf([given("me")], "me")?.by).toBe("me");
    expect(ownOf([given("me")], "you")).toBeUndefined();
  });
});
