/** What is done for a unit and its assignment, on behalf of its crew. */

import { reason } from "../../../core/reasons";
import { msOf } from "../../../core/units";
import type { Assignment, Outcome, Unit } from "../../../core/views";
import { translator } from "../../../i18n/catalogue";
import { spanText } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import type { ConsoleKey } from "../messages";
import { messages } from "../messages";
import type { Step } from "../rules";
import { saidBack, secondsUntil, stepsTo, wayBack } from "../rules";
import { useDesk } from "../store";
import { Asking, path } from "./asking";

/** The server takes no less. */
const FREE_SOON_LEAST_S = 10;

export class UnitActs extends Asking {
  /** A busy unit is free in so many seconds, as its crew said by radio; null: nobody can say. */
  async freeSoon(unit: Unit, seconds: number | null): Promise<void> {
    const before = unit.free_at ?? null;
    const change = (in_s: number | null) =>
      this.ask("act.freeSoon", path("units", unit.id, "free-soon"), { in_s }, "status", [unit.id]);
    if (!(await change(seconds))) return;
    const t = translator(usePrefs.getState().lang, messages);
    const key = seconds === null ? "said.freeSoonOver" : "said.freeSoon";
    const values = { unit: unit.call_sign, span: seconds === null ? "" : spanText(t, seconds) };
    this.say(key, values);
    this.offerUndo(key, values, () => {
      // What was said before may be over by now: then nobody knows.
      const left = before === null ? 0 : Math.round((msOf(before) - this.app.clock.now()) / 1000);
      return change(left >= FREE_SOON_LEAST_S ? left : null);
    });
  }

  /** A step on behalf of crews; the steps before it are recorded with it. One undo takes back what all of them did. */
  async step(
    assignments: readonly Assignment[],
    step: Step,
    extra: { readonly reason?: string; readonly disposition?: string | null } = {},
  ): Promise<void> {
    // Until this is answered nothing is offered back: a quick hand would take back the step before it.
    useDesk.getState().set({ undo: null });
    const went = await Promise.all(assignments.map((each) => this.#step(each, step, extra)));
    const done = assignments.filter((_, n) => went[n]);
    if (done.length === 0) return;
    const key: ConsoleKey = `act.${step}`;
    const values = { units: done.map((each) => each.call_sign).join(" "), what: this.word(key) };
    this.say("said.step", values);
    const back = done.filter((each) => wayBack(each, step) !== null);
    if (back.length > 0)
      this.offerUndo(
        "said.step",
        values,
        async () => (await Promise.all(back.map((each) => this.#takeBack(each, step)))).every((each) => each !== null),
        reason(saidBack(back, step), { ...values, units: back.map((each) => each.call_sign).join(" ") }),
      );
  }

  async #step(
    assignment: Assignment,
    step: Step,
    extra: { readonly reason?: string; readonly disposition?: string | null },
  ): Promise<boolean> {
    const body = {
      ...(extra.reason ? { reason: extra.reason } : {}),
      ...(extra.disposition ? { disposition: extra.disposition } : {}),
    };
    for (const each of stepsTo(assignment, step)) {
      const done = await this.ask(
        `act.${step}`,
        path("assignments", assignment.id, each),
        each === step ? body : {},
        step,
        [assignment.id, assignment.unit],
      );
      if (!done) return false;
    }
    return true;
  }

  #takeBack(assignment: Assignment, step: Step): Promise<Outcome | null> {
    const way = wayBack(assignment, step);
    if (way === "anew") {
      const incident = assignment.id.slice(0, assignment.id.lastIndexOf("."));
      const body = { units: [assignment.unit] };
      return this.ask("act.send", path("incidents", incident, "assignments"), body, "send", [assignment.unit]);
    }
    const body = { step: way, ...(step === "safety-check" ? { safety_due: assignment.safety_due } : {}) };
    return this.ask("act.takeBack", path("assignments", assignment.id, "take-back"), body, "take-back", [
      assignment.id,
      assignment.unit,
    ]);
  }

  /** The crew is asked in so many minutes whether all is well. */
  async safetyTimer(assignment: Assignment, minutes: number): Promise<void> {
    const url = path("assignments", assignment.id, "safety-timer");
    const before = assignment.safety_due;
    const set = (seconds: number) =>
      this.ask("act.safetyTimer", url, { in_s: seconds }, "safety-timer", [assignment.id]);
    if (!(await set(minutes * 60))) return;
    const values = { unit: assignment.call_sign, n: minutes };
    this.say("said.safetyTimer", values);
    if (before)
      this.offerUndo("said.safetyTimer", values, () => set(secondsUntil(before, this.app.clock.now())), {
        key: "said.safetyTimerBack",
        values,
      });
  }

  /** Free, or away, as the crews said by radio. One undo gives each back what it was, and why it was away. */
  async available(units: readonly Unit[], available: boolean): Promise<void> {
    const change = (unit: Unit, to: boolean, secondary?: string) =>
      this.ask(
        to ? "act.available" : "act.notAvailable",
        path("units", unit.id, "status"),
        { available: to, ...(secondary ? { secondary } : {}) },
        "status",
        [unit.id],
      );
    // As it was: by the time it is taken back the world holds what was done.
    const before = units.map((unit) => ({ unit, secondary: unit.secondary }));
    const went = await Promise.all(units.map((unit) => change(unit, available)));
    const done = before.filter((_, n) => went[n]);
    if (done.length === 0) return;
    const key = available ? "said.available" : "said.notAvailable";
    const values = { units: done.map(({ unit }) => unit.call_sign).join(" ") };
    this.say(key, values);
    this.offerUndo(key, values, async () =>
      (await Promise.all(done.map(({ unit, secondary }) => change(unit, !available, secondary)))).every(
        (each) => each !== null,
      ),
    );
  }

  async duty(unit: Unit, on: boolean): Promise<void> {
    const key = on ? "act.dutyOn" : "act.dutyOff";
    const before = { crew: unit.crew, skills: unit.skills };
    const change = (body: Readonly<Record<string, unknown>>) =>
      this.ask(key, path("units", unit.id, "duty"), body, "duty", [unit.id]);
    if (!(await change({ on }))) return;
    const values = { units: unit.call_sign, what: this.word(key) };
    this.say("said.duty", values);
    // Who was logged on by code is known to the office that did it: the desk gives back how many, and what they can do.
    const again = { on: true, ...(before.crew > 0 ? { crew: before.crew, skills: before.skills } : {}) };
    this.offerUndo(
      "said.duty",
      values,
      () => change(on ? { on: false } : again),
      reason(on || before.crew === 0 ? "said.undone" : "said.dutyBack", { units: unit.call_sign, n: before.crew }),
    );
  }

  async endEmergency(unit: Unit): Promise<void> {
    if (await this.ask("act.emergencyEnd", path("units", unit.id, "emergency/end"), {}, "emergency", [unit.id]))
      this.say("said.duty", { units: unit.call_sign, what: this.word("act.emergencyEnd") });
  }
}
