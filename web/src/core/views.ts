/** What the server shows (docs/architecture.md, "Views"). Generated types replace these once `api/schema.d.ts` exists. */

import type {
  AlarmId,
  AssignmentId,
  CallId,
  IncidentId,
  LonLat,
  Metres,
  OfficeId,
  ProvinceId,
  SeatId,
  Seconds,
  Time,
  UnitId,
} from "./units";

export type Tier = "station" | "county" | "province" | "national";
export type Priority = 1 | 2 | 3 | 4 | 5;

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

/** A street that is closed, or takes so many times as long; from a time on, until a time or until lifted. */
export interface RoadCondition {
  readonly id: string;
  readonly province: ProvinceId;
  readonly kind: "closure" | "traffic";
  readonly time_factor: number | null;
  readonly reason: string;
  readonly note: string;
  readonly state: "planned" | "active" | "ended" | "lifted";
  readonly streets: readonly { readonly fa: string; readonly en: string }[];
  readonly length_m: Metres;
  readonly lines: readonly (readonly LonLat[])[];
  readonly starts_at: Time;
  readonly ends_at: Time | null;
  readonly started_at: Time | null;
  readonly over_at: Time | null;
  readonly by: string;
}

/** Where a warning holds, as it goes out; polygons are without their closing point. */
export interface WarningArea {
  readonly polygons: readonly (readonly LonLat[])[];
  readonly circles: readonly { readonly centre: LonLat; readonly radius_m: number }[];
}

export interface WarningWords {
  readonly event: string;
  readonly headline: string;
  readonly description: string;
  readonly instruction: string;
  readonly area: string;
  readonly sender_name: string;
}

/** A warning to the public: a draft, or what it became. Nobody among `authors` may publish it. */
export interface PublicWarning extends WarningArea {
  readonly id: string;
  readonly province: ProvinceId;
  readonly office: OfficeId;
  readonly kind: "Alert" | "Update" | "Cancel";
  readonly state: "draft" | "published" | "updated" | "cancelled";
  readonly version: number;
  readonly status: "Actual" | "Exercise" | "Test";
  readonly categories: readonly string[];
  readonly responses: readonly string[];
  readonly urgency: string;
  readonly severity: string;
  readonly certainty: string;
  readonly expires_at: Time;
  readonly onset_at: Time | null;
  readonly fa: WarningWords;
  readonly en: WarningWords | null;
  readonly area_office: OfficeId | null;
  readonly authors: readonly string[];
  readonly drafted_at: Time;
  readonly published_at: Time | null;
  readonly published_by: string | null;
  readonly replaces: string | null;
  readonly over_by: string | null;
  readonly url: string | null;
}

export interface Detail {
  /** The incident's id. */
  readonly id: IncidentId;
  readonly narrative: string;
  readonly hazards: string;
  readonly callers: readonly {
    readonly call: CallId;
    readonly number: string | null;
    readonly name: string | null;
    /** Where to call back, when that is not the number. */
    readonly callback: string | null;
  }[];
  readonly notes: readonly { readonly at: Time; readonly by: string; readonly text: string }[];
  readonly recommendation: Recommendation | null;
  /** Answers to key questions, in the crew's short words; empty words tell the crew nothing. */
  readonly answers: readonly {
    readonly question: string;
    readonly option: string;
    readonly fa: string;
    readonly en: string;
    readonly points: number;
  }[];
  /** Hazards of the place, severe ones first. */
  readonly premises: readonly Premise[];
  /** What each crew says of its work, in short. A server from before there were any says none. */
  readonly reports?: readonly {
    readonly assignment: AssignmentId;
    readonly call_sign: string;
    readonly at: Time;
    readonly disposition: string | null;
    readonly text: string;
    readonly people: number | null;
    readonly vehicles: number | null;
  }[];
  readonly photos?: readonly Photo[];
  /** Why it is on hold, in words. */
  readonly hold_words?: string;
}

/** A picture from the scene; reading it is a read of personal data. */
export interface Photo {
  readonly id: string;
  readonly at: Time;
  readonly by: string;
  readonly call_sign: string | null;
  readonly width: number;
  readonly height: number;
  readonly taken_at: Time | null;
  readonly point: LonLat | null;
}

/** A note about a hazard of a place. */
export interface Premise {
  readonly id: string;
  readonly hazard: string;
  readonly severe: boolean;
  readonly text: string;
  readonly address: string;
  readonly distance_m: number;
  readonly added_at: Time;
  readonly until: Time;
  readonly overdue: boolean;
  /** Who has read it for this incident. */
  readonly acknowledged_by: readonly string[];
}

export interface Candidate {
  readonly rank: number;
  readonly unit: UnitId;
  readonly call_sign: string;
  readonly travel_time_s: Seconds | null;
  readonly distance_m: Metres | null;
  readonly fix_age_s: Seconds | null;
  readonly position: LonLat;
  readonly divert_from: IncidentId | null;
  readonly divert_from_number: number | null;
  readonly chosen: boolean;
  readonly reason: string;
  /** Before it sets out: until it is free, until it is called away, or until its crew is in the car. */
  readonly delay_s?: Seconds;
  /** A busy unit: when its crew said it will be free. */
  readonly free_at?: Time | null;
  /** What sending it would leave; absent where nobody has counted it. */
  readonly gap?: Gap | null;
}

