import { lazy, Suspense } from "react";
import { useFormats } from "../../i18n/hooks";
import { Button } from "../../ui/Button";
import { useBehindT } from "./behind/useBehindT";
import { useField } from "./hooks";
import type { Work } from "./mission";
import { Sheet } from "./parts";
import { useDraft } from "./useDraft";

const VoicePart = lazy(() => import("./voice/VoicePart"));

/** More words on the incident, written or spoken; they survive an offer that takes the screen. */
export function NoteSheet({ work, onClose }: { readonly work: Work; readonly onClose: () => void }) {
  const t = useBehindT();
  const { id } = useFormats();
  const field = useField();
  const [text, setText] = useDraft(`note ${work.incident.id}`);
  const send = () => {
    field.act({
      action: "note",
      path: `/v1/incidents/${work.incident.id}/notes`,
      body: { text: text.trim() },
      subject: work.incident.id,
      label: id(work.incident.number),
    });
    setText("");
    onClose();
  };
  return (
    <Sheet title={t("note.title")} onClose={onClose}>
      <label className="block">
        <span className="muted">{t("note.hint")}</span>
        <textarea
          className="input note"
          rows={5}
          maxLength={2000}
          value={text}
          aria-label={t("note.title")}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <Button
        size="main"
        look="primary"
        wide
        disabledReason={text.trim() ? null : t("note.empty")}
        reasonBelow
        onClick={send}
      >
        {t("note.send")}
      </Button>
      <Suspense fallback={null}>
        <VoicePart incident={work.incident} />
      </Suspense>
    </Sheet>
  );
}
