import { expect, test } from "vitest";
import { levelAt, queuesOf, stageOf } from "../../../core/selectors";
import type { Incident } from "../../../core/views";
import { hasWords, needsWords, whyNotHold } from "./logic";

const incident = (id: string, more: Partial<Incident> = {}): Incident =>
  ({
    id,
    number: 1,
    status: "Active",
    priority: 3,
    draft: false,
    emergency: false,
    assignments: [],
    created_at: "2026-11-22T08:00:00Z",
    hold: null,
    ...more,
  }) as unknown as Incident;
const until = (at: string) => ({ since: "2026-11-22T09:00:00Z", until: at, reason: "caller", by: "me" });

test("a held incident stands in a queue of its own, the next to come back first", () => {
  const later = incident("a", { hold: until("2026-11-22T11:00:00Z") } as never);
  const sooner = incident("b", { hold: until("2026-11-22T10:00:00Z") } as never);
  const queues = queuesOf([later, sooner, incident("c")], Date.parse("2026-11-22T09:30:00Z"));
  expect(queues.held.map((each) => each.id)).toEqual(["b", "a"]);
  expect(queues.waiting.map((each) => each.id)).toEqual(["c"]);
});

test("it is not late while it is held, and is when its time is over", () => {
  const stage = stageOf(incident("a", { hold: until("2026-11-22T10:00:00Z") } as never));
  expect(stage.name).toBe("held");
  expect(levelAt(stage, Date.parse("2026-11-22T09:59:00Z"))).toBe("ok");
  expect(levelAt(stage, Date.parse("2026-11-22T10:00:00Z"))).toBe("breach");
});

test("nobody may be working on it, and no officer may be in danger", () => {
  expect(whyNotHold(incident("a"))).toBeNull();
  expect(whyNotHold(incident("a", { emergency: true }))?.key).toBe("why.holdEmergency");
  const working = [{ state: "en_route", call_sign: "A12" }] as never;
  expect(whyNotHold(incident("a", { assignments: working }))?.key).toBe("why.unitsWorking");
});

test("a priority 1 and another reason ask for words", () => {
  expect(needsWords(incident("a", { priority: 1 }), "caller")).toBe(true);
  expect(needsWords(incident("a"), "other")).toBe(true);
  expect(needsWords(incident("a"), "caller")).toBe(false);
  expect(hasWords(" x ")).toBe(false);
});
