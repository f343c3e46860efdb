/** The messages of `GET /v1/stream` (docs/architecture.md, "The live stream"). */

import type { OfficeId, ProvinceId, Time, UnitId } from "../core/units";
import type {
  Alarm,
  AwaitedCallBack,
  Call,
  Detail,
  HandOver,
  Health,
  Incident,
  Message,
  PublicWarning,
  RoadCondition,
  Unit,
} from "../core/views";

export interface Kinds {
  incident: Incident;
  unit: Unit;
  alarm: Alarm;
  detail: Detail;
  call: Call;
  condition: RoadCondition;
  warning: PublicWarning;
  call_back: AwaitedCallBack;
  message: Message;
  hand_over: HandOver;
}
export type KindName = keyof Kinds;
export const KIND_NAMES: readonly KindName[] = [
  "incident",
  "unit",
  "alarm",
  "detail",
  "call",
  "condition",
  "warning",
  "call_back",
  "message",
  "hand_over",
];

export interface Item {
  readonly k: string;
  readonly id: string;
  readonly v: unknown;
}

export interface Cursor {
  readonly epoch: string;
  readonly pos: number;
}

export type ClientMessage =
  | {
      readonly t: "hello";
      readonly resume: Readonly<Record<string, Cursor>>;
      /** What may come after the rest of a snapshot. */
      readonly later?: readonly KindName[] | undefined;
      /** What comes within so long of the last message may be told in one. */
      readonly together_ms?: number | undefined;
    }
  | { readonly t: "seen"; readonly incidents: readonly string[] }
  | { readonly t: "here" }
  | {
      readonly t: "health";
      readonly battery: number | null;
      readonly sound: Health["sound"];
      readonly gps_age_s: number | null;
      readonly app_version: string;
    };

export interface Welcome {
  readonly t: "welcome";
  readonly server_at: Time;
  readonly beat_s: number;
  readonly streams: readonly ProvinceId[];
  readonly scope: { readonly office: OfficeId | null; readonly unit: UnitId | null };
}

/** Which map of a province is in force: said when the line opens, and when another one takes its place. */
export interface MapInForce {
  readonly province: ProvinceId;
  readonly version: string;
}

/** Seats that two people opened to somebody who otherwise may not sit there, and how many ask for one. */
export interface GlassNow {
  readonly seats: readonly { readonly role: string; readonly office: string; readonly until: string }[];
  readonly asked: number;
}

export type ServerMessage =
  | Welcome
  | {
      /** `snap` replaces what was held; `more` goes on with it. */
      readonly t: "snap" | "more";
      readonly stream: ProvinceId;
      readonly epoch: string;
      readonly pos: number;
      readonly at: Time;
      /** How many more frames follow before the snapshot is whole. */
      readonly left?: number;
      readonly items: readonly Item[];
    }
  | {
      readonly t: "change";
      readonly stream: ProvinceId;
      readonly epoch: string;
      readonly prev: number;
      readonly pos: number;
      readonly at: Time;
      /** Only where it was missed and is told after the event: how many more of those follow. */
      readonly left?: number;
      readonly cmds: readonly string[];
      readonly items: readonly Item[];
    }
  | { readonly t: "beat"; readonly at: Time; readonly pos: Readonly<Record<string, number>> }
  | { readonly t: "health"; readonly items: readonly Health[] }
  | { readonly t: "map"; readonly items: readonly MapInForce[] }
  | { readonly t: "glass"; readonly items: readonly GlassNow[] };
