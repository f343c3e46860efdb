import { describe, expect, test } from "vitest";
import type { AssignmentId, CommandId, IncidentId, Time, UnitId } from "../../core/units";
import type { Assignment, AssignmentState, Incident, Unit } from "../../core/views";
import {
  countdown,
  type Gone,
  goneSince,
  isInert,
  isMoving,
  nextStep,
  ownWork,
  projected,
  projectedUnit,
  screenOf,
  type Work,
} from "./mission";
import type { Entry } from "./queue";

const ME = "khuzestan.u.A12" as UnitId;
const OTHER = "khuzestan.u.M07" as UnitId;
const AT = "2026-11-21T10:00:00.000Z" as Time;

function assignment(n: number, state: AssignmentState, more: Partial<Assignment> = {}): Assignment {
  return {
    id: `khuzestan.i1.${n}` as AssignmentId,
    unit: ME,
    call_sign: "A12",
    state,
    pre_alert: false,
    cause: "automatic",
    reserved_at: `2026-11-21T10:0${n}:00.000Z` as Time,
    ...more,
  } as Assignment;
}
const incident = (...assignments: Assignment[]): Incident =>
  ({
    id: "khuzestan.i1" as IncidentId,
    number: 12,
    place: "کیان‌پارس",
    kind: "fight",
    priority: 1,
    assignments,
  }) as never;
const work = (one: Assignment, ...others: Assignment[]): Work => ({
  incident: incident(one, ...others),
  assignment: one,
  unconfirmed: false,
});
const entry = (action: Entry["action"], subject: string, more: Partial<Entry> = {}): Entry => ({
  id: `${action} ${subject}` as CommandId,
  seq: 1,
  unit: ME,
  action,
  path: "",
  body: {},
  subject,
  label: "",
  deviceAt: AT,
  state: "waiting",
  attempts: 0,
  faults: 0,
  refusal: null,
  ...more,
});
const onDuty = { id: ME, on_duty: true, primary: "Available", emergency: null } as Unit;

describe("the screen", () => {
  const base = { unit: onDuty, work: [], gone: null, prepared: true };
  const gone = { assignment: "x", state: "withdrawn", nowWith: [] } as unknown as Gone;

  test("an offer is above a mission and above news of another", () => {
    const offer = work(assignment(2, "sent"));
    const mission = work(assignment(1, "en_route"));
    expect(screenOf({ ...base, work: [offer, mission], gone })).toEqual({ name: "offer", work: offer });
  });

  test("an offer is shown before duty was prepared on this page", () => {
    expect(screenOf({ ...base, prepared: false, work: [work(assignment(1, "sent"))] }).name).toBe("offer");
  });

  test("a pre-alert takes the screen of a free unit", () => {
    expect(screenOf({ ...base, work: [work(assignment(1, "reserved", { pre_alert: true }))] }).name).toBe("offer");
    expect(screenOf({ ...base, work: [work(assignment(1, "reserved"))] }).name).toBe("home");
  });

  test("what was taken away is said before the mission goes on", () => {
    expect(screenOf({ ...base, work: [work(assignment(1, "on_scene"))], gone }).name).toBe("gone");
  });

  test("off duty, or before the touch that unlocks sound, the gate stands", () => {
    expect(screenOf({ ...base, prepared: false }).name).toBe("gate");
    expect(screenOf({ ...base, unit: { ...onDuty, on_duty: false } }).name).toBe("gate");
    expect(screenOf(base).name).toBe("home");
  });
});

