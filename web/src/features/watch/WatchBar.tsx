import { lazy, Suspense } from "react";
import { spanText, useFormats, useT } from "../../i18n/hooks";
import { type Health, SOON, useHealth } from "./health";
import { messages } from "./messages";

const GlassBar = lazy(() => import("../identity/GlassBar"));
const Presence = lazy(() => import("../identity/Presence"));

/** The strip of a desk when calls do not come through, a copy is late or something is nearly full; nothing otherwise. */
export function WatchBar() {
  const health = useHealth();
  return (
    <>
      <Suspense>
        <Presence />
      </Suspense>
      <div role="alert">
        {health && <Warnings health={health} />}
        {health && (health.glass?.length || health.glass_asked) ? (
          <Suspense>
            <GlassBar seats={health.glass ?? []} asked={health.glass_asked ?? 0} />
          </Suspense>
        ) : null}
      </div>
    </>
  );
}

export function Warnings({ health }: { readonly health: Health }) {
  const t = useT(messages);
  const formats = useFormats();
  const shut = health.doors.filter((door) => !door.ok);
  const full = health.filling.filter((bound) => bound.level >= SOON);
  const late = health.backup && !health.backup.ok ? health.backup : null;
  if (shut.length === 0 && full.length === 0 && !late) return null;
  return (
    <div className="link-bar" data-state={shut.length > 0 ? "lost" : "late"}>
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
    </div>
  );
}
