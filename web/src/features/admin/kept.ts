import { useCallback, useState } from "react";

/** What is typed and not saved, by where it is typed. It lasts as long as the page. */
const kept = new Map<string, unknown>();

/** What was typed there before, or what it begins with. */
export function keptOf<T>(key: string, first: T): T {
  return kept.has(key) ? (kept.get(key) as T) : first;
}

/** Keeps what is typed; as it began there is nothing to keep. */
export function keep<T>(key: string, value: T, first: T): void {
  if (Object.is(value, first)) kept.delete(key);
  else kept.set(key, value);
}

/** A state that is still there when one comes back from another section. */
export function useKept<T>(key: string, first: T): readonly [T, (next: T | ((now: T) => T)) => void] {
  const [held, setHeld] = useState(() => ({ key, first, value: keptOf(key, first) }));
  // Of another thing something else was typed.
  if (held.key !== key) setHeld({ key, first, value: keptOf(key, first) });
  const set = useCallback(
    (next: T | ((now: T) => T)) => {
      const value = typeof next === "function" ? (next as (now: T) => T)(keptOf(key, first)) : next;
      keep(key, value, first);
      setHeld({ key, first, value });
    },
    [key, first],
  );
  return [held.key === key ? held.value : keptOf(key, first), set];
}
