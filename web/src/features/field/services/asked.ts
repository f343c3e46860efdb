/** Other services at an incident as its crew reads them: asked since when, or let go again. Pure. */

import type { Incident } from "../../../core/views";

type Asked = NonNullable<Incident["services"]>[number];

export interface ServiceLine {
  readonly service: string;
  /** When it was asked to come; null: it was asked before, and need not come any more. */
  readonly at: Asked["at"] | null;
}

/** @param known The services that this crew has read of here before, in their order. */
export function serviceLines(asked: readonly Asked[], known: readonly string[]): readonly ServiceLine[] {
  const gone = known.filter((service) => asked.every((each) => each.service !== service));
  return [
    ...asked.map(({ service, at }) => ({ service, at })),
    // A line that only vanished would leave a crew waiting for somebody who was sent home.
    ...gone.map((service) => ({ service, at: null })),
  ];
}

/** What is remembered of an incident, from what was kept for it; another incident's is not. */
export function knownFrom(kept: string | null, incident: string): readonly string[] {
  const [of, ...services] = (kept ?? "").split(" ");
  return of === incident ? services : [];
}

/** What to keep of these lines. */
export const keptOf = (incident: string, lines: readonly ServiceLine[]): string =>
  [incident, ...lines.map((line) => line.service)].join(" ");
