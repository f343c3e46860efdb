import { useState } from "react";
import { useT } from "../../../i18n/hooks";
import { Button } from "../../../ui";
import { messages } from "./messages";
import "./purpose.css";

const LEAST = 4;

/** Why somebody wants to look: said before anything is shown, and kept in the audit log. */
export function AskPurpose({
  label,
  act,
  focus,
  onPurpose,
}: {
  readonly label: string;
  readonly act: string;
  /** It opened because its button was pressed. */
  readonly focus?: boolean;
  readonly onPurpose: (why: string) => void;
}) {
  const t = useT(messages);
  const [why, setWhy] = useState("");
  const short = why.trim().length < LEAST;
  return (
    // No form of its own: it stands in the form of a call too.
    <div className="ask-purpose">
      <input
        className="input"
        dir="auto"
        // biome-ignore lint/a11y/noAutofocus: see `focus`.
        autoFocus={focus}
        maxLength={200}
        aria-label={label}
        placeholder={label}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.code !== "Enter" || event.ctrlKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.stopPropagation();
          if (!short) onPurpose(why.trim());
        }}
      />
      <Button keyHint="⏎" onClick={() => onPurpose(why.trim())} disabledReason={short ? t("purpose.short") : null}>
        {act}
      </Button>
    </div>
  );
}
