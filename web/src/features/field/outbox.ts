/** What the officer did, kept on the device until the server has it: stored first, sent in order, never doubled, never lost. */

import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import type { CommandId, Time, UnitId } from "../../core/units";
import type { Keep } from "./keep";
import type { Action, Answer, Entry, TimeTold } from "./queue";
import {
  afterAttempt,
  backoffMs,
  holdMs,
  inOrder,
  isBulky,
  isQueued,
  isUrgent,
  mayDiscard,
  mayUndo,
  nextToSend,
  revived,
  waitedMs,
} from "./queue";

export interface Around {
  readonly keep: Pick<Keep, "loadEntries" | "putEntry" | "deleteEntry">;
  readonly unit: UnitId;
  /** `waitedMs`: how long ago it was done. */
  readonly send: (entry: Entry, waitedMs: number | null) => Promise<unknown>;
  readonly newId: () => CommandId;
  readonly time: () => TimeTold;
  readonly linkUp: () => boolean;
  readonly later: (run: () => void, ms: number) => () => void;
  readonly chance: () => number;
  /** Told of every refusal, once. */
  readonly onRefused?: (entry: Entry, problem: Problem) => void;
}

export interface Act {
  readonly action: Action;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly subject: string;
  readonly label?: string;
}

/** An answered act is shown as done until the stream carries it, or this long when it touched nothing we see. */
const FORGET_MS = 5_000;
const SENT_LIST = 12;

export class Outbox {
  readonly #around: Around;
  readonly #listeners = new Set<() => void>();
  #entries: readonly Entry[] = [];
  #sent: readonly Entry[] = [];
  #failures = 0;
  #stopTimer: (() => void) | null = null;
  /** What is being waited for after a failure is a picture only: anything else may be tried at once. */
  #bulkyWaits = false;
  #loaded = false;
  #running = false;
  #signedOut = false;

  constructor(around: Around) {
    this.#around = around;
  }

  /** Everything not yet confirmed, in order. */
  entries = (): readonly Entry[] => this.#entries;

  /** The last acts that the server has, newest first. */
  sent = (): readonly Entry[] => this.#sent;

