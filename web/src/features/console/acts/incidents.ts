/** What is done to an incident: sending, its priority, kind and place, its end, and who else works on it. */

import { asProblem } from "../../../api/problem";
import { getTimeline } from "../../../api/reads";
import { reason } from "../../../core/reasons";
import type { AssignmentId, IncidentId, LonLat, OfficeId } from "../../../core/units";
import type { Incident, Outcome, Priority, Unit } from "../../../core/views";
import { Asking, path } from "./asking";

export type TaskingAct = "delegate" | "take_back" | "pass_on" | "monitor" | "stop_monitoring";
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

const HELD = "dispatch.incident_held.v1";

export class IncidentActs extends Asking {
  async send(incident: Incident, units: readonly Unit[], divert: boolean): Promise<void> {
    const done = await this.ask(
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
      this.say("said.awaits", { units: signs, n: incident.number });
      return;
    }
    const made = done.assignment_ids.filter((id) => id.startsWith(`${incident.id}.`));
    this.say("said.sent", { units: signs, n: incident.number });
    if (made.length > 0)
      this.offerUndo("said.sent", { units: signs, n: incident.number }, () =>
        this.#withdraw(made, incident.id, "undo"),
      );
  }

  /** Take a picture of the scene back: nobody is shown it any more. */
  async photoBack(incident: Incident, photo: string, why: string): Promise<void> {
    const at = (act: string) => path("incidents", incident.id, `photos/${photo}/${act}`);
    const done = await this.ask("act.photoBack", at("withdraw"), { reason: why }, "photo_back", [incident.id]);
    if (!done) return;
    this.say("said.photoBack", { n: incident.number });
    this.offerUndo("said.photoBack", { n: incident.number }, () =>
      this.ask("act.photoBack", at("restore"), {}, "photo_back", [incident.id]),
    );
  }

  /** Take a voice note of the scene back: nobody hears it any more. */
  async voiceBack(incident: Incident, voice: string, why: string): Promise<void> {
    const at = (act: string) => path("incidents", incident.id, `voices/${voice}/${act}`);
    const done = await this.ask("act.voiceBack", at("withdraw"), { reason: why }, "voice_back", [incident.id]);
    if (!done) return;
    this.say("said.voiceBack", { n: incident.number });
    this.offerUndo("said.voiceBack", { n: incident.number }, () =>
      this.ask("act.voiceBack", at("restore"), {}, "voice_back", [incident.id]),
    );
  }

  /** Send a cordon as one plan; the same act taken back withdraws all of it. */
  async cordon(incident: Incident, body: Readonly<Record<string, unknown>>, posts: number): Promise<boolean> {
    const done = await this.ask("act.cordon", path("incidents", incident.id, "cordon"), body, "cordon", [incident.id]);
    if (!done) return false;
    const values = { n: incident.number, posts };
    this.say("said.cordon", values);
    this.offerUndo("said.cordon", values, () => this.withdrawCordon(incident, "undo"));
    return true;
  }

