/** What Tab makes of the last word of a command line. Pure. */

import { latinDigits } from "../../core/text";
import type { Unit } from "../../core/views";
import type { CommandWorld, Verb } from "./command";
import { signKey, split } from "./command";
import { whyNotChange } from "./rules";

const SEPARATOR = /[\s,،]+/;

/** What Tab could make of the last word, best first; each is the whole new line. */
export function completions(text: string, world: CommandWorld): readonly string[] {
  const line = split(text);
  const ends = /[\s,،]$/.test(text);
  const last = ends ? "" : (text.split(SEPARATOR).at(-1) ?? "");
  const before = text.slice(0, text.length - last.length);
  if (!line.verb || (line.words.length === 0 && !ends)) return [];
  if (line.verb === "N" || line.verb === "H" || line.verb === "F") return [];
  const wantsIncident =
    line.verb === "J" ||
    ((line.verb === "D" || line.verb === "P" || line.verb === "M") && line.words.length <= (ends ? 0 : 1));
  const found: string[] = [];
  const digits = latinDigits(last);
  if (wantsIncident && /^\d*$/.test(digits)) {
    const open = [...world.incidents()].filter(
      (each) => String(each.number).startsWith(digits) && whyNotChange(each) === null,
    );
    open.sort((a, b) => (a.priority ?? 9) - (b.priority ?? 9) || b.number - a.number);
    found.push(...open.map((each) => String(each.number)));
  }
  if (line.verb !== "J" && line.verb !== "P") {
    const key = signKey(last);
    const named = new Set(line.words.map((word) => world.unitBySign(word)?.id));
    const fitting = [...world.units()].filter(
      (unit) =>
        (key === "" || signKey(unit.call_sign).startsWith(key)) &&
        (!named.has(unit.id) || signKey(unit.call_sign) !== key),
    );
    const rank = (unit: Unit): number => world.rank?.(unit) ?? 0;
    fitting.sort(
      (a, b) =>
        usable(b, line.verb) - usable(a, line.verb) || rank(a) - rank(b) || (a.call_sign < b.call_sign ? -1 : 1),
    );
    found.push(...fitting.filter((unit) => signKey(unit.call_sign) !== key).map((unit) => unit.call_sign));
  }
  return found.slice(0, 20).map((word) => `${before}${word} `);
}

function usable(unit: Unit, verb: Verb | null): number {
  if (!unit.on_duty) return 0;
  const busy = unit.assignment !== null;
  return verb === "D" || verb === "V" ? (busy ? 1 : 2) : busy ? 2 : 1;
}
