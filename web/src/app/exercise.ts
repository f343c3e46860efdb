/** Whether a guided exercise was asked for in this tab, and where it stands; kept for the tab, so that a reload goes on. */

const NAME = "nazdik.exercise";

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
export const isExerciseAsked = (): boolean => {
  try {
    return sessionStorage.getItem(NAME) !== null;
  } catch {
    return false;
  }
};
