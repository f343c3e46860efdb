/** Whom the crew can ring up about an incident. */

import type { Detail } from "../../../core/views";

/** The number to call back: the one the caller gave, else the one they called from. */
export function backTo(caller: { readonly number: string | null; readonly callback: string | null }): string | null {
  return caller.callback ?? caller.number;
}

/** The newest number that can be rung up; null when none was recorded. */
export function numberOf(detail: Detail | null): string | null {
  return (detail?.callers ?? []).map(backTo).findLast((number) => number !== null) ?? null;
}
