import { describe, expect, test } from "vitest";
import type { Socket, Surroundings } from "./client";
import { LiveClient } from "./client";
import { ServerClock } from "./clock";
import type { Wanted } from "./pace";
import { World } from "./world";

class FakeSocket implements Socket {
  binaryType: BinaryType = "blob";
  readyState = 1;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: { t: string; resume?: Record<string, { epoch: string; pos: number }> }[] = [];
  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(code = 1000): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  say(message: object | ArrayBuffer): void {
    this.onmessage?.({ data: message instanceof ArrayBuffer ? message : JSON.stringify(message) });
  }
}

class Bench {
  nowMs = 1_000;
  readonly sockets: FakeSocket[] = [];
  readonly timers: { run: () => void; at: number }[] = [];
  readonly world = new World();
  readonly clock = new ServerClock(
    () => this.nowMs,
    () => 0,
  );
  /** What waits for a frame, where frames do not come at once. */
  frames: { run: () => void; wanted: Wanted }[] | null = null;
  stands = true;
  openable = true;
  open: (() => Promise<FakeSocket>) | null = null;
  readonly commands: string[] = [];
  readonly client: LiveClient;

  constructor(togetherMs?: number) {
    const around: Surroundings = {
      togetherMs: () => togetherMs,
      open: async () => {
        if (this.open) return this.open();
        if (!this.openable) throw new Error("no route");
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket;
      },
      steadyMs: () => this.nowMs,
      nextFrame: (run, wanted) => {
        if (!this.frames) {
          run();
          return () => {};
        }
        const frame = { run, wanted };
        this.frames.push(frame);
        return () => {
          this.frames = this.frames?.filter((each) => each !== frame) ?? null;
        };
      },
      later: (run, ms) => {
        const timer = { run, at: this.nowMs + ms };
        this.timers.push(timer);
        return () => {
          const n = this.timers.indexOf(timer);
          if (n >= 0) this.timers.splice(n, 1);
        };
      },
      chance: () => 0.5,
      sessionStands: async () => this.stands,
    };
    this.client = new LiveClient(this.world, this.clock, around);
    this.client.onCommands((ids) => this.commands.push(...ids));
  }

  async settle(): Promise<void> {
    for (let n = 0; n < 8; n++) await Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    for (;;) {
      const due = this.timers.filter((each) => each.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers.splice(this.timers.indexOf(due), 1);
      this.nowMs = Math.max(this.nowMs, due.at);
      due.run();
      await this.settle();
    }
    this.nowMs = until;
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1) as FakeSocket;
  }

  async live(): Promise<void> {
    this.client.start();
    await this.settle();
    this.socket.say(welcome);
    this.socket.say(snap(10, [unit("A12")]));
  }
}

const welcome = {
  t: "welcome",
  server_at: "2026-11-21T18:00:00Z",
  beat_s: 2,
  streams: ["khuzestan"],
  scope: { office: "khuzestan.ahvaz", unit: null },
};
const unit = (name: string, more: object = {}) => ({
  k: "unit",
  id: `khuzestan.u.${name}`,
  v: { id: `khuzestan.u.${name}`, slot: 1, call_sign: name, ...more },
});
const gone = (name: string) => ({ k: "unit", id: `khuzestan.u.${name}`, v: null });
const snap = (pos: number, items: object[], epoch = "e1") => ({
  t: "snap",
  stream: "khuzestan",
  epoch,
  pos,
  at: "2026-11-21T18:00:00Z",
  items,
});
const change = (prev: number, pos: number, items: object[], cmds: string[] = [], epoch = "e1") => ({
  t: "change",
  stream: "khuzestan",
  epoch,
  prev,
  pos,
  at: "2026-11-21T18:00:01Z",
  cmds,
  items,
});
const beat = (pos: number) => ({ t: "beat", at: "2026-11-21T18:00:02Z", pos: { khuzestan: pos } });
const names = (bench: Bench) => [...bench.world.unit.values()].map((each) => each.call_sign).sort();

