import { describe, expect, test } from "vitest";
import { Problem } from "../../api/problem";
import type { CommandId, Time, UnitId } from "../../core/units";
import { Outbox } from "./outbox";
import type { Entry } from "./queue";
import { mayDiscard, waitedMs } from "./queue";

const UNIT = "khuzestan.u.A12" as UnitId;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function settle() {
  for (let n = 0; n < 10; n++) await turn();
}

/** A handheld in a box: storage that survives, a network that can be cut, a clock that is turned by hand. */
class Bench {
  stored = new Map<string, Entry>();
  log: string[] = [];
  server = new Map<string, string>();
  network: "up" | "down" | "deaf" = "up";
  refuse = new Map<string, Problem>();
  now = Date.parse("2026-11-21T10:00:00Z");
  linkUp = true;
  /** A counter that nobody sets, and whether the server has told the time. */
  steady = 0;
  timed = true;
  waited: (number | null)[] = [];
  timers: { at: number; run: () => void; off: boolean }[] = [];
  ids = 0;

  make(unit = UNIT): Outbox {
    return new Outbox({
      keep: {
        loadEntries: async () => [...this.stored.values()],
        putEntry: async (entry) => void this.stored.set(entry.id, structuredClone(entry)),
        deleteEntry: async (id) => void this.stored.delete(id),
      },
      unit,
      send: async (entry, waitedMs) => {
        this.waited.push(waitedMs);
        if (this.network === "down") throw new Problem(0, {});
        const refusal = this.refuse.get(entry.action);
        if (refusal) throw refusal;
        // The server knows every key once, however often it comes.
        const duplicate = this.server.has(entry.id);
        if (!duplicate) {
          this.server.set(entry.id, entry.action);
          this.log.push(entry.action);
        }
        if (this.network === "deaf") throw new Problem(0, {});
        return { duplicate };
      },
      newId: () => `id-${++this.ids}` as CommandId,
      time: () => ({ nowMs: this.now, timed: this.timed, steadyMs: this.steady }),
      linkUp: () => this.linkUp,
      later: (run, ms) => {
        const timer = { at: this.now + ms, run, off: false };
        this.timers.push(timer);
        return () => {
          timer.off = true;
        };
      },
      chance: () => 0.5,
    });
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      const due = this.timers.filter((timer) => !timer.off && timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      due.off = true;
      this.now = Math.max(this.now, due.at);
      due.run();
      await settle();
    }
    this.now = until;
    await settle();
  }
}

const act = (action: Entry["action"], subject = "a1") => ({ action, path: `/v1/${action}`, subject });

