import { describe, expect, test } from "vitest";
import type { Alarm, Assignment, Call, Incident, Unit } from "../../core/views";
import { alarmsOf, isShelved, nextToAcknowledge, ringingOf } from "./attention";
import type { Rated } from "./duplicates";
import { bestOf, held } from "./duplicates";
import type { KindEntry } from "./kinds";
import { guessKinds } from "./kinds";
import { mayCommand } from "./roles";
import { saidBack, secondsUntil, stepsTo, wayBack, whyNotClose, whyNotSend, whyNotStep } from "./rules";

const NOW = Date.parse("2026-11-21T18:00:00Z");
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const incident = (number: number, change: object = {}): Incident =>
  ({
    id: `p.i${number}`,
    number,
    kind: "fight",
    draft: false,
    status: "Active",
    point: [48.67, 31.318],
    created_at: at(3),
    assignments: [],
    ...change,
  }) as unknown as Incident;

describe("duplicates", () => {
  const rated = (number: number, proposed: boolean): Rated => ({
    incident: `p.i${number}` as never,
    number,
    score: 0.5,
    proposed,
    apart_m: 40,
    apart_s: 90,
    kind: proposed ? "same" : "other",
    words: [],
    same_number: false,
    callers: 2,
  });
  const desk = new Map([1, 2].map((number) => [`p.i${number}`, incident(number)]));
  test("are those that this desk holds as well", () => {
    const list = held([rated(1, true), rated(3, true), rated(2, false)], (id) => desk.get(id));
    expect(list.map((each) => each.number)).toEqual([1, 2]);
  });
  test("the key joins the best that is proposed and never one that is only near", () => {
    const list = held([rated(2, false), rated(1, true)], (id) => desk.get(id));
    expect(bestOf(list)?.number).toBe(1);
    expect(bestOf(list.filter((each) => !each.proposed))).toBeNull();
  });
});

describe("guessing the kind", () => {
  const kinds: readonly KindEntry[] = [
    {
      code: "crash_damage",
      nameFa: "تصادف خسارتی",
      nameEn: "Crash",
      common: "ACCIDENT",
      also: ["MVA"],
      priority: 3,
      words: ["تصادف", "برخورد"],
      needs: [],
    },
    {
      code: "crash_injury",
      nameFa: "تصادف جرحی",
      nameEn: "Crash with injuries",
      common: "ACCIDENTINJURY",
      also: ["MVAINJURY"],
      priority: 1,
      words: ["تصادف جرحی", "مصدوم"],
      needs: [],
    },
    {
      code: "fire_help",
      nameFa: "آتش‌سوزی",
      nameEn: "Fire, assist",
      common: "FIREASSIST",
      also: [],
      priority: 2,
      words: ["اتش", "حریق"],
      needs: [],
    },
    {
      code: "fraud",
      nameFa: "کلاهبرداری",
      nameEn: "Fraud",
      common: "FRAUD",
      also: [],
      priority: 5,
      words: ["چک"],
      needs: [],
    },
  ];
  const best = (text: string) => guessKinds(kinds, text)[0]?.code ?? null;
  test("reads names as they are begun", () => {
    expect(best("تصا")).toBe("crash_damage");
    expect(best("fra")).toBe("fraud");
    expect(best("آتش سوزی")).toBe("fire_help");
  });
  test("reads narratives, and the longer word wins", () => {
    expect(best("دو ماشین تصادف کرده‌اند")).toBe("crash_damage");
    expect(best("تصادف شده و یک مصدوم دارد، تصادف جرحی")).toBe("crash_injury");
    expect(best("خانهٔ همسایه آتش گرفته")).toBe("fire_help");
  });
  test("reads the standard's words and those of other systems, when they are what is typed", () => {
    expect(best("accidentinj")).toBe("crash_injury");
    expect(best("MVA")).toBe("crash_damage");
    expect(best("accident injury")).toBe("crash_injury");
    expect(best("he says mva something")).toBe(null);
  });
  test("does not find short words inside others", () => {
    expect(best("پارک کوچک")).toBe(null);
    expect(best("چک برگشتی")).toBe("fraud");
  });
});

