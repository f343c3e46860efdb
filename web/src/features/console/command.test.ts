import { describe, expect, test } from "vitest";
import type { Assignment, Incident, Unit } from "../../core/views";
import type { CommandWorld } from "./command";
import { parse, SignIndex, signKey, verbOf } from "./command";
import { completions } from "./complete";

const incident = (number: number, change: Partial<Incident> = {}): Incident =>
  ({
    id: `p.i${number}`,
    number,
    kind: "fight",
    priority: 2,
    draft: false,
    status: "Active",
    point: [48.6, 31.3],
    place: "کیان‌پارس",
    assignments: [],
    ...change,
  }) as unknown as Incident;
const unit = (call_sign: string, change: Partial<Unit> = {}): Unit =>
  ({
    id: `p.u.${call_sign}`,
    call_sign,
    on_duty: true,
    primary: "Available",
    assignment: null,
    incident: null,
    incident_number: null,
    emergency: null,
    ...change,
  }) as unknown as Unit;

const offered = { id: "p.i1241.1", call_sign: "A08", state: "sent" } as unknown as Assignment;
const incidents = [incident(1234), incident(1241), incident(1250, { status: "Closed" }), incident(7, { draft: true })];
const units = [
  unit("A12"),
  unit("M07"),
  unit("A08", { assignment: offered.id, incident: "p.i1241" as never, incident_number: 1241 }),
  unit("A22", { on_duty: false }),
];
const signs = new SignIndex(units);
const world: CommandWorld = {
  selected: incidents[0] as Incident,
  call: "p.c1" as never,
  incidents: () => incidents,
  units: () => units,
  unitBySign: (word) => units.find((each) => each.id === signs.find(word)),
  assignment: (each) => (each.assignment === offered.id ? offered : undefined),
  kindName: (code) => code ?? "",
  dispositions: ["report_taken", "no_report", "arrest"],
  dispositionName: (code) => `how:${code}`,
};

describe("the verb", () => {
  test("is a letter, in any case", () => {
    expect(verbOf("d")).toBe("D");
    expect(verbOf("D")).toBe("D");
  });
  test("is read by key position when the Persian layout is on", () => {
    expect(verbOf("ی")).toBe("D");
    expect(verbOf("ش")).toBe("A");
    expect(verbOf("ز")).toBe("C");
    expect(verbOf("پ")).toBe("M");
    expect(verbOf("ئ")).toBe("M");
  });
  test("may be a Persian word", () => {
    expect(verbOf("اعزام")).toBe("D");
    expect(verbOf("آزاد")).toBe("V");
    expect(verbOf("جست‌وجو")).toBe("F");
    expect(verbOf("جستجو")).toBe("F");
  });
});

describe("dispatch", () => {
  test("sends several units to a numbered incident", () => {
    const { command, preview } = parse("D 1234 A12,M07", world);
    expect(command).toMatchObject({ act: "send", divert: false });
    expect(command?.act === "send" && command.units.map((each) => each.call_sign)).toEqual(["A12", "M07"]);
    expect(preview).toMatchObject({ key: "cmd.preview.send", values: { n: 1234, units: "A12 M07" } });
  });
  test("is the same with dots, with Persian digits and with the Persian layout", () => {
    const plain = parse("D 1234 A12", world).command;
    expect(parse("D.1234.A12", world).command).toEqual(plain);
    expect(parse("د 1234 A12", world).verb).toBe("N");
    expect(parse("ی ۱۲۳۴ ش۱۲", world).command).toEqual(plain);
    expect(parse("اعزام ۱۲۳۴ a-12", world).command).toEqual(plain);
  });
  test("takes the selected incident for a dot or for nothing", () => {
    const plain = parse("D 1234 A12", world).command;
    expect(parse("D . A12", world).command).toEqual(plain);
    expect(parse("D A12", world).command).toEqual(plain);
    expect(parse("D A12", { ...world, selected: null }).problem?.key).toBe("cmd.need.incident");
  });
  test("says when a unit has to be taken from something else", () => {
    expect(parse("D A08", world)).toMatchObject({
      preview: { key: "cmd.preview.divert" },
      command: { act: "send", divert: true },
    });
  });
  test("says why not", () => {
    expect(parse("D A22", world).problem?.key).toBe("why.offDuty");
    expect(parse("D 1250 A12", world).problem?.key).toBe("why.incidentEnded");
    expect(parse("D 7 A12", world).problem?.key).toBe("why.incidentDraft");
    expect(parse("D 99 A12", world).problem).toMatchObject({ key: "cmd.notFound", values: { word: "99" } });
    expect(parse("D 1234 Z9", world).problem).toMatchObject({ key: "cmd.notFound", values: { word: "Z9" } });
    expect(parse("D 1234", world).problem?.key).toBe("cmd.need.unit");
  });
});

