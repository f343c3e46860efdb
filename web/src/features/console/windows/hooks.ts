import { useEffect, useRef, useState } from "react";
import type { ConsoleParts } from "../context";
import { useDesk } from "../store";
import type { Channel, View } from "./link";
import { SeatLink, seatKey } from "./link";

/** Whether this window is the one of its seat that may do something; without locks every window is. */
export function useHolds(name: string, want = true): boolean {
  const [holds, setHolds] = useState(!("locks" in navigator) && want);
  useEffect(() => {
    if (!want || !("locks" in navigator)) return;
    const stop = new AbortController();
    let release = () => {};
    navigator.locks
      .request(name, { signal: stop.signal }, () => {
        setHolds(true);
        // Held until this window goes.
        return new Promise<void>((done) => {
          release = done;
        });
      })
      .catch(() => undefined);
    return () => {
      stop.abort();
      release();
      setHolds(false);
    };
  }, [name, want]);
  return holds;
}

/** Keep this window in step with the seat's others; digits and Enter pressed where no recommendation is go where it is. */
export function useSeatWindows(parts: ConsoleParts, person: string, view: View | null): SeatLink | null {
  const [link, setLink] = useState<SeatLink | null>(null);
  const hasAdvice = view === null || view === "detail";
  const sends = useHolds(`${seatKey(person)}.sends`, hasAdvice);
  const may = useRef(sends);
  may.current = sends && "locks" in navigator;
  useEffect(() => {
    const channel =
      typeof BroadcastChannel === "undefined" ? null : (new BroadcastChannel(seatKey(person)) as unknown as Channel);
    const made = new SeatLink(channel);
    made.onSend = (incident, n) => {
      if (!may.current || parts.advice.current?.incident !== incident) return;
      if (n === null) parts.sendAdvised.current?.();
      else dispatchEvent(new KeyboardEvent("keydown", { code: `Digit${n}`, cancelable: true }));
    };
    setLink(made);
    return () => {
      made.close();
      setLink(null);
    };
  }, [parts, person]);
  useEffect(() => {
    if (hasAdvice || !link) return;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey)
        return;
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
      const enter = event.code === "Enter" || event.code === "NumpadEnter";
      const target = event.target as HTMLElement | null;
      if ((!digit && !enter) || target?.closest("input, textarea, select, dialog, button, .choices")) return;
      const incident = useDesk.getState().selected;
      if (!incident) return;
      event.preventDefault();
      link.say({ t: "send", incident, n: digit ? Number(digit) : null });
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [hasAdvice, link]);
  return link;
}
