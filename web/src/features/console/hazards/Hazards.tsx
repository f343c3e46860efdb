import { useEffect, useState } from "react";
import { useApp, useReference } from "../../../app/hooks";
import type { IncidentId, LonLat, Metres } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Premise } from "../../../core/views";
import { distanceText, useFormats, useT } from "../../../i18n/hooks";
import { Button, Check, Choice, Field, useKeys } from "../../../ui";
import { useConsole, useWords } from "../context";
import { messages } from "./messages";
import "./hazards.css";

const ASK_AFTER_MS = 300;
const KINDS = ["weapon", "violence", "dog", "gas", "building", "disease", "access", "other"] as const;

/** What is known of a point, while a call has no incident of its own yet; nothing when it cannot be asked. */
export function useHazardsAt(point: LonLat | null): readonly Premise[] {
  const { api } = useApp();
  const [notes, setNotes] = useState<readonly Premise[]>([]);
  const lon = point?.[0] ?? null;
  const lat = point?.[1] ?? null;
  useEffect(() => {
    setNotes([]);
    if (lon === null || lat === null) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      api.get<{ notes: readonly Premise[] }>("/v1/premises", { lon, lat }, stop.signal).then(
        (found) => setNotes(found.notes),
        () => undefined,
      );
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [api, lon, lat]);
  return notes;
}

interface Props {
  readonly notes: readonly Premise[];
  /** For which they are acknowledged; null while there is none. */
  readonly incident: IncidentId | null;
  readonly mayRemove?: boolean;
}

/** Hazards of a place, severe ones first, each with how far and how old; a severe one waits for a key. */
export function Hazards({ notes, incident, mayRemove }: Props) {
  const { acts } = useConsole();
  const { t: common } = useWords();
  const t = useT(messages);
  const { date } = useFormats();
  const { session } = useReference();
  const unread = (note: Premise) => note.severe && !note.acknowledged_by.includes(session.person);
  const next = incident ? notes.find(unread) : undefined;
  const read = (note: Premise) => incident && void acts.places.readHazard(incident, note.id);
  useKeys(next ? [{ code: "Alt+KeyH", inFields: true, run: () => read(next) }] : []);
  if (notes.length === 0) return null;
  return (
    <section className="hazards" aria-label={t("hazards.title")}>
      <h3>{t("hazards.title")}</h3>
      <ul>
        {notes.map((note) => (
          <li key={note.id} data-severe={note.severe || undefined}>
            <span className="hazard-words">
              <b className="hazard">
                {t.maybe(`hazards.kind.${note.hazard}`) ?? note.hazard}
                {note.severe && ` (${t("hazards.severe")})`}
              </b>{" "}
              <bdi>{note.text}</bdi> <bdi className="num muted">{distanceText(common, note.distance_m as Metres)}</bdi>
              <small className="muted">
                {note.address && (
                  <>
                    <bdi>{note.address}</bdi> ·{" "}
                  </>
                )}
                {t("hazards.age", { date: date(msOf(note.added_at)), until: date(msOf(note.until)) })}
                {note.overdue && ` · ${t("hazards.overdue")}`}
              </small>
            </span>
            {unread(note)
              ? incident && (
                  <Button keyHint={note === next ? "Alt+H" : undefined} onClick={() => read(note)}>
                    {t("hazards.acknowledge")}
                  </Button>
                )
              : note.severe && <span className="muted">{t("hazards.read")}</span>}
            {mayRemove && (
              <Button look="quiet" onClick={() => void acts.places.removeHazard(note.id)}>
                {t("hazards.remove")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Warn of the incident's place, for those who come later too. */
export function AddHazard({ point, address }: { readonly point: LonLat; readonly address: string }) {
  const { acts } = useConsole();
  const t = useT(messages);
  const [open, setOpen] = useState(false);
  const [hazard, setHazard] = useState<string>("dog");
  const [text, setText] = useState("");
  const [severe, setSevere] = useState(false);
  const [days, setDays] = useState("180");
  if (!open)
    return (
      <Button look="quiet" onClick={() => setOpen(true)}>
        {t("hazards.add")}
      </Button>
    );
  const save = async () => {
    const valid = Math.max(1, Math.min(730, Number(days) || 180));
    const body = { point, address, hazard, text, severe, days: valid, review_days: Math.ceil(valid / 2) };
    if (await acts.places.addHazard(body)) setOpen(false);
  };
  return (
    <fieldset className="hazard-new">
      <legend>{t("hazards.add")}</legend>
      <Choice
        label={t("hazards.kind")}
        value={hazard}
        options={KINDS.map((kind) => [kind, t(`hazards.kind.${kind}`)])}
        onChange={setHazard}
      />
      <Field
        label={t("hazards.text")}
        maxLength={300}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Field
        label={t("hazards.days")}
        inputMode="numeric"
        dir="ltr"
        maxLength={3}
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
      <Check checked={severe} onChange={setSevere}>
        {t("hazards.isSevere")}
      </Check>
      <Button look="primary" onClick={() => void save()}>
        {t("hazards.save")}
      </Button>
    </fieldset>
  );
}