describe("the other commands", () => {
  test("steps", () => {
    expect(parse("E A08", world).command).toMatchObject({ act: "step", step: "en-route", assignments: [offered] });
    expect(parse("X A08", world).command).toMatchObject({ act: "step", step: "withdraw" });
    expect(parse("C A08", world).problem?.key).toBe("why.notAccepted");
    expect(parse("E A12", world).problem?.key).toBe("why.unitHasNone");
    const onScene = { ...offered, state: "on_scene" } as Assignment;
    const there = { ...world, assignment: () => onScene };
    expect(parse("C A08 3", there).command).toMatchObject({ act: "step", step: "clear", disposition: "arrest" });
    for (const typed of ["C A08 R3", "C A08 r۳", "ز A08 ق3"])
      expect(parse(typed, there).command).toMatchObject({ step: "clear", disposition: "arrest" });
    expect(parse("C A08 R3", there).preview).toMatchObject({
      key: "cmd.preview.clearAs",
      values: { how: "how:arrest", n: 1241 },
    });
    expect(parse("C A08", there).preview?.key).toBe("cmd.preview.clear");
    expect(parse("R A08", there).command).toMatchObject({ act: "step", step: "safety-check" });
  });
  test("withdrawing may name the incident, and then it has to be the right one", () => {
    expect(parse("X A08 1241", world).command).toEqual(parse("X A08", world).command);
    expect(parse("X A08 1234", world)).toMatchObject({
      problem: { key: "why.unitElsewhere", values: { unit: "A08", n: 1241 } },
      wrong: [6, 10],
      command: null,
    });
    expect(parse("X A08 99", world).problem?.key).toBe("cmd.notFound");
    expect(parse("E A08 1241", world).problem?.key).toBe("cmd.notFound");
  });
  test("priority, with and without a number", () => {
    expect(parse("P 1", world).command).toMatchObject({ act: "priority", priority: 1 });
    expect(parse("P 1241 ۱", world).command).toMatchObject({
      act: "priority",
      priority: 1,
      incident: { number: 1241 },
    });
    expect(parse("P 2", world).problem?.key).toBe("why.samePriority");
    expect(parse("P 9", world).problem?.key).toBe("cmd.need.priority");
  });
  test("a less urgent priority wants a reason", () => {
    expect(parse("P 1241 ۳", world).problem?.key).toBe("cmd.need.whyLower");
    expect(parse("P 1241 ۳ زخمی نیست", world).command).toMatchObject({ priority: 3, words: "زخمی نیست" });
    expect(parse("P 4 nobody is hurt", world).command).toMatchObject({ incident: { number: 1234 }, priority: 4 });
    expect(parse("P . 4 nobody is hurt", world).command).toMatchObject({ incident: { number: 1234 }, priority: 4 });
    expect(parse("P 99 4 nobody is hurt", world).problem?.key).toBe("cmd.notFound");
  });
  test("a note keeps its words and its dots", () => {
    expect(parse("N سلاح سرد دارد. مراقب باشید", world).command).toMatchObject({
      act: "note",
      text: "سلاح سرد دارد. مراقب باشید",
      incident: { number: 1234 },
    });
    expect(parse("N 1241 باران", world).command).toMatchObject({ text: "باران", incident: { number: 1241 } });
    expect(parse("N . باران", world).command).toMatchObject({ text: "باران", incident: { number: 1234 } });
  });
  test("handing over names the office in words before Enter", () => {
    const offices = {
      ...world,
      office: (text: string) => (text === "کلانتری ۱۲" ? { id: "p.a.12" as never, name: "کلانتری ۱۲" } : undefined),
    };
    const passed = parse("T 1234 کلانتری ۱۲", offices);
    expect(passed.command).toMatchObject({ act: "pass", office: "p.a.12" });
    expect(passed.preview?.values).toMatchObject({ n: 1234, office: "کلانتری ۱۲" });
    expect(parse("ف 1234 کلانتری ۱۲", offices).command, "T on the Persian layout").toMatchObject({ act: "pass" });
    expect(parse("T 1234", offices).problem?.key).toBe("cmd.notFound");
    expect(parse("T 1234 nowhere", offices).problem?.key).toBe("cmd.notFound");
  });
  test("find, map, join and a bare name", () => {
    expect(parse("F چمران", world).command).toEqual({ act: "find", text: "چمران" });
    expect(parse("M A12", world).command).toMatchObject({ act: "show", unit: { call_sign: "A12" } });
    expect(parse("J 1241", world).command).toMatchObject({ act: "join", call: "p.c1" });
    expect(parse("J 1241", { ...world, call: null, selected: null }).problem?.key).toBe("cmd.need.call");
    expect(parse("1241", world).command).toMatchObject({ act: "show", incident: { number: 1241 } });
    expect(parse("m07", world).command).toMatchObject({ act: "show", unit: { call_sign: "M07" } });
    expect(parse("w", world).problem?.key).toBe("cmd.unknown");
    expect(parse("کیان پارس", world).command, "what is no command is looked for").toMatchObject({
      act: "find",
      text: "کیان پارس",
    });
  });
});

