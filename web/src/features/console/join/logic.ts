/** Two incidents that are one: which others come into question, and why not. Pure. */

import type { Reason } from "../../../core/reasons";
import { reason } from "../../../core/reasons";
import { activeAssignments, isOpen } from "../../../core/selectors";
import { distanceM, msOf } from "../../../core/units";
import type { Incident } from "../../../core/views";
import type { ConsoleKey } from "../messages";
import { whyNotChange } from "../rules";

export interface Near {
  readonly incident: Incident;
  readonly apartM: number | null;
}
const SHOWN = 12;

/** Open incidents that could be the same as one: the nearest first, of those as near the newest; `typed` is a number's beginning. */
export function othersOf(incidents: Iterable<Incident>, of: Incident, typed = ""): readonly Near[] {
  const found: Near[] = [];
  for (const each of incidents) {
    if (each.id === of.id || !isOpen(each) || each.draft || !String(each.number).startsWith(typed)) continue;
    found.push({ incident: each, apartM: each.point && of.point ? distanceM(each.point, of.point) : null });
  }
  const metres = (near: Near): number => near.apartM ?? Number.POSITIVE_INFINITY;
  return found
    .sort((a, b) => metres(a) - metres(b) || msOf(b.incident.created_at) - msOf(a.incident.created_at))
    .slice(0, SHOWN);
}

/** Why `gone` cannot be put into `into`; the same rules as the server's. */
export function whyNotJoin(gone: Incident | undefined, into: Incident | undefined): Reason<ConsoleKey> | null {
  const why = whyNotChange(gone) ?? whyNotChange(into);
  if (why || !gone || !into) return why;
  if (gone.id === into.id) return reason("why.joinSame", { n: gone.number });
  const holds = gone.emergency || (gone.posts ?? []).length > 0 || (gone.joined ?? []).length > 0;
  if (holds || (gone.backup && activeAssignments(gone).length > 0))
    return reason("why.joinOtherWay", { n: gone.number, into: into.number });
  return null;
}
