import { Camera } from "lucide-react";
import { useState } from "react";
import type { Detail, Incident } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { useEntries, useField } from "../hooks";
import { isQueued } from "../queue";
import { messages } from "./messages";
import "./photos.css";
import { shrink } from "./shrink";

const FIX_MAX_AGE_MS = 120_000;

export type PhotoState = "idle" | "busy" | "unreadable";

/** Take pictures with the device's own camera; each goes through the outbox, behind everything that is in a hurry. */
export function usePhotos(incident: Incident): { readonly state: PhotoState; readonly add: (files: FileList) => void } {
  const field = useField();
  const { id } = useFormats();
  const [state, setState] = useState<PhotoState>("idle");
  const add = async (files: FileList) => {
    setState("busy");
    let unread = false;
    for (const file of files) {
      const image = await shrink(file);
      if (image === null) {
        unread = true;
        continue;
      }
      const now = field.app.clock.now();
      const here = field.here();
      // By how long ago the device says it was, counted from the centre's time: the device's clock may be wrong.
      const taken = now - Math.max(0, Date.now() - file.lastModified);
      field.act({
        action: "photo",
        path: `/v1/incidents/${incident.id}/photos`,
        body: {
          image,
          taken_at: new Date(taken).toISOString(),
          ...(here && now - here.at < FIX_MAX_AGE_MS ? { point: here.point } : {}),
        },
        subject: incident.id,
        label: id(incident.number),
      });
    }
    setState(unread ? "unreadable" : "idle");
  };
  return { state, add: (files) => void add(files) };
}

export function PhotoTile({ onFiles }: { readonly onFiles: (files: FileList) => void }) {
  const t = useT(messages);
  return (
    <label className="tile photo-tile">
      <Camera size={26} aria-hidden="true" />
      <span>{t("photo.take")}</span>
      <input
        type="file"
        accept="image/jpeg,image/png,image/webp"
        capture="environment"
        aria-label={t("photo.label")}
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files?.length) onFiles(files);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

/** How many pictures wait, how many are there; nothing when there are none. */
export function PhotoLine({
  incident,
  detail,
  state,
  onOpen,
}: {
  readonly incident: Incident;
  readonly detail: Detail | null;
  readonly state: PhotoState;
  /** Show them; null while the car moves. */
  readonly onOpen: (() => void) | null;
}) {
  const t = useT(messages);
  const waiting = useEntries().filter(
    (entry) => entry.action === "photo" && entry.subject === incident.id && isQueued(entry),
  ).length;
  const sent = detail?.photos?.length ?? 0;
  const parts = [
    state === "busy" && t("photo.busy"),
    state === "unreadable" && t("photo.unreadable"),
    waiting > 0 && t("photo.waiting", { n: waiting }),
    sent > 0 && t("photo.sent", { n: sent }),
  ].filter((part) => part !== false);
  if (parts.length === 0) return null;
  return (
    <div className="photo-line" data-bad={state === "unreadable" || undefined}>
      <p className="num" role="status">
        {parts.join(" · ")}
      </p>
      {onOpen && waiting + sent > 0 && (
        <Button size="hand" onClick={onOpen}>
          {t("photo.show")}
        </Button>
      )}
    </div>
  );
}
