import { useApp } from "../../app/hooks";
import { spanText, useFormats, useT } from "../../i18n/hooks";
import { Empty, Loading } from "../../ui";
import { When } from "../admin/When";
import { type Health, useHealth } from "./health";
import { messages } from "./messages";

/** How the server is doing: ways in, what fills up, the second disk. */
export function ServerSection() {
  const t = useT(messages);
  const health = useHealth();
  if (!health) return <Loading />;
  return (
    <div className="admin-page">
      <Doors health={health} />
      <Bounds health={health} />
      <Logs health={health} />
      <section className="admin-card" aria-labelledby="watch-backup">
        <h2 id="watch-backup">{t("watch.backup")}</h2>
        {!health.backup ? (
          <Empty>{t("watch.backupNone")}</Empty>
        ) : health.backup.ok ? (
          <p>{t("watch.backupOk")}</p>
        ) : (
          <p className="server-bad">
            {t("watch.backupLate", {
              n: health.backup.behind_entries,
              span: spanText(t, Math.round(health.backup.behind_s)),
            })}
          </p>
        )}
      </section>
    </div>
  );
}

function Logs({ health }: { readonly health: Health }) {
  const t = useT(messages);
  return (
    <section className="admin-card" aria-labelledby="watch-logs">
      <h2 id="watch-logs">{t("watch.logs")}</h2>
      <p className="muted">{t("watch.logsHelp")}</p>
      <ul className="admin-list">
        {(health.logs ?? []).map((log) => (
          <li key={log.log} className="server-row">
            <strong>
              <code dir="ltr">{log.log}</code>
            </strong>
            {!log.ok ? (
              <span className="server-bad">
                {t("watch.logDamaged", { log: log.log, n: log.position ?? 0 })}.{" "}
                {t.maybe(`watch.wrong.${log.why ?? ""}`) ?? <code dir="ltr">{log.why}</code>}
              </span>
            ) : log.whole_at === null ? (
              <span className="muted">{t("watch.logBegun")}</span>
            ) : (
              <span>
                {t("watch.logWhole", { n: log.checked })} · <When at={log.whole_at} />
              </span>
            )}
            {log.looked_at !== null && <LastLook at={log.looked_at} found={!log.ok} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How long ago the server last read in a log; what it found wrong it found then, and reads no further. */
function LastLook({ at, found }: { readonly at: string; readonly found: boolean }) {
  const t = useT(messages);
  const { clock } = useApp();
  const span = spanText(t, (clock.now() - Date.parse(at)) / 1_000);
  return (
    <span className="muted">
      {t(found ? "watch.logFound" : "watch.logLooked", { ago: t("span.ago", { span }) })} (<When at={at} />)
    </span>
  );
}

function Doors({ health }: { readonly health: Health }) {
  const t = useT(messages);
  const formats = useFormats();
  return (
    <section className="admin-card" aria-labelledby="watch-doors">
      <h2 id="watch-doors">{t("watch.doors")}</h2>
      <p className="muted">{t("watch.doorsHelp")}</p>
      {health.doors.length === 0 ? (
        <Empty>{t("watch.noDoors")}</Empty>
      ) : (
        <ul className="admin-list">
          {health.doors.map((door) => (
            <li key={door.door} className="server-row">
              <strong>{t.maybe(`watch.door.${door.door}`) ?? door.door}</strong>
              {door.misses > 0 ? (
                <span className={door.ok ? undefined : "server-bad"}>
                  {t("watch.missed", { n: door.misses })}
                  {door.why && ` (${t.maybe(door.why) ?? door.why})`}
                </span>
              ) : door.last_at === null ? (
                <span className="muted">{t("watch.notYet")}</span>
              ) : (
                <span>
                  {t("watch.through", { ms: formats.num(Math.round((door.took_s ?? 0) * 1_000)) })} ·{" "}
                  <When at={door.last_at} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Bounds({ health }: { readonly health: Health }) {
  const t = useT(messages);
  const formats = useFormats();
  const unseen = health.unseen ?? [];
  return (
    <section className="admin-card" aria-labelledby="watch-bounds">
      <h2 id="watch-bounds">{t("watch.bounds")}</h2>
      {health.filling.length + unseen.length === 0 ? (
        <Empty>{t("watch.noBounds")}</Empty>
      ) : (
        <ul className="admin-list">
          {unseen.map((name) => {
            const [kind = "", which = ""] = name.split(":", 2);
            return (
              <li key={name} className="server-row">
                <span className="server-bad">{t("watch.unseen", { what: t.maybe(`watch.what.${kind}`) ?? kind })}</span>
                <bdi dir="ltr" className="muted">
                  {which}
                </bdi>
              </li>
            );
          })}
          {health.filling.map((bound) => {
            const [kind = "", which = ""] = bound.what.split(":", 2);
            const what = t.maybe(`watch.what.${kind}`) ?? kind;
            return (
              <li key={bound.what} className="server-row">
                <span className={bound.level > 1 ? "server-bad" : undefined}>
                  {t("watch.filling", { what, percent: formats.percent(bound.share) })}
                </span>
                <meter min={0} max={1} high={0.8} optimum={0.2} value={bound.share} aria-label={what} />
                {which && (
                  <bdi dir="ltr" className="muted">
                    {which}
                  </bdi>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
