/**
 * The command line: one letter, then what it is about. Pure; it says in words what Enter would do before it is pressed.
 *
 * Words are parted by spaces, or by dots when there is no space; a lone `.` is the selected incident. Letters typed with the
 * Persian layout are read by their place on the keyboard, and whole Persian words work as well.
 */

import type { Reason } from "../../core/reasons";
import { reason } from "../../core/reasons";
import { latinDigits, searchKey } from "../../core/text";
import type { CallId, OfficeId } from "../../core/units";
import type { Assignment, Incident, Priority, Unit } from "../../core/views";
import { HOLD_MOST, hasWords, whyNotHold } from "./hold/logic";
import { whyNotJoin } from "./join/logic";
import { byKeyPosition } from "./layout";
import type { ConsoleKey } from "./messages";
import type { Step } from "./rules";
import { isLowered, needsDivert, whyNotAvailable, whyNotChange, whyNotPriority, whyNotSend, whyNotStep } from "./rules";

export type Verb = "D" | "E" | "A" | "C" | "V" | "X" | "R" | "P" | "N" | "H" | "T" | "F" | "M" | "J";
export const VERBS: readonly Verb[] = ["D", "E", "A", "C", "V", "X", "R", "P", "N", "H", "T", "F", "M", "J"];

const ALIASES: Readonly<Record<string, Verb>> = {
  اعزام: "D",
  بفرست: "D",
  مسیر: "E",
  درمسیر: "E",
  حرکت: "E",
  صحنه: "A",
  درصحنه: "A",
  رسید: "A",
  خاتمه: "C",
  پایان: "C",
  ازاد: "V",
  اماده: "V",
  پس: "X",
  پسگرفتن: "X",
  لغو: "X",
  سلامت: "R",
  زمانسنج: "R",
  اولویت: "P",
  یادداشت: "N",
  نوشته: "N",
  نگهداشتن: "H",
  نگهدار: "H",
  سپردن: "T",
  بسپار: "T",
  بیاب: "F",
  جستجو: "F",
  جستوجو: "F",
  پیدا: "F",
  نقشه: "M",
  پیوند: "J",
  ادغام: "J",
  dispatch: "D",
  enroute: "E",
  arrived: "A",
  clear: "C",
  available: "V",
  withdraw: "X",
  reset: "R",
  priority: "P",
  note: "N",
  hold: "H",
  hand: "T",
  find: "F",
  map: "M",
  join: "J",
};

/** What the line can ask of the console. */
export type Command =
  | { readonly act: "send"; readonly incident: Incident; readonly units: readonly Unit[]; readonly divert: boolean }
  | {
      readonly act: "step";
      readonly step: Step;
      readonly assignments: readonly Assignment[];
      readonly disposition: string | null;
    }
  | { readonly act: "available"; readonly units: readonly Unit[] }
  | { readonly act: "priority"; readonly incident: Incident; readonly priority: Priority; readonly words: string }
  | { readonly act: "note"; readonly incident: Incident; readonly text: string }
  | {
      readonly act: "hold";
      readonly incident: Incident;
      readonly minutes: number;
      readonly words: string;
    }
  | { readonly act: "joinIncident"; readonly gone: Incident; readonly into: Incident }
  | { readonly act: "release"; readonly incident: Incident }
  | { readonly act: "pass"; readonly incident: Incident; readonly office: OfficeId }
  | { readonly act: "find"; readonly text: string }
  | { readonly act: "show"; readonly incident: Incident | null; readonly unit: Unit | null }
  | { readonly act: "join"; readonly call: CallId; readonly incident: Incident };

