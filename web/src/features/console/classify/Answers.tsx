import { useState } from "react";
import type { Detail, Incident, Priority } from "../../../core/views";
import { useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { Button, PriorityGlyph, useKeys } from "../../../ui";
import { useConsole } from "../context";
import { messages } from "./messages";
import { Questions, useQuestions } from "./Questions";

/** The answers in the crew's short words, as one line. */
export function shortWords(answers: Detail["answers"], lang: "fa" | "en"): string {
  return answers
    .map((each) => each[lang])
    .filter((word) => word !== "")
    .join(" · ");
}

/** What answers propose after the incident was sent, until a person decides; and more answers, whenever they come. */
export function AnswersPart({ incident, detail }: { readonly incident: Incident; readonly detail: Detail | null }) {
  const { acts } = useConsole();
  const t = useT(messages);
  const lang = usePrefs((prefs) => prefs.lang);
  const [open, setOpen] = useState(false);
  const set = useQuestions(incident.kind, open);
  const answers = detail?.answers ?? [];
  const proposed = incident.proposed_priority;
  const own = incident.priority;
  const raises = proposed !== null && own !== null && proposed < own;
  const take = () => void acts.incidents.priority(incident, proposed as Priority);
  useKeys(raises ? [{ code: "Alt+KeyP", run: take }] : []);
  return (
    <section className="answers-part" aria-label={t("ask.answers")}>
      {raises && (
        <div className="offer-line" role="status">
          <PriorityGlyph priority={proposed} size={20} />
          <span>{t("ask.proposes", { p: proposed })}</span>
          <Button keyHint="Alt+P" onClick={take}>
            {t("ask.takePriority", { p: proposed })}
          </Button>
        </div>
      )}
      <div className="act-line">
        {answers.length > 0 && <b className="answers-short">{shortWords(answers, lang)}</b>}
        <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t("ask.hide") : t("ask.later")}
        </Button>
      </div>
      {open &&
        (set ? (
          <Questions
            set={set}
            answers={Object.fromEntries(answers.map((each) => [each.question, each.option]))}
            onAnswer={(question, option) => void acts.incidents.answerQuestion(incident.id, question, option)}
          />
        ) : (
          <p className="muted">{t("ask.none")}</p>
        ))}
    </section>
  );
}
