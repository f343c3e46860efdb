/** What is done for a unit and its assignment, on behalf of its crew. */

import type { Assignment, Unit } from "../../../core/views";
import { translator } from "../../../i18n/catalogue";
import { spanText } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import type { ConsoleKey } from "../messages";
import { messages } from "../messages";
import type { Step } from "../rules";
import { stepsTo } from "../rules";
import { Asking, path } from "./asking";

export const REFUSALS = ["vehicle_fault", "busy_with_citizen", "no_way_through", "crew_incomplete"] as const;

export class UnitActs extends Asking {
  /** A busy unit is free in so many seconds, as its crew said by radio; null: nobody can say. */
  async freeSoon(unit: Unit, seconds: number | null): Promise<void> {
    const done = await this.ask("act.freeSoon", path("units", unit.id, "free-soon"), { in_s: seconds }, "status", [
      unit.id,
    ]);
    if (!done) return;
    const t = translator(usePrefs.getState().lang, messages);
    if (seconds === null) this.say("said.freeSoonOver", { unit: unit.call_sign });
    else this.say("said.freeSoon", { unit: unit.call_sign, span: spanText(t, seconds) });
  }

  /** A step on behalf of a crew; the steps before it are recorded with it. */
  async step(
    assignment: Assignment,
    step: Step,
    extra: { readonly reason?: string; readonly disposition?: string | null } = {},
  ): Promise<void> {
    const body = {
      ...(extra.reason ? { reason: extra.reason } : {}),
      ...(extra.disposition ? { disposition: extra.disposition } : {}),
    };
    const key: ConsoleKey = step === "refuse" ? "act.refuse" : `act.${step}`;
    for (const each of stepsTo(assignment, step)) {
      const done = await this.ask(key, path("assignments", assignment.id, each), each === step ? body : {}, step, [
        assignment.id,
        assignment.unit,
      ]);
      if (!done) return;
    }
    this.say("said.step", { units: assignment.call_sign, what: this.word(key) });
  }

  /** The crew is asked in so many minutes whether all is well. */
  async safetyTimer(assignment: Assignment, minutes: number): Promise<void> {
    const url = path("assignments", assignment.id, "safety-timer");
    const done = await this.ask("act.safetyTimer", url, { in_s: minutes * 60 }, "safety-timer", [assignment.id]);
    if (done) this.say("said.safetyTimer", { unit: assignment.call_sign, n: minutes });
  }

  async available(unit: Unit, available: boolean, secondary?: string): Promise<void> {
    const change = (to: boolean) =>
      this.ask(
        to ? "act.available" : "act.notAvailable",
        path("units", unit.id, "status"),
        { available: to, ...(secondary ? { secondary } : {}) },
        "status",
        [unit.id],
      );
    if (!(await change(available))) return;
    const key = available ? "said.available" : "said.notAvailable";
    this.say(key, { units: unit.call_sign });
    this.offerUndo(key, { units: unit.call_sign }, () => change(!available));
  }

  async duty(unit: Unit, on: boolean): Promise<void> {
    const key = on ? "act.dutyOn" : "act.dutyOff";
    if (await this.ask(key, path("units", unit.id, "duty"), { on }, "duty", [unit.id]))
      this.say("said.duty", { units: unit.call_sign, what: this.word(key) });
  }

  async endEmergency(unit: Unit): Promise<void> {
    if (await this.ask("act.emergencyEnd", path("units", unit.id, "emergency/end"), {}, "emergency", [unit.id]))
      this.say("said.duty", { units: unit.call_sign, what: this.word("act.emergencyEnd") });
  }
}
