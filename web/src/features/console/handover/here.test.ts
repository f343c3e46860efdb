import { describe, expect, it } from "vitest";
import type { Link, LinkState } from "../../../live/client";
import { here } from "./here";

describe("a desk that is there", () => {
  it("says so every ten seconds as long as it hears, and at once after a line that failed", () => {
    const sent: unknown[] = [];
    let [now, state, open] = [0, "live" as LinkState, true];
    const live = {
      link: () => ({ state }) as Link,
      send: (message: unknown) => {
        if (open) sent.push(message);
        return open;
      },
    };
    const heard = here(live, () => now);
    for (now = 0; now < 30_000; now += 1_000) heard();
    expect(sent).toEqual([{ t: "here" }, { t: "here" }, { t: "here" }]);
    open = false;
    for (; now < 45_000; now += 1_000) heard();
    state = "lost";
    open = true;
    heard();
    expect(sent.length).toBe(3);
    state = "live";
    heard();
    expect(sent.length).toBe(4);
  });
});