export interface CommandWorld {
  readonly selected: Incident | null;
  /** The call whose form is open. */
  readonly call: CallId | null;
  readonly incidents: () => Iterable<Incident>;
  readonly units: () => Iterable<Unit>;
  readonly unitBySign: (word: string) => Unit | undefined;
  readonly assignment: (unit: Unit) => Assignment | undefined;
  /** The kind's name in the reader's language, for the preview. */
  readonly kindName: (code: string | null) => string;
  readonly dispositions: readonly string[];
  /** What a disposition is called in the reader's language, for the preview. */
  readonly dispositionName: (code: string) => string;
  /** An office by its code or by words of its name; absent where nothing is handed over. */
  readonly office?: (words: string) => { readonly id: OfficeId; readonly name: string } | undefined;
  /** How near a unit is to the selected incident, when that is known: smaller first. */
  readonly rank?: (unit: Unit) => number;
  /** Why this seat may not use a verb at all. */
  readonly whyNot?: (verb: Verb) => Reason<ConsoleKey> | null;
}

export interface Parsed {
  readonly verb: Verb | null;
  /** What Enter will do, or null while it would do nothing. */
  readonly preview: Reason<ConsoleKey> | null;
  /** Why it cannot, or what is still missing. */
  readonly problem: Reason<ConsoleKey> | null;
  /** From where to where in the line the word stands that is to blame. */
  readonly wrong?: readonly [number, number];
  readonly command: Command | null;
}

interface Line {
  readonly verb: Verb | null;
  readonly head: string;
  readonly words: readonly string[];
  /** All after the verb, as typed. */
  readonly rest: string;
  /** Where each word begins in `rest`. */
  readonly starts: readonly number[];
  /** Where the head and the rest begin in the line as typed. */
  readonly headAt: number;
  readonly restAt: number;
}

/** As the server takes them: said before Enter, so that nothing typed is lost to a refusal. */
const TEXT_MOST = 4000;
const LINE_MOST = 300;
/** One letter may be the beginning of a command. */
const SEARCH_LEAST = 2;

export function verbOf(head: string): Verb | null {
  const key = searchKey(head).replace(/\s/g, "");
  const alias = ALIASES[key];
  if (alias) return alias;
  if (key.length !== 1) return null;
  const latin = byKeyPosition(head.trim().toLowerCase()).toUpperCase();
  return (VERBS as readonly string[]).includes(latin) ? (latin as Verb) : null;
}

export function split(text: string): Line {
  const trimmed = text.replace(/^[\s/]+/, "");
  const spaced = /\s/.test(trimmed.trimEnd()) || !trimmed.includes(".");
  const gap = spaced ? /\s+/ : /\./;
  const found = gap.exec(trimmed);
  const head = found ? trimmed.slice(0, found.index) : trimmed;
  const rest = found ? trimmed.slice(found.index + found[0].length) : "";
  const headAt = text.length - trimmed.length;
  const restAt = text.length - rest.length;
  const words: string[] = [];
  const starts: number[] = [];
  const word = spaced ? /[^\s,،]+/g : /[^\s,،.]+/g;
  for (let match = word.exec(rest); match; match = word.exec(rest)) {
    words.push(match[0]);
    starts.push(match.index);
  }
  return { verb: head ? verbOf(head) : null, head, words, rest, starts, headAt, restAt };
}

/** How call signs are compared: Latin digits, Latin letters by key position, no case, no dash or dot. */
export function signKey(text: string): string {
  return byKeyPosition(searchKey(text))
    .toUpperCase()
    .replace(/[\s\-_.‌]/g, "");
}

/** Units by call sign, as typed and by key position: made once for a fleet, because each key press asks. */
export class SignIndex {
  readonly #plain = new Map<string, Unit["id"]>();
  readonly #byPosition = new Map<string, Unit["id"]>();

