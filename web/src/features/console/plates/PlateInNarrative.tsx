import { useEffect, useRef, useState } from "react";
import { parsePlate, writtenPlate } from "../../../core/plates";
import { FORMATS } from "../../../i18n/formats";
import { useT } from "../../../i18n/hooks";
import { Button, PlateField, useKeys } from "../../../ui";
import { messages } from "./messages";
import "./plates.css";

interface Props {
  readonly narrative: string;
  readonly onNarrative: (narrative: string) => void;
}

/** Type a car's plate box by box; it goes to the end of the narrative, where the search and the crew find it. */
export function PlateInNarrative({ narrative, onNarrative }: Props) {
  const t = useT(messages);
  const [open, setOpen] = useState(false);
  const [stored, setStored] = useState("");
  const put = () => {
    const plate = parsePlate(stored);
    // Written as it is said, in Persian digits: a plate is Persian in either language.
    const written = plate ? FORMATS.fa.digits(writtenPlate(plate)) : stored.trim();
    const said = t("vehicle.said", { plate: written });
    onNarrative([narrative.trimEnd(), said].filter(Boolean).join(narrative.trim() === "" ? "" : "، "));
    setStored("");
    setOpen(false);
  };
  useKeys([{ code: "Alt+KeyV", inFields: true, run: () => setOpen(!open) }]);
  const boxes = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) boxes.current?.querySelector("input")?.focus();
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys for all of its boxes.
    <div
      className="plate-in"
      ref={boxes}
      onKeyDown={(event) => {
        if (!open || event.ctrlKey || event.altKey || event.metaKey) return;
        if (event.code === "Escape") setOpen(false);
        else if (event.code === "Enter" && event.target instanceof HTMLInputElement && stored.trim()) put();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <Button look="quiet" keyHint="Alt+V" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("vehicle.add")}
      </Button>
      {open && (
        <>
          <PlateField label={t("vehicle.add")} value={stored} onChange={setStored} />
          <Button keyHint="⏎" disabledReason={stored.trim() === "" ? t("vehicle.none") : null} onClick={put}>
            {t("vehicle.put")}
          </Button>
        </>
      )}
    </div>
  );
}
