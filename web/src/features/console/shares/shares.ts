/** How the start side is shared out among its panes: by what stands in them, in steps, so that a single row moves nothing. Pure. */

export interface Rows {
  readonly waiting: number;
  readonly working: number;
  readonly calls: number;
}

const STEPS: Readonly<Record<keyof Rows, readonly [number, ...number[]]>> = {
  waiting: [3, 5, 8, 11],
  working: [3, 6, 9, 13],
  calls: [2, 4, 6],
};

const stepOf = (steps: readonly [number, ...number[]], rows: number): number =>
  steps.find((each) => rows <= each) ?? steps.at(-1) ?? steps[0];

/** Rows that each pane is given room for; the units have what is left. */
export const sharesOf = (rows: Rows): Rows => ({
  waiting: stepOf(STEPS.waiting, rows.waiting),
  working: stepOf(STEPS.working, rows.working),
  calls: stepOf(STEPS.calls, rows.calls),
});