  constructor(units: Iterable<Unit>) {
    for (const unit of units) {
      this.#plain.set(plainKey(unit.call_sign), unit.id);
      const key = signKey(unit.call_sign);
      if (!this.#byPosition.has(key)) this.#byPosition.set(key, unit.id);
    }
  }

  /** A call sign may itself be Persian: it is taken as typed before it is read by key position. */
  find(word: string): Unit["id"] | undefined {
    return this.#plain.get(plainKey(word)) ?? this.#byPosition.get(signKey(word));
  }
}

const plainKey = (text: string): string => searchKey(text).replace(/[\s\-_.]/g, "");

const unitBySign = (world: CommandWorld, word: string): Unit | undefined => world.unitBySign(word);

function incidentByWord(world: CommandWorld, word: string): Incident | undefined {
  if (word === ".") return world.selected ?? undefined;
  const digits = latinDigits(word).replace(/^#/, "");
  if (!/^\d+$/.test(digits)) return undefined;
  const number = Number(digits);
  for (const incident of world.incidents()) if (incident.number === number) return incident;
  return undefined;
}

const nothing = (verb: Verb | null, problem: Reason<ConsoleKey> | null): Parsed => ({
  verb,
  preview: null,
  problem,
  command: null,
});

/** As `nothing`, and which word is to blame: the n-th after the verb. */
function wrong(line: Line, n: number, problem: Reason<ConsoleKey> | null): Parsed {
  const at = line.starts[n];
  const said = nothing(line.verb, problem);
  return at === undefined
    ? said
    : { ...said, wrong: [line.restAt + at, line.restAt + at + (line.words[n] ?? "").length] };
}

const tooLong = (verb: Verb, text: string, most: number): Parsed =>
  nothing(verb, reason("cmd.tooLong", { n: text.length, most }));

const notFound = (line: Line, n: number): Parsed =>
  wrong(line, n, reason("cmd.notFound", { word: line.words[n] ?? "" }));

export function parse(text: string, world: CommandWorld): Parsed {
  const line = split(text);
  if (!line.head) return nothing(null, null);
  if (!line.verb) {
    // A bare number or call sign: show it.
    const incident = incidentByWord(world, line.head);
    const unit = incident ? undefined : unitBySign(world, line.head);
    if (incident || unit) return show(null, world, incident, unit);
    // What is no command is looked for.
    const typed = text.trim();
    if (typed.length >= SEARCH_LEAST) return find(typed);
    return {
      ...nothing(null, reason("cmd.unknown", { word: line.head })),
      wrong: [line.headAt, line.headAt + line.head.length],
    };
  }
  const never = world.whyNot?.(line.verb);
  if (never) return nothing(line.verb, never);
  switch (line.verb) {
    case "D":
      return send(line, world);
    case "E":
      return step(line, world, "en-route");
    case "A":
      return step(line, world, "on-scene");
    case "C":
      return step(line, world, "clear");
    case "X":
      return step(line, world, "withdraw");
    case "R":
      return step(line, world, "safety-check");
    case "V":
      return available(line, world);
    case "P":
      return priority(line, world);
    case "N":
      return note(line, world);
    case "H":
      return hold(line, world);
    case "T":
      return pass(line, world);
    case "F":
      return line.rest.trim() ? find(line.rest.trim()) : nothing("F", reason("cmd.need.text"));
    case "M": {
      const word = line.words[0] ?? ".";
      const incident = incidentByWord(world, word);
      const unit = incident ? undefined : unitBySign(world, word);
      if (!incident && !unit) return notFound(line, 0);
      return show("M", world, incident, unit);
    }
    case "J": {
      const word = line.words[0];
      // Two numbers join the second incident to the first; one, with no call open, is joined to the selected incident.
      if (line.words.length > 1 || (!world.call && world.selected)) return joinIncidents(line, world);
      if (!world.call) return nothing("J", reason("cmd.need.call"));
      if (!word) return nothing("J", reason("cmd.need.incident"));
      const incident = incidentByWord(world, word);
      if (!incident) return notFound(line, 0);
      const why = whyNotChange(incident);
      if (why) return wrong(line, 0, why);
      return {
        verb: "J",
        preview: reason("cmd.preview.join", described(world, incident)),
        problem: null,
        command: { act: "join", call: world.call, incident },
      };
    }
  }
}

const find = (text: string): Parsed => ({
  verb: "F",
  preview: reason("cmd.preview.find", { text }),
  problem: null,
  command: { act: "find", text },
});

function described(world: CommandWorld, incident: Incident): { n: number; kind: string; place: string } {
  return { n: incident.number, kind: world.kindName(incident.kind), place: incident.place || "—" };
}

function show(verb: Verb | null, world: CommandWorld, incident: Incident | undefined, unit: Unit | undefined): Parsed {
  return {
    verb,
    preview: incident
      ? reason("cmd.preview.showIncident", described(world, incident))
      : reason("cmd.preview.showUnit", { unit: unit?.call_sign ?? "" }),
    problem: null,
    command: { act: "show", incident: incident ?? null, unit: unit ?? null },
  };
}

function send(line: Line, world: CommandWorld): Parsed {
  const first = line.words[0];
  const named = first === undefined ? undefined : incidentByWord(world, first);
  if (!named && first !== undefined && /^\d+$/.test(latinDigits(first)) && !unitBySign(world, first))
    return notFound(line, 0);
  if (first === "." && !named) return nothing("D", reason("cmd.need.selected"));
  const incident = named ?? world.selected;
  const signs = named ? line.words.slice(1) : line.words;
  if (!incident) return nothing("D", reason("cmd.need.incident"));
  if (signs.length === 0) return nothing("D", reason("cmd.need.unit"));
  const units: Unit[] = [];
  const closed = whyNotChange(incident);
  if (closed) return named ? wrong(line, 0, closed) : nothing("D", closed);
  for (const [n, sign] of signs.entries()) {
    const at = named ? n + 1 : n;
    const unit = unitBySign(world, sign);
    if (!unit) return notFound(line, at);
    const why = whyNotSend(incident, unit, world.assignment(unit));
    if (why) return wrong(line, at, why);
    if (!units.includes(unit)) units.push(unit);
  }
  const taken = units.filter((unit) => needsDivert(incident, unit));
  const divert = taken.length > 0;
  const values = {
    ...described(world, incident),
    units: units.map((unit) => unit.call_sign).join(" "),
    taken: taken.map((unit) => unit.call_sign).join(" "),
    from: taken[0]?.incident_number ?? 0,
  };
  return {
    verb: "D",
    preview: reason(divert ? "cmd.preview.divert" : "cmd.preview.send", values),
    problem: null,
    command: { act: "send", incident, units, divert },
  };
}

const STEP_PREVIEW: Readonly<Partial<Record<Step, ConsoleKey>>> = {
  "en-route": "cmd.preview.enRoute",
  "on-scene": "cmd.preview.onScene",
  clear: "cmd.preview.clear",
  withdraw: "cmd.preview.withdraw",
  "safety-check": "cmd.preview.safety",
};

function step(line: Line, world: CommandWorld, what: Step): Parsed {
  const verb = line.verb;
  const assignments: Assignment[] = [];
  const units: Unit[] = [];
  let disposition: string | null = null;
  for (const [n, word] of line.words.entries()) {
    const unit = unitBySign(world, word);
    if (!unit) {
      // `C A12 report_taken`, or the disposition's place in the list: `C A12 3`, `C A12 R3`.
      const code = what === "clear" && n > 0 ? dispositionOf(world, word) : null;
      if (code) {
        disposition = code;
        continue;
      }
      // `X A12 1234`: whoever names the incident too is told when the unit is on another.
      const named = what === "withdraw" && n > 0 ? incidentByWord(world, word) : undefined;
      if (!named) return notFound(line, n);
      const other = units.find((each) => each.incident_number !== named.number);
      if (other)
        return wrong(line, n, reason("why.unitElsewhere", { unit: other.call_sign, n: other.incident_number ?? 0 }));
      continue;
    }
    const assignment = world.assignment(unit);
    if (!assignment) return wrong(line, n, reason("why.unitHasNone", { unit: unit.call_sign }));
    const why = whyNotStep(assignment, what);
    if (why) return wrong(line, n, why);
    units.push(unit);
    assignments.push(assignment);
  }
  if (assignments.length === 0) return nothing(verb, reason("cmd.need.unit"));
  const values = {
    units: assignments.map((each) => each.call_sign).join(" "),
    n: units.at(-1)?.incident_number ?? 0,
    how: disposition ? world.dispositionName(disposition) : "",
  };
  return {
    verb,
    preview: reason(disposition ? "cmd.preview.clearAs" : (STEP_PREVIEW[what] as ConsoleKey), values),
    problem: null,
    command: { act: "step", step: what, assignments, disposition },
  };
}

export function dispositionOf(world: Pick<CommandWorld, "dispositions">, word: string): string | null {
  const place = /^R?(\d+)$/i.exec(byKeyPosition(latinDigits(word)))?.[1];
  if (place) return world.dispositions[Number(place) - 1] ?? null;
  return world.dispositions.find((each) => each === word.toLowerCase()) ?? null;
}

function available(line: Line, world: CommandWorld): Parsed {
  const units: Unit[] = [];
  for (const [n, word] of line.words.entries()) {
    const unit = unitBySign(world, word);
    if (!unit) return notFound(line, n);
    const why = whyNotAvailable(unit, true);
    if (why) return wrong(line, n, why);
    units.push(unit);
  }
  if (units.length === 0) return nothing("V", reason("cmd.need.unit"));
  return {
    verb: "V",
    preview: reason("cmd.preview.available", { units: units.map((unit) => unit.call_sign).join(" ") }),
    problem: null,
    command: { act: "available", units },
  };
}

/** `P 1234 2`, or `P 2` of the selected incident; a less urgent one wants a reason in words behind it. */
function priority(line: Line, world: CommandWorld): Parsed {
  const [first, second] = line.words;
  const isLevel = (word: string | undefined) => word !== undefined && /^[1-5]$/.test(latinDigits(word));
  // Of two numbers the first is the incident; a lone level is of the selected incident.
  const named = first !== undefined && (isLevel(second) || !isLevel(first)) ? incidentByWord(world, first) : undefined;
  if (first !== undefined && !named && (isLevel(second) || (!isLevel(first) && line.words.length > 1)))
    return notFound(line, 0);
  const incident = named ?? world.selected;
  if (!incident) return nothing("P", reason("cmd.need.incident"));
  const closed = whyNotChange(incident);
  if (closed) return named ? wrong(line, 0, closed) : nothing("P", closed);
  const at = named ? 1 : 0;
  const level = Number(latinDigits(line.words[at] ?? ""));
  if (!(level >= 1 && level <= 5)) return wrong(line, at, reason("cmd.need.priority"));
  const why = whyNotPriority(incident, level);
  if (why) return wrong(line, at, why);
  const begins = line.starts[at + 1];
  const words = begins === undefined ? "" : line.rest.slice(begins).trim();
  if (isLowered(incident, level) && !hasWords(words)) return nothing("P", reason("cmd.need.whyLower", { p: level }));
  if (words.length > LINE_MOST) return tooLong("P", words, LINE_MOST);
  return {
    verb: "P",
    preview: reason("cmd.preview.priority", { ...described(world, incident), p: level }),
    problem: null,
    command: { act: "priority", incident, priority: level as Priority, words },
  };
}

function note(line: Line, world: CommandWorld): Parsed {
  const first = line.words[0];
  const named = first === undefined ? undefined : incidentByWord(world, first);
  const incident = named ?? world.selected;
  const text = (named ? line.rest.slice(line.starts[1] ?? line.rest.length) : line.rest).trim();
  if (!incident) return nothing("N", reason("cmd.need.incident"));
  if (!text) return nothing("N", reason("cmd.need.text"));
  if (text.length > TEXT_MOST) return tooLong("N", text, TEXT_MOST);
  return {
    verb: "N",
    preview: reason("cmd.preview.note", { ...described(world, incident), text }),
    problem: null,
    command: { act: "note", incident, text },
  };
}

/** `J 1234 1241`: the second turned out to be the same as the first. */
function joinIncidents(line: Line, world: CommandWorld): Parsed {
  const words = line.words.length > 1 ? line.words : [".", ...line.words];
  const found = words.slice(0, 2).map((word) => incidentByWord(world, word));
  const missing = words.slice(0, 2).findIndex((_, n) => !found[n]);
  const [into, gone] = found;
  const put = words.length - line.words.length;
  if (missing >= 0) return notFound(line, missing - put);
  if (!into || !gone) return nothing("J", reason("cmd.need.incident"));
  const why = whyNotJoin(gone, into);
  if (why) return wrong(line, 1 - put, why);
  return {
    verb: "J",
    preview: reason("cmd.preview.joinIncident", { ...described(world, into), other: gone.number }),
    problem: null,
    command: { act: "joinIncident", gone, into },
  };
}

/** `H 1234 10 why`; a held incident, named alone, comes back. */
function hold(line: Line, world: CommandWorld): Parsed {
  const first = line.words[0];
  // Of two numbers the first is the incident; a lone one is the minutes of the selected incident, unless nothing is selected.
  const digits = (word: string | undefined) => word !== undefined && /^\d+$/.test(latinDigits(word));
  const alone = line.words.length === 1 && first !== undefined && incidentByWord(world, first)?.hold;
  const named =
    first !== undefined && (first === "." || alone || (digits(first) && (digits(line.words[1]) || !world.selected)))
      ? incidentByWord(world, first)
      : undefined;
  const incident = named ?? world.selected;
  if (!incident) return nothing("H", reason("cmd.need.incident"));
  const rest = named ? line.words.slice(1) : line.words;
  if (incident.hold && rest.length === 0)
    return {
      verb: "H",
      preview: reason("cmd.preview.release", described(world, incident)),
      problem: null,
      command: { act: "release", incident },
    };
  const why = whyNotHold(incident);
  if (why) return nothing("H", why);
  const minutes = digits(rest[0]) ? Number(latinDigits(rest[0] as string)) : 0;
  if (minutes < 1 || minutes > HOLD_MOST) return nothing("H", reason("cmd.need.minutes"));
  const at = line.starts[named ? 2 : 1];
  const words = at === undefined ? "" : line.rest.slice(at).trim();
  if (!hasWords(words)) return nothing("H", reason("cmd.need.why"));
  if (words.length > LINE_MOST) return tooLong("H", words, LINE_MOST);
  return {
    verb: "H",
    preview: reason("cmd.preview.hold", { ...described(world, incident), minutes, text: words }),
    problem: null,
    command: { act: "hold", incident, minutes, words },
  };
}

function pass(line: Line, world: CommandWorld): Parsed {
  const first = line.words[0];
  // A lone number may be the code of an office: the incident has to be named, or be selected, before it.
  const named = first === undefined || line.words.length < 2 ? undefined : incidentByWord(world, first);
  const incident = named ?? world.selected;
  const words = (named ? line.rest.slice(line.starts[1] ?? line.rest.length) : line.rest).trim();
  if (!incident) return nothing("T", reason("cmd.need.incident"));
  if (!words) return nothing("T", reason("cmd.need.office"));
  const office = world.office?.(words);
  const why = whyNotChange(incident) ?? (office ? null : reason<ConsoleKey>("cmd.notFound", { word: words }));
  if (why || !office) return nothing("T", why);
  return {
    verb: "T",
    preview: reason("cmd.preview.pass", { ...described(world, incident), office: office.name }),
    problem: null,
    command: { act: "pass", incident, office: office.id },
  };
}
