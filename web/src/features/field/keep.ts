/** What the handheld keeps through a reload: acts not yet sent, positions not yet sent, the work as last seen. IndexedDB. */

import type { Entry } from "./queue";

const NAME = "nazdik-field";
const ENTRIES = "entries";
const FIXES = "fixes";
const SEEN = "seen";

/** A position as `POST /v1/positions` takes it. */
export interface Fix {
  readonly lon: number;
  readonly lat: number;
  readonly at: string;
  readonly heading?: number;
  readonly speed_m_per_s?: number;
  readonly accuracy_m?: number;
}

export interface Keep {
  loadEntries(): Promise<readonly Entry[]>;
  putEntry(entry: Entry): Promise<void>;
  deleteEntry(id: string): Promise<void>;
  /** Positions of one unit that were not sent, oldest first, with their keys. */
  loadFixes(unit: string, most: number): Promise<readonly { readonly key: IDBValidKey; readonly fix: Fix }[]>;
  putFixes(unit: string, fixes: readonly Fix[]): Promise<void>;
  deleteFixes(keys: readonly IDBValidKey[]): Promise<void>;
  /** Something last seen, by name, such as a unit's current work. */
  load<T>(name: string): Promise<T | null>;
  put(name: string, value: unknown): Promise<void>;
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export class IndexedKeep implements Keep {
  readonly #opened: Promise<IDBDatabase>;

  constructor() {
    this.#opened = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(ENTRIES, { keyPath: "id" });
        request.result.createObjectStore(FIXES, { autoIncrement: true });
        request.result.createObjectStore(SEEN);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("blocked"));
    });
    // Whoever asks gets the failure; without an asker it must not become an unhandled one.
    this.#opened.catch(() => undefined);
  }

  async loadEntries(): Promise<readonly Entry[]> {
    const db = await this.#opened;
    return asked(db.transaction(ENTRIES).objectStore(ENTRIES).getAll() as IDBRequest<Entry[]>);
  }

  async putEntry(entry: Entry): Promise<void> {
    await this.#write(ENTRIES, "strict", (store) => store.put(entry));
  }

  async deleteEntry(id: string): Promise<void> {
    await this.#write(ENTRIES, "strict", (store) => store.delete(id));
  }

  async loadFixes(unit: string, most: number): Promise<readonly { key: IDBValidKey; fix: Fix }[]> {
    const db = await this.#opened;
    const store = db.transaction(FIXES).objectStore(FIXES);
    const [keys, rows] = await Promise.all([
      asked(store.getAllKeys(null, most)),
      asked(store.getAll(null, most) as IDBRequest<{ unit: string; fix: Fix }[]>),
    ]);
    return rows.flatMap((row, n) => (row.unit === unit ? [{ key: keys[n] as IDBValidKey, fix: row.fix }] : []));
  }

  async putFixes(unit: string, fixes: readonly Fix[]): Promise<void> {
    await this.#write(FIXES, "relaxed", (store) => {
      for (const fix of fixes) store.add({ unit, fix });
    });
  }

  async deleteFixes(keys: readonly IDBValidKey[]): Promise<void> {
    await this.#write(FIXES, "relaxed", (store) => {
      for (const key of keys) store.delete(key);
    });
  }

  async load<T>(name: string): Promise<T | null> {
    const db = await this.#opened;
    return (await asked(db.transaction(SEEN).objectStore(SEEN).get(name) as IDBRequest<T | undefined>)) ?? null;
  }

  async put(name: string, value: unknown): Promise<void> {
    await this.#write(SEEN, "relaxed", (store) =>
      value === null ? store.delete(name) : store.put(structuredClone(value), name),
    );
  }

  async #write(name: string, durability: "strict" | "relaxed", act: (store: IDBObjectStore) => unknown): Promise<void> {
    const db = await this.#opened;
    const transaction = db.transaction(name, "readwrite", { durability });
    act(transaction.objectStore(name));
    await finished(transaction);
  }
}
