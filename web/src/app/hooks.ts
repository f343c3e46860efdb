/** How screens read the app. Every hook wakes its component only for what it names. */

import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Pending } from "../api/pending";
import type { Problem } from "../api/problem";
import { asProblem } from "../api/problem";
import type { ServerMs } from "../core/units";
import type { Link } from "../live/client";
import type { KeyedStore } from "../live/store";
import type { App, Reference } from "./app";

export const AppContext = createContext<App | null>(null);
export const ReferenceContext = createContext<Reference | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("no AppContext");
  return app;
}

/** Session, offices, kinds, server: present below `<SignedIn>`. */
export function useReference(): Reference {
  const reference = useContext(ReferenceContext);
  if (!reference) throw new Error("no ReferenceContext");
  return reference;
}

/** One item of a store; wakes only when that item changes. */
export function useItem<T>(store: KeyedStore<T>, id: string | null | undefined): T | undefined {
  const subscribe = useCallback(
    (listener: () => void) => (id == null ? () => undefined : store.subscribe(id, listener)),
    [store, id],
  );
  return useSyncExternalStore(subscribe, () => store.get(id));
}

/** Grows when anything in the store changes: give it to `useMemo`. At most once a frame. */
export function useVersion<T>(store: KeyedStore<T>): number {
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribeAll(listener), [store]),
    () => store.version,
  );
}

/**
 * Something derived from a whole store (a sorted list of ids, a count). It is worked out once a version, and while `same` says
 * that nothing changed the old result is kept and nobody renders: a timer inside one incident must not wake every list.
 */
export function useDerived<T, R>(
  store: KeyedStore<T>,
  derive: (values: Iterable<T>) => R,
  deps: readonly unknown[],
  same: (a: R, b: R) => boolean = Object.is,
): R {
  const kept = useRef<{ readonly value: R } | null>(null);
  const subscribe = useCallback((listener: () => void) => store.subscribeAll(listener), [store]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what `derive` closes over.
  const read = useMemo(() => {
    let version = -1;
    return () => {
      if (version !== store.version || !kept.current) {
        version = store.version;
        const fresh = derive(store.values());
        if (!kept.current || !same(kept.current.value, fresh)) kept.current = { value: fresh };
      }
      return kept.current.value;
    };
  }, [store, ...deps]);
  return useSyncExternalStore(subscribe, read);
}

export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, n) => value === b[n]);
}

/** The server's time, renewed once a second. Use it in small components only. */
export function useSecond(): ServerMs {
  const { clock } = useApp();
  return useSyncExternalStore(clock.subscribe, clock.second);
}

/** The server's time, renewed every `seconds`: for orders and counts that depend on time. */
export function useEvery(seconds: number): ServerMs {
  const { clock } = useApp();
  const step = seconds * 1000;
  return useSyncExternalStore(clock.subscribe, () => (Math.floor(clock.second() / step) * step) as ServerMs);
}

export function useLink(): Link {
  const { live } = useApp();
  return useSyncExternalStore(live.subscribe, live.link);
}

/** Commands of this person that touch `subject` and are not confirmed yet, oldest first; all of them without a subject. */
export function usePending(subject?: string | null): readonly Pending[] {
  const { pending } = useApp();
  const all = useSyncExternalStore(pending.subscribe, pending.all);
  return useMemo(() => (subject == null ? all : all.filter((each) => each.subjects.includes(subject))), [all, subject]);
}

/** Read the reference again when an incident has a kind that it does not know: one that was added after this page was opened. */
export function useNewKinds(kinds: Reference["kinds"] | undefined, again: () => void): void {
  const { world } = useApp();
  const unknown = useDerived(
    world.incident,
    (all) => (kinds ? ([...all].find((each) => each.kind && !kinds.has(each.kind))?.kind ?? "") : ""),
    [kinds],
  );
  useEffect(() => {
    if (unknown) again();
  }, [unknown, again]);
}

export interface Loaded<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
  /** When the value came. */
  readonly at: ServerMs | null;
  readonly again: () => void;
}

const UNREAD = { value: null, problem: null, loading: true, at: null } as const;

/** Read something once and when `deps` change. Reading again keeps what is shown; other `deps` clear it first. */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>, deps: readonly unknown[]): Loaded<T> {
  const { clock } = useApp();
  const [state, setState] = useState<Omit<Loaded<T>, "again">>(UNREAD);
  const [turn, setTurn] = useState(0);
  const lastTurn = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what `read` closes over.
  useEffect(() => {
    const stop = new AbortController();
    const again = lastTurn.current !== turn;
    lastTurn.current = turn;
    // The same object again renders nothing: most of what reads is new on the page, behind a key.
    setState((before) => (again ? { ...before, loading: true } : UNREAD));
    read(stop.signal).then(
      (value) => {
        if (!stop.signal.aborted) setState({ value, problem: null, loading: false, at: clock.now() });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setState((before) => ({ ...before, problem: asProblem(error), loading: false }));
      },
    );
    return () => stop.abort();
  }, [...deps, turn, clock]);
  return { ...state, again: useCallback(() => setTurn((n) => n + 1), []) };
}
