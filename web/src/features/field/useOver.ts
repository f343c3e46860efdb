import { useEffect, useState } from "react";
import { useApp } from "../../app/hooks";

/** Whether a server time has passed, or one by another counter; wakes once, when it does. */
export function useOver(at: number | null, counter?: () => number): boolean {
  const { clock } = useApp();
  const [, wake] = useState(0);
  const left = at === null ? 1 : at - (counter ? counter() : clock.now());
  useEffect(() => {
    if (at === null) return;
    const wait = at - (counter ? counter() : clock.now());
    if (wait <= 0) return;
    const timer = setTimeout(() => wake((n) => n + 1), wait + 20);
    return () => clearTimeout(timer);
  }, [at, clock, counter]);
  return left <= 0;
}
