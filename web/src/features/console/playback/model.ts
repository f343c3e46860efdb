/** A unit's past at any moment: pure, so that what the player shows can be reckoned. */

import type { UnitLook } from "../../../core/selectors";
import type { LonLat, UnitId } from "../../../core/units";

export interface PlayedPoint {
  readonly ms: number;
  /** On the road where the road is known, else as reported. */
  readonly at: LonLat;
  readonly speed: number | null;
  readonly heading: number | null;
}
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly why: "silent" | "doubtful" | "damaged";
}
export interface Track {
  readonly unit: UnitId;
  readonly callSign: string;
  readonly from: number;
  readonly to: number;
  /** Believed positions only, oldest first. */
  readonly points: readonly PlayedPoint[];
  readonly lines: readonly (readonly LonLat[])[];
  readonly gaps: readonly Gap[];
  readonly damagedDays: readonly string[];
  readonly cut: boolean;
}
export interface Mark {
  readonly ms: number;
  readonly name: string;
  readonly callSign: string | null;
}
export interface Played {
  readonly from: number;
  readonly to: number;
  readonly point: LonLat | null;
  readonly tracks: readonly Track[];
  readonly marks: readonly Mark[];
}

/** Where a unit was: moving between two positions, or, in a gap, where it was last seen. */
export interface Then {
  readonly at: LonLat;
  readonly speed: number | null;
  readonly heading: number | null;
  /** How old the position was at that moment. */
  readonly ageS: number;
  readonly gap: Gap | null;
}

/** The last entry not later than `ms`; -1 when all are later. */
export function indexAt(all: readonly { readonly ms: number }[], ms: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.ms ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function gapAt(track: Track, ms: number): Gap | null {
  return track.gaps.find((gap) => ms > gap.from && ms < gap.to) ?? null;
}

export function thenOf(track: Track, ms: number): Then | null {
  if (ms < track.from || ms > track.to) return null;
  const n = indexAt(track.points, ms);
  const last = track.points[n];
  if (!last) return null;
  const gap = gapAt(track, ms);
  const next = track.points[n + 1];
  const said = { speed: last.speed, ageS: (ms - last.ms) / 1000, gap };
  if (gap || !next) return { at: last.at, heading: last.heading, ...said };
  const share = next.ms > last.ms ? (ms - last.ms) / (next.ms - last.ms) : 0;
  const lon = last.at[0] + share * (next.at[0] - last.at[0]);
  const lat = last.at[1] + share * (next.at[1] - last.at[1]);
  return { at: [lon, lat], heading: headingOf(last.at, next.at) ?? last.heading, ...said };
}

function headingOf(from: LonLat, to: LonLat): number | null {
  const east = (to[0] - from[0]) * Math.cos((from[1] * Math.PI) / 180);
  const north = to[1] - from[1];
  if (Math.abs(east) < 1e-6 && Math.abs(north) < 1e-6) return null;
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** The mark before or after a moment, to step along; null at the ends. */
export function stepMark(marks: readonly Mark[], ms: number, forward: boolean): Mark | null {
  if (forward) return marks.find((mark) => mark.ms > ms) ?? null;
  return marks.findLast((mark) => mark.ms < ms - 500) ?? null;
}

const LOOK_AFTER: Readonly<Record<string, UnitLook>> = {
  sent: "offered",
  delivered: "offered",
  sounded: "offered",
  accepted: "en_route",
  en_route: "en_route",
  arrived_area: "en_route",
  on_scene: "on_scene",
  transport: "on_scene",
  cleared: "available",
};

/** What a unit looked like on the map of that moment: by its last stamp; without one, as a unit that drives. */
export function lookThen(marks: readonly Mark[], callSign: string, ms: number): UnitLook {
  const own = marks.findLast((mark) => mark.callSign === callSign && mark.ms <= ms && mark.name in LOOK_AFTER);
  return LOOK_AFTER[own?.name ?? ""] ?? "en_route";
}

/** What part of the whole a moment is, 0 to 1. */
export function shareOf(played: Played, ms: number): number {
  return played.to > played.from ? Math.min(1, Math.max(0, (ms - played.from) / (played.to - played.from))) : 0;
}

interface RawTrail {
  readonly unit: string;
  readonly since: string;
  readonly until: string;
  readonly points: readonly {
    readonly at: string;
    readonly point: LonLat | null;
    readonly road: LonLat | null;
    readonly heading: number | null;
    readonly speed_m_per_s: number | null;
    readonly code: string | null;
  }[];
  readonly lines: readonly (readonly LonLat[])[];
  readonly gaps: readonly { readonly since: string; readonly until: string; readonly why: Gap["why"] }[];
  readonly damaged_days: readonly string[];
  readonly cut: boolean;
}
export interface RawPlayback {
  readonly point: LonLat | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly marks: readonly { readonly at: string; readonly name: string; readonly call_sign: string | null }[];
  readonly tracks: readonly { readonly call_sign: string; readonly trail: RawTrail }[];
}

/** Late but sound positions are as good in hindsight; all others with a code are not shown as places. */
const SOUND: ReadonlySet<string | null> = new Set([null, "position.too_old", "position.out_of_order"]);

export function readTrack(callSign: string, raw: RawTrail): Track {
  return {
    unit: raw.unit as UnitId,
    callSign,
    from: Date.parse(raw.since),
    to: Date.parse(raw.until),
    points: raw.points.flatMap((each) => {
      const at = each.road ?? each.point;
      if (!at || !SOUND.has(each.code)) return [];
      return [{ ms: Date.parse(each.at), at, speed: each.speed_m_per_s, heading: each.heading }];
    }),
    lines: raw.lines,
    gaps: raw.gaps.map((gap) => ({ from: Date.parse(gap.since), to: Date.parse(gap.until), why: gap.why })),
    damagedDays: raw.damaged_days,
    cut: raw.cut,
  };
}

export function readIncident(raw: RawPlayback): Played {
  const tracks = raw.tracks.map((each) => readTrack(each.call_sign, each.trail));
  const marks = raw.marks.map((mark) => ({ ms: Date.parse(mark.at), name: mark.name, callSign: mark.call_sign }));
  const times = [...tracks.flatMap((track) => [track.from, track.to]), ...marks.map((mark) => mark.ms)];
  return { from: Math.min(...times), to: Math.max(...times), point: raw.point, tracks, marks };
}

export function readUnit(callSign: string, raw: RawTrail): Played {
  const track = readTrack(callSign, raw);
  return { from: track.from, to: track.to, point: null, tracks: [track], marks: [] };
}
export type { RawTrail };
