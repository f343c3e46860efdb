/**
 * Every pair of colours that the faces put side by side, and how far apart each must be (UX.md §5, WCAG 2.2).
 *
 * Names are tokens of `ui/tokens.css`. A style sheet that uses a pair which is not here fails `ui/contrast.test.ts`.
 */

export const TEXT_MIN = 4.5;
export const EDGE_MIN = 3;

/** What things lie on: any text that may stand anywhere is read on each of them. */
export const GROUNDS = ["bg", "surface", "raised", "selected", "hand-ground"] as const;

/** Inks of words, and of letters in outlined glyphs, that may stand on any ground. */
export const TEXT_INKS = ["text", "text-2", "accent", "ok", "p1", "unit-moving", "unit-busy"] as const;

/** Words on a colour of their own: ink, ground. */
export const TEXT_PAIRS: readonly (readonly [ink: string, ground: string])[] = [
  ["on-accent", "accent"],
  ["on-p1", "p1"],
  ["on-p2", "p2"],
  ["on-p3", "p3"],
  ["on-p4", "p4"],
  ["on-warn", "warn"],
  ["on-ok", "ok"],
  ["on-unit", "unit-available"],
  ["on-unit", "unit-moving"],
  ["on-unit", "unit-emergency"],
  ["bg", "unit-scene"],
  ["bg", "text"],
  ["surface", "text"],
  ["text", "map-ground"],
  ["accent", "map-ground"],
  // Holding to call for help fills the button from one side: the words are read on both halves.
  ["on-hold", "hold"],
  ["on-plate", "plate"],
  ["on-plate", "plate-yellow"],
  ["on-plate", "plate-khaki"],
  ["plate", "plate-red"],
  ["plate", "plate-green"],
  ["plate", "plate-blue"],
  ["on-hold", "hold-fill"],
];

/** Edges of controls, outlines and fillings of glyphs, marks, the focus ring (accent): seen on any ground and on the map. */
export const EDGE_INKS = [
  "edge",
  "text",
  "accent",
  "ok",
  "p1",
  "p2-edge",
  "p3",
  "p4-edge",
  "warn-edge",
  "unit-available",
  "unit-moving",
  "unit-scene",
  "unit-busy",
  "unit-emergency",
] as const;

/** Edges on a colour of their own: the ring of a chosen segment, the outline of a glyph on its band. */
export const EDGE_PAIRS: readonly (readonly [ink: string, ground: string])[] = [
  ["on-accent", "accent"],
  ["on-p1", "p1"],
];

/** Filled with these inside an edge that tells them apart (the edge is in the table, the filling says more than it must). */
export const FILLINGS = ["p2", "p4", "warn", "hold-fill", "on-p1", "map-ground", "plate-blue"] as const;

/** Separators and skeletons: nobody needs to see them to know what there is. */
export const SEPARATORS = ["line"] as const;

/** Rules that fade what they draw: ink and ground that are still to be told apart, or why nobody needs to. */
export const FADED: Readonly<Record<string, readonly (readonly [ink: string, ground: string])[] | string>> = {
  ".key-hint": [
    ["text", "raised"],
    ["text", "selected"],
    ["text-2", "surface"],
    ["on-accent", "accent"],
    ["on-p1", "p1"],
    ["on-ok", "ok"],
  ],
  ".question-key": [
    ["text", "raised"],
    ["on-accent", "accent"],
  ],
  ".skeleton > i": "nothing to read yet",
  ".ring-back": "what has gone of a ring whose rest is drawn in full",
  ".hold::before": "shows that the holding counts; the words beside it say it too",
  ".offer-act[data-inert] .btn": "cannot be pressed for the first 400 ms",
};
