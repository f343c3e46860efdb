import type { Detail, Incident } from "../../../core/views";
import { useT } from "../../../i18n/hooks";
import { useEntries } from "../hooks";
import { isQueued } from "../queue";
import { messages } from "./messages";

/** How many voice notes wait, how many are there; nothing when there are none. */
export function VoiceLine({ incident, detail }: { readonly incident: Incident; readonly detail: Detail | null }) {
  const t = useT(messages);
  const waiting = useEntries().filter(
    (entry) => entry.action === "voice" && entry.subject === incident.id && isQueued(entry),
  ).length;
  const sent = detail?.voices?.length ?? 0;
  if (waiting + sent === 0) return null;
  const parts = [waiting > 0 && t("voice.waiting", { n: waiting }), sent > 0 && t("voice.sent", { n: sent })];
  return (
    <p className="photo-line num" role="status">
      {parts.filter((part) => part !== false).join(" · ")}
    </p>
  );
}
