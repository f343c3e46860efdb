/** The first steps as the server counts them: pure, no page. */

export const NAMES = ["administrators", "region", "offices", "people", "units", "handhelds", "kinds"] as const;
export type StepName = (typeof NAMES)[number];

export interface Step {
  readonly name: StepName;
  readonly done: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly by_hand: boolean;
}

/** The section that does a step; null where there is nothing to do on a page. */
export const SECTION_OF: Readonly<Record<StepName, string | null>> = {
  administrators: "people",
  region: null,
  offices: "offices",
  people: "people",
  units: "devices",
  handhelds: "devices",
  kinds: "kinds",
};

export interface Progress {
  readonly done: number;
  readonly all: number;
  /** The first step that is still to do: what to look at next. */
  readonly next: StepName | null;
}

export function progressOf(steps: readonly Step[]): Progress {
  const open = steps.filter((each) => !each.done);
  return { done: steps.length - open.length, all: steps.length, next: open[0]?.name ?? null };
}
