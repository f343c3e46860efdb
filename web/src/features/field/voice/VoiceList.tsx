import { Trash2 } from "lucide-react";
import { useState } from "react";
import { msOf } from "../../../core/units";
import type { Incident, Voice } from "../../../core/views";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { useDetail, useEntries, useField, useOwnUnit } from "../hooks";
import { Choice } from "../parts";
import type { BackReason } from "../photos/list";
import { BACK_REASONS, keptOf, leavingOf, ownSent } from "../photos/list";
import type { Entry } from "../queue";
import { mayDiscard } from "../queue";
import { messages } from "./messages";
import { Player } from "./Player";

/** The crew's voice notes of an incident: those on the device can be thrown away, those that were sent can be taken back. */
export function VoiceList({ incident }: { readonly incident: Incident }) {
  const t = useT(messages);
  const detail = useDetail(incident.id);
  const unit = useOwnUnit();
  const entries = useEntries();
  const here = keptOf(entries, incident.id, "voice");
  const sent = ownSent(detail?.voices ?? [], unit?.call_sign ?? null);
  return (
    <>
      {here.length > 0 && (
        <section className="block">
          <h3>{t("voice.onDevice")}</h3>
          <ul className="voice-list">
            {here.map((entry) => (
              <Kept key={entry.id} entry={entry} />
            ))}
          </ul>
        </section>
      )}
      {sent.length > 0 && (
        <section className="block">
          <h3>{t("voice.atCentre")}</h3>
          <ul className="voice-list">
            {sent.map((voice) => (
              <Sent key={voice.id} voice={voice} incident={incident} leaving={leavingOf(entries, "voice", voice.id)} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Kept({ entry }: { readonly entry: Entry }) {
  const t = useT(messages);
  const field = useField();
  const { time } = useFormats();
  const span = spanText(t, Number(entry.body.seconds ?? 0));
  const what = t("voice.of", { time: time(Date.parse(entry.deviceAt)), span });
  return (
    <li>
      <span className="num">{what}</span>
      {entry.attempts > 0 && <small>{t("voice.perhaps")}</small>}
      {/* Its kind is told by its content: the browser looks for itself. */}
      <Player sound={String(entry.body.sound ?? "")} type="" label={what} />
      <Button
        size="hand"
        icon={<Trash2 size={24} aria-hidden="true" />}
        disabledReason={mayDiscard(entry) ? null : t("voice.leaving")}
        onClick={() => field.outbox.discard(entry.id)}
      >
        {t("voice.drop")}
      </Button>
    </li>
  );
}

function Sent({
  voice,
  incident,
  leaving,
}: {
  readonly voice: Voice;
  readonly incident: Incident;
  /** It is being taken back. */
  readonly leaving: boolean;
}) {
  const t = useT(messages);
  const field = useField();
  const { time, id } = useFormats();
  const [asking, setAsking] = useState(false);
  const back = (reason: BackReason) => {
    field.act({
      action: "voice_back",
      path: `/v1/incidents/${incident.id}/voices/${voice.id}/withdraw`,
      body: { reason },
      subject: incident.id,
      label: id(incident.number),
    });
    setAsking(false);
  };
  return (
    <li>
      <span className="num">
        {t("voice.of", { time: time(msOf(voice.spoken_at ?? voice.at)), span: spanText(t, voice.seconds) })}
      </span>
      {leaving && <small>{t("voice.goes")}</small>}
      {!asking && !leaving && (
        <Button size="hand" onClick={() => setAsking(true)}>
          {t("voice.back")}
        </Button>
      )}
      {asking && (
        <div className="block">
          <p>{t("voice.backWhy")}</p>
          {BACK_REASONS.map((reason) => (
            <Choice key={reason} onClick={() => back(reason)}>
              {t(`voice.reason.${reason}`)}
            </Choice>
          ))}
          <Button size="hand" wide onClick={() => setAsking(false)}>
            {t("voice.stay")}
          </Button>
        </div>
      )}
    </li>
  );
}
