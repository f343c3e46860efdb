/** Where a guided exercise stands; kept for the tab, so that a reload goes on. */

import { EXERCISE as NAME } from "./app";

export function keptExercise<T>(): T | null {
  try {
    const text = sessionStorage.getItem(NAME);
    return text && text !== "begin" ? (JSON.parse(text) as T) : null;
  } catch {
    return null;
  }
}

export function keepExercise(state: unknown): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(state));
  } catch {
    // Without storage a reload begins anew.
  }
}

export const askForExercise = (): void => sessionStorage.setItem(NAME, "begin");
export const forgetExercise = (): void => sessionStorage.removeItem(NAME);
