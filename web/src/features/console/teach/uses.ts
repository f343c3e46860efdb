/** How often each key's button was pressed with the mouse at this workstation. */

const KEPT_AS = "nazdik.mouse-uses";
/** At so many uses the key is told, once. */
export const TOLD_AT = 3;

export type Uses = Readonly<Record<string, number>>;

/** Count one more use, and say whether it is time to tell the key. */
export function used(uses: Uses, keys: string): { readonly uses: Uses; readonly tell: boolean } {
  const n = Math.min((uses[keys] ?? 0) + 1, TOLD_AT + 1);
  return { uses: { ...uses, [keys]: n }, tell: n === TOLD_AT };
}

export function keptUses(): Uses {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}");
    return kept && typeof kept === "object" ? (kept as Uses) : {};
  } catch {
    return {};
  }
}

export function keepUses(uses: Uses): void {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(uses));
  } catch {
    // A full or forbidden store: then a key is told once more another day.
  }
}
