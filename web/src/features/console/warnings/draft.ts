/** A warning to the public as it is being written: what is missing, and the body of the request. Pure. */

import type { LonLat } from "../../../core/units";
import type { PublicWarning } from "../../../core/views";

export const STATUSES = ["Actual", "Exercise", "Test"] as const;
export const CATEGORIES = [
  "Safety",
  "Security",
  "Rescue",
  "Fire",
  "Health",
  "Env",
  "Transport",
  "Infra",
  "Met",
  "Geo",
  "CBRNE",
  "Other",
] as const;
export const RESPONSES = ["Avoid", "Shelter", "Evacuate", "Prepare", "Execute", "Monitor", "Assess", "None"] as const;
export const URGENCIES = ["Immediate", "Expected", "Future", "Unknown"] as const;
export const SEVERITIES = ["Extreme", "Severe", "Moderate", "Minor", "Unknown"] as const;
export const CERTAINTIES = ["Observed", "Likely", "Possible", "Unlikely", "Unknown"] as const;
export const LASTS_H = [1, 2, 4, 8, 24, 72, 168] as const;
export const RADII_M = [300, 500, 1000, 2000, 5000] as const;

export type Where = "polygon" | "circle" | "office" | "as_it_was";

export interface Words {
  readonly event: string;
  readonly headline: string;
  readonly description: string;
  readonly instruction: string;
  readonly area: string;
}

export interface Draft {
  /** The warning whose place this takes, or the draft that is written anew. */
  readonly updates: string | null;
  readonly revises: PublicWarning | null;
  readonly status: string;
  readonly category: string;
  readonly response: string;
  readonly urgency: string;
  readonly severity: string;
  readonly certainty: string;
  readonly lastsH: number;
  readonly where: Where;
  readonly points: readonly LonLat[];
  readonly radiusM: number;
  readonly office: string;
  readonly before: PublicWarning | null;
  readonly fa: Words;
  readonly en: Words;
}

const NO_WORDS: Words = { event: "", headline: "", description: "", instruction: "", area: "" };

export const NOTHING: Draft = {
  updates: null,
  revises: null,
  status: "Exercise",
  category: "Safety",
  response: "Avoid",
  urgency: "Immediate",
  severity: "Severe",
  certainty: "Observed",
  lastsH: 4,
  where: "circle",
  points: [],
  radiusM: 1000,
  office: "",
  before: null,
  fa: NO_WORDS,
  en: NO_WORDS,
};

/** What stands in an old warning, to begin the next from; its area stays until another is drawn. */
export function draftFrom(warning: PublicWarning, as: "update" | "revision"): Draft {
  return {
    ...NOTHING,
    updates: as === "update" ? warning.id : warning.replaces,
    revises: as === "revision" ? warning : null,
    status: warning.status,
    category: warning.categories[0] ?? "Safety",
    response: warning.responses[0] ?? "",
    urgency: warning.urgency,
    severity: warning.severity,
    certainty: warning.certainty,
    where: "as_it_was",
    before: warning,
    fa: { ...NO_WORDS, ...warning.fa },
    en: { ...NO_WORDS, ...(warning.en ?? {}) },
  };
}

/** A click on the map: a centre is replaced, an outline grows. */
export function withPoint(draft: Draft, point: LonLat): Draft {
  if (draft.where === "circle") return { ...draft, points: [point] };
  return draft.where === "polygon" ? { ...draft, points: [...draft.points, point] } : draft;
}

/** The area as the server takes it; null while it is not whole. */
export function areaBody(draft: Draft): Readonly<Record<string, unknown>> | null {
  const { before, points, where } = draft;
  if (where === "office") return draft.office ? { office: draft.office } : null;
  if (where === "circle") return points[0] ? { circles: [{ centre: points[0], radius_m: draft.radiusM }] } : null;
  if (where === "polygon") return points.length >= 3 ? { polygons: [points] } : null;
  if (!before) return null;
  return before.area_office
    ? { office: before.area_office, circles: before.circles }
    : { polygons: before.polygons, circles: before.circles };
}

export type Missing = "area" | "fa" | "en";

/** What is still missing, the first of it. English is whole or not there. */
export function missing(draft: Draft): Missing | null {
  const whole = ({ event, headline, area }: Words) => Boolean(event.trim() && headline.trim() && area.trim());
  const empty = (words: Words) => !Object.values(words).some((text) => text.trim());
  if (!areaBody(draft)) return "area";
  if (!whole(draft.fa)) return "fa";
  return empty(draft.en) || whole(draft.en) ? null : "en";
}

/** The whole request; times are told from the server's clock. */
export function warningBody(draft: Draft, now: number): Readonly<Record<string, unknown>> | null {
  const area = areaBody(draft);
  if (!area || missing(draft)) return null;
  const words = ({ event, headline, description, instruction, area: said }: Words) => ({
    event: event.trim(),
    headline: headline.trim(),
    description: description.trim(),
    instruction: instruction.trim(),
    area: said.trim(),
  });
  return {
    status: draft.status,
    categories: [draft.category],
    responses: draft.response ? [draft.response] : [],
    urgency: draft.urgency,
    severity: draft.severity,
    certainty: draft.certainty,
    expires_at: new Date(now + draft.lastsH * 3_600_000).toISOString(),
    fa: words(draft.fa),
    en: draft.en.headline.trim() ? words(draft.en) : null,
    area,
    updates: draft.revises ? null : draft.updates,
    ...(draft.revises ? { version: draft.revises.version } : {}),
  };
}

/** Warnings that are out and hold now. */
export const inForce = (warning: PublicWarning, now: number): boolean =>
  warning.state === "published" && warning.kind !== "Cancel" && Date.parse(warning.expires_at) > now;