describe("the word that is to blame", () => {
  const blamed = (text: string, around: CommandWorld = world): string | null => {
    const { wrong } = parse(text, around);
    return wrong ? text.slice(...wrong) : null;
  };
  test("is the one that was not found, or cannot be sent", () => {
    expect(blamed("D 1234 A12,Z9")).toBe("Z9");
    expect(blamed("  /D.1234.Z9")).toBe("Z9");
    expect(blamed("D 99 A12")).toBe("99");
    expect(blamed("D 1250 A12")).toBe("1250");
    expect(blamed("D A12 A22")).toBe("A22");
    expect(blamed("ی ۱۲۳۴ ش۲۲")).toBe("ش۲۲");
    expect(blamed("E A12")).toBe("A12");
    expect(blamed("P 1241 ۹")).toBe("۹");
    expect(blamed("J 1234 99")).toBe("99");
    expect(blamed("J 99", { ...world, call: null })).toBe("99");
    expect(blamed("w")).toBe("w");
  });
  test("is none while something is only missing", () => {
    expect(blamed("D 1234")).toBe(null);
    expect(blamed("D 1234 A12")).toBe(null);
    expect(blamed("P 1241 3")).toBe(null);
  });
});

test("what the server would refuse for its length is said before Enter", () => {
  expect(parse(`N ${"ن".repeat(4001)}`, world).problem).toMatchObject({ key: "cmd.tooLong", values: { most: 4000 } });
  expect(parse(`N ${"ن".repeat(4000)}`, world).command).toMatchObject({ act: "note" });
  expect(parse(`P 1241 4 ${"why ".repeat(80)}`, world).problem?.key).toBe("cmd.tooLong");
});

describe("Tab", () => {
  test("completes incidents, then units, those that can be used first", () => {
    expect(completions("D 12", world)).toContain("D 1234 ");
    expect(completions("D 1234 A", world)[0]).toBe("D 1234 A12 ");
    expect(completions("D 1234 ش", world)[0]).toBe("D 1234 A12 ");
    expect(completions("E ", world)[0]).toBe("E A08 ");
    expect(completions("N 12", world)).toEqual([]);
  });
});

test("call signs are compared without dashes, case or layout", () => {
  expect(signKey("a-12")).toBe(signKey("ش۱۲"));
});

test("a Persian call sign is found as typed, before its letters are read by key position", () => {
  const index = new SignIndex([unit("گشت ۱"), unit("A12")]);
  expect(index.find("گشت1")).toBe("p.u.گشت ۱");
  expect(index.find("ش-۱۲")).toBe("p.u.A12");
  expect(index.find("B1")).toBe(undefined);
});

describe("hold", () => {
  const held = incident(1260, { hold: { until: "2026-11-22T10:00:00Z" } } as never);
  const around = { ...world, incidents: () => [...incidents, held] };
  test("takes the incident, minutes and a reason in words", () => {
    expect(parse("H 1241 10 later today", world).command).toMatchObject({ minutes: 10, words: "later today" });
    expect(parse("ا 1241 ۱۰ بعد از ظهر", world).command).toMatchObject({ act: "hold", words: "بعد از ظهر" });
  });
  test("is of the selected incident when only minutes are named", () => {
    expect(parse("H 20 agreed for noon", world).command).toMatchObject({ incident: { number: 1234 }, minutes: 20 });
    expect(parse("H . 20 agreed for noon", world).command).toMatchObject({ incident: { number: 1234 }, minutes: 20 });
  });
  test("says what is missing", () => {
    expect(parse("H 1241 10", world).problem?.key).toBe("cmd.need.why");
    expect(parse("H 1241 why", { ...world, selected: null }).problem?.key).toBe("cmd.need.minutes");
    expect(parse("H 1241 500 why not", world).problem?.key).toBe("cmd.need.minutes");
    expect(parse("H 1250 10 why not", world).problem?.key).toBe("why.incidentEnded");
  });
  test("brings a held one back", () => {
    expect(parse("H 1260", around).command).toMatchObject({ act: "release", incident: { number: 1260 } });
    expect(parse("H", { ...around, selected: held }).command).toMatchObject({ act: "release" });
  });
});

describe("joining incidents", () => {
  test("puts the second into the first, or a lone one into the selected", () => {
    expect(parse("J 1234 1241", world).command).toMatchObject({
      act: "joinIncident",
      into: { number: 1234 },
      gone: { number: 1241 },
    });
    expect(parse("J 1241", { ...world, call: null }).command).toMatchObject({ into: { number: 1234 } });
    expect(parse("J 1241", world).command).toMatchObject({ act: "join" });
  });
  test("says which is not there, and why not", () => {
    expect(parse("J 1234 99", world).problem).toMatchObject({ key: "cmd.notFound", values: { word: "99" } });
    expect(parse("J 1234 1234", world).problem?.key).toBe("why.joinSame");
    expect(parse("J 1234 1250", world).problem?.key).toBe("why.incidentEnded");
  });
});
