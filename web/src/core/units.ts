/** Branded ids and quantities, so that two strings or two numbers cannot be swapped unseen. */

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

export type IncidentId = Branded<string, "IncidentId">;
export type AssignmentId = Branded<string, "AssignmentId">;
export type CallId = Branded<string, "CallId">;
export type UnitId = Branded<string, "UnitId">;
export type OfficeId = Branded<string, "OfficeId">;
export type AlarmId = Branded<string, "AlarmId">;
export type ProvinceId = Branded<string, "ProvinceId">;
export type SeatId = Branded<string, "SeatId">;
export type CommandId = Branded<string, "CommandId">;

export type Seconds = Branded<number, "Seconds">;
export type Metres = Branded<number, "Metres">;
/** Milliseconds since 1970 by the server's clock. */
export type ServerMs = Branded<number, "ServerMs">;
/** RFC 3339 with `Z`, as it travels. */
export type Time = Branded<string, "Time">;
/** Longitude before latitude, WGS84 degrees (RFC 7946). */
export type LonLat = readonly [lon: number, lat: number];

export const seconds = (value: number): Seconds => value as Seconds;
export const metres = (value: number): Metres => value as Metres;
export const serverMs = (value: number): ServerMs => value as ServerMs;

/** Everything before the first `.` of an id is its province. */
export function provinceOf(id: string): ProvinceId {
  const dot = id.indexOf(".");
  return (dot < 0 ? id : id.slice(0, dot)) as ProvinceId;
}

const parsed = new Map<string, number>();

/** Milliseconds of a wire time; parsing is kept, because rows ask every second. */
export function msOf(time: Time): ServerMs;
export function msOf(time: Time | null | undefined): ServerMs | null;
export function msOf(time: Time | null | undefined): ServerMs | null {
  // A field that an older server does not know is as good as not happened.
  if (time == null) return null;
  let ms = parsed.get(time);
  if (ms === undefined) {
    ms = Date.parse(time);
    if (parsed.size > 20_000) parsed.clear();
    parsed.set(time, ms);
  }
  return ms as ServerMs;
}

const EARTH_RADIUS_M = 6_371_008.8;

/** Great-circle distance. */
export function distanceM(a: LonLat, b: LonLat): Metres {
  const rad = Math.PI / 180;
  const dLat = (b[1] - a[1]) * rad;
  const dLon = (b[0] - a[0]) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * Math.sin(dLon / 2) ** 2;
  return (2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))) as Metres;
}