describe("what the officer did counts at once", () => {
  test("acceptance with departure shows en route, unconfirmed", () => {
    const shown = projected(work(assignment(1, "sounded")), [
      entry("accept", "khuzestan.i1.1", { body: { en_route: true } }),
    ]);
    expect(shown.assignment.state).toBe("en_route");
    expect(shown.unconfirmed).toBe(true);
  });

  test("a step that is taken back counts no more, sent or not", () => {
    const there = entry("on_scene", "khuzestan.i1.1", { state: "answered" });
    const back = entry("take_back", "khuzestan.i1.1", { seq: 2, body: { step: "on_scene" } });
    const shown = projected(work(assignment(1, "en_route")), [there, back]);
    expect([shown.assignment.state, shown.unconfirmed]).toEqual(["en_route", true]);
    expect(projected(work(assignment(1, "on_scene")), [back]).assignment.state).toBe("en_route");
    const refused = { ...back, state: "refused" as const };
    expect(projected(work(assignment(1, "on_scene")), [refused]).assignment.state).toBe("on_scene");
    // What came after it is said anew, and stands.
    const again = entry("on_scene", "khuzestan.i1.1", { seq: 3 });
    expect(projected(work(assignment(1, "en_route")), [there, back, again]).assignment.state).toBe("on_scene");
  });

  test("a refused act does not count", () => {
    const shown = projected(work(assignment(1, "sounded")), [entry("accept", "khuzestan.i1.1", { state: "refused" })]);
    expect(shown.assignment.state).toBe("sounded");
  });

  test("what the server ended stays ended", () => {
    const shown = projected(work(assignment(1, "unanswered")), [entry("accept", "khuzestan.i1.1")]);
    expect(shown.assignment.state).toBe("unanswered");
  });

  test("a step never goes backwards", () => {
    const shown = projected(work(assignment(1, "on_scene")), [entry("en_route", "khuzestan.i1.1")]);
    expect(shown.assignment.state).toBe("on_scene");
    expect(shown.unconfirmed).toBe(false);
  });

  test("duty, status and emergency are laid over the unit in order", () => {
    const shown = projectedUnit(
      { ...onDuty, on_duty: false },
      [
        entry("duty", ME, { body: { on: true } }),
        entry("status", ME, { body: { available: false, secondary: "Meal" } }),
        entry("free_soon", ME, { body: { in_s: 120 } }),
        entry("emergency", ME),
      ],
      AT,
    );
    expect([shown.on_duty, shown.primary, shown.secondary, shown.emergency?.started_at]).toEqual([
      true,
      "NotAvailable",
      "Meal",
      AT,
    ]);
  });
});

describe("taken away", () => {
  const other = assignment(2, "sent", { unit: OTHER, call_sign: "M07" });

  test("an offer that lapsed names who has it now", () => {
    const news = goneSince([work(assignment(1, "sounded"))], [work(assignment(1, "unanswered"), other)], new Set());
    expect(news).toMatchObject([{ state: "unanswered", accepted: false, nowWith: ["M07"], number: 12 }]);
  });

  test("an accepted assignment that was withdrawn says so", () => {
    const news = goneSince([work(assignment(1, "en_route"))], [work(assignment(1, "withdrawn"))], new Set());
    expect(news).toMatchObject([{ state: "withdrawn", accepted: true }]);
  });

  test("an assignment that vanished is not passed over in silence", () => {
    expect(goneSince([work(assignment(1, "en_route"))], [], new Set())).toMatchObject([{ state: "unknown" }]);
  });

  test("what the officer refused or finished himself is no news", () => {
    const mine = new Set(["khuzestan.i1.1"]);
    expect(goneSince([work(assignment(1, "on_scene"))], [], mine)).toEqual([]);
    expect(goneSince([work(assignment(1, "sent"))], [work(assignment(1, "refused"))], mine)).toEqual([]);
  });

  test("a silent reservation that lapses is no news", () => {
    expect(goneSince([work(assignment(1, "reserved"))], [], new Set())).toEqual([]);
  });
});

test("own work is found among others', newest first", () => {
  const found = ownWork(ME, [
    incident(assignment(1, "withdrawn"), assignment(2, "sent", { unit: OTHER }), assignment(3, "sent")),
  ]);
  expect(found.map((each) => each.assignment.id)).toEqual(["khuzestan.i1.3", "khuzestan.i1.1"]);
});

test("the one forward button", () => {
  const states = ["sent", "accepted", "en_route", "on_scene", "transporting", "cleared"] as const;
  expect(states.map((state) => nextStep(assignment(1, state)))).toEqual([
    null,
    "en_route",
    "on_scene",
    "clear",
    "clear",
    null,
  ]);
});

describe("time", () => {
  test("the ring empties over the window and never shows less than nothing", () => {
    expect(countdown(1_000, 16_000, 1_000)).toEqual({ seconds: 15, part: 1, over: false });
    expect(countdown(1_000, 16_000, 14_900)).toMatchObject({ seconds: 2, over: false });
    expect(countdown(1_000, 16_000, 99_000)).toEqual({ seconds: 0, part: 0, over: true });
    expect(countdown(null, null, 0)).toBeNull();
  });

  test("a finger on the glass does not accept", () => {
    expect(isInert(1_000, 1_399)).toBe(true);
    expect(isInert(1_000, 1_400)).toBe(false);
  });

  test("above 10 km/h the car moves; an old fix says nothing", () => {
    expect(isMoving({ speedMPerS: 3, at: 0 }, 1_000)).toBe(true);
    expect(isMoving({ speedMPerS: 2.7, at: 0 }, 1_000)).toBe(false);
    expect(isMoving({ speedMPerS: 20, at: 0 }, 60_000)).toBe(false);
    expect(isMoving(null, 0)).toBe(false);
  });
});
