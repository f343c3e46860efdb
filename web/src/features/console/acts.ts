/** Everything this desk can ask of the server: one function an act, each with its undo where a compensating act exists. */

import type { Api } from "../../api/client";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { uuid7 } from "../../api/uuid7";
import type { App } from "../../app/app";
import type { Reason } from "../../core/reasons";
import { reason } from "../../core/reasons";
import type { AssignmentId, CallId, IncidentId, LonLat, OfficeId, ServerMs } from "../../core/units";
import { serverMs } from "../../core/units";
import type { Alarm, Assignment, Call, Incident, Outcome, Priority, Unit } from "../../core/views";
import { translator } from "../../i18n/catalogue";
import { problemText, spanText } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import type { ConsoleKey } from "./messages";
import { messages } from "./messages";
import { isTakeable } from "./ringing/calls";
import type { Step } from "./rules";
import { stepsTo } from "./rules";
import type { CallForm } from "./store";
import { callerOf, classifiedBy, draftOf, emptyForm, isCallerNew, useDesk } from "./store";

const UNDO_MS = 10_000;

export type TaskingAct = "delegate" | "take_back" | "pass_on" | "monitor" | "stop_monitoring";
export type CallOutcome = "advice" | "hoax" | "wrong_number" | "abandoned" | "not_police";
export const CALL_OUTCOMES: readonly CallOutcome[] = ["advice", "hoax", "wrong_number", "abandoned", "not_police"];
export const REFUSALS = ["vehicle_fault", "busy_with_citizen", "no_way_through", "crew_incomplete"] as const;
export const DISPOSITIONS = [
  "report_taken",
  "no_report",
  "arrest",
  "citation",
  "settled_on_scene",
  "event_cancelled",
  "gone_on_arrival",
  "transported",
  "false_alarm",
  "unit_cancelled_en_route",
  "duplicate",
  "referred",
  "unfounded",
] as const;

const path = (kind: string, id: string, act: string): string => `/v1/${kind}/${encodeURIComponent(id)}/${act}`;

export class Acts {
  readonly #app: App;
  readonly #api: Api;
  /** Calls being made for a form: asked once, waited for by everyone. */
  readonly #making = new Map<string, Promise<CallId>>();
  /** Drafts of a form leave one after the other, so that an older one never overwrites a newer. */
  readonly #drafts = new Map<string, Promise<unknown>>();
  #undos = 0;

  constructor(app: App) {
    this.#app = app;
    this.#api = app.api;
  }