  get signedOut(): boolean {
    return this.#signedOut;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Read what the last run left behind and begin to send. The first thing the handheld does. */
  async start(): Promise<void> {
    this.#running = true;
    if (!this.#loaded) {
      try {
        const stored = revived(await this.#around.keep.loadEntries());
        const known = new Set(this.#entries.map((entry) => entry.id));
        this.#entries = [...stored.filter((entry) => !known.has(entry.id)), ...this.#entries].sort(inOrder);
      } catch {
        // The device's storage is closed to us; each new entry says so.
      }
      this.#loaded = true;
      this.#publish();
    }
    this.flush();
  }

  stop(): void {
    this.#running = false;
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  /** Record an act: shown at once, stored, then sent. */
  add(act: Act): Entry {
    const { nowMs: now, timed, steadyMs } = this.#around.time();
    const last = this.#entries.reduce((most, entry) => Math.max(most, entry.seq), 0);
    const deviceAt = new Date(now).toISOString() as Time;
    const entry: Entry = {
      id: this.#around.newId(),
      // Time first, so that a reload that forgot answered entries cannot reuse a place in the order.
      seq: Math.max(last + 1, Math.floor(now)),
      unit: this.#around.unit,
      action: act.action,
      path: act.path,
      body: act.body ?? {},
      subject: act.subject,
      label: act.label ?? "",
      deviceAt,
      timed,
      steadyMs,
      state: "waiting",
      attempts: 0,
      faults: 0,
      refusal: null,
    };
    this.#entries = [...this.#entries, entry];
    this.#publish();
    this.#around.keep.putEntry(entry).then(
      () => this.flush(),
      () => {
        this.#replace(entry.id, (known) => ({ ...known, unkept: true }));
        this.flush();
      },
    );
    return entry;
  }

  /** Take back what was never attempted; false when it is too late. */
  undo(id: CommandId): boolean {
    const entry = this.#entries.find((each) => each.id === id);
    if (!entry || !mayUndo(entry, this.#entries)) return false;
    this.#forget(id);
    return true;
  }

  /** Throw away a picture that has not left the device; false when it is too late. */
  discard(id: CommandId): boolean {
    const entry = this.#entries.find((each) => each.id === id);
    if (!entry || !mayDiscard(entry)) return false;
    this.#forget(id);
    return true;
  }

  /** The officer has read a refusal. */
  dismiss(id: CommandId): void {
    if (this.#entries.some((entry) => entry.id === id && entry.state === "refused")) this.#forget(id);
  }

  /** The stream shows these commands' effects. */
  confirm(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#entries.find((each) => each.id === id);
      if (!entry || entry.state === "refused") continue;
      // Carried by the stream before our own answer came: it is done all the same.
      if (entry.state !== "answered") this.#remember({ ...entry, state: "answered" });
      this.#forget(entry.id);
    }
  }

  /** The link is up again, or somebody signed in: try now. */
  retryNow(): void {
    this.#failures = 0;
    this.#signedOut = false;
    this.flush();
  }

  flush(): void {
    if (!this.#running || !this.#loaded) return;
    const entry = nextToSend(this.#entries, this.#around.unit);
    if (!entry) return;
    if (this.#stopTimer && !isUrgent(entry) && !(this.#bulkyWaits && !isBulky(entry))) return;
    const hold = holdMs(entry, this.#around.linkUp(), this.#around.time().nowMs);
    if (hold > 0) {
      this.#wait(hold);
      return;
    }
    void this.#attempt(entry);
  }

  /** Called when the link comes up: a step held for its undo time goes now. */
  linkCameUp(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.retryNow();
  }

  async #attempt(entry: Entry): Promise<void> {
    const trying: Entry = { ...entry, state: "sending", attempts: entry.attempts + 1 };
    this.#replace(entry.id, () => trying);
    let answer: Answer;
    let problem: Problem | null = null;
    try {
      const told = await this.#around.send(trying, waitedMs(entry, this.#around.time()));
      answer = { kind: "done", duplicate: (told as { readonly duplicate?: unknown } | undefined)?.duplicate === true };
    } catch (error) {
      problem = asProblem(error);
      if (problem.status === 401) answer = { kind: "signed_out" };
      else if (problem.status === 0) answer = { kind: "silence" };
      else {
        const body = {
          code: problem.code,
          details: problem.details,
          ...(problem.title ? { title: problem.title } : {}),
        };
        answer = { kind: "problem", status: problem.status, retryable: problem.retryable, body };
      }
    }
    const after = afterAttempt(trying, answer);
    if (!this.#entries.some((each) => each.id === entry.id)) {
      this.#failures = 0;
      this.flush();
      return;
    }
    this.#replace(entry.id, () => after);
    if (after.state === "answered") {
      this.#failures = 0;
      this.#remember(after);
      void this.#around.keep.deleteEntry(after.id).catch(() => undefined);
      this.#around.later(() => this.#drop(after.id), FORGET_MS);
    } else {
      void this.#around.keep.putEntry(after).catch(() => undefined);
      if (after.state === "refused") {
        this.#failures = 0;
        if (problem) this.#around.onRefused?.(after, problem);
      } else if (answer.kind === "signed_out") {
        this.#signedOut = true;
        this.#publish();
        this.#wait(backoffMs(6, this.#around.chance()));
        return;
      } else {
        this.#failures++;
        this.#wait(backoffMs(this.#failures, this.#around.chance(), isUrgent(entry)));
        this.#bulkyWaits = isBulky(entry);
        return;
      }
    }
    this.flush();
  }

  #wait(ms: number): void {
    this.#stopTimer?.();
    this.#bulkyWaits = false;
    this.#stopTimer = this.#around.later(() => {
      this.#stopTimer = null;
      this.flush();
    }, ms);
  }

  #remember(entry: Entry): void {
    this.#sent = [entry, ...this.#sent.filter((each) => each.id !== entry.id)].slice(0, SENT_LIST);
  }

  #forget(id: CommandId): void {
    this.#drop(id);
    void this.#around.keep.deleteEntry(id).catch(() => undefined);
  }

  #drop(id: CommandId): void {
    if (!this.#entries.some((entry) => entry.id === id)) return;
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
    this.#publish();
  }

  #replace(id: CommandId, change: (entry: Entry) => Entry): void {
    this.#entries = this.#entries.map((entry) => (entry.id === id ? change(entry) : entry));
    this.#publish();
  }

  #publish(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** How many acts wait to be sent. */
export const queuedCount = (entries: readonly Entry[]): number => entries.filter(isQueued).length;