describe("the live client", () => {
  test("says hello with nothing to resume, then shows the snapshot", async () => {
    const bench = new Bench();
    await bench.live();
    expect(bench.socket.sent).toEqual([{ t: "hello", resume: {}, later: ["detail", "unit"] }]);
    expect(names(bench)).toEqual(["A12"]);
    expect(bench.client.link().state).toBe("live");
  });

  test("has the first snapshot at once, for the first picture of the face, and all that follows in frames", async () => {
    const bench = new Bench();
    bench.frames = [];
    await bench.live();
    expect(names(bench)).toEqual(["A12"]);
    bench.socket.say(snap(20, [unit("A13")], "e2"));
    expect(names(bench)).toEqual(["A12"]);
    for (const frame of bench.frames.splice(0)) frame.run();
    expect(names(bench)).toEqual(["A13"]);
  });

  test("asks sooner for the frame that shows a new incident, and not for how a known one looks now", async () => {
    const bench = new Bench();
    await bench.live();
    const incident = (status: string) => ({ k: "incident", id: "khuzestan.i1", v: { id: "khuzestan.i1", status } });
    bench.frames = [];
    bench.socket.say(change(10, 11, [unit("A13")], ["dispatcher:c1"]));
    expect(bench.frames.map((each) => each.wanted)).toEqual(["inTurn"]);
    bench.socket.say(change(11, 12, [incident("open")], ["dispatcher:c2"]));
    bench.socket.say(change(12, 13, [incident("held")], ["dispatcher:c3"]));
    expect(bench.frames.map((each) => each.wanted)).toEqual(["soon"]);
    for (const frame of bench.frames.splice(0)) frame.run();
    expect(names(bench)).toEqual(["A12", "A13"]);
    expect(bench.world.incident.get("khuzestan.i1")?.status).toBe("held");
    expect(bench.commands).toEqual(["c1", "c2", "c3"]);
    bench.socket.say(change(13, 14, [incident("open")]));
    expect(bench.frames.map((each) => each.wanted)).toEqual(["inTurn"]);
  });

  test("applies a change that follows, and removes what is null", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say(change(10, 14, [unit("M07")], ["seat:dispatcher:khuzestan:c1", "c2"]));
    expect(names(bench)).toEqual(["A12", "M07"]);
    expect(bench.commands).toEqual(["c1", "c2"]);
    bench.socket.say(change(14, 15, [gone("A12")]));
    expect(names(bench)).toEqual(["M07"]);
  });

  test("a face that shows news now and then asks for it together, whenever it says hello", async () => {
    const bench = new Bench(40);
    await bench.live();
    bench.socket.say(change(12, 14, [unit("M07")]));
    expect(bench.socket.sent).toEqual([
      { t: "hello", resume: {}, later: ["detail", "unit"], together_ms: 40 },
      { t: "hello", resume: { khuzestan: { epoch: "e1", pos: 10 } }, together_ms: 40 },
    ]);
  });

  test("does not apply a change after a gap, and asks again from what it holds", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say(change(12, 14, [unit("M07")]));
    expect(names(bench)).toEqual(["A12"]);
    expect(bench.socket.sent.at(-1)).toEqual({ t: "hello", resume: { khuzestan: { epoch: "e1", pos: 10 } } });
    expect(bench.client.link().streams[0]?.catchingUp).toBe(true);
    bench.socket.say(change(10, 12, [unit("B03")]));
    bench.socket.say(change(12, 14, [unit("M07")]));
    expect(names(bench)).toEqual(["A12", "B03", "M07"]);
    expect(bench.client.link().streams[0]?.catchingUp).toBe(false);
  });

  test("asks once for one gap, and again only after five seconds", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say(change(12, 14, []));
    bench.socket.say(change(14, 15, []));
    expect(bench.socket.sent).toHaveLength(2);
    bench.nowMs += 5_001;
    bench.socket.say(change(15, 16, []));
    expect(bench.socket.sent).toHaveLength(3);
  });

  test("a change sent twice around a resume is not a gap", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say(change(10, 12, [unit("B03")]));
    bench.socket.say(change(10, 12, [gone("B03")]));
    expect(names(bench)).toEqual(["A12", "B03"]);
    expect(bench.socket.sent).toHaveLength(1);
  });

  test("a beat that is ahead is a gap too: the last message may be the lost one", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say(beat(10));
    expect(bench.socket.sent).toHaveLength(1);
    bench.socket.say(beat(11));
    expect(bench.socket.sent.at(-1)).toEqual({ t: "hello", resume: { khuzestan: { epoch: "e1", pos: 10 } } });
  });

  test("a new epoch is never mixed with the old: it asks without a cursor and waits for the snapshot", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say(change(10, 11, [unit("M07")], [], "e2"));
    expect(names(bench)).toEqual(["A12"]);
    expect(bench.socket.sent.at(-1)).toEqual({ t: "hello", resume: {} });
    bench.socket.say(snap(3, [unit("Z01")], "e2"));
    expect(names(bench)).toEqual(["Z01"]);
  });

  test("a snapshot replaces its own stream only", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say({ ...welcome, streams: ["khuzestan", "tehran"] });
    bench.socket.say({
      ...snap(5, [{ k: "unit", id: "tehran.u.T01", v: { id: "tehran.u.T01", slot: 1, call_sign: "T01" } }]),
      stream: "tehran",
    });
    bench.socket.say(snap(20, [unit("M07")]));
    expect(names(bench)).toEqual(["M07", "T01"]);
  });

  test("takes over a stream that was opened before it, with what that has said", async () => {
    const bench = new Bench();
    const ahead = Object.assign(new FakeSocket(), {
      greeted: true,
      heard: [welcome, snap(10, [unit("A12")])].map((each) => JSON.stringify(each)),
    });
    bench.open = async () => ahead;
    bench.client.start();
    await bench.settle();
    expect(ahead.sent).toEqual([]);
    expect(names(bench)).toEqual(["A12"]);
    ahead.say(change(10, 11, [unit("M07")]));
    expect(names(bench)).toEqual(["A12", "M07"]);
  });

  test("shows the first part of a snapshot at once, and is whole when the last has come", async () => {
    const bench = new Bench();
    bench.client.start();
    await bench.settle();
    bench.socket.say(welcome);
    bench.socket.say({ ...snap(10, [unit("A12")]), left: 2 });
    expect(names(bench)).toEqual(["A12"]);
    expect(bench.client.link().streams[0]?.catchingUp).toBe(true);
    bench.socket.say({ ...snap(10, [unit("B03")]), t: "more", left: 1 });
    bench.socket.say({ ...snap(10, [unit("M07")]), t: "more", left: 0 });
    expect(names(bench)).toEqual(["A12", "B03", "M07"]);
    expect(bench.client.link().streams[0]?.catchingUp).toBe(false);
  });

  test("what is many is read when the first picture stands, in its order", async () => {
    const bench = new Bench();
    let stands = () => {};
    bench.client.start(
      new Promise<void>((resolve) => {
        stands = resolve;
      }),
    );
    await bench.settle();
    bench.socket.say(welcome);
    bench.socket.say({ ...snap(10, [unit("A12")]), left: 1 });
    bench.socket.say({ ...snap(10, [unit("M07")]), t: "more", left: 0 });
    bench.socket.say(change(10, 11, [gone("A12")]));
    bench.socket.say(beat(11));
    expect(names(bench)).toEqual(["A12"]);
    stands();
    await bench.settle();
    expect(names(bench)).toEqual(["A12"]); // Shown, and not painted yet.
    await bench.pass(1);
    expect(names(bench)).toEqual(["M07"]);
    bench.socket.say(change(11, 12, [unit("B03")]));
    expect(names(bench)).toEqual(["B03", "M07"]);
    expect(bench.socket.sent).toHaveLength(1);
  });

  test("where no picture comes, the rest is read all the same", async () => {
    const bench = new Bench();
    bench.client.start(new Promise<void>(() => {}));
    await bench.settle();
    bench.socket.say(welcome);
    bench.socket.say({ ...snap(10, [unit("A12")]), left: 1 });
    bench.socket.say({ ...snap(10, [unit("M07")]), t: "more", left: 0 });
    await bench.pass(900);
    expect(names(bench)).toEqual(["A12"]);
    await bench.pass(200);
    expect(names(bench)).toEqual(["A12", "M07"]);
  });

  test("what was not read yet when the line broke is asked for again", async () => {
    const bench = new Bench();
    bench.client.start(new Promise<void>(() => {}));
    await bench.settle();
    bench.socket.say(welcome);
    bench.socket.say({ ...snap(10, [unit("A12")]), left: 1 });
    bench.socket.say({ ...snap(10, [unit("M07")]), t: "more", left: 0 });
    bench.socket.close(1006);
    await bench.pass(700);
    expect(bench.socket.sent[0]).toEqual({ t: "hello", resume: {} });
    bench.socket.say(welcome);
    bench.socket.say({ ...snap(11, [unit("B03")]), left: 0 });
    await bench.pass(2_000);
    expect(names(bench)).toEqual(["B03"]);
  });

  test("half a snapshot is nothing to go on from: after a cut all of it is asked for again, and whole", async () => {
    const bench = new Bench();
    bench.client.start();
    await bench.settle();
    bench.socket.say(welcome);
    bench.socket.say({ ...snap(10, [unit("A12")]), left: 2 });
    bench.socket.close(1006);
    await bench.pass(3_000);
    expect(bench.socket.sent[0]).toEqual({ t: "hello", resume: {} });
    bench.socket.say(welcome);
    bench.socket.say({ ...snap(10, [unit("A12")]), left: 2 });
    bench.socket.say({ ...snap(10, [unit("M07")]), t: "more", left: 0 });
    expect(names(bench)).toEqual(["A12"]);
    expect(bench.socket.sent.at(-1)).toEqual({ t: "hello", resume: {} });
  });

  test("reconnects with growing waits and resumes from the last number", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say(change(10, 12, [unit("B03")]));
    bench.openable = false;
    bench.socket.close(1006);
    const opened = bench.sockets.length;
    await bench.pass(700);
    expect(bench.sockets).toHaveLength(opened);
    expect(bench.client.link().state).toBe("late");
    bench.openable = true;
    await bench.pass(3_000);
    expect(bench.sockets).toHaveLength(opened + 1);
    expect(bench.socket.sent[0]).toEqual({ t: "hello", resume: { khuzestan: { epoch: "e1", pos: 12 } } });
    expect(names(bench)).toEqual(["A12", "B03"]);
  });

  test("says how much was missed while it is told, and for a moment when it is here", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.close(1006);
    await bench.pass(1_000);
    bench.socket.say(welcome);
    bench.socket.say({ ...change(10, 11, [unit("A13")]), left: 2 });
    expect(bench.client.link().missed).toEqual({ all: 3, left: 2 });
    expect(bench.client.link().streams[0]?.catchingUp).toBe(true);
    bench.socket.say({ ...change(11, 12, [unit("A14")]), left: 1 });
    bench.socket.say({ ...change(12, 14, [unit("A15")]), left: 0 });
    expect(bench.client.link().missed).toEqual({ all: 3, left: 0 });
    expect(bench.client.link().streams[0]?.catchingUp).toBe(false);
    bench.socket.say(change(14, 15, [unit("A16")]));
    expect(bench.client.link().missed).toEqual({ all: 3, left: 0 });
    await bench.pass(9_000);
    bench.socket.say(beat(15));
    expect(bench.client.link().missed).toEqual({ all: 3, left: 0 });
    await bench.pass(2_000);
    bench.socket.say(beat(15));
    expect(bench.client.link().missed).toBe(null);
  });

  test("one missed event is counted once, and a second cut begins anew", async () => {
    const bench = new Bench();
    await bench.live();
    for (const left of [0, 3]) {
      bench.socket.close(1006);
      await bench.pass(1_000);
      bench.socket.say(welcome);
      const pos = left === 0 ? 10 : 11;
      bench.socket.say({ ...change(pos, pos + 1, [unit("A13")]), left });
      expect(bench.client.link().missed).toEqual({ all: left + 1, left });
    }
  });

  test("says late after five silent seconds and lost after fifteen, and leaves a half-open socket", async () => {
    const bench = new Bench();
    await bench.live();
    await bench.pass(4_900);
    expect(bench.client.link().state).toBe("live");
    await bench.pass(700);
    expect(bench.client.link().state).toBe("late");
    const before = bench.sockets.length;
    await bench.pass(9_500);
    expect(bench.client.link().state).toBe("lost");
    await bench.pass(3_000);
    expect(bench.sockets.length).toBeGreaterThan(before);
    expect(names(bench)).toEqual(["A12"]);
  });

  test("says signed out when the server closes for that, and does not knock again", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.close(4401);
    expect(bench.client.link().state).toBe("signed_out");
    const before = bench.sockets.length;
    await bench.pass(60_000);
    expect(bench.sockets).toHaveLength(before);
  });

  test("a network that is gone is said at once, and one that is back is not waited for", async () => {
    const bench = new Bench();
    await bench.live();
    bench.client.networkGone();
    expect(bench.client.link().state).toBe("lost");
    const before = bench.sockets.length;
    bench.client.networkBack();
    await bench.settle();
    expect(bench.sockets).toHaveLength(before + 1);
    bench.socket.say(welcome);
    expect(bench.socket.sent[0]).toMatchObject({ t: "hello", resume: { khuzestan: { epoch: "e1", pos: 10 } } });
    expect(bench.client.link().state).toBe("live");
  });

  test("a machine that says so while the server is still heard is wrong", async () => {
    const bench = new Bench();
    await bench.live();
    bench.client.networkGone();
    bench.socket.say({ t: "beat", at: "2026-11-22T10:00:00Z", pos: { khuzestan: 10 } });
    expect(bench.client.link().state).toBe("live");
  });

  test("a stream that is no longer this session's is forgotten", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say({ ...welcome, streams: ["tehran"] });
    expect(names(bench)).toEqual([]);
  });

  test("unknown kinds and unknown messages are left alone", async () => {
    const bench = new Bench();
    await bench.live();
    bench.socket.say({ t: "news", of: "tomorrow" });
    bench.socket.say(change(10, 11, [{ k: "drone", id: "khuzestan.d1", v: { id: "khuzestan.d1" } }]));
    bench.socket.onmessage?.({ data: "not json" });
    expect(names(bench)).toEqual(["A12"]);
    await bench.pass(1_000);
    expect(bench.client.link().streams[0]?.pos).toBe(11);
  });

  test("how far a stream has come is told once a second, that something is missing at once", async () => {
    const bench = new Bench();
    await bench.live();
    await bench.pass(1_000);
    let told = 0;
    bench.client.subscribe(() => told++);
    for (let pos = 10; pos < 210; pos++) bench.socket.say(change(pos, pos + 1, [unit("A13")]));
    expect(names(bench)).toEqual(["A12", "A13"]);
    expect(told).toBeLessThanOrEqual(1);
    bench.socket.say(change(300, 301, [unit("A14")]));
    expect(bench.client.link().streams[0]?.catchingUp).toBe(true);
  });
});

test("a crew's details arrive as details", async () => {
  const bench = new Bench();
  await bench.live();
  bench.socket.say(
    change(10, 11, [{ k: "crew_detail", id: "khuzestan.i1", v: { id: "khuzestan.i1", narrative: "x" } }]),
  );
  expect(bench.world.detail.get("khuzestan.i1")?.narrative).toBe("x");
});

describe("the clock", () => {
  test("keeps the sample furthest ahead, because messages only ever come late", () => {
    let now = 0;
    const clock = new ServerClock(
      () => now,
      () => 5,
    );
    clock.hear(10_000);
    now = 1_000;
    clock.hear(10_700);
    expect(clock.now()).toBe(11_000);
    now = 2_000;
    clock.hear(12_050);
    expect(clock.now()).toBe(12_050);
  });
});
