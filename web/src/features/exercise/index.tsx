import { Check } from "lucide-react";
import { useEffect, useState } from "react";
import { forgetExercise } from "../../app/exercise";
import { useReference } from "../../app/hooks";
import { problemText, spanText, useT } from "../../i18n/hooks";
import { Button } from "../../ui/Button";
import { messages } from "./messages";
import type { Part, Progress } from "./script";
import { STEPS, since, verdicts } from "./script";
import { useExercise } from "./useExercise";
import "./exercise.css";

const HINT_AFTER_MS = 25_000;

/** A guided exercise beside the real face: each step is done by doing it. In the demo only. */
export default function Exercise({ part }: { readonly part: Part }) {
  const { server } = useReference();
  const [open, setOpen] = useState(true);
  if (!server.demo || !open) return null;
  return <Dock part={part} onClose={() => setOpen(false)} />;
}

function Dock({ part, onClose }: { readonly part: Part; readonly onClose: () => void }) {
  const t = useT(messages);
  const { progress, step, trouble, drop, again, now } = useExercise(part);
  const [folded, setFolded] = useState(false);
  const [asked, setAsked] = useState<string | null>(null);
  const steps = STEPS[part];
  const hint = step !== null && (asked === step || now - since(progress) > HINT_AFTER_MS);
  useEffect(() => {
    document.documentElement.dataset.exercise = folded ? "folded" : "open";
    return () => {
      delete document.documentElement.dataset.exercise;
    };
  }, [folded]);
  const end = () => {
    void drop();
    onClose();
  };
  if (folded)
    return (
      <aside className="exercise" data-folded="true" aria-label={t(`exercise.${part}`)}>
        <Button onClick={() => setFolded(false)}>
          <span className="exercise-mark">{t("exercise.mark")}</span> {t("exercise.unfold")}
        </Button>
      </aside>
    );
  return (
    <aside className="exercise" aria-label={t(`exercise.${part}`)}>
      <header>
        <span className="exercise-mark">{t("exercise.mark")}</span>
        <b>
          {step === null
            ? t("exercise.over")
            : t("exercise.step", { n: steps.findIndex((each) => each === step) + 1, all: steps.length })}
        </b>
        <Button look="quiet" onClick={() => setFolded(true)}>
          {t("exercise.fold")}
        </Button>
      </header>
      {step === null ? (
        <Over progress={progress} onClose={onClose} onAgain={again} />
      ) : (
        <>
          <p className="exercise-do" role="status" data-step={step}>
            {t(`exercise.do.${step}`)}
          </p>
          {hint && <p className="exercise-tip">{t(`exercise.tip.${step}`)}</p>}
          {trouble && <p className="field-error">{t("exercise.trouble", { why: problemText(t, trouble) })}</p>}
          <ol className="exercise-steps" aria-label={t("exercise.steps")}>
            {steps.map((each) => (
              <li key={each} data-done={progress.stamps[each] !== undefined} data-now={each === step}>
                {progress.stamps[each] !== undefined && <Check size={14} aria-hidden="true" />}
                <span className="visually-hidden">
                  {t(`exercise.do.${each}`)} {progress.stamps[each] !== undefined && t("exercise.done")}
                </span>
              </li>
            ))}
          </ol>
          <p className="exercise-note">{t("exercise.note")}</p>
          <footer>
            {!hint && <Button onClick={() => setAsked(step)}>{t("exercise.hint")}</Button>}
            <Button look="quiet" onClick={end}>
              {t("exercise.drop")}
            </Button>
          </footer>
        </>
      )}
    </aside>
  );
}

interface OverProps {
  readonly progress: Progress;
  readonly onClose: () => void;
  readonly onAgain: () => void;
}

/** How long it took, and what went well. */
function Over({ progress, onClose, onAgain }: OverProps) {
  const t = useT(messages);
  useEffect(() => forgetExercise(), []);
  return (
    <>
      <p className="exercise-do" role="status">
        {t("exercise.took", { span: spanText(t, (since(progress) - progress.startedAt) / 1000) })}
      </p>
      <ul className="exercise-verdicts">
        {verdicts(progress).map(({ step, seconds, within, well }) => (
          <li key={step} data-well={well}>
            <span>{t.maybe(`exercise.was.${step}`)}</span>
            <span className="num">
              {seconds === null ? "—" : spanText(t, seconds)}
              <small> / {spanText(t, within)}</small>
            </span>
            <b>{t(seconds === null ? "exercise.missed" : well ? "exercise.well" : "exercise.slow")}</b>
          </li>
        ))}
      </ul>
      <footer>
        <Button look="primary" onClick={onClose}>
          {t("exercise.close")}
        </Button>
        <Button onClick={onAgain}>{t("exercise.again")}</Button>
      </footer>
    </>
  );
}
