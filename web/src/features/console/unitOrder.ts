/**
 * Thousands of units in the order of the list: worst first, and by call sign among those that look alike.
 *
 * The store keeps the units dealt out by their look as they change; only the groups that changed are put in order again.
 */

import { isFree, LOOKS_BY_URGENCY, unitLook } from "../../core/selectors";
import type { Unit } from "../../core/views";
import type { Index, KeyedStore } from "../../live/store";

export interface UnitOrder {
  readonly ids: readonly string[];
  readonly free: number;
  readonly duty: number;
}

const NONE: readonly string[] = [];

export class UnitsInOrder {
  readonly #store: KeyedStore<Unit>;
  readonly #byLook: Index<Unit>;
  readonly #free: Index<Unit>;
  readonly #duty: Index<Unit>;
  readonly #ordered = new Map<string, readonly string[]>();
  #order: UnitOrder = { ids: NONE, free: 0, duty: 0 };

  constructor(store: KeyedStore<Unit>) {
    this.#store = store;
    this.#byLook = store.index((unit) => unitLook(unit));
    this.#free = store.index((unit) => (isFree(unit) ? "yes" : null));
    this.#duty = store.index((unit) => (unit.on_duty ? "yes" : null));
  }

  /** The order now; the same object while nothing changed. */
  now(): UnitOrder {
    const touched = this.#byLook.takeTouched();
    for (const look of touched) this.#ordered.set(look, this.#bySign(this.#byLook.idsOf(look)));
    const free = this.#free.idsOf("yes").size;
    const duty = this.#duty.idsOf("yes").size;
    const before = this.#order;
    if (touched.size > 0 || before.free !== free || before.duty !== duty) {
      const ids = touched.size > 0 ? LOOKS_BY_URGENCY.flatMap((look) => this.#ordered.get(look) ?? NONE) : before.ids;
      this.#order = { ids, free, duty };
    }
    return this.#order;
  }

  #bySign(ids: ReadonlySet<string>): readonly string[] {
    return [...ids]
      .map((id) => ({ id, sign: this.#store.get(id)?.call_sign ?? "" }))
      .sort((a, b) => (a.sign < b.sign ? -1 : a.sign > b.sign ? 1 : 0))
      .map((each) => each.id);
  }
}

const orders = new WeakMap<KeyedStore<Unit>, UnitsInOrder>();

/** The one order of a store; its indexes live as long as the store does. */
export function unitsInOrder(store: KeyedStore<Unit>): UnitsInOrder {
  let known = orders.get(store);
  if (!known) {
    known = new UnitsInOrder(store);
    orders.set(store, known);
  }
  return known;
}
