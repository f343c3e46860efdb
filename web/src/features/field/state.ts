/** What the handheld shows beside what the stream tells: sound, slips, what was taken away, what an earlier run saw. */

import type { CommandId, Time } from "../../core/units";
import type { Detail, Incident, Unit } from "../../core/views";
import { isDiscreet, readGone, readSlip } from "./memory";
import type { Gone } from "./mission";
import type { SelfTest } from "./selftest/checks";

/** The work that was on the screen. */
export interface Seen {
  readonly unit: Unit | null;
  readonly incident: Incident | null;
  readonly detail: Detail | null;
}

export const NOTHING: Seen = { unit: null, incident: null, detail: null };

export interface FieldState {
  /** On duty, and the loudspeaker was unlocked since the page was opened. */
  readonly prepared: boolean;
  readonly test: SelfTest | null;
  readonly gone: readonly Gone[];
  /** An assignment shouted again, and why, until the officer has seen it. */
  readonly changed: { readonly assignment: string; readonly at: Time; readonly reason: string } | null;
  /** The last step said, for as long as one touch takes it back. */
  readonly slip: Slip | null;
  /** A call for help makes no sound on this device. */
  readonly discreet: boolean;
  readonly battery: number | null;
  readonly charging: boolean;
  /** The work as last seen by an earlier run, shown until the server speaks. */
  readonly remembered: Seen;
}

export interface Slip {
  readonly entry: CommandId;
  readonly assignment: string;
  readonly action: "on_scene" | "transport" | "clear";
  readonly label: string;
  /** By the counter that nobody sets, ms: a reload does not begin it anew. */
  readonly until: number;
}

/** As the page is opened, with what this device has kept. */
export const firstState = (): FieldState => ({
  prepared: false,
  test: null,
  gone: readGone(),
  changed: null,
  slip: readSlip(),
  discreet: isDiscreet(),
  battery: null,
  charging: false,
  remembered: NOTHING,
});
