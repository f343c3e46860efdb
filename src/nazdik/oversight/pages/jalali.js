// The Jalali calendar by days: a day is a number, days since 1970-01-01 in Iran. The device's own clock zone is never asked.
import { lang, spoken } from "./base.js";

export const DAY_MS = 86_400_000, IRAN_MS = 12_600_000;
const noon = (day) => new Date(day * DAY_MS + DAY_MS / 2);
const OWN = { fa: "fa-IR-u-ca-persian", en: "en-GB-u-ca-persian" };
const made = (options, locale) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
const NUMBERS = made({ year: "numeric", month: "numeric", day: "numeric" }, "en-US-u-ca-persian-nu-latn");
const named = (fa, en = fa) => {
  const formats = { fa: made(fa, OWN.fa), en: made(en, OWN.en) };
  return (day) => spoken(() => formats[lang].format(noon(day)));
};
const MONTH = named({ month: "long" }), LONG = named({ weekday: "long" }), NARROW = named({ weekday: "narrow" }, { weekday: "short" }), GREGORIAN = made({ day: "numeric", month: "short" }, "en-GB");

export const today = () => Math.floor((Date.now() + IRAN_MS) / DAY_MS);
export const dayOf = (iso) => Math.floor((new Date(iso).getTime() + IRAN_MS) / DAY_MS);
export const at = (day, minutes) => new Date(day * DAY_MS - IRAN_MS + minutes * 60_000);
export const minutesOf = (iso) => Math.floor(((new Date(iso).getTime() + IRAN_MS) % DAY_MS) / 60_000);
export const weekday = (day, short = false) => (short ? NARROW : LONG)(day);
export const gregorian = (day) => GREGORIAN.format(noon(day));

export function parts(day) {
  const found = Object.fromEntries(NUMBERS.formatToParts(noon(day)).map((part) => [part.type, Number(part.value)]));
  return { year: found.year ?? found.relatedYear, month: found.month, day: found.day };
}

// The days of the month in which a day lies, the first one first.
export function month(day) {
  const { month: which, day: number } = parts(day);
  const days = [day - number + 1];
  while (parts(days.at(-1) + 1).month === which) days.push(days.at(-1) + 1);
  return { days, name: MONTH(day), year: parts(day).year };
}

// How many days after Saturday: weeks begin there.
export const column = (day) => (day + 5) % 7;
