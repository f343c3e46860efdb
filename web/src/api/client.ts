/** The HTTP door: typed GETs, and commands that are sent until they are answered. */

import type { CommandId } from "../core/units";
import type { Outcome } from "../core/views";
import type { PendingRegistry } from "./pending";
import { asProblem, Problem } from "./problem";
import { uuid7 } from "./uuid7";

export interface ApiSurroundings {
  readonly fetch: typeof fetch;
  readonly language: () => string;
  readonly token: () => string | null;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly pending: PendingRegistry;
}

export interface CommandOptions {
  /** A short word for the pending mark, such as `assign`. */
  readonly action?: string;
  /** Ids of what it touches: their rows show it as unconfirmed. */
  readonly subjects?: readonly string[];
  /** Give the id of a command kept elsewhere (the handheld's outbox); otherwise a new one is made. */
  readonly id?: CommandId;
  readonly signal?: AbortSignal;
  /** How often a silent network is tried again with the same key; the handheld's outbox passes 0 and keeps its own count. */
  readonly retries?: number;
  /** How long an answer may take; a picture needs longer than a word. */
  readonly timeoutMs?: number;
  /** How long ago it was done, when it waited to be sent: the server counts back from its own clock. */
  readonly waitedMs?: number | null;
}

const READ_TIMEOUT_MS = 15_000;
/** A file may be counted from weeks of a log. */
const FILE_TIMEOUT_MS = 120_000;
const COMMAND_TIMEOUT_MS = 10_000;
const RETRIES = 6;

export class Api {
  readonly #around: ApiSurroundings;

  constructor(around: ApiSurroundings) {
    this.#around = around;
  }

  /** The same door with something else around it. */
  apart(other: Partial<ApiSurroundings>): Api {
    return new Api({ ...this.#around, ...other });
  }

  /** Read; throws a `Problem`. Query values that are null or undefined are left out. */
  async get<T>(
    path: string,
    query: Readonly<Record<string, string | number | null | undefined>> = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== null && value !== undefined) params.set(name, String(value));
    const tail = params.size > 0 ? `?${params}` : "";
    return this.#ask<T>("GET", path + tail, undefined, {}, READ_TIMEOUT_MS, signal);
  }

  /** Read a file, as it came; throws a `Problem`. */
  async file(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Blob> {
    const response = await this.#fetch(
      "GET",
      `${path}?${new URLSearchParams(query)}`,
      undefined,
      {},
      FILE_TIMEOUT_MS,
      signal,
    );
    try {
      return await response.blob();
    } catch {
      throw new Problem(0, {});
    }
  }

  /** Read a picture that the browser may keep and ask about; throws a `Problem`. */
  async picture(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Blob> {
    const address = `${path}?${new URLSearchParams(query)}`;
    const response = await this.#fetch("GET", address, undefined, {}, FILE_TIMEOUT_MS, signal, "default");
    try {
      return await response.blob();
    } catch {
      throw new Problem(0, {});
    }
  }

  /** Send something that is not a command (sign in, guess a kind); throws a `Problem`. */
  async post<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    return this.#ask<T>("POST", path, body, {}, READ_TIMEOUT_MS, signal);
  }

  async put<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return this.#ask<T>("PUT", path, body, { "Idempotency-Key": uuid7() }, READ_TIMEOUT_MS, signal);
  }

  async delete<T>(path: string): Promise<T> {
    return this.#ask<T>("DELETE", path, undefined, {}, READ_TIMEOUT_MS);
  }

  /**
   * Send a command with its idempotency key until it is answered, always with the same key; throws the `Problem` of a refusal.
   *
   * Meanwhile `pending` shows it; after the answer it stays there until the stream carries its id.
   */
  async command<T = Outcome>(path: string, body: unknown = {}, options: CommandOptions = {}): Promise<T> {
    const { pending, nowMs, sleep } = this.#around;
    const id = options.id ?? uuid7();
    const retries = options.retries ?? RETRIES;
    const waited = options.waitedMs == null ? {} : { "Nazdik-Waited": String(options.waitedMs) };
    pending.begin(id, options.action ?? "command", options.subjects ?? [], nowMs());
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await this.#ask<T>(
          "POST",
          path,
          body,
          { "Idempotency-Key": id, ...waited },
          options.timeoutMs ?? COMMAND_TIMEOUT_MS,
          options.signal,
        );
        const events = (answer as { events?: readonly string[] } | undefined)?.events;
        pending.answered(id, Array.isArray(events) && events.length === 0);
        return answer;
      } catch (error) {
        const problem = asProblem(error);
        const again = problem.retryable && attempt < retries && !options.signal?.aborted;
        if (!again) {
          pending.refused(id, problem);
          throw problem;
        }
        pending.retrying(id);
        await sleep(Math.min(4_000, 250 * 2 ** attempt));
      }
    }
  }

  async #ask<T>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<T> {
    const response = await this.#fetch(method, path, body, headers, timeoutMs, signal);
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch {
      throw new Problem(0, {});
    }
  }

  async #fetch(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    timeoutMs: number,
    signal?: AbortSignal,
    cache: RequestCache = "no-store",
  ): Promise<Response> {
    const token = this.#around.token();
    const init: RequestInit = {
      method,
      credentials: "same-origin",
      cache,
      headers: {
        Accept: "application/json",
        "Accept-Language": this.#around.language(),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) : AbortSignal.timeout(timeoutMs),
    };
    let response: Response;
    try {
      response = await this.#around.fetch(path, init);
    } catch {
      throw new Problem(0, {});
    }
    if (!response.ok) throw await Problem.from(response);
    return response;
  }
}
