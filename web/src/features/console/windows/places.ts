/** Where each window of a seat stood on this workstation, so that it opens there again. */

import type { View } from "./link";

const KEY = "nazdik.console.windows";

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
type Places = Readonly<Partial<Record<View, Place>>>;

export function readPlaces(): Places {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Places) : {};
  } catch {
    return {};
  }
}

export function keepPlace(view: View, place: Place): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readPlaces(), [view]: place }));
  } catch {
    // Storage is closed to us: it opens where the browser likes.
  }
}

/** The features of `window.open` that put a window where it was; a sensible size when it never was anywhere. */
export function featuresOf(place: Place | undefined): string {
  const { x, y, w, h } = place ?? { x: null, y: null, w: 960, h: 900 };
  const numbers = [`width=${w}`, `height=${h}`, ...(x === null ? [] : [`left=${x}`, `top=${y}`])];
  return ["popup", ...numbers].join(",");
}
