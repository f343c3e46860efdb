import { useEffect } from "react";
import { msOf } from "../../../core/units";
import type { Incident } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { pocket } from "../pocket";
import { keptOf, knownFrom, serviceLines } from "./asked";
import { messages } from "./messages";
import "./services.css";

const KEPT = "services";

/** The lines of an incident, and its service's name and state in words. */
export function useServiceLines(incident: Incident) {
  const t = useT(messages);
  const { time } = useFormats();
  const lines = serviceLines(incident.services ?? [], knownFrom(pocket.get(KEPT), incident.id));
  const kept = keptOf(incident.id, lines);
  useEffect(() => {
    if (lines.length > 0 && pocket.get(KEPT) !== kept) pocket.set(KEPT, kept);
  }, [lines.length, kept]);
  return lines.map(({ service, at }) => ({
    service,
    name: t.maybe(`service.${service}`) ?? service,
    state: at === null ? t("services.released") : t("services.asked", { time: time(msOf(at)) }),
  }));
}

/** Who else was asked to come, since when; that somebody does not come any more is said too. */
export function AskedServices({ incident }: { readonly incident: Incident }) {
  const lines = useServiceLines(incident);
  return (
    <div className="mission-services" role="status">
      {lines.map(({ service, name, state }) => (
        <p key={service}>
          <strong>{name}</strong> <span className="num">{state}</span>
        </p>
      ))}
    </div>
  );
}
