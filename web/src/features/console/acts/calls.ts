/** Calls: answering, drafts, classifying, joining, closing, handing over. */

import { asProblem } from "../../../api/problem";
import { uuid7 } from "../../../api/uuid7";
import type { CallId, IncidentId } from "../../../core/units";
import type { Call, Incident, Outcome } from "../../../core/views";
import type { ConsoleKey } from "../messages";
import { isTakeable } from "../ringing/calls";
import type { CallForm } from "../store";
import { callerOf, classifiedBy, draftOf, emptyForm, isCallerNew, isEmptyForm, useDesk, withDanger } from "../store";
import { Asking, path } from "./asking";

export type CallOutcome = "advice" | "hoax" | "wrong_number" | "abandoned" | "not_police";
export const CALL_OUTCOMES: readonly CallOutcome[] = ["advice", "hoax", "wrong_number", "abandoned", "not_police"];

export class CallActs extends Asking {
  /** Calls being made for a form: asked once, waited for by everyone. */
  readonly #making = new Map<string, Promise<CallId>>();
  /** Drafts of a form leave one after the other, so that an older one never overwrites a newer. */
  readonly #drafts = new Map<string, Promise<unknown>>();

  newForm(): void {
    const desk = useDesk.getState();
    const waiting = desk.form ? desk.forms[desk.form] : undefined;
    // From a form at work the key begins another; the first one waits beside it.
    if (waiting && (desk.end !== "form" || isEmptyForm(waiting))) desk.show("form");
    else desk.openForm(emptyForm(uuid7(), this.app.clock.now()));
  }

  /** Take a ringing call: the form is open at once; if somebody was faster it says so. */
  async answer(call: Call): Promise<void> {
    const desk = useDesk.getState();
    const form = { ...this.formOf(call) };
    desk.openForm(form);
    if (!isTakeable(call)) return;
    const done = await this.ask("act.answer", path("calls", call.id, "answer"), {}, "answer", [call.id]);
    if (!done) desk.dropForm(form.id);
  }

  /** The form of a call: the one begun here, or a new one from what the server knows. */
  formOf(call: Call): CallForm {
    const known = Object.values(useDesk.getState().forms).find((each) => each.call === call.id);
    if (known) return known;
    const kind = call.kind;
    // Where the telephone is, is not yet where it happened: that is offered, and taken with one key.
    const told = call.place !== "" || kind !== null;
    return {
      ...emptyForm(uuid7(), this.app.clock.now()),
      call: call.id,
      number: call.callback ?? call.number ?? "",
      presented: call.number ?? "",
      name: call.name ?? "",
      savedCaller: JSON.stringify({ name: call.name, callback: call.callback }),
      // What the server holds already: taking it back is then something to tell it.
      saved: JSON.stringify({
        ...(call.place ? { place: call.place } : {}),
        ...(call.narrative ? { narrative: call.narrative } : {}),
        ...(call.hazards ? { hazards: call.hazards } : {}),
      }),
      narrative: call.narrative,
      hazards: call.hazards ?? "",
      point: told ? call.point : null,
      place: call.place,
      placeText: call.place,
      named: call.place,
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
    const made = await this.app.api.command<Outcome>("/v1/calls", body, { action: "call" });
    const call = made.call_id as CallId;
    const savedCaller = JSON.stringify({ name: name || null, callback: null });
    useDesk.getState().changeForm(id, { call, presented: number, savedCaller });
    await this.app.api.command(path("calls", call, "answer"), {}, { action: "answer", subjects: [call] });
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
      await this.app.api.command(path("calls", call, "draft"), body, { action: "draft", subjects: [call], retries: 2 });
      useDesk.getState().changeForm(id, { saved, savedAt: this.app.clock.now() });
    }
    const now = useDesk.getState().forms[id];
    if (now) await this.#saveCaller(now);
  }

