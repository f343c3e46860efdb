import { useState } from "react";
import { useApp, useEvery, useVersion } from "../../../app/hooks";
import { msOf } from "../../../core/units";
import { useT } from "../../../i18n/hooks";
import { Button, Ltr, Timer } from "../../../ui";
import { isShelved } from "../attention";
import { useConsole, useMay, useWords } from "../context";
import { messages } from "./messages";
import "./shelf.css";

/** What was put aside, by whom, why and until when: out of the way, never out of sight. */
export function Shelved() {
  const { world } = useApp();
  const { acts } = useConsole();
  const words = useWords();
  const t = useT(messages);
  const may = useMay();
  const [open, setOpen] = useState(false);
  const now = useEvery(5);
  useVersion(world.alarm);
  const shelved = [...world.alarm.values()].filter((each) => isShelved(each, now));
  if (shelved.length === 0) return null;
  shelved.sort((a, b) => msOf(a.shelf?.until ?? a.raised_at) - msOf(b.shelf?.until ?? b.raised_at));
  return (
    <section className="shelved" aria-label={t("shelf.list", { n: shelved.length })}>
      <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("shelf.list", { n: shelved.length })}
      </Button>
      {open && (
        <>
          <ul>
            {shelved.map((alarm) => (
              <li key={alarm.id} className="alarm">
                <b>{words.alarm(alarm.cause)}</b>
                {alarm.call_sign && <Ltr className="unit-sign">{alarm.call_sign}</Ltr>}
                {alarm.incident_number !== null && (
                  <span>{words.t("incident.numbered", { n: alarm.incident_number })}</span>
                )}
                <span className="muted truncate">
                  {t("shelf.by", { who: words.person(alarm.shelf?.by ?? ""), reason: alarm.shelf?.reason ?? "" })}
                </span>
                <span className="shelf-back">
                  {t("shelf.back")} <Timer to={msOf(alarm.shelf?.until ?? null)} />
                </span>
                {!may("alarm") && <Button onClick={() => void acts.alarms.unshelve(alarm)}>{t("shelf.bring")}</Button>}
              </li>
            ))}
          </ul>
          <p className="muted">{t("shelf.climbs")}</p>
        </>
      )}
    </section>
  );
}
