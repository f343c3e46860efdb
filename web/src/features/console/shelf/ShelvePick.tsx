import { useState } from "react";
import type { Alarm } from "../../../core/views";
import { useT } from "../../../i18n/hooks";
import { Button } from "../../../ui";
import { useConsole } from "../context";
import { messages } from "./messages";

const MINUTES = [5, 15, 30] as const;
const WHY_LEAST = 3;

/** For how long an alarm is put aside, and why; Enter takes the shortest. */
export function ShelvePick({ alarm, onDone }: { readonly alarm: Alarm; readonly onDone: () => void }) {
  const t = useT(messages);
  const { acts } = useConsole();
  const [why, setWhy] = useState("");
  const short = why.trim().length < WHY_LEAST;
  const shelve = (minutes: number) => {
    if (short) return;
    void acts.alarms.shelve(alarm, minutes, why.trim()).then((done) => done && onDone());
  };
  return (
    <div className="shelve">
      <input
        className="input"
        dir="auto"
        // biome-ignore lint/a11y/noAutofocus: it opens because its button was pressed.
        autoFocus
        maxLength={200}
        aria-label={t("shelf.why")}
        placeholder={t("shelf.why")}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.code === "Enter" && !event.ctrlKey) shelve(MINUTES[0]);
          else if (event.code === "Escape") onDone();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {MINUTES.map((minutes, n) => (
        <Button
          key={minutes}
          keyHint={n === 0 ? "⏎" : undefined}
          disabledReason={short ? t("shelf.needsWhy") : null}
          onClick={() => shelve(minutes)}
        >
          {t("shelf.minutes", { n: minutes })}
        </Button>
      ))}
      <Button look="quiet" keyHint="Esc" onClick={onDone}>
        {t("do.cancel")}
      </Button>
    </div>
  );
}
