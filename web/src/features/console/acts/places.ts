/** What is said of places: names, hazards, the condition of roads, warnings to the public. */

import type { IncidentId, LonLat } from "../../../core/units";
import type { ConsoleKey } from "../messages";
import { Asking, path } from "./asking";

export class PlaceActs extends Asking {
  /** Words that callers use become a name of a place; everybody finds it by them from now on. */
  async addAlias(text: string, point: LonLat): Promise<boolean> {
    const done = await this.ask("act.addAlias", "/v1/aliases", { text, point }, "alias", []);
    if (done) this.say("said.aliasAdded", { text });
    return done !== null;
  }

  async removeAlias(id: string, text: string): Promise<boolean> {
    const done = await this.ask("act.removeAlias", path("aliases", id, "remove"), {}, "alias", []);
    if (done) this.say("said.aliasRemoved", { text });
    return done !== null;
  }

  /** An address in doubt is right as it is, or with `alias` its words are a name of the place. */
  async repairAddress(incident: IncidentId, alias: string | null): Promise<boolean> {
    const url = path("addresses", incident, "repair");
    const done = await this.ask("act.repairAddress", url, alias === null ? {} : { alias }, "repair", [incident]);
    if (done) this.say("said.addressRepaired");
    return done !== null;
  }

  /** Close streets, or say that they are slow; taken back by lifting it. */
  async setRoad(body: Readonly<Record<string, unknown>>, streets: string): Promise<boolean> {
    const done = await this.ask("act.road", "/v1/road-conditions", body, "road", []);
    const made = (done as { condition_id?: string | null } | null)?.condition_id;
    if (!made) return false;
    this.say("said.road", { streets });
    this.offerUndo("said.road", { streets }, () => this.#road(made, "lift"));
    return true;
  }

  async liftRoad(id: string, streets: string): Promise<void> {
    if (!(await this.#road(id, "lift"))) return;
    this.say("said.roadLifted", { streets });
    this.offerUndo("said.roadLifted", { streets }, () => this.#road(id, "restore"));
  }

  async restoreRoad(id: string): Promise<void> {
    await this.#road(id, "restore");
  }

  /** Move the end so many minutes on; taken back by the old one. */
  async roadUntil(id: string, ends: string | null, minutes: number): Promise<void> {
    const later = new Date(Date.parse(ends ?? "") + minutes * 60_000).toISOString();
    if (!(await this.#road(id, "end", { ends_at: later }))) return;
    this.offerUndo("said.roadEnd", {}, () => this.#road(id, "end", { ends_at: ends }));
  }

  async #road(id: string, act: "lift" | "restore" | "end", body: unknown = {}): Promise<boolean> {
    return (await this.ask("act.road", path("road-conditions", id, act), body, "road", [id])) !== null;
  }

  /** Write, publish or throw away a warning to the public. Nothing of it is undone by a key: it is cancelled. */
  async warning(url: string, body: unknown, said: ConsoleKey): Promise<boolean> {
    const done = await this.ask("act.warning", url, body, "warning", []);
    if (done) this.say(said);
    return done !== null;
  }

  /** Warn of a place, for everybody who goes there while it holds. */
  async addHazard(body: Readonly<Record<string, unknown>>): Promise<boolean> {
    return (await this.ask("act.hazard", "/v1/premises", body, "hazard", [])) !== null;
  }

  async removeHazard(id: string): Promise<void> {
    await this.ask("act.hazard", path("premises", id, "remove"), {}, "hazard", []);
  }

  /** Say that a hazard was read for an incident. */
  async readHazard(incident: IncidentId, note: string): Promise<void> {
    const url = path("incidents", incident, `hazards/${encodeURIComponent(note)}/acknowledge`);
    await this.ask("act.hazard", url, {}, "hazard", [incident]);
  }
}
