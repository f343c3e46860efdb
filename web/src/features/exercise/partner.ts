/** What the exercise does itself, at other seats of the demo: it rings, it is the crew that refuses, it is the desk that sends. */

import type { Api } from "../../api/client";
import type { PendingRegistry } from "../../api/pending";
import type { App } from "../../app/app";
import type { LonLat } from "../../core/units";
import type { Incident, Seat } from "../../core/views";
import { translator } from "../../i18n/catalogue";
import { messages } from "./messages";

/** In both languages, because whoever sees it may read either. */
const both = (key: "exercise.mark" | "exercise.caller") =>
  (["fa", "en"] as const).map((lang) => translator(lang, messages)(key)).join(" · ");
const MARK = both("exercise.mark");
const OPENED_TRIES = 20;
const AGAIN_MS = 2_000;

interface Named {
  readonly place: { readonly label_fa: string; readonly label_en: string } | null;
}

export class Partner {
  readonly #app: App;
  #token: string | null = null;
  readonly #api: Api;

  constructor(app: App) {
    this.#app = app;
    this.#api = app.api.apart({
      // Its sessions are apart from the person's: no cookie of theirs is touched, and none of their marks.
      fetch: (input, init) => fetch(input, { ...init, credentials: "omit" }),
      token: () => this.#token,
      pending: new (app.pending.constructor as typeof PendingRegistry)(),
    });
  }

  /** Let a call ring that anybody sees to be an exercise, from somewhere that its map knows by name; return its id. */
  async ring(near: LonLat | null): Promise<string> {
    const where = near ? await this.#nameOf(near) : "";
    const narrative = `${MARK}: ${both("exercise.caller")}${where && ` — ${where}`}`;
    const body = { channel: "telephone", number: "0110", name: MARK, narrative };
    const made = await this.#app.api.command<{ call_id: string }>("/v1/calls", body);
    return made.call_id;
  }

  async #nameOf([lon, lat]: LonLat): Promise<string> {
    try {
      const { place } = await this.#app.api.get<Named>("/v1/places/reverse", { lon, lat });
      return place ? [...new Set([place.label_fa, place.label_en])].join(" · ") : "";
    } catch {
      return "";
    }
  }

  /** Refuse an offer as its crew. A car that a person has is left alone: then it answers for itself. */
  async refuse(assignment: string, unit: string): Promise<void> {
    const { seats } = await this.#api.get<{ seats: readonly string[] }>("/v1/seats/taken");
    const seat = `officer:${unit}`;
    if (seats.includes(seat)) return;
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
            await this.#quietly(`/v1/assignments/${each.id}/withdraw`, { reason: MARK });
        if (given.some((each) => (each.unit as string) === unit)) return id;
        await this.#quietly(`/v1/incidents/${id}/assignments`, { units: [unit] });
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
      return id;
    });
  }

  /** Take the exercise's incident off the board, wherever it got to. */
  async tidy(about: string, incident: string): Promise<void> {
    await this.#atDesk(about, () => this.#quietly(`/v1/incidents/${incident}/cancel`, {}));
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

  /** What is refused was done already, or is not needed any more. */
  async #quietly(path: string, body: unknown): Promise<void> {
    await this.#api.command(path, body, { retries: 1 }).catch(() => undefined);
  }
}
