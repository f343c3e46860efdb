/** What is done to an alarm. */

import type { Alarm } from "../../../core/views";
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
    if ((await Promise.all(asks))[0]) this.say("said.acknowledged");
  }
}
