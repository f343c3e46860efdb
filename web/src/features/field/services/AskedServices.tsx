import { useEffect } from "react";
import { msOf } from "../../../core/units";
import type { Incident } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Ltr } from "../../../ui/Ltr";
import { pocket } from "../pocket";
import { keptOf, knownFrom, serviceLines } from "./asked";
import { messages } from "./messages";
import "./services.css";

const KEPT = "services";

/** The services of an incident, each with its name and state in words. */
export function useServiceLines(incident: Incident) {
  const t = useT(messages);
  const { time } = useFormats();
  const lines = serviceLines(incident.services ?? [], knownFrom(pocket.get(KEPT), incident.id));
  const kept = keptOf(incident.id, lines);
  useEffect(() => {
    if (lines.length > 0 && pocket.get(KEPT) !== kept) pocket.set(KEPT, kept);
  }, [lines.length, kept]);
  return lines.map(({ service, at }) => {
    const asked = at === null ? null : time(msOf(at));
    return {
      service,
      asked,
      name: t.maybe(`service.${service}`) ?? service,
      state: asked === null ? t("services.not") : t("services.at", { time: asked }),
    };
  });
}

/** Who else was asked to come, since when; that somebody does not come any more is said too. */
export function AskedServices({ incident }: { readonly incident: Incident }) {
  const t = useT(messages);
  const lines = useServiceLines(incident);
  const coming = lines.filter((line) => line.asked !== null);
  const gone = lines.filter((line) => line.asked === null);
  return (
    <div className="mission-services" role="status">
      {coming.length > 0 && (
        <p>
          {t("services.asked")}
          {coming.map(({ service, name, asked }) => (
            <span key={service}>
              <strong>{name}</strong> <Ltr className="num">{asked}</Ltr>
            </span>
          ))}
        </p>
      )}
      {gone.length > 0 && (
        <p>
          {t("services.released")}
          {gone.map(({ service, name }) => (
            <strong key={service}>{name}</strong>
          ))}
        </p>
      )}
    </div>
  );
}
