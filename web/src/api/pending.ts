/**
 * What this person asked for and the world does not show yet.
 *
 * sending → answered (the server has it on disk) → gone, when a change on the stream carries its command id. A refusal stays,
 * with its reason, until dismissed or asked again.
 */

import type { CommandId } from "../core/units";
import type { Problem } from "./problem";

export type PendingState = "sending" | "retrying" | "answered" | "refused";

export interface Pending {
  readonly id: CommandId;
  /** What is being done: a short word such as `assign`; screens choose the sentence. */
  readonly action: string;
  /** Ids of what it touches, so that rows find it. */
  readonly subjects: readonly string[];
  readonly state: PendingState;
  readonly problem: Problem | null;
  readonly sinceMs: number;
}

/** When an answered command's change never comes (it touched nothing this session sees), stop marking it. */
const FORGET_ANSWERED_MS = 4_000;

export class PendingRegistry {
  readonly #items = new Map<CommandId, Pending>();
  readonly #seen = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #all: readonly Pending[] = [];

  begin(id: CommandId, action: string, subjects: readonly string[], sinceMs: number): void {
    this.#set({ id, action, subjects, state: "sending", problem: null, sinceMs });
  }

  retrying(id: CommandId): void {
    this.#update(id, { state: "retrying" });
  }

  /** The server answered. Its change may already have come. */
  answered(id: CommandId, nothingChanged: boolean): void {
    if (nothingChanged || this.#seen.has(id)) this.dismiss(id);
    else {
      this.#update(id, { state: "answered" });
      setTimeout(() => {
        if (this.#items.get(id)?.state === "answered") this.dismiss(id);
      }, FORGET_ANSWERED_MS);
    }
  }

  refused(id: CommandId, problem: Problem): void {
    this.#update(id, { state: "refused", problem });
  }

  /** The stream carried these commands: their effects are on the screen. */
  confirm(commands: readonly string[]): void {
    for (const id of commands) {
      this.#seen.add(id);
      if (this.#seen.size > 2_000) this.#seen.delete(this.#seen.values().next().value as string);
      if (this.#items.get(id as CommandId)?.state !== "refused") this.#items.delete(id as CommandId);
    }
    this.#publish();
  }

  dismiss(id: CommandId): void {
    if (this.#items.delete(id)) this.#publish();
  }

  all = (): readonly Pending[] => this.#all;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  #update(id: CommandId, change: Partial<Pending>): void {
    const item = this.#items.get(id);
    if (item) this.#set({ ...item, ...change });
  }

  #set(item: Pending): void {
    this.#items.set(item.id, item);
    this.#publish();
  }

  #publish(): void {
    const all = [...this.#items.values()];
    if (all.length === 0 && this.#all.length === 0) return;
    this.#all = all;
    for (const listener of this.#listeners) listener();
  }
}
