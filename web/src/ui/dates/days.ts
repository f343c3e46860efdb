/**
 * Between instants and the days and times of the display offset. Values are kept in the Gregorian calendar; the fields show them in
 * the reader's, Jalali in Persian.
 */

import { CalendarDateTime } from "@internationalized/date";

/** The local date and time of an instant. */
export function toLocal(ms: number, offsetMs: number): CalendarDateTime {
  const at = new Date(ms + offsetMs);
  return new CalendarDateTime(
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
  );
}

export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
}

/** The instant of a local date and time; of a date alone, its midnight. */
export function fromLocal(local: LocalTime, offsetMs: number): number {
  return Date.UTC(local.year, local.month - 1, local.day, local.hour ?? 0, local.minute ?? 0) - offsetMs;
}
