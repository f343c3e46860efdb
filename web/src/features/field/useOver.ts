import { useEffect, useState } from "react";
import { useApp } from "../../app/hooks";

/** Whether a server time has passed; wakes once, when it does. */
export function useOver(at: number | null): boolean {
  const { clock } = useApp();
  const [, wake] = useState(0);
  useEffect(() => {
    if (at === null) return;
    const left = at - clock.now();
    if (left <= 0) return;
    const timer = setTimeout(() => wake((n) => n + 1), left + 20);
    return () => clearTimeout(timer);
  }, [at, clock]);
  return at !== null && clock.now() >= at;
}
