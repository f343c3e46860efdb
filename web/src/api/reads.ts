/** Reads that are not on the stream, brought into the shapes of `core/views.ts`. */

import type { LonLat, OfficeId, ProvinceId, Time, UnitId } from "../core/units";
import type {
  Detail,
  Face,
  Incident,
  Kind,
  Named,
  Office,
  Priority,
  ProvinceInfo,
  Role,
  ServerInfo,
  Session,
  Tier,
  TimelineEntry,
} from "../core/views";
import type { Api } from "./client";

export type Raw = Readonly<Record<string, unknown>>;

export const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
export const list = (value: unknown, name: string): readonly Raw[] => {
  const inner = Array.isArray(value) ? value : (value as Raw | null)?.[name];
  return Array.isArray(inner) ? (inner as Raw[]) : [];
};
export function named(raw: Raw, field: string): Named | null {
  const pair = raw[field] as { fa?: unknown; en?: unknown } | string | null | undefined;
  const fa = typeof pair === "string" ? pair : (text(pair?.fa) ?? text(raw[`${field}_fa`]));
  const en = typeof pair === "string" ? pair : (text(pair?.en) ?? text(raw[`${field}_en`]));
  if (fa === null && en === null) return null;
  return { fa: fa ?? (en as string), en: en ?? (fa as string) };
}
const point = (value: unknown): LonLat | null =>
  Array.isArray(value) && value.length === 2 ? [Number(value[0]), Number(value[1])] : null;
const bounds = (value: unknown): readonly [number, number, number, number] | null =>
  Array.isArray(value) && value.length === 4
    ? (value.map(Number) as unknown as [number, number, number, number])
    : null;

export function readServer(raw: Raw): ServerInfo {
  return {
    name: text(raw.name) ?? "nazdik",
    version: text(raw.version) ?? "",
    demo: raw.demo === true,
    at: String(raw.at) as Time,
    offsetMs: typeof raw.display_offset_min === "number" ? raw.display_offset_min * 60_000 : TEHRAN_MS,
    shiftStarts: Array.isArray(raw.shift_starts) ? raw.shift_starts.map(String) : [],
    provinces: list(raw.provinces, "provinces").map(
      (each): ProvinceInfo => ({
        id: String(each.id) as ProvinceId,
        mapVersion: text(each.map_version) ?? "",
        name: named(each, "name") ?? { fa: String(each.id), en: String(each.id) },
        centre: point(each.centre),
        bounds: bounds(each.bounds),
        notice: named(each, "notice"),
        credits: list(each.credits, "credits").flatMap((credit) => {
          const both = named({ credit }, "credit");
          return both ? [both] : [];
        }),
      }),
    ),
  };
}

const TEHRAN_MS = 3.5 * 3_600_000;

const TIERS = new Set(["station", "county", "province", "national"]);

/** A board's role may be named by its tier alone. */
export function roleOf(value: unknown): Role {
  const role = String(value);
  return (TIERS.has(role) ? `${role}_desk` : role) as Role;
}

function faceOf(role: string): Face {
  if (role === "officer") return "field";
  if (role === "administrator") return "admin";
  return role === "call_taker" || role === "dispatcher" ? "console" : "board";
}

export function readSession(raw: Raw): Session {
  const role = roleOf(raw.role);
  return {
    token: text(raw.token),
    person: text(raw.person) ?? "",
    role,
    office: text(raw.office) as OfficeId | null,
    tier: text(raw.tier) as Tier | null,
    province: text(raw.province) as ProvinceId | null,
    unit: text(raw.unit) as UnitId | null,
    face: (text(raw.face) as Face | null) ?? faceOf(role),
    acts: new Set(Array.isArray(raw.acts) ? raw.acts.map(String) : []),
    expiresAt: (text(raw.expires_at) as Time | null) ?? undefined,
    reportOpenS: (raw.report_open_s as number | null) ?? undefined,
  };
}

export function readOffices(raw: unknown): readonly Office[] {
  return list(raw, "offices").map((each) => ({
    id: String(each.id) as OfficeId,
    tier: String(each.tier) as Tier,
    parent: (text(each.parent) ?? text(each.parent_id)) as OfficeId | null,
    province: (text(each.province) ?? text(each.province_id)) as ProvinceId | null,
    code: text(each.code) ?? "",
    name: named(each, "name") ?? { fa: String(each.id), en: String(each.id) },
    seat: point(each.seat),
    bounds: bounds(each.bounds),
  }));
}

export function readKinds(raw: unknown): readonly Kind[] {
  return list(raw, "kinds").map((each) => ({
    code: String(each.code),
    common: text(each.common) ?? "",
    name: named(each, "name") ?? { fa: String(each.code), en: String(each.code) },
    priority: Number(each.priority) as Priority,
    retired: each.retired === true,
    former: list(each, "former") as unknown as Kind["former"],
  }));
}

export const getServer = async (api: Api): Promise<ServerInfo> => readServer(await api.get<Raw>("/v1/server"));
export const getSession = async (api: Api): Promise<Session> => readSession(await api.get<Raw>("/v1/session"));
export const getOffices = async (api: Api): Promise<readonly Office[]> => readOffices(await api.get("/v1/offices"));
export const getIncident = (api: Api, id: string): Promise<Incident> => api.get<Incident>(`/v1/incidents/${id}`);
export const getDetail = (api: Api, id: string): Promise<Detail> => api.get<Detail>(`/v1/incidents/${id}/detail`);

export async function getTimeline(api: Api, id: string, signal?: AbortSignal): Promise<readonly TimelineEntry[]> {
  return list(
    await api.get(`/v1/incidents/${id}/timeline`, {}, signal),
    "entries",
  ) as unknown as readonly TimelineEntry[];
}
