/** Values by id with subscribers per id: a change of one row wakes that row, not the list. */

type Listener = () => void;

export class KeyedStore<T> {
  readonly #items = new Map<string, T>();
  readonly #byId = new Map<string, Set<Listener>>();
  readonly #any = new Set<Listener>();
  readonly #indexes = new Set<Index<T>>();
  #version = 0;

  get(id: string | null | undefined): T | undefined {
    return id == null ? undefined : this.#items.get(id);
  }

  values(): IterableIterator<T> {
    return this.#items.values();
  }

  ids(): IterableIterator<string> {
    return this.#items.keys();
  }

  get size(): number {
    return this.#items.size;
  }

  /** Grows with every batch that changed something. */
  get version(): number {
    return this.#version;
  }

  /** Apply a batch, `null` removing, and wake each touched id once and the whole-store listeners once. */
  apply(batch: ReadonlyMap<string, T | null>): void {
    const touched: string[] = [];
    for (const [id, value] of batch) {
      const before = this.#items.get(id);
      if (value === null) {
        if (before === undefined) continue;
        this.#items.delete(id);
      } else {
        if (before === value) continue;
        this.#items.set(id, value);
      }
      for (const index of this.#indexes) index.move(id, before, value ?? undefined);
      touched.push(id);
    }
    if (touched.length === 0) return;
    this.#version++;
    for (const id of touched) for (const listener of this.#byId.get(id) ?? []) listener();
    for (const listener of this.#any) listener();
  }

  subscribe(id: string, listener: Listener): () => void {
    let set = this.#byId.get(id);
    if (!set) {
      set = new Set();
      this.#byId.set(id, set);
    }
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.#byId.delete(id);
    };
  }

  subscribeAll(listener: Listener): () => void {
    this.#any.add(listener);
    return () => void this.#any.delete(listener);
  }

  /** A derived index, kept up to date change by change: ids grouped by `key`; `null` leaves an item out. */
  index(key: (value: T) => string | null): Index<T> {
    const index = new Index(key);
    for (const [id, value] of this.#items) index.move(id, undefined, value);
    this.#indexes.add(index);
    return index;
  }
}

const EMPTY: ReadonlySet<string> = new Set();

export class Index<T> {
  readonly #groups = new Map<string, Set<string>>();
  readonly #touched = new Set<string>();
  readonly #key: (value: T) => string | null;

  constructor(key: (value: T) => string | null) {
    this.#key = key;
  }

  idsOf(group: string): ReadonlySet<string> {
    return this.#groups.get(group) ?? EMPTY;
  }

  groups(): IterableIterator<string> {
    return this.#groups.keys();
  }

  /** The groups whose members changed since this was last asked. One reader only. */
  takeTouched(): ReadonlySet<string> {
    const touched = new Set(this.#touched);
    this.#touched.clear();
    return touched;
  }

  /** Called by the store only. */
  move(id: string, before: T | undefined, after: T | undefined): void {
    const from = before === undefined ? null : this.#key(before);
    const to = after === undefined ? null : this.#key(after);
    if (from === to) return;
    if (from !== null) {
      this.#touched.add(from);
      const group = this.#groups.get(from);
      group?.delete(id);
      if (group?.size === 0) this.#groups.delete(from);
    }
    if (to !== null) {
      this.#touched.add(to);
      const group = this.#groups.get(to);
      if (group) group.add(id);
      else this.#groups.set(to, new Set([id]));
    }
  }
}
