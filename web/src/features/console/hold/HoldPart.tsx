import { useEffect, useRef, useState } from "react";
import { isOpen } from "../../../core/selectors";
import { msOf } from "../../../core/units";
import type { Detail, Incident } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, reasonText, Timer } from "../../../ui";
import { useConsole, useMay, useWords } from "../context";
import { useDesk } from "../store";
import type { HoldReason } from "./logic";
import { HOLD_MINUTES, HOLD_REASONS, hasWords, needsWords, whyNotHold } from "./logic";
import { messages } from "./messages";
import "./hold.css";

/** What an incident is held for and until when; H releases it. While somebody holds it: why, and for how long. */
export function HoldPart({ incident, detail }: { readonly incident: Incident; readonly detail: Detail | null }) {
  const { acts } = useConsole();
  const words = useWords();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const may = useMay();
  const holding = useDesk((desk) => desk.holding);
  if (!isOpen(incident) || incident.draft) return null;
  const { hold } = incident;
  if (hold)
    return (
      <div className="hold" role="status">
        <p>
          <b>{t("hold.until", { time: timeSeconds(msOf(hold.until)) })}</b> <Timer to={msOf(hold.until)} />
        </p>
        <p>
          {t("hold.by", {
            who: words.person(hold.by),
            reason: t.maybe(`hold.reason.${hold.reason}`) ?? hold.reason,
          })}
          {detail?.hold_words && <span className="words"> — {detail.hold_words}</span>}
        </p>
        <Button keyHint="H" disabledReason={may("dispatch")} onClick={() => void acts.incidents.release(incident)}>
          {t("hold.release")}
        </Button>
      </div>
    );
  return holding && !whyNotHold(incident) && !may("dispatch") ? <Pick incident={incident} /> : null;
}

/** The way to hold it, among the other acts. */
export function HoldButton({ incident }: { readonly incident: Incident }) {
  const { t: common } = useWords();
  const t = useT(messages);
  const may = useMay();
  if (incident.draft || incident.hold) return null;
  const why = whyNotHold(incident);
  return (
    <Button
      keyHint="H"
      disabledReason={may("dispatch") ?? (why && reasonText(common as never, why as never))}
      onClick={() => useDesk.getState().set({ holding: true })}
    >
      {t("hold.do")}
    </Button>
  );
}

/** Why, in a code and words, then for how long: a press of the time holds. */
function Pick({ incident }: { readonly incident: Incident }) {
  const { acts } = useConsole();
  const { t: common } = useWords();
  const t = useT(messages);
  const [code, setCode] = useState<HoldReason>("caller");
  const [words, setWords] = useState("");
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const close = () => useDesk.getState().set({ holding: false });
  const lacking = needsWords(incident, code) && !hasWords(words);
  const why = lacking ? t(incident.priority === 1 ? "hold.wordsFirst" : "hold.otherFirst") : null;
  const hold = (minutes: number) => {
    if (!lacking) void acts.incidents.hold(incident, minutes, code, words.trim()).then((done) => done && close());
  };
  return (
    <fieldset
      className="hold-pick"
      onKeyDown={(event) => {
        if (event.code === "Escape") close();
        else if (event.code === "Enter" && event.target === box.current) hold(HOLD_MINUTES[1]);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <legend>{t("hold.why")}</legend>
      <div className="hold-codes" role="radiogroup" aria-label={t("hold.why")}>
        {HOLD_REASONS.map((each) => (
          <label key={each}>
            <input type="radio" name="hold" checked={each === code} onChange={() => setCode(each)} />
            {t(`hold.reason.${each}`)}
          </label>
        ))}
      </div>
      <input
        ref={box}
        className="input"
        dir="auto"
        maxLength={300}
        aria-label={t("hold.words")}
        placeholder={t("hold.words")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <div className="hold-times" role="group" aria-label={t("hold.for")}>
        <span>{t("hold.for")}</span>
        {HOLD_MINUTES.map((minutes, n) => (
          <Button key={minutes} keyHint={n === 1 ? "⏎" : undefined} disabledReason={why} onClick={() => hold(minutes)}>
            {t("hold.minutes", { n: minutes })}
          </Button>
        ))}
        <Button look="quiet" keyHint="Esc" onClick={close}>
          {common("do.cancel")}
        </Button>
      </div>
      {why && <p className="muted">{why}</p>}
    </fieldset>
  );
}
