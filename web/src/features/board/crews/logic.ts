/** Who may log on where; the same rules as the server's, so that a button can say why not. Pure. */

const MOST = 8;
const NUMBER = /^[A-Za-z0-9][A-Za-z0-9-]{1,19}$/;

export interface Crew {
  readonly unit: string;
  readonly call_sign: string;
  readonly kind: string;
  readonly skills: readonly string[];
  readonly on_duty: boolean;
  readonly busy: boolean;
  readonly crew: number;
  readonly members: readonly string[];
  readonly sector: string | null;
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

/** Whom to begin with: the first unit that nobody is on. */
export function firstOff(crews: readonly Crew[]): Crew | null {
  return crews.find((each) => !each.on_duty) ?? crews[0] ?? null;
}
