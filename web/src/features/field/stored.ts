/** The keep in IndexedDB, sealed. Loaded behind the first paint (`keep.ts`). */

import type { CommandId, Time, UnitId } from "../../core/units";
import type { HeldFix, Keep, Waiting } from "./keep";
import type { Entry } from "./queue";
import { ACT_LOST } from "./queue";
import type { KeyName, Sealed } from "./sealing";
import { isSealed, makeSealingKey, open, seal } from "./sealing";

const NAME = "nazdik-field";
const ENTRIES = "entries";
const FIXES = "fixes";
const SEEN = "seen";
/** A place of its own: a key cannot be added to the other while a page of an older version has it open. */
const KEYS = "nazdik-field-keys";
/** How notes were kept before they were sealed. */
const OLD = "nazdik.field.";
const OLD_STAYS = "nazdik.field.device";

interface EntryRow extends Waiting {
  readonly seq: number;
  readonly sealed: Sealed;
}

interface FixRow {
  readonly unit: string;
  readonly fix: Sealed | HeldFix;
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

function opened(name: string, make: (db: IDBDatabase) => void): Promise<IDBDatabase> {
  const opening = new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => make(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
  // Whoever asks gets the failure; without an asker it must not become an unhandled one.
  opening.catch(() => undefined);
  return opening;
}

export class Stored implements Keep {
  readonly #opened = opened(NAME, (db) => {
    db.createObjectStore(ENTRIES, { keyPath: "id" });
    db.createObjectStore(FIXES, { autoIncrement: true });
    db.createObjectStore(SEEN);
  });
  readonly #keysOpened = opened(KEYS, (db) => db.createObjectStore(KEYS));
  readonly #keys = new Map<KeyName, Promise<CryptoKey | null>>();
  /** Writes follow one another: what was sealed sooner but said later must not be overtaken. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  async loadEntries(): Promise<readonly Entry[]> {
    const rows = await this.#all<EntryRow | Entry>(ENTRIES);
    const key = await this.#key("unsent");
    return Promise.all(
      rows.map(async (row) => {
        if ("sealed" in row) return key ? open<Entry>(key, row.id, row.sealed).catch(() => lost(row)) : lost(row);
        // Kept before anything was sealed.
        if (key) void this.putEntry(row).catch(() => undefined);
        return row;
      }),
    );
  }

  async putEntry(entry: Entry): Promise<void> {
    await this.#write(ENTRIES, "strict", "unsent", async (key) => {
      const { id, unit, action, deviceAt, state, seq } = entry;
      const row = key ? { id, unit, action, deviceAt, state, seq, sealed: await seal(key, id, entry) } : entry;
      return (store) => store.put(row);
    });
  }

  async deleteEntry(id: string): Promise<void> {
    await this.#write(ENTRIES, "strict", null, async () => (store) => store.delete(id));
  }

  async unsent(): Promise<readonly Waiting[]> {
    const rows = await this.#all<Waiting>(ENTRIES);
    return rows.filter(({ state }) => state === "waiting" || state === "sending");
  }

  async loadFixes(unit: string, most: number): Promise<readonly { key: IDBValidKey; fix: HeldFix }[]> {
    const db = await this.#opened;
    const store = db.transaction(FIXES).objectStore(FIXES);
    const [keys, rows] = await Promise.all([
      asked(store.getAllKeys(null, most)),
      asked(store.getAll(null, most) as IDBRequest<FixRow[]>),
    ]);
    const key = await this.#key("unsent");
    const found = await Promise.all(
      rows.map(async (row, n) => {
        const fix = isSealed(row.fix)
          ? key && (await open<HeldFix>(key, row.unit, row.fix).catch(() => null))
          : row.fix;
        return row.unit === unit && fix ? [{ key: keys[n] as IDBValidKey, fix }] : [];
      }),
    );
    return found.flat();
  }

  async putFixes(unit: string, fixes: readonly HeldFix[]): Promise<void> {
    await this.#write(FIXES, "relaxed", "unsent", async (key) => {
      const rows = await Promise.all(fixes.map(async (fix) => ({ unit, fix: key ? await seal(key, unit, fix) : fix })));
      return (store) => {
        for (const row of rows) store.add(row);
      };
    });
  }

  async deleteFixes(keys: readonly IDBValidKey[]): Promise<void> {
    await this.#write(FIXES, "relaxed", null, async () => (store) => {
      for (const key of keys) store.delete(key);
    });
  }

  async load<T>(name: string): Promise<T | null> {
    const db = await this.#opened;
    const value: unknown = await asked(db.transaction(SEEN).objectStore(SEEN).get(name));
    const key = await this.#key("seen");
    return key && isSealed(value) ? open<T>(key, name, value).catch(() => null) : null;
  }

  async put(name: string, value: unknown): Promise<void> {
    await this.#write(SEEN, "relaxed", "seen", async (key) => {
      const gone = value === null || !key || this.#closed;
      const row = gone ? null : await seal(key, name, value);
      return (store) => (row ? store.put(row, name) : store.delete(name));
    });
  }

  async loadNotes(prefix: string): Promise<readonly (readonly [string, string])[]> {
    this.#carryOver(prefix);
    await this.#turn;
    const db = await this.#opened;
    const names = await asked(db.transaction(SEEN).objectStore(SEEN).getAllKeys());
    const notes = names.filter((name): name is string => typeof name === "string" && name.startsWith(prefix));
    const read = notes.map(async (name) => [name.slice(prefix.length), await this.load<string>(name)] as const);
    return (await Promise.all(read)).filter((note): note is [string, string] => note[1] !== null);
  }

  async works(): Promise<boolean> {
    const db = await this.#opened;
    const transaction = db.transaction(SEEN, "readwrite");
    const store = transaction.objectStore(SEEN);
    store.put(true, "probe");
    const read = asked(store.get("probe"));
    store.delete("probe");
    await finished(transaction);
    return (await read) === true;
  }

  async forget(forGood: boolean): Promise<void> {
    this.#closed ||= forGood;
    await this.#write(SEEN, "strict", null, async () => {
      // First the key: whatever comes between, what is left behind is not to be read.
      this.#keys.delete("seen");
      const db = await this.#keysOpened;
      const transaction = db.transaction(KEYS, "readwrite", { durability: "strict" });
      transaction.objectStore(KEYS).delete("seen");
      await finished(transaction);
      return (store) => store.clear();
    });
  }

  async withdraw(): Promise<void> {
    await this.forget(true);
    await this.#write(FIXES, "strict", null, async () => (store) => store.clear());
  }

  async #all<T>(name: string): Promise<T[]> {
    const db = await this.#opened;
    return asked(db.transaction(name).objectStore(name).getAll() as IDBRequest<T[]>);
  }

  /** The key of this name, made at its first use; null where this page may have none. */
  #key(name: KeyName): Promise<CryptoKey | null> {
    let key = this.#keys.get(name);
    if (!key) {
      key = isSecureContext ? this.#findOrMake(name) : Promise.resolve(null);
      key.catch(() => this.#keys.delete(name));
      this.#keys.set(name, key);
    }
    return key;
  }

