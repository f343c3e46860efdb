/** What is done to an alarm. */

import { provinceOf } from "../../../core/units";
import type { Alarm, Outcome } from "../../../core/views";
import { Asking, path } from "./asking";

export class AlarmActs extends Asking {
  /** An officer's emergency is acknowledged at the unit as well, so that the officer learns that a desk has seen it. */
  async acknowledge(alarm: Alarm): Promise<void> {
    const asks = [this.ask("act.alarm", path("alarms", alarm.id, "acknowledge"), {}, "acknowledge", [alarm.id])];
    const unit = alarm.cause === "panic" ? this.app.world.unit.get(alarm.unit) : undefined;
    if (unit?.emergency && unit.emergency.acknowledged_at === null)
      asks.push(
        this.ask("act.emergencyAck", path("units", unit.id, "emergency/acknowledge"), {}, "emergency", [unit.id]),
      );
    if ((await Promise.all(asks))[0]) this.say("said.acknowledged", { n: 1 });
  }

  /** All that lie folded together: one act of each province's, which takes all of them or none. */
  async acknowledgeAll(alarms: readonly Alarm[]): Promise<void> {
    const ids = alarms.map((each) => each.id as string);
    const went = await Promise.all(
      [...new Set(ids.map(provinceOf))].map((province) => {
        const own = ids.filter((id) => provinceOf(id) === province);
        return this.ask("act.alarm", "/v1/alarms/acknowledge", { alarms: own }, "acknowledge", own);
      }),
    );
    // What was refused is said, and its alarms stand where they stood.
    if (went.every((each) => each !== null)) this.say("said.acknowledged", { n: alarms.length });
  }

  /** Put it aside for a while; taken back by bringing it back. */
  async shelve(alarm: Alarm, minutes: number, why: string): Promise<boolean> {
    const url = path("alarms", alarm.id, "shelve");
    const done = await this.ask("act.shelve", url, { minutes, reason: why }, "shelve", [alarm.id]);
    if (!done) return false;
    this.say("said.shelved", { n: minutes });
    this.offerUndo("said.shelved", { n: minutes }, () => this.#unshelve(alarm));
    return true;
  }

  async unshelve(alarm: Alarm): Promise<void> {
    if (await this.#unshelve(alarm)) this.say("said.unshelved");
  }

  #unshelve(alarm: Alarm): Promise<Outcome | null> {
    return this.ask("act.shelve", path("alarms", alarm.id, "unshelve"), {}, "shelve", [alarm.id]);
  }
}
