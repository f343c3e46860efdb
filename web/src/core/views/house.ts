/** What seldom changes: offices, kinds, seats, the server; and what is common to all. */

import type { AssignmentId, CallId, IncidentId, LonLat, OfficeId, ProvinceId, SeatId, Time, UnitId } from "../units";

export type Tier = "station" | "county" | "province" | "national";

export type Priority = 1 | 2 | 3 | 4 | 5;

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
  /** When it is over, whatever is done. */
  readonly expiresAt?: Time | undefined;
  /** How many seconds after clearing this crew may change its report. */
  readonly reportOpenS?: number | undefined;
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