  async #findOrMake(name: KeyName): Promise<CryptoKey> {
    const [db, made] = await Promise.all([this.#keysOpened, makeSealingKey()]);
    const transaction = db.transaction(KEYS, "readwrite", { durability: "strict" });
    const store = transaction.objectStore(KEYS);
    // In one transaction, so that two tabs that start at once have one key.
    const found = (await asked(store.get(name))) as CryptoKey | undefined;
    if (!found) store.put(made, name);
    await finished(transaction);
    return found ?? made;
  }

  /** Notes that lie in the open from before they were sealed. */
  #carryOver(prefix: string): void {
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(OLD) || name === OLD_STAYS) continue;
        void this.put(prefix + name.slice(OLD.length), localStorage.getItem(name)).catch(() => undefined);
        localStorage.removeItem(name);
      }
      sessionStorage.removeItem(`${OLD}reference`);
    } catch {
      // Storage is closed to us; nothing lies in it.
    }
  }

  async #write(
    name: string,
    durability: "strict" | "relaxed",
    by: KeyName | null,
    prepare: (key: CryptoKey | null) => Promise<(store: IDBObjectStore) => unknown>,
  ): Promise<void> {
    const before = this.#turn;
    const written = (async () => {
      await before.catch(() => undefined);
      const act = await prepare(by && (await this.#key(by)));
      const transaction = (await this.#opened).transaction(name, "readwrite", { durability });
      act(transaction.objectStore(name));
      await finished(transaction);
    })();
    this.#turn = written.catch(() => undefined);
    return written;
  }
}

/** An act whose key is gone. It is not dropped in silence: it stands in the list as one that was refused, with why. */
function lost({ id, unit, action, deviceAt, seq }: EntryRow): Entry {
  return {
    id: id as CommandId,
    seq,
    unit: unit as UnitId,
    action,
    path: "",
    body: {},
    subject: "",
    label: "",
    deviceAt: deviceAt as Time,
    state: "refused",
    attempts: 0,
    faults: 0,
    refusal: { code: ACT_LOST, status: 0 },
  };
}
