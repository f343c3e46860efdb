import { Trash2 } from "lucide-react";
import { useState } from "react";
import { msOf } from "../../../core/units";
import type { Photo } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { useDetail, useEntries, useField, useOwnUnit } from "../hooks";
import type { Work } from "../mission";
import { Choice, Sheet } from "../parts";
import type { Entry } from "../queue";
import { mayDiscard } from "../queue";
import type { BackReason } from "./list";
import { BACK_REASONS, keptOf, leavingOf, ownSent } from "./list";
import { messages } from "./messages";

/** The pictures of this incident: those on the device can be thrown away, those that were sent can be taken back. */
export default function PhotoSheet({ work, onClose }: { readonly work: Work; readonly onClose: () => void }) {
  const t = useT(messages);
  const { incident } = work;
  const detail = useDetail(incident.id);
  const unit = useOwnUnit();
  const entries = useEntries();
  const here = keptOf(entries, incident.id, "photo");
  const sent = ownSent(detail?.photos ?? [], unit?.call_sign ?? null);
  return (
    <Sheet title={t("photo.list")} onClose={onClose}>
      {here.length + sent.length === 0 && <p className="muted">{t("photo.none")}</p>}
      {here.length > 0 && (
        <section className="block">
          <h2>{t("photo.onDevice")}</h2>
          <ul className="photo-list">
            {here.map((entry) => (
              <Kept key={entry.id} entry={entry} />
            ))}
          </ul>
        </section>
      )}
      {sent.length > 0 && (
        <section className="block">
          <h2>{t("photo.atCentre")}</h2>
          <ul className="photo-list">
            {sent.map((photo) => (
              <Sent
                key={photo.id}
                photo={photo}
                incident={incident.id}
                number={incident.number}
                leaving={leavingOf(entries, "photo", photo.id)}
              />
            ))}
          </ul>
        </section>
      )}
    </Sheet>
  );
}

/** Not sent yet: it is shown, because nobody else could have looked at it. */
function Kept({ entry }: { readonly entry: Entry }) {
  const t = useT(messages);
  const field = useField();
  const { time } = useFormats();
  const taken = time(Date.parse(entry.deviceAt));
  return (
    <li>
      <img src={`data:image/jpeg;base64,${String(entry.body.image ?? "")}`} alt={t("photo.of", { time: taken })} />
      <span>
        <span className="num">{taken}</span>
        {entry.attempts > 0 && <small>{t("photo.perhaps")}</small>}
      </span>
      <Button
        size="hand"
        icon={<Trash2 size={24} aria-hidden="true" />}
        disabledReason={mayDiscard(entry) ? null : t("photo.leaving")}
        onClick={() => field.outbox.discard(entry.id)}
      >
        {t("photo.throw")}
      </Button>
    </li>
  );
}

function Sent({
  photo,
  incident,
  number,
  leaving,
}: {
  readonly photo: Photo;
  readonly incident: string;
  readonly number: number;
  /** It is being taken back. */
  readonly leaving: boolean;
}) {
  const t = useT(messages);
  const field = useField();
  const { time, id } = useFormats();
  const [asking, setAsking] = useState(false);
  const back = (reason: BackReason) => {
    field.act({
      action: "photo_back",
      path: `/v1/incidents/${incident}/photos/${photo.id}/withdraw`,
      body: { reason },
      subject: incident,
      label: id(number),
    });
    setAsking(false);
  };
  return (
    <li data-asking={asking || undefined}>
      <span>
        <span className="num">{t("photo.of", { time: time(msOf(photo.taken_at ?? photo.at)) })}</span>
        {leaving && <small>{t("photo.goes")}</small>}
      </span>
      {!asking && !leaving && (
        <Button size="hand" onClick={() => setAsking(true)}>
          {t("photo.back")}
        </Button>
      )}
      {asking && (
        <div className="block">
          <p>{t("photo.backWhy")}</p>
          {BACK_REASONS.map((reason) => (
            <Choice key={reason} onClick={() => back(reason)}>
              {t(`photo.reason.${reason}`)}
            </Choice>
          ))}
          <Button size="hand" wide onClick={() => setAsking(false)}>
            {t("photo.stay")}
          </Button>
        </div>
      )}
    </li>
  );
}