  async withdrawCordon(incident: Incident, why = ""): Promise<Outcome | null> {
    return this.ask(
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
        this.ask("act.withdraw", path("assignments", id, "withdraw"), { reason: why }, "withdraw", [incident, id]),
      ),
    );
    return answers.every((each) => each !== null);
  }

  async priority(incident: Incident, priority: Priority, why = ""): Promise<void> {
    const before = incident.priority;
    const change = (to: Priority, reason: string) =>
      this.ask("act.priority", path("incidents", incident.id, "priority"), { priority: to, reason }, "priority", [
        incident.id,
      ]);
    if (!(await change(priority, why))) return;
    const values = { n: incident.number, p: priority };
    this.say("said.priority", values);
    if (before !== null) this.offerUndo("said.priority", values, () => change(before, "undo"));
  }

  /** Answer a key question of an incident; an empty option takes the answer back. */
  async answerQuestion(incident: IncidentId, question: string, option: string): Promise<void> {
    const answers = [{ question, option }];
    await this.ask("act.answers", path("incidents", incident, "answers"), { answers }, "answers", [incident]);
  }

  async kind(incident: Incident, kind: string): Promise<void> {
    const before = incident.kind;
    const change = (to: string) =>
      this.ask("act.kind", path("incidents", incident.id, "kind"), { kind: to }, "kind", [incident.id]);
    if (!(await change(kind))) return;
    this.say("said.kind", { n: incident.number });
    if (before) this.offerUndo("said.kind", { n: incident.number }, () => change(before));
  }

  async place(incident: Incident, point: LonLat, place: string): Promise<void> {
    const { point: pointBefore, place: placeBefore } = incident;
    const change = (to: LonLat, name: string) =>
      this.ask(
        "act.place",
        path("incidents", incident.id, "place"),
        { point: to, ...(name ? { place: name } : {}) },
        "place",
        [incident.id],
      );
    if (!(await change(point, place))) return;
    this.say("said.place", { n: incident.number });
    if (pointBefore) this.offerUndo("said.place", { n: incident.number }, () => change(pointBefore, placeBefore));
  }

  async note(incident: Incident, text: string): Promise<boolean> {
    const add = (words: string) =>
      this.ask("act.note", path("incidents", incident.id, "notes"), { text: words }, "note", [incident.id]);
    if (!(await add(text))) return false;
    this.say("said.note", { n: incident.number });
    this.offerUndo("said.note", { n: incident.number }, () => add(this.takenBack(text)), reason("said.noteBack"));
    return true;
  }

  /** Put aside for so many minutes, for a reason; taken back by bringing it back. */
  async hold(incident: Incident, minutes: number, code: string, words: string): Promise<boolean> {
    const body = { minutes, reason: code, words };
    if (!(await this.ask("act.hold", path("incidents", incident.id, "hold"), body, "hold", [incident.id])))
      return false;
    const values = { n: incident.number, minutes };
    this.say("said.held", values);
    this.offerUndo("said.held", values, () => this.#release(incident));
    return true;
  }

  /** Put an incident into another one that it is the same as; undone by parting them again. */
  async join(gone: Incident, into: Incident): Promise<boolean> {
    const url = path("incidents", gone.id, "join");
    if (!(await this.ask("act.join", url, { into: into.id }, "join", [gone.id, into.id]))) return false;
    const values = { other: gone.number, n: into.number };
    this.say("said.joined", values);
    this.offerUndo("said.joined", values, () => this.#unjoin(gone));
    return true;
  }

  /** Part an incident from the one it was put into; taken back by joining them again. */
  async unjoin(gone: Pick<Incident, "id" | "number">, into: IncidentId): Promise<void> {
    if (!(await this.#unjoin(gone))) return;
    const values = { n: gone.number };
    this.say("said.unjoined", values);
    this.offerUndo("said.unjoined", values, () =>
      this.ask("act.join", path("incidents", gone.id, "join"), { into }, "join", [gone.id, into]),
    );
  }

  #unjoin(gone: Pick<Incident, "id">): Promise<Outcome | null> {
    return this.ask("act.unjoin", path("incidents", gone.id, "unjoin"), {}, "join", [gone.id]);
  }

  /** Bring it back; undone, it is held again as it was. */
  async release(incident: Incident): Promise<void> {
    const { hold } = incident;
    if (!(await this.#release(incident))) return;
    const values = { n: incident.number };
    this.say("said.released", values);
    if (hold)
      this.offerUndo(
        "said.released",
        values,
        () => this.#holdAgain(incident.id, hold),
        reason("said.heldAgain", values),
      );
  }

  /** With its time and its reason; its words the desk does not hold, the timeline does. */
  async #holdAgain(id: IncidentId, hold: NonNullable<Incident["hold"]>): Promise<Outcome | null> {
    const url = path("incidents", id, "hold");
    try {
      const entries = await getTimeline(this.app.api, encodeURIComponent(id));
      const held = entries.findLast((each) => each.name === HELD && each.subject === id);
      const body = { until: hold.until, reason: hold.reason, words: held?.data.words ?? "" };
      return await this.ask("act.hold", url, body, "hold", [id]);
    } catch (error) {
      this.refused("act.hold", asProblem(error));
      return null;
    }
  }

  #release(incident: Incident): Promise<Outcome | null> {
    return this.ask("act.release", path("incidents", incident.id, "release"), {}, "hold", [incident.id]);
  }

  /** Another service is asked to come; taken back by letting it go. */
  async askService(incident: Incident, service: string, name: string): Promise<void> {
    if (!(await this.#service(incident, service, "services"))) return;
    const values = { n: incident.number, name };
    this.say("said.service", values);
    this.offerUndo("said.service", values, () => this.#service(incident, service, "services/release"));
  }

  async releaseService(incident: Incident, service: string, name: string): Promise<void> {
    if (!(await this.#service(incident, service, "services/release"))) return;
    const values = { n: incident.number, name };
    this.say("said.serviceReleased", values);
    this.offerUndo("said.serviceReleased", values, () => this.#service(incident, service, "services"));
  }

  #service(incident: Incident, service: string, act: string): Promise<Outcome | null> {
    return this.ask("act.service", path("incidents", incident.id, act), { service }, "service", [incident.id]);
  }

  async close(incident: Incident, disposition: string): Promise<void> {
    const done = await this.ask("act.close", path("incidents", incident.id, "close"), { disposition }, "close", [
      incident.id,
    ]);
    if (!done) return;
    this.say("said.closed", { n: incident.number });
    this.offerUndo("said.closed", { n: incident.number }, () => this.#reopen(incident, "undo"));
  }

  async cancel(incident: Incident, why: string): Promise<void> {
    const done = await this.ask(
      "act.cancel",
      path("incidents", incident.id, "cancel"),
      why ? { reason: why } : {},
      "cancel",
      [incident.id],
    );
    if (!done) return;
    this.say("said.cancelled", { n: incident.number });
    this.offerUndo("said.cancelled", { n: incident.number }, () => this.#reopen(incident, "undo"));
  }

  async reopen(incident: Incident, why: string): Promise<void> {
    const ended = incident.disposition;
    if (!(await this.#reopen(incident, why))) return;
    const values = { n: incident.number };
    this.say("said.reopened", values);
    // As it had ended: with its outcome, or cancelled.
    this.offerUndo("said.reopened", values, () =>
      ended === null
        ? this.ask("act.cancel", path("incidents", incident.id, "cancel"), { reason: "undo" }, "cancel", [incident.id])
        : this.ask("act.close", path("incidents", incident.id, "close"), { disposition: ended }, "close", [
            incident.id,
          ]),
    );
  }

  #reopen(incident: Incident, why: string): Promise<Outcome | null> {
    return this.ask("act.reopen", path("incidents", incident.id, "reopen"), why ? { reason: why } : {}, "reopen", [
      incident.id,
    ]);
  }

  async task(incident: Incident, act: TaskingAct, office: OfficeId): Promise<void> {
    const done = await this.ask("act.tasking", path("incidents", incident.id, "taskings"), { act, office }, "tasking", [
      incident.id,
    ]);
    if (!done) return;
    this.say("said.tasked");
    const back: TaskingAct | null = act === "delegate" ? "take_back" : act === "monitor" ? "stop_monitoring" : null;
    if (back)
      this.offerUndo("said.tasked", {}, () =>
        this.ask("act.tasking", path("incidents", incident.id, "taskings"), { act: back, office }, "tasking", [
          incident.id,
        ]),
      );
  }
}
