/** What the server found, as one list in the order in which it is shown. Pure. */

import type { IncidentId, LonLat, OfficeId, Time, UnitId } from "../../../core/units";
import type { Priority } from "../../../core/views";

interface Far {
  readonly point: LonLat | null;
  readonly distance_m: number | null;
}

export interface Answer {
  readonly incidents: readonly (Far & {
    readonly id: IncidentId;
    readonly number: number;
    readonly kind: string | null;
    readonly priority: Priority | null;
    readonly place: string;
    readonly status: string;
    readonly why: string;
  })[];
  readonly past_incidents: readonly {
    readonly id: string;
    readonly number: number;
    readonly kind: string;
    readonly at: Time;
    readonly disposition: string | null;
    readonly cancelled: boolean;
  }[];
  readonly units: readonly (Far & {
    readonly id: UnitId;
    readonly call_sign: string;
    readonly office: OfficeId;
    readonly on_duty: boolean;
    readonly why: string;
  })[];
  readonly offices: readonly (Far & { readonly id: OfficeId; readonly name_fa: string; readonly name_en: string })[];
  readonly calls: readonly (Far & {
    readonly id: string;
    readonly at: Time;
    readonly number: string | null;
    readonly name: string | null;
    readonly place: string;
    readonly incident: IncidentId | null;
    readonly incident_number: number | null;
    readonly why: string;
    readonly past: boolean;
  })[];
  readonly places: readonly (Far & {
    readonly label_fa: string;
    readonly label_en: string;
    readonly detail_fa: string;
    readonly detail_en: string;
    readonly kind: string;
  })[];
  readonly personal: boolean;
}

export type Hit =
  | { readonly group: "incidents"; readonly item: Answer["incidents"][number] }
  | { readonly group: "incidents"; readonly past: Answer["past_incidents"][number] }
  | { readonly group: "units"; readonly item: Answer["units"][number] }
  | { readonly group: "calls"; readonly item: Answer["calls"][number] }
  | { readonly group: "offices"; readonly item: Answer["offices"][number] }
  | { readonly group: "places"; readonly item: Answer["places"][number] };

export type Group = Hit["group"];
export const GROUPS: readonly Group[] = ["incidents", "units", "calls", "offices", "places"];

export function listed(answer: Answer): readonly Hit[] {
  return [
    ...answer.incidents.map((item): Hit => ({ group: "incidents", item })),
    ...answer.past_incidents.map((past): Hit => ({ group: "incidents", past })),
    ...answer.units.map((item): Hit => ({ group: "units", item })),
    ...answer.calls.map((item): Hit => ({ group: "calls", item })),
    ...answer.offices.map((item): Hit => ({ group: "offices", item })),
    ...answer.places.map((item): Hit => ({ group: "places", item })),
  ];
}

/** The next row under the arrow keys; it stays within the list. */
export const stepTo = (at: number, by: number, length: number): number =>
  length === 0 ? -1 : Math.max(0, Math.min(length - 1, at + by));
