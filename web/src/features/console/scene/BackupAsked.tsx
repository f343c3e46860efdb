import { msOf } from "../../../core/units";
import type { Incident } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { messages } from "./messages";
import "./scene.css";

/** A crew asks for another unit: how much of a hurry, and since when. */
export function BackupAsked({ incident }: { readonly incident: Incident }) {
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const { backup } = incident;
  if (!backup) return null;
  return (
    <p className="backup-asked" data-urgent={backup.urgent || undefined}>
      {t(backup.urgent ? "scene.backupUrgent" : "scene.backup", {
        unit: backup.call_sign,
        time: timeSeconds(msOf(backup.at)),
      })}
    </p>
  );
}
