/** A desk that changes hands at the end of a shift. */

import type { HandOver } from "../../../core/views";
import { Asking, path } from "./asking";

export class DeskActs extends Asking {
  /** Give it to whoever comes; taken back while nobody has taken it. */
  async give(incidents: readonly string[], note: string): Promise<boolean> {
    const done = await this.ask("act.handOver", "/v1/hand-overs", { incidents, note }, "handOver", []);
    if (!done) return false;
    this.say("said.handedOver", { n: incidents.length });
    return true;
  }

  async take(given: HandOver): Promise<boolean> {
    const done = await this.ask("act.takeOver", path("hand-overs", given.id, "take"), {}, "handOver", [given.id]);
    if (done) this.say("said.tookOver");
    return done !== null;
  }

  async withdraw(given: HandOver): Promise<void> {
    const done = await this.ask("act.handOver", path("hand-overs", given.id, "withdraw"), {}, "handOver", [given.id]);
    if (done) this.say("said.undone");
  }
}
