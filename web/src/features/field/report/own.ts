/** The crew's last short report, kept on the device while it may still be changed, and not a moment longer. */

import { pocket } from "../pocket";
import type { Outcome } from "./outcomes";

/** As long as a change is taken where no office says otherwise; the clock runs from clearing. */
export const REPORT_OPEN_S = 1_800;

export interface Words {
  readonly text: string;
  readonly people: number | null;
  readonly vehicles: number | null;
}

export interface OwnReport extends Words {
  readonly assignment: string;
  readonly number: number;
  readonly kindCommon: string | null;
  readonly disposition: Outcome;
  /** Server ms. */
  readonly clearedAt: number;
  /** As long as the crew's office allows, said when the face was opened. */
  readonly openS?: number | undefined;
}

export const NO_WORDS: Words = { text: "", people: null, vehicles: null };
export const openUntil = (report: OwnReport): number => report.clearedAt + (report.openS ?? REPORT_OPEN_S) * 1000;

const name = (unit: string): string => `report ${unit}`;

export function keepReport(unit: string, report: OwnReport | null): void {
  pocket.set(name(unit), report ? JSON.stringify(report) : null);
}

/** The report that may still be changed; one that may not is forgotten, for it names what happened to people. */
export function openReport(unit: string, nowMs: number): OwnReport | null {
  try {
    const text = pocket.get(name(unit));
    if (!text) return null;
    const report = JSON.parse(text) as OwnReport;
    if (nowMs < openUntil(report)) return report;
    pocket.set(name(unit), null);
  } catch {
    // As if there were none.
  }
  return null;
}

/** A count as it is stepped: nothing said, then 0 upwards; below nought is nothing said again. */
export function stepped(count: number | null, by: 1 | -1): number | null {
  if (count === null) return by > 0 ? 1 : 0;
  const next = count + by;
  return next < 0 ? null : Math.min(999, next);
}
