/** Callers of one incident, and calling back. */

import type { Call, Incident } from "../../../core/views";
import { useDesk } from "../store";
import { Asking, path } from "./asking";

export class CallerActs extends Asking {
  /** Pull a caller out who belongs elsewhere; undo puts them back. The call is open again, for whoever takes it. */
  async partCall(call: Call, incident: Incident): Promise<void> {
    const link = (to: string | null) =>
      this.ask("act.link", path("calls", call.id, "link"), { incident: to }, "link", [call.id, incident.id]);
    if (!(await link(null))) return;
    this.say("said.parted", { n: incident.number });
    this.offerUndo("said.parted", { n: incident.number }, () => link(incident.id));
  }

  /** One message to several callers; answers whether it went out. */
  async textCallers(calls: readonly string[], text: string): Promise<boolean> {
    const done = await this.ask("act.callers", "/v1/calls/texts", { calls, text }, "text", calls);
    if (done) this.say("said.texted", { n: done.events.length });
    return done !== null;
  }

  async askCallBacks(calls: readonly string[]): Promise<void> {
    const done = await this.ask("act.callBack", "/v1/calls/call-backs", { calls }, "callBacks", calls);
    if (done) this.say("said.toCallBack", { n: done.events.length });
  }

  async agreeToTexts(call: Call, agreed: boolean): Promise<void> {
    await this.ask("act.callers", path("calls", call.id, "texts-agreed"), { agreed }, "agree", [call.id]);
  }

  /** Take it on to call back: one desk at a time has it, and another is told who. */
  async takeCallBack(call: Call): Promise<boolean> {
    useDesk.getState().set({ callBack: call.id });
    const done = await this.ask("act.callBack", path("calls", call.id, "call-back/claim"), { on: true }, "claim", [
      call.id,
    ]);
    if (!done && useDesk.getState().callBack === call.id) useDesk.getState().set({ callBack: null });
    return done !== null;
  }

  /** Leave it to others, with nothing tried. */
  async leaveCallBack(call: Call): Promise<void> {
    useDesk.getState().set({ callBack: null });
    await this.ask("act.callBack", path("calls", call.id, "call-back/claim"), { on: false }, "claim", [call.id]);
  }
}
