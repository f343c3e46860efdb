import { useEffect, useState } from "react";
import { useApp } from "./hooks";

const ASK_EVERY_MS = 10_000;

/** Whether the server that was lost answers again without its log: it keeps calls on disk and does nothing else. */
export function useJournalOnly(lost: boolean): boolean {
  const { api } = useApp();
  const [is, setIs] = useState(false);
  useEffect(() => {
    setIs(false);
    if (!lost) return;
    const stop = new AbortController();
    const ask = () =>
      void api.get<{ mode: string }>("/v1/health", {}, stop.signal).then(
        (health) => setIs(health.mode === "journal_only"),
        () => undefined,
      );
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [api, lost]);
  return is;
}
