/** An incident, who works on it, and what stands in their way. */

import type { AssignmentId, IncidentId, LonLat, Metres, OfficeId, ProvinceId, Seconds, Time, UnitId } from "../units";
import type { Priority, Tier } from "./house";

export type IncidentStatus =
  | "Draft"
  | "Active"
  | "ResourcesAssigned"
  | "ResourcesEnroute"
  | "ResourcesOnscene"
  | "Waiting"
  | "ReportPending"
  | "Closed"
  | "Cancelled";

export type WaitingReason = "nobody_free" | "none_in_reach" | "auto_off" | "suggest_only" | "withdrawn" | "free_soon";

export interface Incident {
  readonly id: IncidentId;
  readonly number: number;
  readonly province: ProvinceId;
  readonly kind: string | null;
  readonly kind_common: string | null;
  readonly priority: Priority | null;
  readonly draft: boolean;
  readonly status: IncidentStatus;
  readonly waiting_reason: WaitingReason | null;
  readonly waiting_since: Time | null;
  readonly place: string;
  readonly point: LonLat | null;
  readonly station: OfficeId | null;
  readonly offices: readonly Tasking[];
  readonly assignments: readonly Assignment[];
  /** So many older offers that nobody took are not among them; absent before servers left any out. */
  readonly offers_left_out?: number;
  readonly units_needed: number;
  readonly units_missing: number;
  readonly calls: number;
  readonly created_at: Time;
  readonly classified_at: Time | null;
  readonly point_at: Time | null;
  readonly first_sent_at: Time | null;
  readonly first_accepted_at: Time | null;
  readonly first_en_route_at: Time | null;
  readonly first_on_scene_at: Time | null;
  readonly last_cleared_at: Time | null;
  readonly closed_at: Time | null;
  readonly disposition: string | null;
  /** An officer's emergency. */
  readonly emergency: boolean;
  /** The call sign of the crew that asked for help. */
  readonly in_danger: string | null;
  readonly escalated_to: Tier | null;
  readonly seen: Readonly<Partial<Record<Tier, Time>>>;
  readonly late_entry: boolean;
  readonly reopened_at: Time | null;
  /** What is to be sent, and by whose rule; without one it is the kind's own plan. */
  readonly plan: {
    readonly needs: readonly { readonly skill: string; readonly units: number }[];
    readonly rule: string | null;
    readonly office: OfficeId | null;
    readonly note: string;
    readonly version: string;
  };
  /** What answers to key questions propose, where that is another; null once a person decided. */
  readonly proposed_priority: Priority | null;
  /** The posts of its cordon; absent before servers knew of them. */
  readonly posts?: readonly Post[];
  /** Busy units that it waits for; absent before servers knew of them. */
  readonly awaits?: readonly { readonly unit: UnitId; readonly call_sign: string; readonly by_hand: boolean }[];
  /** A crew asks for another unit beside it. */
  readonly backup?: {
    readonly unit: UnitId;
    readonly call_sign: string;
    readonly at: Time;
    readonly urgent: boolean;
  } | null;
  /** Other services that were asked to come. */
  readonly services?: readonly { readonly service: string; readonly at: Time; readonly by: string }[];
  /** Put aside until an instant, by whom and why. */
  readonly hold?: { readonly since: Time; readonly until: Time; readonly reason: string; readonly by: string } | null;
  /** The incident that it turned out to be the same as; those that turned out to be the same as this one. */
  readonly joined_into?: { readonly id: IncidentId; readonly number: number } | null;
  readonly joined?: readonly { readonly id: IncidentId; readonly number: number }[];
  /** Who at the desk answers for it, once a desk was handed over. */
  readonly keeper?: string | null;
}

/** A desk that its holder left and nobody has taken yet. */
export interface HandOver {
  readonly id: string;
  readonly office: OfficeId;
  readonly by: string;
  readonly at: Time;
  readonly note: string;
  readonly incidents: readonly IncidentId[];
  readonly calls: number;
  /** Nobody gave it: its screens have been silent since then. */
  readonly silent_since?: Time | null;
}

/** A place that one patrol of a cordon holds, and when the fugitive could be there at the soonest. */
export interface Post {
  readonly number: number;
  readonly point: LonLat;
  readonly place: string;
  readonly due_at: Time | null;
  readonly at_border: boolean;
}

/** An office that has the incident. */
export interface Tasking {
  readonly office: OfficeId;
  readonly role: string;
  readonly mode: string;
  readonly since: Time;
  readonly by: string | null;
}

export type AssignmentState =
  | "reserved"
  | "sent"
  | "delivered"
  | "sounded"
  | "accepted"
  | "en_route"
  | "on_scene"
  | "transporting"
  | "cleared"
  | "refused"
  | "withdrawn"
  | "unanswered"
  | "cancelled"
  | "diverted";

export type AssignmentCause =
  | "automatic"
  | "manual"
  | "pre_alert"
  | "panic"
  | "next_nearest"
  | "own_event"
  | "cordon"
  | "late_answer"
  | "backup";

export interface Assignment {
  readonly id: AssignmentId;
  readonly unit: UnitId;
  readonly call_sign: string;
  readonly state: AssignmentState;
  readonly pre_alert: boolean;
  readonly cause: AssignmentCause;
  readonly skill: string;
  readonly travel_time_s: Seconds | null;
  readonly distance_m: Metres | null;
  readonly reserved_at: Time | null;
  readonly sent_at: Time | null;
  readonly delivered_at: Time | null;
  readonly sounded_at: Time | null;
  readonly accepted_at: Time | null;
  readonly en_route_at: Time | null;
  readonly arrived_area_at: Time | null;
  readonly on_scene_at: Time | null;
  readonly transport_at: Time | null;
  readonly cleared_at: Time | null;
  readonly ended_at: Time | null;
  readonly reason: string | null;
  readonly realerted_at?: Time | null;
  readonly realert_reason?: string | null;
  readonly answer_by: Time | null;
  readonly safety_due: Time | null;
  readonly safety_asked_at?: Time | null;
  /** With a post the unit goes there, not to the scene. */
  readonly post?: Post | null;
  /** A closure began across its way; `after_s` null: no way is left. */
  readonly blocked?: Blocked | null;
  readonly renewed?: Renewed | null;
}

/** The roads changed under a unit on its way; `slower` when it is a good deal later now. */
export interface Renewed {
  readonly condition: string;
  readonly at: Time;
  readonly before_s: Seconds | null;
  readonly after_s: Seconds;
  readonly slower: boolean;
  readonly sooner_unit: UnitId | null;
  readonly sooner_call_sign: string | null;
  readonly sooner_s: Seconds | null;
}

export interface Blocked {
  readonly condition: string;
  readonly at: Time;
  readonly before_s: Seconds;
  readonly after_s: Seconds | null;
  readonly sooner_unit: UnitId | null;
  readonly sooner_call_sign: string | null;
  readonly sooner_s: Seconds | null;
}