describe("why not", () => {
  const unit = (change: object = {}): Unit =>
    ({
      call_sign: "A12",
      on_duty: true,
      primary: "Available",
      assignment: null,
      emergency: null,
      ...change,
    }) as unknown as Unit;
  test("send", () => {
    expect(whyNotSend(incident(1), unit())).toBe(null);
    expect(whyNotSend(incident(1), unit({ primary: "NotAvailable" }))?.key).toBe("why.notAvailable");
    expect(whyNotSend(incident(1), unit({ assignment: "x", incident: "p.i1" }))?.key).toBe("why.alreadySent");
    const scene = { state: "on_scene" } as Assignment;
    expect(whyNotSend(incident(1), unit({ assignment: "x", incident: "p.i2" }), scene)?.key).toBe("why.atWork");
    expect(whyNotSend(incident(1, { point: null }), unit())?.key).toBe("why.noPoint");
  });
  test("steps may skip what a voice on the radio skips, but not what the record needs", () => {
    const sent = { state: "sent", call_sign: "A12" } as Assignment;
    expect(stepsTo(sent, "on-scene")).toEqual(["accept", "on-scene"]);
    expect(stepsTo({ ...sent, state: "accepted" }, "on-scene")).toEqual(["on-scene"]);
    expect(whyNotStep(sent, "clear")?.key).toBe("why.notAccepted");
    expect(whyNotStep({ ...sent, state: "cleared" }, "withdraw")?.key).toBe("why.assignmentEnded");
  });
  test("a step at the desk has a way back, and its words say what stands", () => {
    const at = (state: string) => ({ state, call_sign: "A12" }) as Assignment;
    expect(wayBack(at("accepted"), "en-route")).toBe("en_route");
    expect(wayBack(at("on_scene"), "clear")).toBe("cleared");
    expect(wayBack(at("on_scene"), "safety-check")).toBe("safety_check");
    expect(wayBack(at("en_route"), "withdraw")).toBe("withdrawn");
    expect(wayBack(at("sent"), "withdraw")).toBe("anew");
    expect(wayBack(at("reserved"), "withdraw")).toBe(null);
    expect(wayBack(at("sent"), "refuse")).toBe(null);
    expect(saidBack([at("en_route")], "on-scene")).toBe("said.takenBack");
    expect(saidBack([at("en_route"), at("sent")], "on-scene")).toBe("said.takenBackAccepted");
    expect(saidBack([at("sent")], "withdraw")).toBe("said.sentAnew");
  });
  test("a timer put back asks when it was to ask, as soon as may be when that is past", () => {
    const until = (secondsAhead: number) => secondsUntil(at(-secondsAhead / 60) as never, NOW);
    expect(until(600)).toBe(600);
    expect(until(20)).toBe(60);
    expect(until(-90)).toBe(60);
    expect(until(7200)).toBe(3600);
  });

  test("close under a working unit", () => {
    const working = incident(1, { assignments: [{ state: "en_route", call_sign: "A12" }], status: "ResourcesEnroute" });
    expect(whyNotClose(working)).toMatchObject({ key: "why.unitsWorking", values: { n: 1, units: "A12" } });
  });
});

describe("what asks for a person", () => {
  const now = Date.parse(at(30));
  const alarm = (id: string, cause: string, change: object = {}): Alarm =>
    ({ id, cause, priority: 2, raised_at: at(1), acknowledged_at: null, ...change }) as unknown as Alarm;
  test("an emergency stays on top until it ends, a warning until somebody takes it", () => {
    const all = [
      alarm("w1", "waiting"),
      alarm("w2", "waiting", { acknowledged_at: at(0) }),
      alarm("p", "panic", { acknowledged_at: at(0) }),
      alarm("n", "refused", { priority: 4 }),
    ];
    expect(alarmsOf(all, now).map((each) => each.id)).toEqual(["p", "w1"]);
    expect(nextToAcknowledge(all, now).map((each) => each.id)).toEqual(["w1"]);
    expect(nextToAcknowledge([alarm("w", "waiting"), alarm("p", "panic")], now)[0]?.id).toBe("p");
  });
  test("what is shelved comes back by itself, and an officer's safety is never shelved", () => {
    const shelf = { until: at(10), reason: "known", by: "seat:dispatcher:p" };
    const all = [
      alarm("w", "waiting", { shelf }),
      alarm("p", "panic", { shelf }),
      alarm("s", "safety_check", { shelf }),
    ];
    const before = Date.parse(at(11));
    expect(alarmsOf(all, before).map((each) => each.id)).toEqual(["p", "s"]);
    expect(all.filter((each) => isShelved(each, before)).map((each) => each.id)).toEqual(["w"]);
    expect(alarmsOf(all, Date.parse(at(10))).map((each) => each.id)).toContain("w");
  });
  test("the newest ringing call comes first", () => {
    const call = (id: string, state: string, minutes: number): Call =>
      ({ id, state, presented_at: at(minutes) }) as unknown as Call;
    expect(
      ringingOf([call("a", "ringing", 3), call("b", "answered", 2), call("c", "ringing", 1)]).map((e) => e.id),
    ).toEqual(["c", "a"]);
  });
  test("a call-taker notes and finds; units are the dispatcher's", () => {
    const taker = { acts: new Set(["take_call", "classify", "add_note"]) };
    expect(mayCommand(taker, "N")).toBe(true);
    expect(mayCommand(taker, "J")).toBe(true);
    expect(mayCommand(taker, "D")).toBe(false);
    expect(mayCommand({ acts: new Set(["dispatch"]) }, "D")).toBe(true);
  });
});
