/** What every act has in common: asking the server, saying how it went, and the undo for ten seconds. */

import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { getTimeline } from "../../../api/reads";
import type { App } from "../../../app/app";
import type { Reason } from "../../../core/reasons";
import { reason } from "../../../core/reasons";
import type { IncidentId, ServerMs, UnitId } from "../../../core/units";
import { serverMs } from "../../../core/units";
import type { Outcome } from "../../../core/views";
import { translator } from "../../../i18n/catalogue";
import { problemText, spanText } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import type { ConsoleKey } from "../messages";
import { messages } from "../messages";
import { useDesk } from "../store";
import { contestedIncident, inTheWay, isContested, whoseWords } from "../whose";

const UNDO_MS = 10_000;
/** Whose act stood in the way is worth a moment, and no longer. */
const WHOSE_MS = 3_000;
/** So much of a note names it well enough. */
const QUOTED_MOST = 120;
let undos = 0;

export const path = (kind: string, id: string, act: string): string => `/v1/${kind}/${encodeURIComponent(id)}/${act}`;

export class Asking {
  protected readonly app: App;

  constructor(app: App) {
    this.app = app;
  }

  /** The server's answer; null when it refused, which was then said to the user. */
  protected async ask(
    what: ConsoleKey,
    url: string,
    body: unknown,
    action: string,
    subjects: readonly string[],
  ): Promise<Outcome | null> {
    try {
      return await this.app.api.command<Outcome>(url, body, { action, subjects });
    } catch (error) {
      this.refused(what, asProblem(error), subjects);
      return null;
    }
  }

  protected refused(what: ConsoleKey, problem: Problem, subjects: readonly string[] = []): void {
    const taken = problem.code === "intake.call_taken" || problem.code === "intake.call_back_taken";
    if (taken && typeof problem.details.by === "string") {
      useDesk.getState().say(reason("said.takenBy", { who: this.#named(problem.details.by) }), true);
      return;
    }
    const first = this.#whyNot(what, problem);
    useDesk.getState().say(first, true);
    if (isContested(problem)) void this.#sayWhose(problem, subjects, first);
  }

  #whyNot(what: ConsoleKey, problem: Problem): Reason<ConsoleKey> {
    const t = translator(usePrefs.getState().lang, messages);
    const { call_sign: unit, incident_number: n, since } = problem.details;
    if (problem.code !== "dispatch.unit_taken" || typeof since !== "string")
      return reason("said.refused", { what: t(what), why: problemText(t, problem) });
    return reason("said.unitTaken", { unit: String(unit), n: Number(n), span: this.#ago(since) });
  }

  #ago(at: string): string {
    const t = translator(usePrefs.getState().lang, messages);
    return spanText(t, Math.max(0, (this.app.clock.now() - Date.parse(at)) / 1000));
  }

  /** Somebody else's act stands in the way: whose, and when, is told as soon as it is known. */
  async #sayWhose(problem: Problem, subjects: readonly string[], first: Reason<ConsoleKey>): Promise<void> {
    const { world, api } = this.app;
    const id = contestedIncident(problem, subjects, (each) => world.incident.get(each as IncidentId) !== undefined);
    if (id === null) return;
    const entries = await getTimeline(api, encodeURIComponent(id), AbortSignal.timeout(WHOSE_MS)).catch(() => []);
    const found = inTheWay(problem, subjects, entries);
    if (!found?.actor || useDesk.getState().said?.text !== first) return;
    const by = { ...first.values, who: this.#named(found.actor), ago: this.#ago(found.at) };
    useDesk.getState().say(reason(first.key === "said.unitTaken" ? "said.unitTakenBy" : "said.refusedBy", by), true);
  }

  #named(actor: string): string {
    const t = translator(usePrefs.getState().lang, messages);
    return whoseWords(
      actor,
      (unit) => this.app.world.unit.get(unit as UnitId)?.call_sign ?? null,
      (role) => t.maybe(`role.${role}`) ?? role,
    );
  }

  protected word(key: ConsoleKey): string {
    return translator(usePrefs.getState().lang, messages)(key);
  }

  /** Who has read a note is told that it does not hold: what was written stays, and a second note says so. */
  protected takenBack(text: string): string {
    const words = text.length > QUOTED_MOST ? `${text.slice(0, QUOTED_MOST)}…` : text;
    return translator(usePrefs.getState().lang, messages)("note.takenBack", { text: words });
  }

  protected say(key: ConsoleKey, values: Reason["values"] = {}): void {
    useDesk.getState().say(reason(key, values));
  }

  protected offerUndo(
    key: ConsoleKey,
    values: NonNullable<Reason["values"]>,
    run: () => Promise<unknown>,
    done?: Reason<ConsoleKey>,
  ): void {
    const until = serverMs(this.app.clock.now() + UNDO_MS) as ServerMs;
    undos++;
    useDesk.getState().set({ undo: { id: undos, text: reason(key, values), until, run, done } });
  }

  async undo(): Promise<void> {
    const { undo, set } = useDesk.getState();
    if (!undo || undo.until < this.app.clock.now()) return;
    set({ undo: null });
    if (!(await undo.run())) return;
    if (undo.done) useDesk.getState().say(undo.done);
    else this.say("said.undone");
  }
}
