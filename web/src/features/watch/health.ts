import { useEffect, useState } from "react";
import { useApp } from "../../app/hooks";

export interface DoorHealth {
  readonly door: string;
  readonly ok: boolean;
  readonly misses: number;
  readonly last_at: string | null;
  readonly took_s: number | null;
  readonly why: string | null;
}

export interface Filling {
  readonly what: string;
  readonly share: number;
  readonly level: number;
}

/** A log as the server itself checks it; `whole_at` null until all of it was checked once, `looked_at` until any of it was. */
export interface LogHealth {
  readonly log: string;
  readonly ok: boolean;
  readonly whole_at: string | null;
  readonly position: number | null;
  readonly why: string | null;
  readonly looked_at: string | null;
  readonly checked: number;
}

export interface Health {
  readonly mode: string;
  /** The store that several nodes share; null where logs are files of one machine. */
  readonly store?: { readonly ok: boolean; readonly why: string | null } | null;
  readonly backup: { readonly ok: boolean; readonly behind_entries: number; readonly behind_s: number } | null;
  readonly doors: readonly DoorHealth[];
  readonly filling: readonly Filling[];
  /** Disks that do not answer. */
  readonly unseen?: readonly string[];
  readonly logs?: readonly LogHealth[];
}

const ASK_EVERY_MS = 20_000;
/** Somebody has to act soon: 80 % and more. */
export const SOON = 2;

/** What the server says of itself, asked again and again; null until the first answer, and what was known while it is away. */
export function useHealth(): Health | null {
  const { api } = useApp();
  const [health, setHealth] = useState<Health | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const ask = () => void api.get<Health>("/v1/health", {}, stop.signal).then(setHealth, () => undefined);
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [api]);
  return health;
}
