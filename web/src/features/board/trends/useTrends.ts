import { useEffect } from "react";
import type { Loaded } from "../../../app/hooks";
import { useApp, useLoad } from "../../../app/hooks";
import type { Trends } from "./logic";

const AGAIN_MS = 15_000;

/** The last hours of an office, asked for again and again while somebody looks; nothing without an office. */
export function useTrends(office: string | null): Loaded<Trends | null> {
  const { api } = useApp();
  const loaded = useLoad<Trends | null>(
    async (signal) =>
      office === null ? null : api.get<Trends>(`/v1/offices/${encodeURIComponent(office)}/trends`, {}, signal),
    [office],
  );
  const { again } = loaded;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
  return loaded;
}
