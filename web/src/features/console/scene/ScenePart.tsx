import { useState } from "react";
import { useReference } from "../../../app/hooks";
import { msOf } from "../../../core/units";
import type { Detail, Incident, Photo } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Dialog, Ltr, Words } from "../../../ui";
import { useConsole, useWords } from "../context";
import { messages } from "./messages";
import "./scene.css";
import { Voices } from "./Voices";
import { Withdraw } from "./Withdraw";

/** What crews told of the scene: short reports, voice notes, and pictures. */
export function ScenePart({ incident, detail }: { readonly incident: Incident; readonly detail: Detail | null }) {
  const reports = detail?.reports ?? [];
  const photos = detail?.photos ?? [];
  const voices = detail?.voices ?? [];
  return (
    <>
      {reports.length > 0 && <Reports reports={reports} />}
      {voices.length > 0 && <Voices key={`voices ${incident.id}`} incident={incident} voices={voices} />}
      {photos.length > 0 && <Photos key={incident.id} incident={incident} photos={photos} />}
    </>
  );
}

function Reports({ reports }: { readonly reports: NonNullable<Detail["reports"]> }) {
  const t = useT(messages);
  const words = useWords();
  const { timeSeconds } = useFormats();
  return (
    <section aria-label={t("scene.reports")}>
      <h3>{t("scene.reports")}</h3>
      <ul className="notes">
        {reports.map((report) => (
          <li key={report.assignment}>
            <span className="num muted">{timeSeconds(msOf(report.at))}</span> <Ltr>{report.call_sign}</Ltr>
            {report.disposition && <> · {words.disposition(report.disposition)}</>}
            {report.people !== null && <> · {t("scene.people", { n: report.people })}</>}
            {report.vehicles !== null && <> · {t("scene.vehicles", { n: report.vehicles })}</>}
            {report.text && (
              <div className="words">
                <Words text={report.text} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Nothing is fetched before somebody asks to see: each look is a read of personal data, and is written down. */
function Photos({ incident, photos }: { readonly incident: Incident; readonly photos: readonly Photo[] }) {
  const t = useT(messages);
  const { session } = useReference();
  const { acts } = useConsole();
  const [back, setBack] = useState<Photo | null>(null);
  const { id, timeSeconds } = useFormats();
  const [shown, setShown] = useState(false);
  const [large, setLarge] = useState<Photo | null>(null);
  const nameOf = (photo: Photo): string => {
    const time = timeSeconds(msOf(photo.taken_at ?? photo.at));
    return photo.call_sign ? t("scene.photoBy", { unit: photo.call_sign, time }) : t("scene.photoNoUnit", { time });
  };
  const address = (photo: Photo): string => `/v1/incidents/${encodeURIComponent(incident.id)}/photos/${photo.id}`;
  return (
    <section aria-label={t("scene.photos")}>
      <h3>
        {t("scene.photos")} <span className="muted num">({id(photos.length)})</span>
      </h3>
      {!shown && (
        <p>
          <Button onClick={() => setShown(true)}>{t("scene.show")}</Button>{" "}
          <span className="muted">{t("scene.why")}</span>
        </p>
      )}
      <ul className="scene-photos">
        {photos.map((photo) => (
          <li key={photo.id}>
            {shown && (
              <button
                type="button"
                aria-label={t("scene.large", { what: nameOf(photo) })}
                onClick={() => setLarge(photo)}
              >
                <img src={address(photo)} alt="" width={photo.width} height={photo.height} loading="lazy" />
              </button>
            )}
            <span className="muted num">{nameOf(photo)}</span>
            <Button
              look="quiet"
              aria-label={t("scene.back", { what: nameOf(photo) })}
              disabledReason={session.acts.has("add_note") ? null : t("scene.mayNot")}
              onClick={() => setBack(photo)}
            >
              {t("scene.backShort")}
            </Button>
          </li>
        ))}
      </ul>
      {back && (
        <Withdraw
          title={t("scene.back", { what: nameOf(back) })}
          onWhy={(why) => void acts.incidents.photoBack(incident, back.id, why)}
          onClose={() => setBack(null)}
        />
      )}
      {large && <Large src={address(large)} name={nameOf(large)} onClose={() => setLarge(null)} />}
    </section>
  );
}

function Large({ src, name, onClose }: { readonly src: string; readonly name: string; readonly onClose: () => void }) {
  return (
    <Dialog title={name} onClose={onClose}>
      <img className="scene-large" src={src} alt={name} />
    </Dialog>
  );
}
