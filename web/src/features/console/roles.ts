/** What a role may do at all, as the server's policy has it (organisation/policy): the desk says so before it is asked. */

import type { Role } from "../../core/views";
import type { Verb } from "./command";

export type Duty = "dispatch" | "step" | "unit" | "close" | "delegate" | "alarm" | "emergency";

/** A call-taker takes and classifies calls, notes and corrects; units and alarms are the dispatcher's. */
const MAY: Readonly<Record<Duty, readonly Role[]>> = {
  dispatch: ["dispatcher", "station_desk"],
  step: ["dispatcher"],
  unit: ["dispatcher", "station_desk"],
  close: ["dispatcher", "station_desk"],
  delegate: ["dispatcher", "station_desk", "county_desk", "province_desk"],
  alarm: ["dispatcher", "station_desk", "county_desk", "province_desk", "national_desk"],
  emergency: ["dispatcher"],
};

export const mayDo = (role: Role, duty: Duty): boolean => MAY[duty].includes(role);

const DUTY_OF: Readonly<Partial<Record<Verb, Duty>>> = {
  D: "dispatch",
  X: "dispatch",
  E: "step",
  A: "step",
  C: "step",
  R: "step",
  V: "unit",
};

export const mayCommand = (role: Role, verb: Verb): boolean => {
  const duty = DUTY_OF[verb];
  return duty === undefined || mayDo(role, duty);
};
