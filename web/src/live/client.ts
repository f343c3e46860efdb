/**
 * The live stream: one WebSocket, snapshot then numbered changes, resumed from the last number after a break.
 *
 * The first snapshot may come in parts: what waits for somebody is shown while thousands of units are on their way.
 * A message that does not follow the one before it is never applied: the client says hello again with what it holds, and the
 * server sends what is missing or a snapshot. Messages are applied to the world once per animation frame.
 */

import type { ProvinceId } from "../core/units";
import type { ServerClock } from "./clock";
import type { Wanted } from "./pace";
import { decodePositions } from "./positions";
import type { ClientMessage, Cursor, KindName, ServerMessage, Welcome } from "./protocol";
import type { World } from "./world";

export interface Socket {
  binaryType: BinaryType;
  readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  /** Opened before this script was here: whether hello was said, and what came since. */
  readonly greeted?: boolean;
  readonly heard?: unknown[];
  send(data: string): void;
  close(code?: number): void;
}

/** The outside as the client needs it; tests give their own. */
export interface Surroundings {
  /** Open a socket; rejects when not even a ticket could be had. */
  readonly open: () => Promise<Socket>;
  readonly steadyMs: () => number;
  /** Run once, at the next frame or a moment later; returns how to call it off. */
  readonly nextFrame: (run: () => void, wanted: Wanted) => () => void;
  readonly later: (run: () => void, ms: number) => () => void;
  /** In [0, 1). */
  readonly chance: () => number;
  /** How long changes may wait for each other; undefined where each is wanted at once. */
  readonly togetherMs?: () => number | undefined;
  /** Called after a failed opening: whether the session is still good. */
  readonly sessionStands: () => Promise<boolean>;
}

export type LinkState = "connecting" | "live" | "late" | "lost" | "signed_out";

export interface StreamState {
  readonly stream: ProvinceId;
  readonly epoch: string | null;
  readonly pos: number;
  /** Server time (ms) up to which this stream is known to be complete; null before its snapshot. */
  readonly freshAt: number | null;
  /** Steady-clock ms when that was heard. */
  readonly heardMs: number;
  /** Waiting for what is missing. */
  readonly catchingUp: boolean;
}

export interface Link {
  readonly state: LinkState;
  /** Seconds since anything was heard. */
  readonly silentS: number;
  readonly streams: readonly StreamState[];
  readonly attempts: number;
  readonly welcome: Welcome | null;
  /** What happened while the line was down and is told now: how much in all, and how much is still to come. Null a moment after. */
  readonly missed: { readonly all: number; readonly left: number } | null;
}

export const LATE_AFTER_MS = 5_000;
export const LOST_AFTER_MS = 15_000;
const BACKOFF_FIRST_MS = 400;
const BACKOFF_MOST_MS = 10_000;
const WELCOME_WITHIN_MS = 10_000;
const ASK_AGAIN_MS = 5_000;
const WATCH_MS = 500;
/** By far the most there is, and what nobody looks for first; `public/ahead.js` says the same. */
const LATER: readonly KindName[] = ["detail", "unit"];
/** What is many waits so long for the first picture; no longer, should there be none. */
const DRAWN_WITHIN_MS = 1_000;
const READ_AT_ONCE_MS = 20;
/** How far each stream has come is told so often; that something is wrong, or right again, at once. */
const TELL_EVERY_MS = 1_000;
/** So long it stands how much had been missed, once all of it is here. */
const MISSED_STANDS_MS = 10_000;

interface Held {
  epoch: string | null;
  pos: number;
  /** So many frames of its snapshot are still to come. */
  left: number;
  /** So many changes that were missed are still to come. */
  missed: number;
  freshAt: number | null;
  heardMs: number;
  /** Steady ms of the last hello for a gap, null when nothing is missing. */
  askedMs: number | null;
}

export class LiveClient {
  readonly #world: World;
  readonly #clock: ServerClock;
  readonly #around: Surroundings;
  readonly #held = new Map<ProvinceId, Held>();
  readonly #listeners = new Set<() => void>();
  readonly #commandListeners = new Set<(commands: readonly string[]) => void>();
  readonly #commands: string[] = [];
  /** Settles when the face is shown; null once that no longer matters. */
  #drawn: Promise<void> | null = null;
  /** What came behind the first part of a snapshot and is not read yet. */
  #unread: unknown[] | null = null;
  #socket: Socket | null = null;
  #running = false;
  #welcome: Welcome | null = null;
  #attempts = 0;
  #heardMs: number;
  #openedMs = 0;
  /** How the frame is wanted that shows what is queued; null when none was asked for. */
  #frame: Wanted | null = null;
  #stopFrame = () => {};
  /** The machine said that its network is gone, and nothing has been heard since. */
  #gone = false;
  /** How many missed changes the last resumption was for, and when the newest of them came. */
  #missed = 0;
  #missedMs = 0;
  #toldMs = Number.NEGATIVE_INFINITY;
  #stopRetry: (() => void) | null = null;
  #stopWatch: (() => void) | null = null;
  #link: Link;

