/** Who may log on where; the same rules as the server's, so that a button can say why not. Pure. */

import type { Unit } from "../../../core/views";

const MOST = 8;
const NUMBER = /^[A-Za-z0-9][A-Za-z0-9-]{1,19}$/;

export interface Crew {
  readonly unit: string;
  readonly call_sign: string;
  readonly kind: string;
  readonly skills: readonly string[];
  /** What it can do without the people of a crew. */
  readonly own_skills: readonly string[];
  readonly on_duty: boolean;
  readonly busy: boolean;
  readonly crew: number;
  readonly members: readonly string[];
  /** Those of its members who are in service no more. */
  readonly lapsed: readonly string[];
  readonly sector: string | null;
}

/** Somebody of the station in the register of people, by their number. */
export interface Member {
  readonly number: string;
  readonly skills: readonly string[];
  /** The unit they are on duty with. */
  readonly on: string | null;
}

export interface Crews {
  readonly office: string;
  readonly skills: readonly string[];
  readonly sectors: readonly {
    readonly id: string;
    readonly code: string;
    readonly name_fa: string;
    readonly name_en: string;
  }[];
  readonly crews: readonly Crew[];
  readonly people: readonly Member[];
}

export type WhyNot =
  | { readonly key: "crews.why.none" | "crews.why.many" | "crews.why.twice" }
  | { readonly key: "crews.why.odd"; readonly values: { readonly number: string } }
  | { readonly key: "crews.why.elsewhere"; readonly values: { readonly number: string; readonly unit: string } }
  | { readonly key: "crews.why.busy"; readonly values: { readonly unit: string } };

/** The numbers in a text, in Latin digits, whatever stands between them. */
export function numbersOf(text: string): readonly string[] {
  return text
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .split(/[\s,،;؛/]+/)
    .filter(Boolean);
}

export function whyNot(members: readonly string[], chosen: Crew, all: readonly Crew[]): WhyNot | null {
  if (chosen.busy) return { key: "crews.why.busy", values: { unit: chosen.call_sign } };
  if (members.length === 0) return { key: "crews.why.none" };
  if (members.length > MOST) return { key: "crews.why.many" };
  const odd = members.find((each) => !NUMBER.test(each));
  if (odd !== undefined) return { key: "crews.why.odd", values: { number: odd } };
  if (new Set(members).size < members.length) return { key: "crews.why.twice" };
  for (const other of all) {
    if (other.unit === chosen.unit || !other.on_duty) continue;
    const twice = other.members.find((each) => members.includes(each));
    if (twice !== undefined) return { key: "crews.why.elsewhere", values: { number: twice, unit: other.call_sign } };
  }
  return null;
}

/** The numbers with one more, or without it when it is there already. */
export function toggled(members: readonly string[], number: string): readonly string[] {
  return members.includes(number) ? members.filter((each) => each !== number) : [...members, number];
}

/** What the people of a crew can do: their unit can do it too. */
export function skillsOf(members: readonly string[], people: readonly Member[]): ReadonlySet<string> {
  const there = new Set(members.map((each) => each.toUpperCase()));
  return new Set(people.filter((each) => there.has(each.number.toUpperCase())).flatMap((each) => each.skills));
}

/** Which skills the desk has ticked for a unit: its own, and what was ticked besides those of its people. */
export function ticked(of: Crew, people: readonly Member[]): readonly string[] {
  if (!of.on_duty) return of.own_skills;
  const theirs = skillsOf(of.members, people);
  return of.skills.filter((each) => of.own_skills.includes(each) || !theirs.has(each));
}

/** What of the units of a station changes who is on them: when it does, the list is read anew. */
export function standOf(units: Iterable<Unit>, office: string): string {
  const own = [...units].filter((each) => each.office === office);
  return own
    .map((each) => `${each.call_sign} ${each.on_duty} ${each.crew} ${each.lapsed ?? 0}`)
    .sort()
    .join(", ");
}

/** Whom to begin with: a crew of whom somebody is in service no more, else the first unit that nobody is on. */
export function firstOff(crews: readonly Crew[]): Crew | null {
  return crews.find((each) => each.lapsed.length > 0) ?? crews.find((each) => !each.on_duty) ?? crews[0] ?? null;
}
