import { useEffect, useRef, useState } from "react";
import { useApp, useLoad } from "../../../app/hooks";
import { useFormats, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { messages } from "./messages";
import type { Answers, QuestionSet } from "./scoring";
import { nextAfter } from "./scoring";
import "./classify.css";

interface InForce {
  readonly sets: Readonly<Record<string, QuestionSet>>;
  readonly version: string;
}

/** The questions of a kind as they are in force now; null while they come, or when there are none. */
export function useQuestions(kind: string | null, asks = true): QuestionSet | null {
  const { api } = useApp();
  const { value } = useLoad<InForce | null>(
    (signal) => (asks ? api.get<InForce>("/v1/questions", {}, signal) : Promise.resolve(null)),
    [api, asks],
  );
  return (kind !== null && value?.sets[kind]) || null;
}

interface Props {
  readonly set: QuestionSet;
  readonly answers: Answers;
  readonly onAnswer: (question: string, option: string) => void;
}

/**
 * A line a question, a key an answer: digits by their place on the keyboard answer the line that is active, 0 takes its answer back and
 * goes on, arrows go to another line. One stop for Tab, and nothing here must be answered.
 */
export function Questions({ set, answers, onAnswer }: Props) {
  const t = useT(messages);
  const { id: write } = useFormats();
  const lang = usePrefs((prefs) => prefs.lang);
  const root = useRef<HTMLFieldSetElement>(null);
  const [at, setAt] = useState(0);
  const [inside, setInside] = useState(false);
  const active = Math.min(at, set.questions.length - 1);
  const moved = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus follows the active line, and only when a key moved it.
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    root.current?.querySelector<HTMLElement>(`[data-line="${active}"] button`)?.focus();
  }, [active, answers]);
  const go = (to: number) => {
    moved.current = true;
    setAt(to);
  };
  const answer = (line: number, key: string) => {
    const question = set.questions[line];
    if (!question) return;
    onAnswer(question.id, key);
    go(nextAfter(set, line, { ...answers, [question.id]: key || "skipped" }));
  };
  return (
    <fieldset
      ref={root}
      className="questions"
      data-field="questions"
      onFocus={() => setInside(true)}
      onBlur={(event) => setInside(event.currentTarget.contains(event.relatedTarget))}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
        if (digit !== undefined) {
          const option = set.questions[active]?.options[Number(digit) - 1];
          if (option) answer(active, option.key);
          else if (digit === "0") answer(active, "");
          else return;
        } else if (event.code === "ArrowDown") go(Math.min(active + 1, set.questions.length - 1));
        else if (event.code === "ArrowUp") go(Math.max(active - 1, 0));
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <legend>{t("ask.title")}</legend>
      {set.questions.map((question, line) => (
        <div
          key={question.id}
          className="question"
          data-line={line}
          data-active={(inside && line === active) || undefined}
          role="group"
          aria-label={question[lang]}
        >
          <span className="question-text">{question[lang]}</span>
          <span className="question-options">
            {question.options.map((option, n) => (
              <button
                key={option.key}
                type="button"
                className="question-option"
                aria-pressed={answers[question.id] === option.key}
                tabIndex={line === active && n === 0 ? 0 : -1}
                onFocus={() => setAt(line)}
                onClick={() => {
                  setAt(line);
                  onAnswer(question.id, answers[question.id] === option.key ? "" : option.key);
                }}
              >
                <span className="question-key">{write(n + 1)}</span> {option[lang]}
              </button>
            ))}
          </span>
        </div>
      ))}
      <p className="muted question-hint">{t("ask.hint")}</p>
    </fieldset>
  );
}
