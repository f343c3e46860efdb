/** Between instants and the days and times of the display offset, in the reader's calendar: Jalali in Persian. */

import type { CalendarDate, CalendarDateTime } from "@internationalized/date";
import { CalendarDateTime as DateTime, GregorianCalendar, PersianCalendar, toCalendar } from "@internationalized/date";
import type { Lang } from "../../i18n/prefs";

const GREGORIAN = new GregorianCalendar();
const CALENDARS = { fa: new PersianCalendar(), en: GREGORIAN };

/** The local date and time of an instant. */
export function toLocal(ms: number, offsetMs: number, lang: Lang): CalendarDateTime {
  const at = new Date(ms + offsetMs);
  const local = new DateTime(
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
  );
  return toCalendar(local, CALENDARS[lang]);
}

/** The instant of a local date and time of any calendar; of a date alone, its midnight. */
export function fromLocal(local: CalendarDate | CalendarDateTime, offsetMs: number): number {
  const { year, month, day } = toCalendar(local, GREGORIAN);
  const { hour, minute } = "hour" in local ? local : { hour: 0, minute: 0 };
  return Date.UTC(year, month - 1, day, hour, minute) - offsetMs;
}
