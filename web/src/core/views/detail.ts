/** What is told of an incident beyond its row: the personal part, the scene, and who could go. */

import type { AssignmentId, CallId, IncidentId, LonLat, Metres, OfficeId, Seconds, Time, UnitId } from "../units";
import type { Priority } from "./house";

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
  readonly voices?: readonly Voice[];
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

/** A voice note from the scene; hearing it is a read of personal data. */
export interface Voice {
  readonly id: string;
  readonly at: Time;
  readonly by: string;
  readonly call_sign: string | null;
  readonly media_type: string;
  readonly seconds: number;
  readonly spoken_at: Time | null;
}
