/** Where a request for backup stands, as the crew that asked sees it. */

import { isEnded } from "../../../core/selectors";
import type { Work } from "../mission";

export interface BackupState {
  readonly state: "none" | "waiting" | "asked" | "nobody" | "coming" | "there";
  readonly urgent: boolean;
  /** Call signs of those on the way, or there. */
  readonly who: readonly string[];
}

/** @param waits The request is still on this device. */
export function backupOf({ incident, assignment }: Work, waits: boolean): BackupState {
  const asked = incident.backup ?? null;
  const urgent = asked?.urgent ?? false;
  if (waits) return { state: "waiting", urgent, who: [] };
  if (!asked || asked.unit !== assignment.unit) return { state: "none", urgent: false, who: [] };
  const others = incident.assignments.filter((each) => each.unit !== assignment.unit && !isEnded(each));
  const on = (states: readonly string[]) =>
    others.filter((each) => states.includes(each.state)).map((e) => e.call_sign);
  const coming = on(["accepted", "en_route"]);
  if (coming.length > 0) return { state: "coming", urgent, who: coming };
  const there = on(["on_scene", "transporting"]);
  if (there.length > 0 && incident.units_missing === 0) return { state: "there", urgent, who: there };
  const offered = on(["reserved", "sent", "delivered", "sounded"]).length > 0;
  return { state: offered ? "asked" : "nobody", urgent, who: [] };
}
