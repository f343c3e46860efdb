/** What the exercise does itself, at other seats of the demo: it rings, it is the crew that refuses, it is the desk that sends. */

import type { Api } from "../../api/client";
import type { PendingRegistry } from "../../api/pending";
import type { App } from "../../app/app";
import type { LonLat } from "../../core/units";
import type { Incident, Seat } from "../../core/views";
import { translator } from "../../i18n/catalogue";
import { messages } from "./messages";

/** In both languages, because whoever sees it may read either; each has a line of its own, read in its own direction. */
const LANGS = ["fa", "en"] as const;
const said = (lang: (typeof LANGS)[number], key: "exercise.mark" | "exercise.caller") =>
  translator(lang, messages)(key);
const MARK = LANGS.map((lang) => said(lang, "exercise.mark")).join(" · ");
const OPENED_TRIES = 20;
const AGAIN_MS = 2_000;

interface Named {
  readonly place: { readonly label_fa: string; readonly label_en: string } | null;
}

export class Partner {
  readonly #app: App;
  #token: string | null = null;
  readonly #api: Api;
  /** Offers that wait because the exercise sits in the car, each with that seat's own session. */
  readonly #held = new Map<string, Api>();

  constructor(app: App) {
    this.#app = app;
    this.#api = this.#apart(() => this.#token);
  }

  /** Its sessions are apart from the person's: no cookie of theirs is touched, and none of their marks. */
  #apart(token: () => string | null): Api {
    return this.#app.api.apart({
      fetch: (input, init) => fetch(input, { ...init, credentials: "omit" }),
      token,
      pending: new (this.#app.pending.constructor as typeof PendingRegistry)(),
    });
  }

  /** Let a call ring that anybody sees to be an exercise, from somewhere that its map knows by name; return its id. */
  async ring(near: LonLat | null): Promise<string> {
    const place = near ? await this.#nameOf(near) : null;
    const narrative = LANGS.map((lang) => {
      const where = place?.[lang === "fa" ? "label_fa" : "label_en"];
      return `${said(lang, "exercise.mark")}: ${said(lang, "exercise.caller")}${where ? ` — ${where}` : ""}`;
    }).join("\n");
    const body = { channel: "telephone", number: "0110", name: MARK, narrative };
    const made = await this.#app.api.command<{ call_id: string }>("/v1/calls", body);
    return made.call_id;
  }

  async #nameOf([lon, lat]: LonLat): Promise<Named["place"]> {
    try {
      return (await this.#app.api.get<Named>("/v1/places/reverse", { lon, lat })).place;
    } catch {
      return null;
    }
  }

  /** The seat in a unit's car; null where a person has it: then it answers for itself. */
  async #seatIn(unit: string): Promise<string | null> {
    const { seats } = await this.#api.get<{ seats: readonly string[] }>("/v1/seats/taken");
    const seat = `officer:${unit}`;
    return seats.includes(seat) ? null : seat;
  }

  /** Let the next crew hear its offer and wait, so that there is time for the alarm; its simulator gets up meanwhile. */
  async hold(assignment: string, unit: string): Promise<void> {
    const seat = await this.#seatIn(unit);
    if (seat === null) return;
    const { token } = await this.#api.post<{ token: string }>("/v1/sessions", { seat });
    const crew = this.#apart(() => token);
    this.#held.set(assignment, crew);
    for (const stage of ["delivered", "sounded"])
      await quietly(crew, `/v1/assignments/${assignment}/receipts`, { stage });
  }

  /** Let who waits accept, and get up everywhere. */
  async release(): Promise<void> {
    const held = [...this.#held];
    this.#held.clear();
    for (const [assignment, crew] of held) {
      await quietly(crew, `/v1/assignments/${assignment}/accept`, {});
      await crew.delete("/v1/session").catch(() => undefined);
    }
  }

  /** Refuse an offer as its crew. */
  async refuse(assignment: string, unit: string): Promise<void> {
    const seat = await this.#seatIn(unit);
    if (seat === null) return;
    await this.#sit(seat, () =>
      this.#api.command(`/v1/assignments/${assignment}/refuse`, { reason: "crew_incomplete" }, { retries: 1 }),
    );
  }

  /** Open an incident beside a unit and send just that unit; return the incident's id once it is sent. */
  async send(unit: string, near: LonLat): Promise<string> {
    return await this.#atDesk(unit, async () => {
      const body = { kind: "suspicious", priority: 4, point: near, place: MARK, narrative: MARK };
      const { incident_id: id } = await this.#api.command<{ incident_id: string }>("/v1/incidents", body);
      for (let tried = 0; tried < OPENED_TRIES; tried++) {
        const given = (await this.#api.get<Incident>(`/v1/incidents/${id}`)).assignments.filter(
          (each) => each.ended_at === null,
        );
        for (const each of given)
          if ((each.unit as string) !== unit)
            await quietly(this.#api, `/v1/assignments/${each.id}/withdraw`, { reason: MARK });
        if (given.some((each) => (each.unit as string) === unit)) return id;
        await quietly(this.#api, `/v1/incidents/${id}/assignments`, { units: [unit] });
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
      return id;
    });
  }

  /** Take the exercise's incident off the board, wherever it got to. */
  async tidy(about: string, incident: string): Promise<void> {
    await this.#atDesk(about, () => quietly(this.#api, `/v1/incidents/${incident}/cancel`, {}));
  }

  async #atDesk<T>(about: string, work: () => Promise<T>): Promise<T> {
    const province = about.slice(0, about.indexOf("."));
    const { seats } = await this.#api.get<{ seats: readonly Seat[] }>("/v1/seats");
    const desk = seats.find((each) => each.role === "dispatcher" && (each.province as string | null) === province);
    return await this.#sit(String(desk?.id), work);
  }

  async #sit<T>(seat: string, work: () => Promise<T>): Promise<T> {
    this.#token = (await this.#api.post<{ token: string }>("/v1/sessions", { seat })).token;
    try {
      return await work();
    } finally {
      await this.#api.delete("/v1/session").catch(() => undefined);
      this.#token = null;
    }
  }
}

/** What is refused was done already, or is not needed any more. */
async function quietly(api: Api, path: string, body: unknown): Promise<void> {
  await api.command(path, body, { retries: 1 }).catch(() => undefined);
}
