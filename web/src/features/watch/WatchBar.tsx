import { lazy, Suspense, useEffect, useState } from "react";
import { useApp, useItem } from "../../app/hooks";
import { spanText, useFormats, useT } from "../../i18n/hooks";
import { type Health, SOON, useHealth } from "./health";
import { messages } from "./messages";

const GlassBar = lazy(() => import("../identity/GlassBar"));
const Presence = lazy(() => import("../identity/Presence"));

const DRAWN_WITHIN_MS = 1_000;

/** The strip of a desk when calls do not come through, a copy is late or something is nearly full; nothing otherwise. */
export function WatchBar() {
  const health = useHealth();
  const [drawn, setDrawn] = useState(false);
  // Whoever has just come is here: that is told when the page's first picture stands.
  useEffect(() => {
    const idle = requestIdleCallback(() => setDrawn(true), { timeout: DRAWN_WITHIN_MS });
    return () => cancelIdleCallback(idle);
  }, []);
  return (
    <>
      {drawn && (
        <Suspense>
          <Presence />
        </Suspense>
      )}
      <div role="alert">
        {health && <Warnings health={health} />}
        <GlassStrip />
      </div>
    </>
  );
}

/** Somebody sits in another's seat, or asks to: as the stream tells it, at once. */
export function GlassStrip() {
  const now = useItem(useApp().world.glass, "now");
  if (!now || (now.seats.length === 0 && now.asked === 0)) return null;
  return (
    <Suspense>
      <GlassBar seats={now.seats} asked={now.asked} />
    </Suspense>
  );
}

export function Warnings({ health }: { readonly health: Health }) {
  const t = useT(messages);
  const formats = useFormats();
  const shut = health.doors.filter((door) => !door.ok);
  const full = health.filling.filter((bound) => bound.level >= SOON);
  const late = health.backup && !health.backup.ok ? health.backup : null;
  const refusing = health.store && !health.store.ok ? (health.store.why ?? "log.store_away") : null;
  const unseen = health.unseen ?? [];
  const damaged = (health.logs ?? []).filter((log) => !log.ok);
  if (shut.length === 0 && full.length + unseen.length === 0 && !late && !refusing && damaged.length === 0) return null;
  return (
    <div className="link-bar" data-state={shut.length > 0 || refusing || damaged.length > 0 ? "lost" : "late"}>
      {refusing && <span>{t.maybe(`watch.${refusing}`) ?? t("watch.log.store_away")}</span>}
      {damaged.map((log) => (
        <span key={log.log}>{t("watch.logDamaged", { log: log.log, n: log.position ?? 0 })}</span>
      ))}
      {shut.map((door) => (
        <span key={door.door}>
          {t("watch.noCalls", { door: t.maybe(`watch.door.${door.door}`) ?? door.door })} ·{" "}
          {t("watch.missed", { n: door.misses })}
        </span>
      ))}
      {late && (
        <span>{t("watch.backupLate", { n: late.behind_entries, span: spanText(t, Math.round(late.behind_s)) })}</span>
      )}
      {full.map((bound) => (
        <span key={bound.what}>
          {t("watch.filling", {
            what: t.maybe(`watch.what.${bound.what.split(":", 1)[0]}`) ?? bound.what,
            percent: formats.percent(bound.share),
          })}
        </span>
      ))}
      {unseen.map((name) => (
        <span key={name}>{t("watch.unseen", { what: t.maybe(`watch.what.${name.split(":", 1)[0]}`) ?? name })}</span>
      ))}
    </div>
  );
}
