import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Socket } from "./client";
import { LiveClient } from "./client";
import { ServerClock } from "./clock";
import { World } from "./world";

interface Step {
  readonly after_ms: number;
  readonly say: object;
  readonly then: {
    readonly sent: readonly object[];
    readonly epoch: string | null;
    readonly pos: number;
    readonly units: readonly string[];
  };
}

/** Written by tests/simulation/whole/make_vectors.py from the client that runs in the simulation of the whole product. */
const scripts = JSON.parse(
  readFileSync("../tests/simulation/whole/vectors.json", "utf8"),
) as readonly (readonly Step[])[];

test.each(scripts.map((steps, n) => [n, steps] as const))(
  "plays script %i as the simulation does",
  async (_, steps) => {
    let nowMs = 1_000;
    let sent: object[] = [];
    const socket: Socket = {
      binaryType: "blob",
      readyState: 1,
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (data) => void sent.push(JSON.parse(data)),
      close: () => undefined,
    };
    const world = new World();
    const clock = new ServerClock(
      () => nowMs,
      () => 0,
    );
    const client = new LiveClient(world, clock, {
      open: async () => socket,
      steadyMs: () => nowMs,
      nextFrame: (run) => {
        run();
        return () => {};
      },
      later: () => () => undefined,
      chance: () => 0.5,
      sessionStands: async () => true,
    });
    client.start();
    for (let n = 0; n < 8; n++) await Promise.resolve();
    sent = [];
    for (const step of steps) {
      nowMs += step.after_ms;
      socket.onmessage?.({ data: JSON.stringify(step.say) });
      expect(sent).toEqual(step.then.sent);
      sent = [];
      const stream = client.link().streams[0];
      expect(stream?.epoch ?? null).toBe(step.then.epoch);
      const units = [...world.unit.values()].map((each) => each.call_sign).sort();
      expect(units).toEqual(step.then.units);
    }
  },
);