/** Of a unit's county: the shares of people and past calls that only this unit reaches in time, and who takes over. */
export interface Gap {
  readonly county: OfficeId | null;
  readonly limit_s: Seconds;
  readonly people_lost: number | null;
  readonly calls_lost: number | null;
  readonly people_backfilled: number | null;
  readonly calls_backfilled: number | null;
  readonly backfill: UnitId | null;
  readonly backfill_call_sign: string | null;
  readonly backfill_later_s: Seconds | null;
  readonly counted_at: Time;
}

export interface PassedOver {
  readonly unit: UnitId;
  readonly call_sign: string;
  readonly travel_time_s: Seconds | null;
  readonly reasons: readonly string[];
}

export interface Recommendation {
  readonly at: Time;
  readonly point: LonLat;
  readonly snapped: LonLat;
  readonly asked: { readonly skill: string; readonly units: number };
  readonly priority: Priority;
  readonly candidates: readonly Candidate[];
  readonly passed_over: readonly PassedOver[];
  readonly fleet: { readonly total: number; readonly by_reason: Readonly<Record<string, number>> };
  readonly settled_nodes: number;
  readonly off_road_m: Metres;
  readonly metric: string;
  /** Closures that keep everybody from the place: lifting any one opens a way, or only all together. */
  readonly barrier?: { readonly conditions: readonly string[]; readonly together: boolean } | null;
}

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
  | "held";

/** Somebody who waits to be called back, without anything that says who. */
export interface AwaitedCallBack {
  readonly id: CallId;
  readonly office: OfficeId;
  readonly priority: Priority;
  readonly since: Time;
  readonly late_at: Time;
  readonly tries: number;
}

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

export interface Named {
  readonly fa: string;
  readonly en: string;
}

export interface Office {
  readonly id: OfficeId;
  readonly tier: Tier;
  readonly parent: OfficeId | null;
  readonly province: ProvinceId | null;
  readonly code: string;
  readonly name: Named;
  readonly seat: LonLat | null;
  /** West, south, east, north of its own area; a province has its region's, in `ServerInfo`. */
  readonly bounds: readonly [number, number, number, number] | null;
}

export interface Kind {
  readonly code: string;
  readonly common: string;
  readonly name: Named;
  readonly priority: Priority;
  /** No incident gets it any more; those that have it keep it. */
  readonly retired: boolean;
  /** What it was called, until when: oldest first. */
  readonly former: readonly { readonly until: Time; readonly name_fa: string; readonly name_en: string }[];
}

export interface ProvinceInfo {
  readonly id: ProvinceId;
  /** Names exactly the files of its map; another one means another map. */
  readonly mapVersion: string;
  readonly name: Named;
  readonly centre: LonLat | null;
  readonly bounds: readonly [west: number, south: number, east: number, north: number] | null;
  /** What must be said on the map, such as that its streets are generated. */
  readonly notice: Named | null;
  /** Whose data the map is made of; always shown. */
  readonly credits: readonly Named[];
}

export interface ServerInfo {
  readonly name: string;
  readonly version: string;
  readonly demo: boolean;
  readonly at: Time;
  /** What to add to UTC for display; the device's own zone is never asked. */
  readonly offsetMs: number;
  /** When shifts begin, local, in the order of the day: `07:00`. */
  readonly shiftStarts: readonly string[];
  readonly provinces: readonly ProvinceInfo[];
}

export type Role =
  | "call_taker"
  | "dispatcher"
  | "officer"
  | "station_desk"
  | "county_desk"
  | "province_desk"
  | "national_desk"
  | "administrator"
  | "auditor";
export type Face = "console" | "field" | "board" | "admin";

export interface Seat {
  readonly id: SeatId;
  readonly role: Role;
  readonly office: OfficeId | null;
  readonly unit: UnitId | null;
  readonly title: Named;
  readonly hint: Named;
  readonly group: string;
  readonly province: ProvinceId | null;
  readonly call_sign: string | null;
}

export interface Session {
  readonly token: string | null;
  readonly person: string;
  readonly role: Role;
  readonly office: OfficeId | null;
  readonly tier: Tier | null;
  readonly province: ProvinceId | null;
  readonly unit: UnitId | null;
  readonly face: Face;
  /** What the role may do at all, in the words of the server's policy (`organisation/model.Act`). */
  readonly acts: ReadonlySet<string>;
}

export interface TimelineEntry {
  readonly position: number;
  readonly at: Time;
  readonly name: string;
  readonly actor: string | null;
  /** The incident or the call that the fact is about. */
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly device_at: Time | null;
}

/** The answer to a command. */
export interface Outcome {
  readonly command_id: string;
  readonly province: ProvinceId;
  readonly position: number;
  readonly events: readonly string[];
  readonly incident_id: IncidentId | null;
  readonly call_id: CallId | null;
  readonly assignment_ids: readonly AssignmentId[];
  readonly duplicate: boolean;
}