  async send(incident: Incident, units: readonly Unit[], divert: boolean): Promise<void> {
    const done = await this.#ask(
      "act.send",
      path("incidents", incident.id, "assignments"),
      {
        units: units.map((unit) => unit.id),
        ...(divert ? { divert: true } : {}),
      },
      "send",
      [incident.id, ...units.map((unit) => unit.id)],
    );
    if (!done) return;
    const signs = units.map((unit) => unit.call_sign).join(" ");
    if (done.events.includes("dispatch.unit_awaited.v1")) {
      this.#say("said.awaits", { units: signs, n: incident.number });
      return;
    }
    const made = done.assignment_ids.filter((id) => id.startsWith(`${incident.id}.`));
    this.#say("said.sent", { units: signs, n: incident.number });
    if (made.length > 0)
      this.#undo("said.sent", { units: signs, n: incident.number }, () => this.#withdraw(made, incident.id, "undo"));
  }

  /** A busy unit is free in so many seconds, as its crew said by radio; null: nobody can say. */
  async freeSoon(unit: Unit, seconds: number | null): Promise<void> {
    const done = await this.#ask("act.freeSoon", path("units", unit.id, "free-soon"), { in_s: seconds }, "status", [
      unit.id,
    ]);
    if (!done) return;
    const t = translator(usePrefs.getState().lang, messages);
    if (seconds === null) this.#say("said.freeSoonOver", { unit: unit.call_sign });
    else this.#say("said.freeSoon", { unit: unit.call_sign, span: spanText(t, seconds) });
  }

  /** Words that callers use become a name of a place; everybody finds it by them from now on. */
  async addAlias(text: string, point: LonLat): Promise<boolean> {
    const done = await this.#ask("act.addAlias", "/v1/aliases", { text, point }, "alias", []);
    if (done) this.#say("said.aliasAdded", { text });
    return done !== null;
  }

  async removeAlias(id: string, text: string): Promise<boolean> {
    const done = await this.#ask("act.removeAlias", path("aliases", id, "remove"), {}, "alias", []);
    if (done) this.#say("said.aliasRemoved", { text });
    return done !== null;
  }

  /** An address in doubt is right as it is, or with `alias` its words are a name of the place. */
  async repairAddress(incident: IncidentId, alias: string | null): Promise<boolean> {
    const url = path("addresses", incident, "repair");
    const done = await this.#ask("act.repairAddress", url, alias === null ? {} : { alias }, "repair", [incident]);
    if (done) this.#say("said.addressRepaired");
    return done !== null;
  }

  /** Send a cordon as one plan; the same act taken back withdraws all of it. */
  async cordon(incident: Incident, body: Readonly<Record<string, unknown>>, posts: number): Promise<boolean> {
    const done = await this.#ask("act.cordon", path("incidents", incident.id, "cordon"), body, "cordon", [incident.id]);
    if (!done) return false;
    const values = { n: incident.number, posts };
    this.#say("said.cordon", values);
    this.#undo("said.cordon", values, () => this.withdrawCordon(incident, "undo"));
    return true;
  }

  /** Close streets, or say that they are slow; taken back by lifting it. */
  async setRoad(body: Readonly<Record<string, unknown>>, streets: string): Promise<boolean> {
    const done = await this.#ask("act.road", "/v1/road-conditions", body, "road", []);
    const made = (done as { condition_id?: string | null } | null)?.condition_id;
    if (!made) return false;
    this.#say("said.road", { streets });
    this.#undo("said.road", { streets }, () => this.#road(made, "lift"));
    return true;
  }

  async liftRoad(id: string, streets: string): Promise<void> {
    if (!(await this.#road(id, "lift"))) return;
    this.#say("said.roadLifted", { streets });
    this.#undo("said.roadLifted", { streets }, () => this.#road(id, "restore"));
  }

  async restoreRoad(id: string): Promise<void> {
    await this.#road(id, "restore");
  }

  /** Move the end so many minutes on; taken back by the old one. */
  async roadUntil(id: string, ends: string | null, minutes: number): Promise<void> {
    const later = new Date(Date.parse(ends ?? "") + minutes * 60_000).toISOString();
    if (!(await this.#road(id, "end", { ends_at: later }))) return;
    this.#undo("said.roadEnd", {}, () => this.#road(id, "end", { ends_at: ends }));
  }

  async #road(id: string, act: "lift" | "restore" | "end", body: unknown = {}): Promise<boolean> {
    return (await this.#ask("act.road", path("road-conditions", id, act), body, "road", [id])) !== null;
  }

  /** Write, publish or throw away a warning to the public. Nothing of it is undone by a key: it is cancelled. */
  async warning(url: string, body: unknown, said: ConsoleKey): Promise<boolean> {
    const done = await this.#ask("act.warning", url, body, "warning", []);
    if (done) this.#say(said);
    return done !== null;
  }

  async withdrawCordon(incident: Incident, why = ""): Promise<Outcome | null> {
    return this.#ask(
      "act.cordonWithdraw",
      path("incidents", incident.id, "cordon/withdraw"),
      { reason: why },
      "withdraw",
      [incident.id],
    );
  }

  async #withdraw(ids: readonly AssignmentId[], incident: IncidentId, why: string): Promise<boolean> {
    const answers = await Promise.all(
      ids.map((id) =>
        this.#ask("act.withdraw", path("assignments", id, "withdraw"), { reason: why }, "withdraw", [incident, id]),
      ),
    );
    return answers.every((each) => each !== null);
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
      const done = await this.#ask(key, path("assignments", assignment.id, each), each === step ? body : {}, step, [
        assignment.id,
        assignment.unit,
      ]);
      if (!done) return;
    }
    this.#say("said.step", { units: assignment.call_sign, what: this.#word(key) });
  }

  async priority(incident: Incident, priority: Priority): Promise<void> {
    const before = incident.priority;
    const change = (to: Priority) =>
      this.#ask("act.priority", path("incidents", incident.id, "priority"), { priority: to }, "priority", [
        incident.id,
      ]);
    if (!(await change(priority))) return;
    const values = { n: incident.number, p: priority };
    this.#say("said.priority", values);
    if (before !== null) this.#undo("said.priority", values, () => change(before));
  }

  /** Answer a key question of an incident; an empty option takes the answer back. */
  async answerQuestion(incident: IncidentId, question: string, option: string): Promise<void> {
    const answers = [{ question, option }];
    await this.#ask("act.answers", path("incidents", incident, "answers"), { answers }, "answers", [incident]);
  }

  async kind(incident: Incident, kind: string): Promise<void> {
    const before = incident.kind;
    const change = (to: string) =>
      this.#ask("act.kind", path("incidents", incident.id, "kind"), { kind: to }, "kind", [incident.id]);
    if (!(await change(kind))) return;
    this.#say("said.kind", { n: incident.number });
    if (before) this.#undo("said.kind", { n: incident.number }, () => change(before));
  }

  async place(incident: Incident, point: LonLat, place: string): Promise<void> {
    const { point: pointBefore, place: placeBefore } = incident;
    const change = (to: LonLat, name: string) =>
      this.#ask(
        "act.place",
        path("incidents", incident.id, "place"),
        { point: to, ...(name ? { place: name } : {}) },
        "place",
        [incident.id],
      );
    if (!(await change(point, place))) return;
    this.#say("said.place", { n: incident.number });
    if (pointBefore) this.#undo("said.place", { n: incident.number }, () => change(pointBefore, placeBefore));
  }

  /** Warn of a place, for everybody who goes there while it holds. */
  async addHazard(body: Readonly<Record<string, unknown>>): Promise<boolean> {
    return (await this.#ask("act.hazard", "/v1/premises", body, "hazard", [])) !== null;
  }

  async removeHazard(id: string): Promise<void> {
    await this.#ask("act.hazard", path("premises", id, "remove"), {}, "hazard", []);
  }

  /** Say that a hazard was read for an incident. */
  async readHazard(incident: IncidentId, note: string): Promise<void> {
    const url = path("incidents", incident, `hazards/${encodeURIComponent(note)}/acknowledge`);
    await this.#ask("act.hazard", url, {}, "hazard", [incident]);
  }

  async note(incident: Incident, text: string): Promise<boolean> {
    const done = await this.#ask("act.note", path("incidents", incident.id, "notes"), { text }, "note", [incident.id]);
    if (done) this.#say("said.note", { n: incident.number });
    return done !== null;
  }

  async close(incident: Incident, disposition: string): Promise<void> {
    const done = await this.#ask("act.close", path("incidents", incident.id, "close"), { disposition }, "close", [
      incident.id,
    ]);
    if (!done) return;
    this.#say("said.closed", { n: incident.number });
    this.#undo("said.closed", { n: incident.number }, () => this.#reopen(incident, "undo"));
  }

  async cancel(incident: Incident, why: string): Promise<void> {
    const done = await this.#ask(
      "act.cancel",
      path("incidents", incident.id, "cancel"),
      why ? { reason: why } : {},
      "cancel",
      [incident.id],
    );
    if (!done) return;
    this.#say("said.cancelled", { n: incident.number });
    this.#undo("said.cancelled", { n: incident.number }, () => this.#reopen(incident, "undo"));
  }

  async reopen(incident: Incident, why: string): Promise<void> {
    if (await this.#reopen(incident, why)) this.#say("said.reopened", { n: incident.number });
  }

  #reopen(incident: Incident, why: string): Promise<Outcome | null> {
    return this.#ask("act.reopen", path("incidents", incident.id, "reopen"), why ? { reason: why } : {}, "reopen", [
      incident.id,
    ]);
  }

  async task(incident: Incident, act: TaskingAct, office: OfficeId): Promise<void> {
    const done = await this.#ask(
      "act.tasking",
      path("incidents", incident.id, "taskings"),
      { act, office },
      "tasking",
      [incident.id],
    );
    if (!done) return;
    this.#say("said.tasked");
    const back: TaskingAct | null = act === "delegate" ? "take_back" : act === "monitor" ? "stop_monitoring" : null;
    if (back)
      this.#undo("said.tasked", {}, () =>
        this.#ask("act.tasking", path("incidents", incident.id, "taskings"), { act: back, office }, "tasking", [
          incident.id,
        ]),
      );
  }

  async available(unit: Unit, available: boolean, secondary?: string): Promise<void> {
    const change = (to: boolean) =>
      this.#ask(
        to ? "act.available" : "act.notAvailable",
        path("units", unit.id, "status"),
        { available: to, ...(secondary ? { secondary } : {}) },
        "status",
        [unit.id],
      );
    if (!(await change(available))) return;
    const key = available ? "said.available" : "said.notAvailable";
    this.#say(key, { units: unit.call_sign });
    this.#undo(key, { units: unit.call_sign }, () => change(!available));
  }

  async duty(unit: Unit, on: boolean): Promise<void> {
    const key = on ? "act.dutyOn" : "act.dutyOff";
    if (await this.#ask(key, path("units", unit.id, "duty"), { on }, "duty", [unit.id]))
      this.#say("said.duty", { units: unit.call_sign, what: this.#word(key) });
  }

  async endEmergency(unit: Unit): Promise<void> {
    if (await this.#ask("act.emergencyEnd", path("units", unit.id, "emergency/end"), {}, "emergency", [unit.id]))
      this.#say("said.duty", { units: unit.call_sign, what: this.#word("act.emergencyEnd") });
  }

  /** An officer's emergency is acknowledged at the unit as well, so that the officer learns that a desk has seen it. */
  async acknowledge(alarm: Alarm): Promise<void> {
    const asks = [this.#ask("act.alarm", path("alarms", alarm.id, "acknowledge"), {}, "acknowledge", [alarm.id])];
    const unit = alarm.cause === "panic" ? this.#app.world.unit.get(alarm.unit) : undefined;
    if (unit?.emergency && unit.emergency.acknowledged_at === null)
      asks.push(
        this.#ask("act.emergencyAck", path("units", unit.id, "emergency/acknowledge"), {}, "emergency", [unit.id]),
      );
    if ((await Promise.all(asks))[0]) this.#say("said.acknowledged");
  }

  newForm(): void {
    const desk = useDesk.getState();
    const waiting = desk.form ? desk.forms[desk.form] : undefined;
    if (waiting) desk.show("form");
    else desk.openForm(emptyForm(uuid7(), this.#app.clock.now()));
  }

  /** Take a ringing call: the form is open at once; if somebody was faster it says so. */
  async answer(call: Call): Promise<void> {
    const desk = useDesk.getState();
    const form = { ...this.formOf(call) };
    desk.openForm(form);
    if (!isTakeable(call)) return;
    const done = await this.#ask("act.answer", path("calls", call.id, "answer"), {}, "answer", [call.id]);
    if (!done) desk.dropForm(form.id);
  }

  /** Pull a caller out who belongs elsewhere; undo puts them back. The call is open again, for whoever takes it. */
  async partCall(call: Call, incident: Incident): Promise<void> {
    const link = (to: string | null) =>
      this.#ask("act.link", path("calls", call.id, "link"), { incident: to }, "link", [call.id, incident.id]);
    if (!(await link(null))) return;
    this.#say("said.parted", { n: incident.number });
    this.#undo("said.parted", { n: incident.number }, () => link(incident.id));
  }

  /** One message to several callers; answers whether it went out. */
  async textCallers(calls: readonly string[], text: string): Promise<boolean> {
    const done = await this.#ask("act.callers", "/v1/calls/texts", { calls, text }, "text", calls);
    if (done) this.#say("said.texted", { n: done.events.length });
    return done !== null;
  }

  async askCallBacks(calls: readonly string[]): Promise<void> {
    const done = await this.#ask("act.callBack", "/v1/calls/call-backs", { calls }, "callBacks", calls);
    if (done) this.#say("said.toCallBack", { n: done.events.length });
  }

  async agreeToTexts(call: Call, agreed: boolean): Promise<void> {
    await this.#ask("act.callers", path("calls", call.id, "texts-agreed"), { agreed }, "agree", [call.id]);
  }

  /** Take it on to call back: one desk at a time has it, and another is told who. */
  async takeCallBack(call: Call): Promise<boolean> {
    useDesk.getState().set({ callBack: call.id });
    const done = await this.#ask("act.callBack", path("calls", call.id, "call-back/claim"), { on: true }, "claim", [
      call.id,
    ]);
    if (!done && useDesk.getState().callBack === call.id) useDesk.getState().set({ callBack: null });
    return done !== null;
  }

  /** Leave it to others, with nothing tried. */
  async leaveCallBack(call: Call): Promise<void> {
    useDesk.getState().set({ callBack: null });
    await this.#ask("act.callBack", path("calls", call.id, "call-back/claim"), { on: false }, "claim", [call.id]);
  }

  /** The form of a call: the one begun here, or a new one from what the server knows. */
  formOf(call: Call): CallForm {
    const known = Object.values(useDesk.getState().forms).find((each) => each.call === call.id);
    if (known) return known;
    const kind = call.kind;
    // Where the telephone is, is not yet where it happened: that is offered, and taken with one key.
    const told = call.place !== "" || kind !== null;
    return {
      ...emptyForm(uuid7(), this.#app.clock.now()),
      call: call.id,
      number: call.callback ?? call.number ?? "",
      presented: call.number ?? "",
      name: call.name ?? "",
      savedCaller: JSON.stringify({ name: call.name, callback: call.callback }),
      // What the server holds already: taking it back is then something to tell it.
      saved: JSON.stringify({
        ...(call.place ? { place: call.place } : {}),
        ...(call.narrative ? { narrative: call.narrative } : {}),
      }),
      narrative: call.narrative,
      point: told ? call.point : null,
      place: call.place,
      placeText: call.place,
      kind,
      priority: call.priority,
    };
  }

  /** The call behind a form, made when the first word is typed. */
  #callOf(id: string): Promise<CallId> {
    const form = useDesk.getState().forms[id];
    if (form?.call) return Promise.resolve(form.call);
    let making = this.#making.get(id);
    if (!making) {
      making = this.#make(id).finally(() => this.#making.delete(id));
      this.#making.set(id, making);
    }
    return making;
  }

  async #make(id: string): Promise<CallId> {
    const form = useDesk.getState().forms[id];
    const number = form?.number.trim() ?? "";
    const name = form?.name.trim() ?? "";
    const body = { channel: "operator", ...(number ? { number } : {}), ...(name ? { name } : {}) };
    const made = await this.#api.command<Outcome>("/v1/calls", body, { action: "call" });
    const call = made.call_id as CallId;
    const savedCaller = JSON.stringify({ name: name || null, callback: null });
    useDesk.getState().changeForm(id, { call, presented: number, savedCaller });
    await this.#api.command(path("calls", call, "answer"), {}, { action: "answer", subjects: [call] });
    return call;
  }

  /** Give the server what the form knows, after the drafts before it. Throws the `Problem`. */
  async saveDraft(id: string): Promise<void> {
    const before = this.#drafts.get(id) ?? Promise.resolve();
    const next = before.catch(() => undefined).then(() => this.#saveDraft(id));
    this.#drafts.set(id, next);
    await next;
  }

  async #saveDraft(id: string): Promise<void> {
    const form = useDesk.getState().forms[id];
    if (!form) return;
    const body = draftOf(form);
    const saved = JSON.stringify(body);
    if (saved !== form.saved && saved !== "{}") {
      const call = await this.#callOf(id);
      // Gone meanwhile: classified, linked or closed.
      if (!useDesk.getState().forms[id]) return;
      await this.#api.command(path("calls", call, "draft"), body, { action: "draft", subjects: [call], retries: 2 });
      useDesk.getState().changeForm(id, { saved, savedAt: this.#app.clock.now() });
    }
    const now = useDesk.getState().forms[id];
    if (now) await this.#saveCaller(now);
  }

  /** Tell who calls and where they can be called back, when that is new. Throws the `Problem`. */
  async #saveCaller(form: CallForm): Promise<void> {
    if (!form.call || !isCallerNew(form)) return;
    const body = callerOf(form);
    await this.#api.command(path("calls", form.call, "caller"), body, {
      action: "caller",
      subjects: [form.call],
      retries: 2,
    });
    useDesk.getState().changeForm(form.id, { savedCaller: JSON.stringify(body), savedAt: this.#app.clock.now() });
  }

  /** As `#saveCaller` for a form that is about to go; it says why when it failed, and holds nothing up. */
  async #lastCaller(id: string, call: CallId): Promise<void> {
    const form = useDesk.getState().forms[id];
    if (!form) return;
    try {
      await this.#saveCaller({ ...form, call });
    } catch (error) {
      this.#refused("act.caller", asProblem(error));
    }
  }

  /** Send the form: the incident is real from here on. */
  async classify(form: CallForm): Promise<boolean> {
    if (!form.kind || !form.point) return false;
    const call = await this.#settled(form.id, "act.classify");
    if (!call) return false;
    const body = {
      kind: form.kind,
      ...(form.priority || form.raised ? { priority: form.priority ?? form.raised } : {}),
      ...classifiedBy(form),
      point: form.point,
      place: form.place || form.placeText,
      ...(form.narrative.trim() ? { narrative: form.narrative.trim() } : {}),
      ...(form.hazards.trim() ? { hazards: form.hazards.trim() } : {}),
    };
    const done = await this.#ask("act.classify", path("calls", call, "classification"), body, "classify", [
      call,
      form.id,
    ]);
    if (!done) return false;
    void this.#lastCaller(form.id, call);
    this.#finish(form.id, done.incident_id);
    this.#say("said.classified");
    return true;
  }

  async link(form: CallForm, incident: Incident): Promise<void> {
    const call = await this.#settled(form.id, "act.link");
    if (!call) return;
    const words = form.narrative.trim();
    const done = await this.#ask("act.link", path("calls", call, "link"), { incident: incident.id }, "link", [
      call,
      incident.id,
    ]);
    if (!done) return;
    // What this caller added must reach the crews; a link alone carries no words.
    if (words)
      await this.#ask("act.note", path("incidents", incident.id, "notes"), { text: words }, "note", [incident.id]);
    void this.#lastCaller(form.id, call);
    this.#finish(form.id, incident.id);
    this.#say("said.linked", { n: incident.number });
    this.#undo("said.linked", { n: incident.number }, async () => {
      const parted = await this.#ask("act.link", path("calls", call, "link"), { incident: null }, "link", [call]);
      if (parted) useDesk.getState().openForm({ ...form, call });
      return parted;
    });
  }

  async closeCall(form: CallForm, outcome: CallOutcome): Promise<void> {
    if (!form.call && !this.#making.has(form.id)) {
      useDesk.getState().dropForm(form.id);
      return;
    }
    const call = await this.#settled(form.id, "act.closeCall");
    if (!call) return;
    const words = form.narrative.trim();
    await this.#lastCaller(form.id, call);
    const done = await this.#ask(
      "act.closeCall",
      path("calls", call, "close"),
      { outcome, ...(words ? { narrative: words } : {}) },
      "close",
      [call, form.id],
    );
    if (!done) return;
    useDesk.getState().dropForm(form.id);
    this.#say("said.callClosed", { outcome: this.#word(`outcome.${outcome}`) });
  }

  /** Others shall have the call, with all that is in the form. */
  async transfer(form: CallForm, target: string, where: string, note: string): Promise<boolean> {
    const call = await this.#settled(form.id, "act.transfer");
    if (!call) return false;
    // What was typed a moment ago goes with it.
    await this.saveDraft(form.id).catch(() => undefined);
    const url = path("calls", call, "transfer");
    const done = await this.#ask("act.transfer", url, { target, note }, "transfer", [call, form.id]);
    if (!done) return false;
    useDesk.getState().dropForm(form.id);
    this.#say("said.transferred", { where });
    return true;
  }

  #finish(form: string, incident: IncidentId | null): void {
    const desk = useDesk.getState();
    desk.dropForm(form);
    if (incident) desk.select(incident);
  }

  /** The call's id once drafts on their way have landed; says why when there is none. */
  async #settled(form: string, what: ConsoleKey): Promise<CallId | null> {
    await this.#drafts.get(form)?.catch(() => undefined);
    try {
      return await this.#callOf(form);
    } catch (error) {
      this.#refused(what, asProblem(error));
      return null;
    }
  }

  async #ask(
    what: ConsoleKey,
    url: string,
    body: unknown,
    action: string,
    subjects: readonly string[],
  ): Promise<Outcome | null> {
    try {
      return await this.#api.command<Outcome>(url, body, { action, subjects });
    } catch (error) {
      this.#refused(what, asProblem(error));
      return null;
    }
  }

  #refused(what: ConsoleKey, problem: Problem): void {
    const taken = problem.code === "intake.call_taken" || problem.code === "intake.call_back_taken";
    if (taken && typeof problem.details.by === "string") {
      useDesk.getState().say(reason("said.takenBy", { who: problem.details.by }), true);
      return;
    }
    const t = translator(usePrefs.getState().lang, messages);
    useDesk.getState().say(reason("said.refused", { what: t(what), why: problemText(t, problem) }), true);
  }

  #word(key: ConsoleKey): string {
    return translator(usePrefs.getState().lang, messages)(key);
  }

  #say(key: ConsoleKey, values: Reason["values"] = {}): void {
    useDesk.getState().say(reason(key, values));
  }

  #undo(key: ConsoleKey, values: NonNullable<Reason["values"]>, run: () => Promise<unknown>): void {
    const until = serverMs(this.#app.clock.now() + UNDO_MS) as ServerMs;
    this.#undos++;
    useDesk.getState().set({ undo: { id: this.#undos, text: reason(key, values), until, run } });
  }

  async undo(): Promise<void> {
    const { undo, set } = useDesk.getState();
    if (!undo || undo.until < this.#app.clock.now()) return;
    set({ undo: null });
    if (await undo.run()) this.#say("said.undone");
  }
}
