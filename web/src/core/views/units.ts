/** Units, their handhelds, and the alarms about them. */

import type { AlarmId, AssignmentId, CallId, IncidentId, OfficeId, Seconds, Time, UnitId } from "../units";
import type { Priority, Tier } from "./house";
import type { AssignmentState } from "./incident";

export type UnitKind = "car" | "motorcycle" | "van" | "foot";

export type PrimaryStatus = "Available" | "ConditionallyAvailable" | "NotAvailable";

export interface Unit {
  readonly id: UnitId;
  readonly slot: number;
  readonly call_sign: string;
  readonly office: OfficeId;
  readonly kind: UnitKind;
  readonly skills: readonly string[];
  readonly crew: number;
  readonly on_duty: boolean;
  readonly primary: PrimaryStatus;
  /** A word of EIDO's list. */
  readonly secondary: string;
  readonly status_since: Time;
  readonly assignment: AssignmentId | null;
  readonly assignment_state: AssignmentState | null;
  readonly incident: IncidentId | null;
  readonly incident_number: number | null;
  readonly divertible: boolean;
  readonly emergency: {
    readonly incident: IncidentId;
    readonly started_at: Time;
    readonly acknowledged_at: Time | null;
  } | null;
  readonly safety_due: Time | null;
  /** Busy, and its crew said when it will be free. */
  readonly free_at?: Time | null;
  /** How many of its crew are in service no more; absent before servers knew of it. */
  readonly lapsed?: number;
  /** When its handheld last tried itself, and what did not work. */
  readonly tested?: { readonly at: Time; readonly app_version: string; readonly failed: readonly string[] } | null;
}

export type AlarmCause =
  | "no_answer"
  | "nobody_free"
  | "waiting"
  | "panic"
  | "safety_check"
  | "not_moving"
  | "refused"
  | "late"
  | "route_blocked"
  | "backup"
  | "call_back"
  | "desk_left"
  | "crew_lapsed"
  | "held";

export interface Alarm {
  readonly id: AlarmId;
  readonly cause: AlarmCause;
  readonly incident: IncidentId | null;
  readonly incident_number: number | null;
  readonly unit: UnitId | null;
  readonly call_sign: string | null;
  /** The call that somebody should have called back. */
  readonly call?: CallId | null;
  readonly priority: Priority | null;
  readonly tier: Tier;
  readonly office: OfficeId;
  readonly raised_at: Time;
  readonly climbs_at: Time | null;
  readonly acknowledged_at: Time | null;
  readonly acknowledged_by: string | null;
  /** Put aside at the desks until an instant; absent before servers knew of it. */
  readonly shelf?: { readonly until: Time; readonly reason: string; readonly by: string } | null;
  /** A cleared alarm leaves the stream; a server may also say so first. */
  readonly cleared_at?: Time | null;
}

/** A handheld's last known health: newest only, not numbered. */
export interface Health {
  readonly unit: UnitId;
  readonly battery: number | null;
  readonly sound: "ok" | "muted" | "blocked" | "unknown";
  readonly gps_age_s: Seconds | null;
  readonly app_version: string;
  readonly at: Time;
  readonly reachable: boolean;
}
