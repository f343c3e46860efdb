import { useEffect, useRef, useState } from "react";
import { useT } from "../../../i18n/hooks";
import { Button, useKeys } from "../../../ui";
import type { View } from "./link";
import { DESK, VIEWS, viewOf } from "./link";
import { messages } from "./messages";
import { featuresOf, keepPlace, readPlaces } from "./places";
import "./windows.css";

/** Open a part in its own window, or bring it to the front; false when the browser would not. */
const open = (view: View): boolean =>
  window.open(
    view === "board" ? "/board" : `${location.pathname}?view=${view}`,
    `nazdik-${view}`,
    featuresOf(readPlaces()[view]),
  ) !== null;

/** Parts of the desk in windows of their own, for a second and a third screen. */
export function WindowsMenu() {
  const t = useT(messages);
  const [shown, setShown] = useState(false);
  const [blocked, setBlocked] = useState(false);
  const own = viewOf(location.search);
  useEffect(() => {
    if (!own) return;
    const keep = () => keepPlace(own, { x: screenX, y: screenY, w: innerWidth, h: innerHeight });
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, [own]);
  const choose = (views: readonly View[]) => {
    const all = views.map(open);
    setBlocked(all.includes(false));
    setShown(all.includes(false));
  };
  useKeys([
    { code: "Alt+KeyY", inFields: true, run: () => setShown(!shown) },
    ...VIEWS.map((view, n) => ({ code: `Alt+Shift+Digit${n + 1}`, inFields: true, run: () => choose([view]) })),
  ]);
  // Opened by key, it is used by key.
  const list = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (shown) list.current?.querySelector("button")?.focus();
  }, [shown]);
  return (
    <span
      role="group"
      aria-label={t("windows.title")}
      className="windows-menu"
      onBlur={(event) => {
        // Two of these would lie upon each other.
        if (!event.currentTarget.contains(event.relatedTarget)) setShown(false);
      }}
      onKeyDown={(event) => {
        if (event.code !== "Escape" || !shown) return;
        event.stopPropagation();
        setShown(false);
      }}
    >
      <Button look="quiet" keyHint="Alt+Y" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {t("windows.title")}
      </Button>
      {shown && (
        <span className="windows-list" ref={list}>
          {VIEWS.filter((view) => view !== own).map((view) => (
            <Button key={view} keyHint={`Alt+Shift+${VIEWS.indexOf(view) + 1}`} onClick={() => choose([view])}>
              {t(`windows.${view}`)}
            </Button>
          ))}
          {!own && <Button onClick={() => choose(DESK)}>{t("windows.all")}</Button>}
          {blocked && <span role="alert">{t("windows.blocked")}</span>}
        </span>
      )}
    </span>
  );
}
