import { expect, test } from "vitest";
import { translator } from "../../i18n/catalogue";
import { argumentsOf } from "../../i18n/icu";
import { messages } from "./messages";
import type { TimelineWords } from "./sentences";
import { actorOf, deviceTimeOf, sentenceOf } from "./sentences";

const words: TimelineWords = {
  kind: (code) => `kind:${code}`,
  office: (id) => `office:${id}`,
  unit: (id) => id.split(".").at(-1) ?? id,
  incidentNumber: () => 77,
  waiting: (code) => `wait:${code}`,
  cause: (code) => `cause:${code}`,
  alarm: (code) => `alarm:${code}`,
  reason: (code) => `reason:${code}`,
  disposition: (code) => `how:${code}`,
  clock: (ms) => `at:${ms}`,
  span: (seconds) => `${seconds}s`,
  distance: (metres) => `${metres}m`,
  word: (prefix, code) => `${prefix}:${code}`,
  either: (_fa, en) => en,
  person: (actor) => actor,
  none: "—",
};
const t = translator("en", messages);
const say = (name: string, data: Record<string, unknown>) => {
  const { key, values } = sentenceOf({ name, data }, words);
  return t.maybe(key, values);
};

test("both languages have the same keys and ask for the same values", () => {
  expect(Object.keys(messages.en)).toEqual(Object.keys(messages.fa));
  for (const [key, text] of Object.entries(messages.fa)) {
    expect(argumentsOf(messages.en[key as keyof typeof messages.en]), key).toEqual(argumentsOf(text));
  }
});

test("every sentence of the timeline finds all its values", () => {
  for (const key of Object.keys(messages.fa).filter((each) => each.startsWith("ev."))) {
    const { values } = sentenceOf({ name: `${key.slice(3)}.v1`, data: {} }, words);
    for (const name of argumentsOf(messages.fa[key as keyof typeof messages.fa]))
      expect(values, key).toHaveProperty(name);
  }
});

test("stored events become sentences", () => {
  expect(say("dispatch.offer_refused.v1", { unit_id: "p.u.A12", reason: "vehicle_fault" })).toContain(
    "refused: reason:vehicle_fault",
  );
  expect(say("dispatch.incident_waits.v1", { reason: "nobody_free" })).toBe("Waits: wait:nobody_free");
  expect(say("dispatch.assignment_diverted.v1", { unit_id: "p.u.A12", to_incident: "p.i7" })).toContain("incident 77");
  const candidates = [
    { unit_id: "p.u.A1", travel_time_s: 60, chosen: false },
    { unit_id: "p.u.A2", travel_time_s: 90, chosen: true },
  ];
  expect(say("dispatch.units_recommended.v1", { recommendation: { candidates } })).toMatch(/A2.* — 90s/);
  expect(say("dispatch.units_recommended.v1", { recommendation: { candidates: [] } })).toBe("Recommended: no unit");
  const back = { unit_id: "p.u.A12", step: "on_scene" };
  expect(say("dispatch.step_taken_back.v1", back)).toMatch(/A12.* took back “assignment:on_scene”/);
  expect(say("dispatch.step_taken_back.v1", { ...back, by: "seat:dispatcher:p" })).toMatch(/the desk took it back/);
  expect(say("dispatch.of_the_future.v3", {})).toBe(null);
});

test("the device's clock is told only when it differs", () => {
  const at = "2026-11-21T18:00:05.000Z" as never;
  expect(deviceTimeOf({ at, device_at: "2026-11-21T18:00:04.500Z" as never })).toBe(null);
  expect(deviceTimeOf({ at, device_at: "2026-11-21T17:58:00Z" as never })).toBe("2026-11-21T17:58:00Z");
  expect(deviceTimeOf({ at, device_at: null })).toBe(null);
});

test("an instant in microseconds is told in milliseconds", () => {
  expect(say("dispatch.offer_sent.v1", { unit_id: "p.u.A12", answer_by: 1_795_310_532_292_160 })).toContain(
    "at:1795310532292.16",
  );
});

test("the actor is named only where a hand decided", () => {
  const by = (name: string, actor: string, data = {}) => actorOf({ name, actor, data });
  expect(by("dispatch.offer_accepted.v1", "seat:officer:p.u.A12", { unit_id: "p.u.A12" })).toBe(null);
  expect(by("dispatch.offer_accepted.v1", "seat:dispatcher:p", { unit_id: "p.u.A12" })).toEqual({ role: "dispatcher" });
  expect(by("dispatch.units_recommended.v1", "seat:dispatcher:p")).toBe(null);
  expect(by("dispatch.unit_reserved.v1", "seat:dispatcher:p", { cause: "manual" })).toEqual({ role: "dispatcher" });
  expect(by("dispatch.note_added.v1", "simulator:call_taker:p")).toEqual({ role: "call_taker" });
  expect(by("dispatch.note_added.v1", "m.moradi")).toEqual({ name: "m.moradi" });
  expect(by("dispatch.offer_unanswered.v1", "system")).toBe(null);
});

test("answers to key questions are told in the crew's short words", () => {
  const answers = [
    { question: "weapon", fa: "سلاح سرد", en: "Blade" },
    { question: "when", fa: "", en: "" },
  ];
  expect(say("dispatch.questions_answered.v1", { answers })).toContain("Blade");
});