  constructor(world: World, clock: ServerClock, around: Surroundings) {
    this.#world = world;
    this.#clock = clock;
    this.#around = around;
    this.#heardMs = around.steadyMs();
    this.#link = { state: "connecting", silentS: 0, streams: [], attempts: 0, welcome: null, missed: null };
  }

  /** `drawn` is when the face is shown: the thousands of units that follow its first rows are read when these are painted. */
  start(drawn: Promise<void> | null = null): void {
    if (this.#running) return;
    this.#running = true;
    this.#drawn = drawn;
    this.#heardMs = this.#around.steadyMs();
    this.#connect();
    this.#watch();
  }

  stop(): void {
    this.#running = false;
    this.#stopRetry?.();
    this.#stopWatch?.();
    this.#drop();
  }

  /** Try at once instead of waiting out the backoff: the network came back, or the window became visible. */
  retryNow(): void {
    if (!this.#running || this.#socket) return;
    this.#stopRetry?.();
    this.#connect();
  }

  /** The machine's network is gone: that is said at once, without waiting for fifteen seconds of silence. */
  networkGone(): void {
    if (!this.#running) return;
    this.#gone = true;
    this.#publish();
  }

  /** It is back, perhaps another one: a connection over the old one may hang for minutes. */
  networkBack(): void {
    if (this.#gone) this.#drop();
    this.retryNow();
  }

  /** Send when connected; false when it could not be sent (these messages are never kept). */
  send(message: ClientMessage): boolean {
    if (!this.#socket || !this.#welcome || this.#socket.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  link = (): Link => this.#link;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Told after the changes that carry these command ids are in the world. */
  onCommands(listener: (commands: readonly string[]) => void): () => void {
    this.#commandListeners.add(listener);
    return () => void this.#commandListeners.delete(listener);
  }

  #connect(): void {
    this.#stopRetry = null;
    this.#attempts++;
    this.#around.open().then(
      (socket) => {
        if (!this.#running || this.#socket) {
          socket.close();
          return;
        }
        this.#adopt(socket);
      },
      () => this.#failed(),
    );
  }

  #adopt(socket: Socket): void {
    this.#socket = socket;
    this.#welcome = null;
    this.#unread = null;
    this.#openedMs = this.#around.steadyMs();
    socket.binaryType = "arraybuffer";
    const hello = () => this.#hello();
    if (socket.readyState !== 1) socket.onopen = hello;
    else if (!socket.greeted) hello();
    socket.onmessage = (event) => this.#take(event.data);
    socket.onclose = (event) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      const welcomed = this.#welcome !== null;
      this.#welcome = null;
      if (event.code === 4401) this.#signedOut();
      else if (welcomed) this.#retry();
      else this.#failed();
    };
    for (const data of socket.heard?.splice(0) ?? []) this.#take(data);
  }

  #take(data: unknown): void {
    if (!this.#unread) {
      this.#hear(data);
      return;
    }
    this.#heardMs = this.#around.steadyMs();
    this.#unread.push(data);
  }

  /** Leave unread what follows until the first picture stands; then read it a little at a time, so that keys come in between. */
  #waitForPicture(drawn: Promise<void>): void {
    const unread: unknown[] = [];
    this.#unread = unread;
    const read = () => {
      const until = this.#around.steadyMs() + READ_AT_ONCE_MS;
      // It may be another connection's turn by now, which begins anew.
      while (this.#unread === unread) {
        if (unread.length === 0) this.#unread = null;
        else if (this.#around.steadyMs() > until) {
          this.#around.later(read, 0);
          return;
        } else this.#hear(unread.shift());
      }
    };
    let begun = false;
    const begin = () => {
      if (begun) return;
      begun = true;
      stop();
      read();
    };
    const stop = this.#around.later(begin, DRAWN_WITHIN_MS);
    // A face that was drawn before this snapshot came shows its rows in the next frame.
    drawn.then(() => this.#around.nextFrame(() => void this.#around.later(begin, 0), "inTurn"));
  }

  #hello(without: ProvinceId | null = null): void {
    const resume: Record<string, Cursor> = {};
    let later: readonly KindName[] | undefined = LATER;
    this.#missed = 0;
    for (const [stream, held] of this.#held) {
      // Whoever looks at units already must not see them go and come back: what replaces them comes whole.
      if (held.epoch !== null) later = undefined;
      held.missed = 0;
      if (stream !== without && held.epoch !== null && held.left === 0)
        resume[stream] = { epoch: held.epoch, pos: held.pos };
    }
    this.#socket?.send(
      JSON.stringify({ t: "hello", resume, later, together_ms: this.#around.togetherMs?.() } satisfies ClientMessage),
    );
  }

  #hear(data: unknown): void {
    const now = this.#around.steadyMs();
    this.#heardMs = now;
    this.#gone = false;
    if (data instanceof ArrayBuffer) {
      const frame = decodePositions(data);
      if (frame) this.#world.positions.take(frame, now);
      return;
    }
    if (typeof data !== "string") return;
    let message: ServerMessage;
    try {
      message = JSON.parse(data) as ServerMessage;
    } catch {
      return;
    }
    switch (message.t) {
      case "welcome":
        this.#welcome = message;
        this.#attempts = 0;
        this.#clock.hear(Date.parse(message.server_at));
        for (const stream of [...this.#held.keys()]) {
          if (message.streams.includes(stream)) continue;
          this.#held.delete(stream);
          this.#world.drop(stream);
        }
        for (const stream of message.streams) this.#heldOf(stream);
        break;
      case "snap": {
        const held = this.#heldOf(message.stream);
        const first = held.epoch === null;
        this.#advance(held, message.epoch, message.pos, message.at, now);
        held.left = message.left ?? 0;
        this.#world.snap(message.stream, message.items);
        // Nothing of it has been shown: there is nothing to keep calm, and the face may be drawn with it at once.
        if (first) this.#world.flush();
        if (first && held.left > 0 && this.#drawn) this.#waitForPicture(this.#drawn);
        this.#drawn = null;
        break;
      }
      case "more": {
        const held = this.#heldOf(message.stream);
        const left = message.left ?? 0;
        if (held.epoch !== message.epoch || held.pos !== message.pos || held.left !== left + 1)
          this.#ask(message.stream, held, now, true);
        else {
          held.left = left;
          this.#world.change(message.stream, message.items);
        }
        break;
      }
      case "change": {
        const held = this.#heldOf(message.stream);
        if (held.epoch !== message.epoch) this.#ask(message.stream, held, now, true);
        else if (message.pos <= held.pos)
          break; // Already held: sent twice around a resume.
        else if (message.prev !== held.pos) this.#ask(message.stream, held, now, false);
        else {
          this.#advance(held, message.epoch, message.pos, message.at, now);
          this.#world.change(message.stream, message.items);
          if (message.left !== undefined) this.#resume(held, message.left, now);
          // The key may have whose command it was before it.
          this.#commands.push(...message.cmds.map((id) => id.slice(id.lastIndexOf(":") + 1)));
        }
        break;
      }
      case "beat": {
        const at = Date.parse(message.at);
        this.#clock.hear(at);
        for (const [stream, pos] of Object.entries(message.pos)) {
          const held = this.#held.get(stream as ProvinceId);
          if (!held) continue;
          // Never begun, although the server believes so: its snapshot was lost on the way.
          if (held.epoch === null || pos > held.pos || held.left > 0) this.#ask(stream as ProvinceId, held, now, false);
          else {
            held.freshAt = at;
            held.heardMs = now;
            held.askedMs = null;
          }
        }
        break;
      }
      case "health":
        this.#world.hearHealth(message.items);
        break;
      case "map":
        this.#world.hearMaps(message.items);
        break;
      case "glass":
        this.#world.hearGlass(message.items);
        break;
    }
    this.#askFrame();
    this.#publish();
  }

  /** A change that was missed, with `left` more of them to come. */
  #resume(held: Held, left: number, now: number): void {
    if (held.missed === 0) this.#missed += left + 1;
    held.missed = left;
    this.#missedMs = now;
  }

  #heldOf(stream: ProvinceId): Held {
    let held = this.#held.get(stream);
    if (!held) {
      held = {
        epoch: null,
        pos: 0,
        left: 0,
        missed: 0,
        freshAt: null,
        heardMs: this.#around.steadyMs(),
        askedMs: null,
      };
      this.#held.set(stream, held);
    }
    return held;
  }

