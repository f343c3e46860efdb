/** Incidents that a call may be about, as the server rates them, with what there is to say of each. */

import type { IncidentId } from "../../core/units";
import type { Incident } from "../../core/views";

/** One answer of `POST /v1/calls/similar`. */
export interface Rated {
  readonly incident: IncidentId;
  readonly number: number;
  readonly score: number;
  readonly proposed: boolean;
  readonly apart_m: number | null;
  readonly apart_s: number;
  readonly kind: "same" | "family" | "unknown" | "other";
  readonly words: readonly string[];
  readonly same_number: boolean;
  readonly callers: number;
}

export interface Duplicate extends Rated {
  readonly known: Incident;
}

/** Those that this desk holds as well: one that it may not see, or that ended meanwhile, cannot be joined from here. */
export function held(rated: readonly Rated[], find: (id: IncidentId) => Incident | undefined): readonly Duplicate[] {
  return rated.flatMap((each) => {
    const known = find(each.incident);
    return known ? [{ ...each, known }] : [];
  });
}

/** Whether two answers say the same of the same incidents. */
export function sameDuplicates(a: readonly Duplicate[], b: readonly Duplicate[]): boolean {
  return (
    a.length === b.length &&
    a.every((each, n) => each.known === b[n]?.known && each.score === b[n]?.score && each.proposed === b[n]?.proposed)
  );
}

/** The one that a key joins: the best that is proposed, never one that is only near. */
export function bestOf(list: readonly Duplicate[]): Duplicate | null {
  return list.find((each) => each.proposed) ?? null;
}
