/** The office tree as a screen needs it: who is under whom. Built once from `GET /v1/offices`. */

import type { OfficeId } from "./units";
import type { Office, Tier } from "./views";

export class OfficeTree {
  readonly #byId = new Map<OfficeId, Office>();
  readonly #children = new Map<OfficeId, Office[]>();

  constructor(offices: Iterable<Office>) {
    for (const office of offices) this.#byId.set(office.id, office);
    for (const office of this.#byId.values()) {
      if (!office.parent) continue;
      const list = this.#children.get(office.parent);
      if (list) list.push(office);
      else this.#children.set(office.parent, [office]);
    }
  }

  find(id: OfficeId | null | undefined): Office | null {
    return (id && this.#byId.get(id)) || null;
  }

  childrenOf(id: OfficeId): readonly Office[] {
    return this.#children.get(id) ?? [];
  }

  /** The office and everyone above it, nearest first. */
  chainOf(id: OfficeId): readonly Office[] {
    const chain: Office[] = [];
    for (let at = this.find(id); at && chain.length < 8; at = this.find(at.parent)) chain.push(at);
    return chain;
  }

  isWithin(id: OfficeId, ancestor: OfficeId): boolean {
    return this.chainOf(id).some((each) => each.id === ancestor);
  }

  /** The child of `parent` that holds `id` (or is it); null when `id` lies elsewhere or is `parent` itself. */
  childHolding(id: OfficeId, parent: OfficeId): OfficeId | null {
    const chain = this.chainOf(id);
    const index = chain.findIndex((each) => each.id === parent);
    return index > 0 ? (chain[index - 1]?.id ?? null) : null;
  }

  ofTier(tier: Tier): readonly Office[] {
    return [...this.#byId.values()].filter((each) => each.tier === tier);
  }

  get size(): number {
    return this.#byId.size;
  }
}