  #advance(held: Held, epoch: string, pos: number, at: string, now: number): void {
    held.epoch = epoch;
    held.pos = pos;
    held.freshAt = Date.parse(at);
    held.heardMs = now;
    held.askedMs = null;
  }

  /** Something is missing: say hello again, once, and again only when that went unanswered. */
  #ask(stream: ProvinceId, held: Held, now: number, newEpoch: boolean): void {
    if (held.askedMs !== null && now - held.askedMs < ASK_AGAIN_MS) return;
    held.askedMs = now;
    this.#hello(newEpoch ? stream : null);
  }

  #askFrame(): void {
    if (!this.#world.hasPending && this.#commands.length === 0) return;
    const wanted = this.#world.hasAwaited ? "soon" : "inTurn";
    if (this.#frame === "soon" || this.#frame === wanted) return;
    this.#stopFrame();
    this.#frame = wanted;
    this.#stopFrame = this.#around.nextFrame(() => {
      this.#frame = null;
      this.#world.flush();
      const commands = this.#commands.splice(0);
      if (commands.length > 0) for (const listener of this.#commandListeners) listener(commands);
    }, wanted);
  }

  #failed(): void {
    if (!this.#running) return;
    this.#around.sessionStands().then(
      (stands) => (stands ? this.#retry() : this.#signedOut()),
      () => this.#retry(),
    );
  }

  #retry(): void {
    if (!this.#running || this.#stopRetry || this.#socket) return;
    const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(10, this.#attempts));
    // Half fixed, half by chance: thousands of faces must not come back in the same instant.
    const wait = most / 2 + (most / 2) * this.#around.chance();
    this.#stopRetry = this.#around.later(() => this.#connect(), wait);
    this.#publish();
  }

  #signedOut(): void {
    this.stop();
    this.#publish("signed_out");
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#welcome = null;
    this.#unread = null;
    socket?.close();
  }

  #watch(): void {
    this.#stopWatch = this.#around.later(() => {
      if (!this.#running) return;
      const now = this.#around.steadyMs();
      // A half-open connection says nothing and never closes: leave it.
      const dead = this.#socket && now - Math.max(this.#heardMs, this.#openedMs) > LOST_AFTER_MS;
      const deaf = this.#socket && !this.#welcome && now - this.#openedMs > WELCOME_WITHIN_MS;
      if (dead || deaf) {
        this.#drop();
        this.#retry();
      }
      this.#publish();
      this.#watch();
    }, WATCH_MS);
  }

  #missedNow(now: number): Link["missed"] {
    let left = 0;
    for (const held of this.#held.values()) left += held.missed;
    const stands = left > 0 || now - this.#missedMs < MISSED_STANDS_MS;
    return this.#missed > 0 && stands ? { all: this.#missed, left } : null;
  }

  #publish(forced?: LinkState): void {
    const now = this.#around.steadyMs();
    const silent = now - this.#heardMs;
    let state: LinkState = "live";
    if (forced) state = forced;
    else if (this.#gone || silent >= LOST_AFTER_MS) state = "lost";
    else if (silent >= LATE_AFTER_MS) state = "late";
    else if (!this.#welcome) state = this.#held.size > 0 ? "late" : "connecting";
    const streams = [...this.#held].map(([stream, held]) => ({
      stream,
      epoch: held.epoch,
      pos: held.pos,
      freshAt: held.freshAt,
      heardMs: held.heardMs,
      catchingUp: held.askedMs !== null || held.epoch === null || held.left > 0 || held.missed > 0,
    }));
    const missed = this.#missedNow(now);
    const silentS = Math.floor(silent / 1000);
    const last = this.#link;
    const same =
      last.state === state &&
      last.silentS === silentS &&
      last.attempts === this.#attempts &&
      last.welcome === this.#welcome &&
      last.missed?.left === missed?.left &&
      last.missed?.all === missed?.all &&
      last.streams.length === streams.length &&
      last.streams.every((each, n) => {
        const other = streams[n];
        return (
          other !== undefined &&
          each.stream === other.stream &&
          each.epoch === other.epoch &&
          each.catchingUp === other.catchingUp
        );
      });
    // Two hundred changes a second would wake every panel that says how old its data is.
    if (same && (now - this.#toldMs < TELL_EVERY_MS || !moved(last.streams, streams))) return;
    this.#toldMs = now;
    this.#link = { state, silentS, streams, attempts: this.#attempts, welcome: this.#welcome, missed };
    for (const listener of this.#listeners) listener();
  }
}

const moved = (before: readonly StreamState[], after: readonly StreamState[]): boolean =>
  after.some((each, n) => each.pos !== before[n]?.pos || each.freshAt !== before[n]?.freshAt);
