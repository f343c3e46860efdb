/** What a crew may ask a plate for, and why it cannot ask now. Pure. */

export const PURPOSES = ["part_of_incident", "stopped", "left_standing", "drove_off"] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface PlateAnswer {
  readonly plate: string;
  readonly incidents: readonly {
    readonly number: number;
    readonly kind: string | null;
    readonly at: string;
    readonly open: boolean;
  }[];
  readonly found: number;
  readonly since: string | null;
}

/** @param plate As stored; empty until it is whole. */
export function whyNotAsk(plate: string, link: string): "ask.first" | "ask.noLink" | null {
  // Said first: whoever has no link need not write a plate to learn it.
  if (link !== "up" && link !== "weak") return "ask.noLink";
  return plate === "" ? "ask.first" : null;
}
