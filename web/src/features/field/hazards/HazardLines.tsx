import { Check, TriangleAlert } from "lucide-react";
import { useReference } from "../../../app/hooks";
import type { Metres } from "../../../core/units";
import type { Detail } from "../../../core/views";
import { distanceText, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { useEntries, useField, useFieldT } from "../hooks";
import { isReadBy, shownOf } from "./hazards";
import { messages } from "./messages";
import "./hazards.css";

interface Props {
  readonly detail: Detail | null;
  readonly incident: string;
  /** Keeps a touch that was meant for the screen before from counting. */
  readonly guarded?: (act: () => void) => () => void;
}

/** Hazards of the place, one line each; a severe one asks to be read. Whether it is read keeps nobody from accepting. */
export function HazardLines({ detail, incident, guarded = (act) => act }: Props) {
  const field = useField();
  const entries = useEntries();
  const { session } = useReference();
  const t = useT(messages);
  const words = useFieldT();
  const isRead = (note: Parameters<typeof isReadBy>[0]) => isReadBy(note, session.person, incident, entries);
  return shownOf(detail, isRead).map((note) => {
    const what = `${words.maybe(`hazard.${note.hazard}`) ?? note.hazard}: \u2068${note.text}\u2069`;
    return (
      <div key={note.id} className="hazard" data-severe={note.severe || undefined}>
        <TriangleAlert size={26} aria-hidden="true" />
        <span>
          {note.severe && <b className="hazard-mark">{t("hazards.severe")}</b>} {what}
          {/* What lies at the place itself is at no distance. */}
          {note.distance_m >= 10 && (
            <span className="hazard-far">{` (\u2068${distanceText(words, note.distance_m as Metres)}\u2069)`}</span>
          )}
        </span>
        {note.severe &&
          (isRead(note) ? (
            <span className="hazard-read">
              <Check size={22} aria-hidden="true" />
              {t("hazards.isRead")}
            </span>
          ) : (
            <Button
              size="hand"
              aria-label={t("hazards.readWhat", { what })}
              onClick={guarded(() => field.readHazard(incident, note.id))}
            >
              {t("hazards.read")}
            </Button>
          ))}
      </div>
    );
  });
}
