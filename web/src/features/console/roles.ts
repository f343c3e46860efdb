/** Which act of the server's policy stands behind what this desk offers; whether the seat has it, the session says. */

import type { Session } from "../../core/views";
import type { Verb } from "./command";

const ACT_OF = {
  dispatch: "dispatch",
  step: "advise_assignment",
  unit: "set_unit_duty",
  change: "change_incident",
  close: "close",
  delegate: "delegate",
  alarm: "acknowledge_alarm",
  emergencyEnd: "end_emergency",
  roads: "set_roads",
  warn: "draft_warning",
  publish: "publish_warning",
  trail: "see_trail",
} as const;

export type Duty = keyof typeof ACT_OF;
type Acts = Pick<Session, "acts">;

export const mayDo = ({ acts }: Acts, duty: Duty): boolean => acts.has(ACT_OF[duty]);

const DUTY_OF: Readonly<Partial<Record<Verb, Duty>>> = {
  D: "dispatch",
  X: "dispatch",
  E: "step",
  A: "step",
  C: "step",
  R: "step",
  H: "dispatch",
  T: "delegate",
  V: "unit",
};

export const mayCommand = (session: Acts, verb: Verb): boolean => {
  const duty = DUTY_OF[verb];
  return duty === undefined || mayDo(session, duty);
};
