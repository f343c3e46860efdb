import type { Incident } from "../../core/views";
import { useFieldT } from "./hooks";

/** The place in words; of a crew in danger first whom to look for, for there are seldom words then. */
export function Where({ incident, className }: { readonly incident: Incident; readonly className: string }) {
  const t = useFieldT();
  const who = incident.in_danger;
  const place = incident.place || t(who ? "where.onTheMap" : "incident.placeUnknown");
  return <p className={className}>{who ? `${t("where.inDanger", { who })} · ${place}` : place}</p>;
}
