/** A page that stands still: one instant, no stream, nothing asked of any server. */

import { App } from "../../app/app";
import type { Link, LinkState } from "../../live/client";
import { ServerClock } from "../../live/clock";

/** شنبه ۳۰ آبان ۱۴۰۵، ۲۱:۳۴:۰۷ */
export const NOW = Date.UTC(2026, 10, 21, 18, 4, 7);

export function stillApp(state: LinkState = "live", waiting = 0): App {
  const app = new App();
  const link: Link = {
    state,
    silentS: state === "live" ? 1 : state === "late" ? 7 : 48,
    streams: [],
    attempts: 0,
    welcome: null,
    missed: null,
  };
  for (let n = 0; n < waiting; n++) app.pending.begin(`still-${n}` as never, "note", [], NOW);
  return Object.create(app, {
    clock: {
      value: new ServerClock(
        () => 0,
        () => NOW,
      ),
    },
    live: { value: { subscribe: () => () => undefined, link: () => link } },
  }) as App;
}
