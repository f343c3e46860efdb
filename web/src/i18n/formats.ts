/**
 * Numbers, dates and durations for people. Formatters are made once, when first used: a fresh one costs a hundred times a call.
 *
 * The display offset comes from the server. It is added to the epoch and the result is formatted as UTC, because a device's
 * own zone table may be years old.
 */

import { durationParts } from "../core/selectors";
import { once } from "./once";
import type { Lang } from "./prefs";

let offsetMs = 3.5 * 3_600_000;

/** Set what to add to UTC for display, from `GET /v1/server`. */
export function setDisplayOffset(ms: number): void {
  offsetMs = ms;
}

/** What is added to UTC for display. */
export function displayOffset(): number {
  return offsetMs;
}

export interface Formats {
  readonly lang: Lang;
  /** ۱٬۲۳۴ */
  num(value: number, fractionDigits?: number): string;
  /** A number people read as a name: no grouping (رخداد ۱۲۳۴). */
  id(value: number): string;
  percent(part: number): string;
  /** Digits of a ready text in the reader's script, such as `04:12`. */
  digits(text: string): string;
  /** ۱۴۰۵/۰۸/۳۰ · 2026/11/21 */
  date(ms: number): string;
  /** شنبه ۳۰ آبان ۱۴۰۵ · Saturday 21 November 2026 */
  dateLong(ms: number): string;
  /** آبان ۱۴۰۵ · November 2026 */
  monthOf(ms: number): string;
  /** ۲۱:۳۴ */
  time(ms: number): string;
  /** ۲۱:۳۴:۰۷ */
  timeSeconds(ms: number): string;
  /** ۰۴:۱۲, from one hour ۱:۰۴:۱۲ */
  timer(ms: number): string;
  /** Time today, date and time otherwise. */
  moment(ms: number, nowMs: number): string;
  readonly compare: (a: string, b: string) => number;
}

const PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹";
const two = (value: number): string => String(value).padStart(2, "0");

function create(lang: Lang): Formats {
  const numeric = lang === "fa" ? "fa-IR-u-nu-arabext" : "en-GB";
  const numbers = [0, 1, 2].map((digits) =>
    once(() => new Intl.NumberFormat(numeric, { minimumFractionDigits: 0, maximumFractionDigits: digits })),
  );
  const plain = once(() => new Intl.NumberFormat(numeric, { useGrouping: false }));
  const percents = once(() => new Intl.NumberFormat(numeric, { style: "percent", maximumFractionDigits: 0 }));
  const calendar = lang === "fa" ? "fa-IR-u-ca-persian-nu-latn" : "en-GB-u-ca-gregory-nu-latn";
  const days = once(
    () => new Intl.DateTimeFormat(calendar, { year: "numeric", month: "2-digit", day: "2-digit", timeZone: "UTC" }),
  );
  const names = once(
    () =>
      new Intl.DateTimeFormat(calendar, {
        weekday: "long",
        year: "numeric",
        month: "long",
        day: "numeric",
        timeZone: "UTC",
      }),
  );
  const collator = once(() => new Intl.Collator(lang, { numeric: true }));
  const digits = (text: string): string =>
    lang === "fa" ? text.replace(/[0-9]/g, (digit) => PERSIAN_DIGITS[Number(digit)] as string) : text;

  const parts = (format: Intl.DateTimeFormat, ms: number): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const part of format.formatToParts(ms + offsetMs)) found[part.type] = part.value;
    return found;
  };
  const clock = (ms: number, seconds: boolean): string => {
    const ofDay = (((ms + offsetMs) % 86_400_000) + 86_400_000) % 86_400_000;
    const { hours, minutes, seconds: s } = durationParts(ofDay);
    return digits(`${two(hours)}:${two(minutes)}${seconds ? `:${two(s)}` : ""}`);
  };
  const date = (ms: number): string => {
    const { year = "", month = "", day = "" } = parts(days(), ms);
    return digits(`${year}/${month}/${day}`);
  };
  const dayOf = (ms: number): number => Math.floor((ms + offsetMs) / 86_400_000);

  return {
    lang,
    num: (value, fractionDigits = 0) =>
      (numbers[Math.min(2, fractionDigits)] as () => Intl.NumberFormat)().format(value),
    id: (value) => plain().format(value),
    percent: (part) => percents().format(part),
    digits,
    date,
    dateLong: (ms) => {
      const { weekday = "", day = "", month = "", year = "" } = parts(names(), ms);
      return digits(`${weekday} ${day} ${month} ${year}`);
    },
    monthOf: (ms) => {
      const { month = "", year = "" } = parts(names(), ms);
      return digits(`${month} ${year}`);
    },
    time: (ms) => clock(ms, false),
    timeSeconds: (ms) => clock(ms, true),
    timer: (ms) => {
      const { hours, minutes, seconds } = durationParts(ms);
      return digits(hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`);
    },
    moment: (ms, nowMs) => (dayOf(ms) === dayOf(nowMs) ? clock(ms, true) : `${date(ms)} ${clock(ms, false)}`),
    compare: (a, b) => collator().compare(a, b),
  };
}

const jalali = once(
  () =>
    new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      timeZone: "UTC",
    }),
);

/** The Jalali date of an instant for machines, whatever the reader's language: 1405-09-01. */
export function jalaliDate(ms: number): string {
  const found: Record<string, string> = {};
  for (const part of jalali().formatToParts(ms + offsetMs)) found[part.type] = part.value;
  return `${found.year}-${found.month}-${found.day}`;
}

export const fa: Formats = create("fa");
export const en: Formats = create("en");
export const FORMATS: Readonly<Record<Lang, Formats>> = { fa, en };