describe("the outbox", () => {
  test("sends in order and forgets what the stream confirms", async () => {
    const bench = new Bench();
    const box = bench.make();
    await box.start();
    const first = box.add(act("accept"));
    box.add(act("on_scene"));
    await settle();
    expect(bench.log).toEqual(["accept", "on_scene"]);
    expect(box.entries().map((entry) => entry.state)).toEqual(["answered", "answered"]);
    box.confirm([first.id]);
    expect(box.entries().map((entry) => entry.action)).toEqual(["on_scene"]);
    await bench.pass(6_000);
    expect(box.entries()).toEqual([]);
    expect(bench.stored.size).toBe(0);
  });

  test("acts done without a network survive a reload and arrive once, in order", async () => {
    const bench = new Bench();
    bench.network = "down";
    bench.linkUp = false;
    const box = bench.make();
    await box.start();
    box.add(act("accept"));
    bench.now += 1_000;
    box.add(act("on_scene"));
    bench.now += 1_000;
    box.add(act("clear"));
    await bench.pass(30_000);
    expect(bench.log).toEqual([]);
    box.stop();
    const again = bench.make();
    bench.network = "up";
    bench.linkUp = true;
    await again.start();
    again.linkCameUp();
    await settle();
    expect(bench.log).toEqual(["accept", "on_scene", "clear"]);
    expect(bench.stored.size).toBe(0);
  });

  test("an answer that was lost on the way does not double the act", async () => {
    const bench = new Bench();
    bench.network = "deaf";
    const box = bench.make();
    await box.start();
    box.add(act("accept"));
    await bench.pass(3_000);
    expect(box.entries()[0]?.state).toBe("waiting");
    bench.network = "up";
    box.linkCameUp();
    await settle();
    expect(bench.log).toEqual(["accept"]);
    expect(box.entries()[0]?.state).toBe("answered");
    expect(box.sent().map((entry) => entry.duplicate)).toEqual([true]);
    box.add(act("on_scene"));
    await settle();
    expect(box.sent()[0]?.duplicate).toBeUndefined();
  });

  test("a call for help is tried again every two seconds, however long there was no network", async () => {
    const bench = new Bench();
    bench.network = "down";
    const box = bench.make();
    await box.start();
    box.add(act("on_scene"));
    await bench.pass(60_000);
    box.add(act("emergency", UNIT));
    await bench.pass(60_000);
    bench.network = "up";
    await bench.pass(2_000);
    expect(bench.log[0]).toBe("emergency");
  });

  test("a refusal stays until it is read, also through a reload, and the rest goes on", async () => {
    const bench = new Bench();
    bench.refuse.set("accept", new Problem(409, { code: "dispatch.offer_withdrawn", details: { now_with: ["M07"] } }));
    const box = bench.make();
    await box.start();
    box.add(act("accept"));
    box.add(act("status", "u"));
    await settle();
    expect(bench.log).toEqual(["status"]);
    const again = bench.make();
    await again.start();
    const refused = again.entries()[0];
    expect(refused?.state).toBe("refused");
    expect(refused?.refusal?.code).toBe("dispatch.offer_withdrawn");
    again.dismiss(refused?.id as CommandId);
    await settle();
    expect(bench.stored.size).toBe(0);
  });

  test("help goes out although the queue is stuck", async () => {
    const bench = new Bench();
    bench.network = "down";
    const box = bench.make();
    await box.start();
    box.add(act("on_scene"));
    await settle();
    bench.network = "up";
    box.add(act("emergency", "u"));
    await settle();
    expect(bench.log[0]).toBe("emergency");
  });

  test("a picture that does not get through holds up nothing but pictures", async () => {
    const bench = new Bench();
    bench.refuse.set("photo", new Problem(0, {}));
    const box = bench.make();
    await box.start();
    box.add(act("photo", "i1"));
    await settle();
    // The picture waits for its next try; a step must not wait with it.
    box.add(act("on_scene"));
    await settle();
    expect(bench.log).toEqual(["on_scene"]);
    bench.refuse.delete("photo");
    await bench.pass(10_000);
    expect(bench.log).toEqual(["on_scene", "photo"]);
  });

  test("a picture that waits is thrown away for good, also after a try in vain; one under way is not", async () => {
    const bench = new Bench();
    bench.refuse.set("photo", new Problem(0, {}));
    const box = bench.make();
    await box.start();
    const entry = box.add(act("photo", "i1"));
    expect(box.entries()[0]?.state).toBe("waiting");
    await settle();
    expect(box.entries()[0]?.attempts).toBe(1);
    expect(box.discard(entry.id)).toBe(true);
    expect(box.entries()).toEqual([]);
    await settle();
    expect(bench.stored.size).toBe(0);
    bench.refuse.delete("photo");
    await bench.pass(10_000);
    expect(bench.log).toEqual([]);
    const note = box.add(act("note", "i1"));
    expect(box.discard(note.id)).toBe(false);
    expect(mayDiscard({ ...entry, state: "sending" })).toBe(false);
  });

  test("without a link a step can be taken back; after its first attempt it cannot", async () => {
    const bench = new Bench();
    bench.linkUp = false;
    bench.network = "down";
    const box = bench.make();
    await box.start();
    const entry = box.add(act("on_scene"));
    await bench.pass(3_000);
    expect(box.undo(entry.id)).toBe(true);
    expect(box.entries()).toEqual([]);
    await settle();
    expect(bench.stored.size).toBe(0);
    const other = box.add(act("on_scene"));
    await bench.pass(12_000);
    expect(box.undo(other.id)).toBe(false);
  });

  test("another unit's acts stay, unsent", async () => {
    const bench = new Bench();
    bench.network = "down";
    const box = bench.make();
    await box.start();
    box.add(act("clear"));
    await settle();
    box.stop();
    bench.network = "up";
    const other = bench.make("khuzestan.u.M07" as UnitId);
    await other.start();
    other.linkCameUp();
    await settle();
    expect(bench.log).toEqual([]);
    expect(other.entries()).toHaveLength(1);
  });

  test("a session that ended keeps everything and says so", async () => {
    const bench = new Bench();
    bench.refuse.set("clear", new Problem(401, {}));
    const box = bench.make();
    await box.start();
    box.add(act("clear"));
    await settle();
    expect(box.signedOut).toBe(true);
    expect(box.entries()[0]?.state).toBe("waiting");
  });
});

describe("how long an act waited", () => {
  const MINUTE = 60_000;

  test("is told by the server's time where that was known then and is known now", async () => {
    const bench = new Bench();
    bench.network = "down";
    const box = bench.make();
    await box.start();
    box.add(act("on_scene"));
    await settle();
    expect(bench.waited).toEqual([0]);
    // The page is loaded again; what it knows of the time is lost, and comes back with the server.
    box.stop();
    bench.now += 5 * MINUTE;
    bench.network = "up";
    await bench.make().start();
    await settle();
    expect(bench.waited.at(-1)).toBe(5 * MINUTE);
  });

  test("is counted steadily where the device's clock was set while it waited", async () => {
    const bench = new Bench();
    bench.network = "down";
    bench.timed = false;
    const box = bench.make();
    await box.start();
    box.add(act("on_scene"));
    await settle();
    box.stop();
    // The device was a day behind, somebody set it, and then the server told the time.
    bench.now += 24 * 60 * MINUTE;
    bench.steady += 3 * MINUTE;
    bench.timed = true;
    bench.network = "up";
    await bench.make().start();
    await settle();
    expect(bench.waited.at(-1)).toBe(3 * MINUTE);
  });

  test("is not guessed for what an older version kept", () => {
    const now = { nowMs: 0, timed: true, steadyMs: 0 };
    expect(waitedMs({ deviceAt: new Date(0).toISOString() as Time }, now)).toBeNull();
    expect(waitedMs({ deviceAt: new Date(9).toISOString() as Time, timed: true, steadyMs: 9 }, now)).toBe(0);
  });
});
