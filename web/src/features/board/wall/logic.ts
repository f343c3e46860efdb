/** What a wall shows when: which page, by day or by night, how large, how old. Pure. */

import type { Level } from "../../../core/selectors";
import { alarmGrade, isOpen, isStanding, levelAt, stageOf } from "../../../core/selectors";
import type { Alarm, Incident } from "../../../core/views";

export const PAGES = ["worst", "hour", "offices"] as const;
export type Page = (typeof PAGES)[number];
export const TURN_S = 20;
/** Older data is greyed with its age. */
export const STALE_MS = 10_000;
const HOUR_MS = 3_600_000;
const NIGHT_FROM = 18;
const NIGHT_UNTIL = 6;
const METRES_DEFAULT = 3;
/** A screen of 55 inches; letters are as large as the distance asks for on one of these. */
const SCREEN_M = 1.218;
const LETTERS_OF_DISTANCE = 95;
/** Of a map's names these are the letters that are read from as far as the rest; its smallest say what the rest says too. */
const MAP_LETTERS_PX = 24;

/** Whether something stands that somebody must look at now: then the page of the worst stays. */
export function inBreach(incidents: Iterable<Incident>, alarms: Iterable<Alarm>, now: number): boolean {
  for (const alarm of alarms) {
    const grade = isStanding(alarm) ? alarmGrade(alarm) : "notice";
    if (grade === "emergency" || (grade === "warning" && alarm.acknowledged_at === null)) return true;
  }
  for (const incident of incidents) {
    const level: Level = isOpen(incident) ? levelAt(stageOf(incident), now) : "ok";
    if (level === "breach") return true;
  }
  return false;
}

/** Pages turn by themselves only while nothing is in breach. */
export function pageAt(now: number, pages: readonly Page[], breach: boolean): Page {
  if (breach || pages.length === 0) return "worst";
  return pages[Math.floor(now / 1000 / TURN_S) % pages.length] ?? "worst";
}

export function themeAt(now: number, offsetMs: number): "day" | "night" {
  const hour = Math.floor((now + offsetMs) / HOUR_MS) % 24;
  return hour >= NIGHT_FROM || hour < NIGHT_UNTIL ? "night" : "day";
}

/** How far away it is read from, in metres, when the address asks for a wall (`?wall` or `?wall=6`); null when not. */
export function metresOf(search: string): number | null {
  const asked = new URLSearchParams(search).get("wall");
  if (asked === null) return null;
  const metres = Number(asked);
  return Number.isFinite(metres) && metres >= 1 && metres <= 20 ? metres : METRES_DEFAULT;
}

/** How large letters are that are read from so far, as a share of the width of the screen. */
export const shareOf = (metres: number): number => metres / LETTERS_OF_DISTANCE / SCREEN_M;

/** How many times larger a map made for a desk is shown, on a screen so many dots wide; steps, so that it is not drawn anew at once. */
export function enlargedAt(metres: number, widthPx: number): number {
  return Math.max(1, Math.round((shareOf(metres) * widthPx * 4) / MAP_LETTERS_PX) / 4);
}

/** The oldest of what is shown; null while nothing has come. */
export function oldestOf(streams: readonly { readonly freshAt: number | null }[]): number | null {
  if (streams.length === 0 || streams.some((each) => each.freshAt === null)) return null;
  return Math.min(...streams.map((each) => each.freshAt ?? 0));
}
