/** Calls, where they come from, and messages. */

import type { CallId, IncidentId, LonLat, Metres, OfficeId, Time, UnitId } from "../units";
import type { Priority } from "./house";

/** Somebody who waits to be called back, without anything that says who. */
export interface AwaitedCallBack {
  readonly id: CallId;
  readonly office: OfficeId;
  readonly priority: Priority;
  readonly since: Time;
  readonly late_at: Time;
  readonly tries: number;
}

export type CallChannel = "telephone" | "app" | "sos" | "web" | "sms" | "operator" | "neighbour" | "report";

export type CallState = "ringing" | "answered" | "classified" | "linked" | "closed" | "abandoned";

/** The shape of an estimate when it is more than a circle. */
export type LocationShape =
  | {
      readonly type: "ellipse";
      readonly semi_major_m: number;
      readonly semi_minor_m: number;
      readonly turned_deg: number;
    }
  | { readonly type: "area"; readonly ring: readonly LonLat[] }
  | {
      readonly type: "sector";
      readonly centre: LonLat;
      readonly inner_m: number;
      readonly outer_m: number;
      readonly start_deg: number;
      readonly opening_deg: number;
    };

/** One estimate of where a caller is; `proposed` is the server's choice among them. */
export interface CallLocation {
  readonly source: string;
  readonly point: LonLat | null;
  readonly accuracy_m: Metres | null;
  readonly at: Time;
  readonly confidence: number | null;
  readonly measured_at: Time | null;
  readonly shape: LocationShape | null;
  readonly method: string;
  readonly civic: string;
  readonly trusted: boolean;
  readonly doubt_m: Metres | null;
  readonly proposed: boolean;
}

/** One written message of a call; `by` is null for the caller. */
export interface CallText {
  readonly at: Time;
  readonly by: string | null;
  readonly text: string;
  readonly carried: "waiting" | "sent" | "shown" | "failed" | null;
  readonly why?: "no_number" | "no_gateway" | "refused" | "silent" | "page_gone" | null;
}

export interface Call {
  /** What threatens whoever goes there, as told; absent before servers knew of it. */
  readonly hazards?: string;
  readonly id: CallId;
  readonly number: string | null;
  readonly name: string | null;
  readonly callback: string | null;
  readonly channel: CallChannel;
  readonly state: CallState;
  readonly presented_at: Time;
  readonly answered_at: Time | null;
  readonly answered_by: string | null;
  readonly ended_at: Time | null;
  readonly narrative: string;
  readonly kind: string | null;
  readonly priority: Priority | null;
  readonly point: LonLat | null;
  readonly accuracy_m: Metres | null;
  readonly place: string;
  readonly locations: readonly CallLocation[];
  readonly incident: IncidentId | null;
  readonly outcome: string | null;
  readonly is_test: boolean;
  readonly data: readonly (readonly [string, string])[];
  readonly texts: readonly CallText[];
  readonly has_page: boolean;
  readonly call_back?: "due" | "done" | null;
  readonly call_back_tries?: number;
  /** Whether they may be written to unasked; absent before servers knew. */
  readonly takes_texts?: boolean;
  readonly place_link: {
    readonly asked_at: Time;
    readonly expires_at: Time;
    readonly opened_at: Time | null;
    readonly revoked_at?: Time | null;
  } | null;
  /** On its way to a province or a service, or there once `done_at` is set. */
  readonly transfer?: {
    readonly target: string;
    readonly to_call: CallId | null;
    readonly note: string;
    readonly by: string;
    readonly asked_at: Time;
    readonly done_at: Time | null;
  } | null;
  /** Another province handed it over. */
  readonly received?: {
    readonly call: CallId;
    readonly province: string;
    readonly by: string;
    readonly note: string;
    readonly presented_at: Time;
  } | null;
}

/** A short text between the desk and crews. */
export interface Message {
  readonly id: string;
  readonly at: Time;
  readonly by: string;
  /** A crew wrote it, to the desk; else the desk wrote it to the units in `to`. */
  readonly from_unit: UnitId | null;
  readonly from_call_sign: string | null;
  readonly to: readonly {
    readonly unit: UnitId;
    readonly call_sign: string;
    readonly delivered_at: Time | null;
    readonly read_at: Time | null;
  }[];
  readonly incident: IncidentId | null;
  readonly incident_number: number | null;
  readonly text: string;
  /** When somebody at the desk read what a crew wrote. */
  readonly read_at: Time | null;
}
