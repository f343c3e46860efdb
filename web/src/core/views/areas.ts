/** What holds in a street or an area: closed roads and warnings to the public. */

import type { LonLat, Metres, OfficeId, ProvinceId, Time } from "../units";

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
