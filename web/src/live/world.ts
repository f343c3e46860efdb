/** What this session may see of the live world: one keyed store a kind, filled by the stream in batches. */

import type { ProvinceId } from "../core/units";
import type { Health } from "../core/views";
import { PositionTable } from "./positions";
import type { GlassNow, Item, KindName, Kinds, MapInForce } from "./protocol";
import { KIND_NAMES } from "./protocol";
import { KeyedStore } from "./store";

type Batches = Map<KindName, Map<string, unknown>>;

export class World {
  readonly incident = new KeyedStore<Kinds["incident"]>();
  readonly unit = new KeyedStore<Kinds["unit"]>();
  readonly alarm = new KeyedStore<Kinds["alarm"]>();
  readonly detail = new KeyedStore<Kinds["detail"]>();
  readonly call = new KeyedStore<Kinds["call"]>();
  readonly condition = new KeyedStore<Kinds["condition"]>();
  readonly warning = new KeyedStore<Kinds["warning"]>();
  readonly call_back = new KeyedStore<Kinds["call_back"]>();
  readonly message = new KeyedStore<Kinds["message"]>();
  readonly hand_over = new KeyedStore<Kinds["hand_over"]>();
  readonly health = new KeyedStore<Health>();
  /** The map in force of each province. */
  readonly map = new KeyedStore<MapInForce>();
  /** Under the one name `now`; a handheld hears none. */
  readonly glass = new KeyedStore<GlassNow>();
  readonly positions = new PositionTable();
  /** Which unit a slot of a stream belongs to: `stream/slot`. */
  readonly unitBySlot = this.unit.index((unit) => `${unit.id.slice(0, unit.id.indexOf("."))}/${unit.slot}`);

  /** What each stream has given, so that a snapshot removes what it no longer names. */
  readonly #given = new Map<ProvinceId, Map<KindName, Set<string>>>();
  #pending: Batches = new Map();
  #awaited = false;

  /** Queue a snapshot: replaces everything held of that stream. */
  snap(stream: ProvinceId, items: readonly Item[]): void {
    for (const [kind, ids] of this.#given.get(stream) ?? []) for (const id of ids) this.#queue(kind, id, null);
    this.#given.delete(stream);
    this.change(stream, items);
  }

  /** Queue changes; `v: null` removes. Kinds this version does not know are left alone. */
  change(stream: ProvinceId, items: readonly Item[]): void {
    for (const item of items) {
      const kind = ALIASES[item.k] ?? item.k;
      if (!isKind(kind)) continue;
      this.#queue(kind, item.id, item.v ?? null);
      const ids = this.#givenOf(stream, kind);
      if (item.v === null || item.v === undefined) ids.delete(item.id);
      else ids.add(item.id);
    }
  }

  /** Forget a stream altogether, as when the session no longer sees it. */
  drop(stream: ProvinceId): void {
    this.snap(stream, []);
    this.positions.drop(stream);
  }

  /** The streams that have given something. */
  streams(): readonly ProvinceId[] {
    return [...this.#given.keys()];
  }

  hearMaps(items: readonly MapInForce[]): void {
    this.map.apply(new Map(items.map((each) => [each.province, each])));
  }

  hearHealth(items: readonly Health[]): void {
    this.health.apply(new Map(items.map((each) => [each.unit, each])));
  }

  hearGlass(items: readonly GlassNow[]): void {
    this.glass.apply(new Map(items.map((each) => ["now", each])));
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Whether something somebody waits for is queued: a new incident, alarm, call or message. What it looks like then may wait. */
  get hasAwaited(): boolean {
    return this.#awaited;
  }

  /** Apply all that was queued; called once a frame. */
  flush(): void {
    const pending = this.#pending;
    this.#pending = new Map();
    this.#awaited = false;
    for (const [kind, batch] of pending) (this[kind] as KeyedStore<unknown>).apply(batch);
  }

  #queue(kind: KindName, id: string, value: unknown): void {
    if (!this.#awaited && value !== null && AWAITED.has(kind)) this.#awaited = this[kind].get(id) === undefined;
    const batch = this.#pending.get(kind);
    if (batch) batch.set(id, value);
    else this.#pending.set(kind, new Map([[id, value]]));
  }

  #givenOf(stream: ProvinceId, kind: KindName): Set<string> {
    let kinds = this.#given.get(stream);
    if (!kinds) {
      kinds = new Map();
      this.#given.set(stream, kinds);
    }
    let ids = kinds.get(kind);
    if (!ids) {
      ids = new Set();
      kinds.set(kind, ids);
    }
    return ids;
  }
}

/** What a desk acts upon when it comes; the others follow it, or are many. */
const AWAITED: ReadonlySet<KindName> = new Set([
  "incident",
  "alarm",
  "call",
  "condition",
  "warning",
  "call_back",
  "message",
  "hand_over",
]);

/** A crew gets the personal part without who else could have gone, under a name of its own. */
const ALIASES: Readonly<Record<string, KindName>> = { crew_detail: "detail" };

const isKind = (kind: string): kind is KindName => (KIND_NAMES as readonly string[]).includes(kind);
