/** The page's one set of parts: API, pending commands, clock, world, stream. Built once an entry. */

import { Api } from "../api/client";
import { PendingRegistry } from "../api/pending";
import type { Raw } from "../api/reads";
import { getOffices, getServer, getSession, list, readKinds } from "../api/reads";
import { OfficeTree } from "../core/offices";
import type { Kind, ServerInfo, Session } from "../core/views";
import { setDisplayOffset } from "../i18n/formats";
import { usePrefs } from "../i18n/prefs";
import type { Socket } from "../live/client";
import { LiveClient } from "../live/client";
import { ServerClock } from "../live/clock";
import { Pace } from "../live/pace";
import { World } from "../live/world";

const TOKEN = "nazdik.token";

/** A token is kept for one tab only, so that two tabs of a demo can sit on two seats. */
export const token = {
  get: (): string | null => {
    try {
      return sessionStorage.getItem(TOKEN);
    } catch {
      return null;
    }
  },
  set: (value: string | null): void => {
    try {
      if (value === null) sessionStorage.removeItem(TOKEN);
      else sessionStorage.setItem(TOKEN, value);
    } catch {
      // Storage is closed to us: the cookie carries the session.
    }
  },
};

/** How requests go out. A handheld with a key of its own puts one here that signs them (`features/field/enrol/device.ts`). */
export const line = { fetch: (...args: Parameters<typeof fetch>) => fetch(...args) };

export const EXERCISE = "nazdik.exercise";

/** Whether a guided exercise was asked for in this tab, see `exercise.ts`. */
export const isExerciseAsked = (): boolean => {
  try {
    return sessionStorage.getItem(EXERCISE) !== null;
  } catch {
    return false;
  }
};

/** What is read once at the start and seldom changes. */
export interface Reference {
  readonly server: ServerInfo;
  readonly session: Session;
  readonly offices: OfficeTree;
  readonly kinds: ReadonlyMap<string, Kind>;
  /** The same as the server gave them, with what only a desk reads; absent where a handheld starts without a server. */
  readonly kindRows?: readonly Raw[];
}

/** How a page reaches the server where it does so in a way of its own. */
export interface WaysOut {
  readonly fetch: typeof fetch;
  /** A stream that was opened already; null when there is none. */
  readonly socket: () => Promise<Socket | null>;
  /** How long changes may wait for each other, so that a flood comes in fewer messages. */
  readonly togetherMs: number;
}

export class App {
  readonly #out: WaysOut | null;
  readonly #pace = new Pace();
  readonly clock = new ServerClock();
  readonly world = new World();
  readonly pending = new PendingRegistry();
  readonly api = new Api({
    fetch: (...args) => (this.#out?.fetch ?? line.fetch)(...args),
    language: () => usePrefs.getState().lang,
    token: token.get,
    nowMs: () => this.clock.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    pending: this.pending,
  });
  readonly live = new LiveClient(this.world, this.clock, {
    open: () => this.#open(),
    steadyMs: () => performance.now(),
    nextFrame: (run, wanted) => this.#pace.next(run, wanted),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    chance: Math.random,
    togetherMs: () => this.#out?.togetherMs,
    sessionStands: async () => {
      try {
        await getSession(this.api);
        return true;
      } catch (error) {
        return !(error instanceof Error && "status" in error && error.status === 401);
      }
    },
  });

  constructor(out: WaysOut | null = null) {
    this.#out = out;
    this.live.onCommands((commands) => this.pending.confirm(commands));
    addEventListener("keydown", () => this.#pace.typed(), { capture: true, passive: true });
    addEventListener("offline", () => this.live.networkGone());
    addEventListener("online", () => this.live.networkBack());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.live.retryNow();
    });
  }

  async readServer(): Promise<ServerInfo> {
    const server = await getServer(this.api);
    setDisplayOffset(server.offsetMs);
    if (!this.clock.synchronised) this.clock.hear(Date.parse(server.at));
    return server;
  }

  async readReference(): Promise<Reference> {
    const [server, session, offices, rows] = await Promise.all([
      this.readServer(),
      getSession(this.api),
      getOffices(this.api),
      this.api.get("/v1/kinds"),
    ]);
    return {
      server,
      session,
      offices: new OfficeTree(offices),
      kinds: new Map(readKinds(rows).map((kind) => [kind.code, kind])),
      kindRows: list(rows, "kinds"),
    };
  }

  /** Whoever has said that they leave is not asked again by the browser. */
  leaving = false;

  async signOut(): Promise<void> {
    this.leaving = true;
    this.live.stop();
    try {
      await this.api.delete("/v1/session");
    } finally {
      token.set(null);
      location.assign("/");
    }
  }

  async #open(): Promise<Socket> {
    const opened = await this.#out?.socket();
    if (opened) return opened;
    const address = new URL("/v1/stream", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    if (token.get()) {
      const { ticket } = await this.api.post<{ ticket: string }>("/v1/stream-tickets", {});
      address.searchParams.set("ticket", ticket);
    }
    return new WebSocket(address) as Socket;
  }
}