  /** Tell who calls and where they can be called back, when that is new. Throws the `Problem`. */
  async #saveCaller(form: CallForm): Promise<void> {
    if (!form.call || !isCallerNew(form)) return;
    const body = callerOf(form);
    await this.app.api.command(path("calls", form.call, "caller"), body, {
      action: "caller",
      subjects: [form.call],
      retries: 2,
    });
    useDesk.getState().changeForm(form.id, { savedCaller: JSON.stringify(body), savedAt: this.app.clock.now() });
  }

  /** As `#saveCaller` for a form that is about to go; it says why when it failed, and holds nothing up. */
  async #lastCaller(id: string, call: CallId): Promise<void> {
    const form = useDesk.getState().forms[id];
    if (!form) return;
    try {
      await this.#saveCaller({ ...form, call });
    } catch (error) {
      this.refused("act.caller", asProblem(error));
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
    const done = await this.ask("act.classify", path("calls", call, "classification"), body, "classify", [
      call,
      form.id,
    ]);
    if (!done) return false;
    void this.#lastCaller(form.id, call);
    this.#finish(form.id, done.incident_id);
    this.say("said.classified");
    return true;
  }

  async link(form: CallForm, incident: Incident): Promise<void> {
    const call = await this.#settled(form.id, "act.link");
    if (!call) return;
    const done = await this.ask("act.link", path("calls", call, "link"), { incident: incident.id }, "link", [
      call,
      incident.id,
    ]);
    if (!done) return;
    // What this caller added must reach the crews; a link alone carries no words.
    const words = this.#allWords(form);
    const note = (text: string) =>
      this.ask("act.note", path("incidents", incident.id, "notes"), { text }, "note", [incident.id]);
    const noted = words !== "" && (await note(words)) !== null;
    void this.#lastCaller(form.id, call);
    this.#finish(form.id, incident.id);
    this.say("said.linked", { n: incident.number });
    this.offerUndo("said.linked", { n: incident.number }, async () => {
      const parted = await this.ask("act.link", path("calls", call, "link"), { incident: null }, "link", [call]);
      if (!parted) return null;
      useDesk.getState().openForm({ ...form, call });
      // The crews have read what that caller said: they are told that it is about something else.
      return noted ? note(this.takenBack(words)) : parted;
    });
  }

  async closeCall(form: CallForm, outcome: CallOutcome): Promise<void> {
    if (!form.call && !this.#making.has(form.id)) {
      useDesk.getState().dropForm(form.id);
      return;
    }
    const call = await this.#settled(form.id, "act.closeCall");
    if (!call) return;
    const words = this.#allWords(form);
    await this.#lastCaller(form.id, call);
    const done = await this.ask(
      "act.closeCall",
      path("calls", call, "close"),
      { outcome, ...(words ? { narrative: words } : {}) },
      "close",
      [call, form.id],
    );
    if (!done) return;
    useDesk.getState().dropForm(form.id);
    this.say("said.callClosed", { outcome: this.word(`outcome.${outcome}`) });
  }

  /** Others shall have the call, with all that is in the form. */
  async transfer(form: CallForm, target: string, where: string, note: string): Promise<boolean> {
    // A call-back is handed over from its list, without a form of its own.
    const call = form.call ?? (await this.#settled(form.id, "act.transfer"));
    if (!call) return false;
    // What was typed a moment ago goes with it, and the danger too.
    const { changeForm } = useDesk.getState();
    changeForm(form.id, { narrative: this.#allWords(form), hazards: "" });
    await this.saveDraft(form.id).catch(() => undefined);
    const url = path("calls", call, "transfer");
    const done = await this.ask("act.transfer", url, { target, note }, "transfer", [call, form.id]);
    if (!done) {
      // The call stays here: each word is again where it was typed.
      changeForm(form.id, { narrative: form.narrative, hazards: form.hazards });
      return false;
    }
    useDesk.getState().dropForm(form.id);
    this.say("said.transferred", { where });
    return true;
  }

  /** Told where there is only room for a narrative: the danger comes first, and under its own name. */
  #allWords(form: CallForm): string {
    return withDanger(form, this.word("form.danger"));
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
      this.refused(what, asProblem(error));
      return null;
    }
  }
}
