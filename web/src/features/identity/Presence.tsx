/** Tells the server that somebody is at this desk, and warns before a session that was left alone ends. */

import { useEffect, useRef, useState } from "react";
import { useApp } from "../../app/hooks";
import { spanText, useT } from "../../i18n/hooks";
import { messages } from "./messages";
import type { Presence as State } from "./presence";
import { isToBeTold, warnedMs } from "./presence";

/** Shared by the tabs of one browser: a hand at one of them is a hand at the desk. */
const TOLD = "nazdik.presence";
const LOOK_EVERY_MS = 5_000;

export default function Presence() {
  const app = useApp();
  const t = useT(messages);
  const state = useRef<State>({ toldAt: 0, idleMs: null });
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    let over = false;
    const tell = async () => {
      const told = Date.now();
      state.current = { ...state.current, toldAt: told };
      try {
        const { idle_s } = await app.api.post<{ idle_s: number | null }>("/v1/session/presence", {});
        if (over) return;
        state.current = { toldAt: told, idleMs: idle_s === null ? null : idle_s * 1_000 };
        if (idle_s !== null) localStorage.setItem(TOLD, String(told));
        setLeft(null);
      } catch {
        // The next key tells it again.
        state.current = { ...state.current, toldAt: 0 };
      }
    };
    const touched = () => {
      if (isToBeTold(state.current, Date.now())) void tell();
    };
    const look = () => {
      const elsewhere = Number(localStorage.getItem(TOLD) ?? 0);
      if (elsewhere > state.current.toldAt) state.current = { ...state.current, toldAt: elsewhere };
      if (state.current.toldAt > 0) setLeft(warnedMs(state.current, Date.now()));
    };
    void tell();
    addEventListener("keydown", touched, { capture: true, passive: true });
    addEventListener("pointerdown", touched, { capture: true, passive: true });
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => {
      over = true;
      removeEventListener("keydown", touched, { capture: true });
      removeEventListener("pointerdown", touched, { capture: true });
      clearInterval(timer);
    };
  }, [app]);
  return (
    <div role="alert">
      {left !== null && (
        <div className="link-bar" data-state="late">
          {t("identity.alone", { span: spanText(t, Math.ceil(left / 1_000)) })}
        </div>
      )}
    </div>
  );
}
