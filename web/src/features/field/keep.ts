/** What the handheld keeps through a reload: acts not yet sent, positions not yet sent, the work as last seen, notes. All of it sealed. */

import type { Action, Entry, EntryState } from "./queue";

/** A position as `POST /v1/positions` takes it. */
export interface Fix {
  readonly lon: number;
  readonly lat: number;
  readonly at: string;
  readonly heading?: number;
  readonly speed_m_per_s?: number;
  readonly accuracy_m?: number;
}

/** A position as it waits here: also when it was by a counter that nobody sets, where the server's time was not known. */
export interface HeldFix extends Fix {
  readonly steadyMs?: number;
}

/** What may be known of an act that is kept without opening it: that there is one, whose, of what sort and since when. */
export interface Waiting {
  readonly id: string;
  readonly unit: string;
  readonly action: Action;
  readonly deviceAt: string;
  readonly state: EntryState;
}

export interface Keep {
  loadEntries(): Promise<readonly Entry[]>;
  putEntry(entry: Entry): Promise<void>;
  deleteEntry(id: string): Promise<void>;
  /** Acts of any unit that no server has had, without what they say. */
  unsent(): Promise<readonly Waiting[]>;
  /** Positions of one unit that were not sent, oldest first, with their keys. */
  loadFixes(unit: string, most: number): Promise<readonly { readonly key: IDBValidKey; readonly fix: HeldFix }[]>;
  putFixes(unit: string, fixes: readonly HeldFix[]): Promise<void>;
  deleteFixes(keys: readonly IDBValidKey[]): Promise<void>;
  /** Something last seen, by name, such as a unit's current work. */
  load<T>(name: string): Promise<T | null>;
  put(name: string, value: unknown): Promise<void>;
  /** Everything under names that begin so, with the rest of its name. */
  loadNotes(prefix: string): Promise<readonly (readonly [string, string])[]>;
  /** Whether this device stores at all. */
  works(): Promise<boolean>;
  /** Forget what was seen and written, and the key it was sealed with. `forGood`: keep nothing more of it in this page. */
  forget(forGood: boolean): Promise<void>;
  /** The device was taken back: forget where it was, too. Acts that nobody has had stay, sealed. */
  withdraw(): Promise<void>;
}

let loading: Promise<Keep> | null = null;

/** The one keep of a page. It comes behind the first paint; where it did not come it is asked for again. */
function whole(): Promise<Keep> {
  loading ??= import("./stored").then(
    ({ Stored }) => new Stored(),
    (error) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

export const keep = new Proxy({} as Keep, {
  get:
    (_, name: keyof Keep) =>
    async (...given: never[]) =>
      ((await whole())[name] as (...all: never[]) => unknown)(...given),
});
