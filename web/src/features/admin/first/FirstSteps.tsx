import { CheckCircle2, Circle } from "lucide-react";
import { useEffect, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useLoad, useReference } from "../../../app/hooks";
import type { OfficeId } from "../../../core/units";
import { problemText, useNamed, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui";
import { OfficeList } from "../OfficeList";
import type { Setting } from "../settings";
import { messages } from "./messages";
import type { Step, StepName } from "./steps";
import { progressOf, SECTION_OF } from "./steps";
import "./steps.css";

const AGAIN_MS = 15_000;
const FOLDED = "nazdik.first-steps";

/** What a new installation still needs; it stays until all of it is done. */
export default function FirstSteps({ root }: { readonly root: OfficeId }) {
  const app = useApp();
  const t = useT(messages);
  const { value, again } = useLoad(
    (signal) => app.api.get<{ steps: Step[] }>(`/v1/provinces/${root}/first-steps`, {}, signal),
    [app, root],
  );
  const [folded, setFolded] = useState(() => localStorage.getItem(FOLDED) === "yes");
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (!value) return null;
  const { done, all, next } = progressOf(value.steps);
  if (next === null) return null;
  const fold = () => {
    localStorage.setItem(FOLDED, folded ? "no" : "yes");
    setFolded(!folded);
  };
  return (
    <section className="admin-card steps" aria-labelledby="steps-title">
      <header className="steps-head">
        <h2 id="steps-title">{t("steps.title")}</h2>
        <span>{t("steps.count", { done, all })}</span>
        <progress max={all} value={done} aria-label={t("steps.count", { done, all })} />
        <Button onClick={fold} aria-expanded={!folded}>
          {t(folded ? "steps.show" : "steps.hide")}
        </Button>
      </header>
      {!folded && (
        <>
          <p className="muted">{t("steps.what")}</p>
          <ol className="steps-list">
            {value.steps.map((each) => (
              <Row key={each.name} step={each} next={each.name === next} root={root} onDone={again} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

interface RowProps {
  readonly step: Step;
  readonly next: boolean;
  readonly root: OfficeId;
  readonly onDone: () => void;
}

function Row({ step, next, root, onDone }: RowProps) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { server } = useReference();
  const [shown, setShown] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const province = server.provinces.find((each) => (each.id as string) === root);
  const section = SECTION_OF[step.name];
  const Mark = step.done ? CheckCircle2 : Circle;
  const right = async () => {
    setProblem(null);
    try {
      await foundRight(app.api, root, step.name, t("steps.why"));
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <li className="steps-row" data-done={step.done} data-next={next} data-step={step.name}>
      <Mark size={20} aria-hidden="true" />
      <span className="steps-words">
        <b>{t(`steps.${step.name}`)}</b>
        <span className="visually-hidden">{t(step.done ? "steps.done" : "steps.open")}</span>
        <span className="muted">
          {t(`steps.${step.name}.n`, {
            ...step.counts,
            name: province ? named(province.name) : root,
          })}
        </span>
        {problem && (
          <span className="field-error" role="alert">
            {problemText(t, problem)}
          </span>
        )}
      </span>
      <span className="steps-acts">
        {step.name === "offices" && (
          <Button onClick={() => setShown(!shown)} aria-expanded={shown}>
            {t(shown ? "steps.hide.offices" : "steps.show.offices")}
          </Button>
        )}
        {section && (
          <a className="btn" data-look={next ? "primary" : "plain"} data-size="console" href={`#${section}`}>
            {t(`steps.${step.name as Exclude<StepName, "region">}.go`)}
          </a>
        )}
        {step.by_hand && !step.done && <Button onClick={() => void right()}>{t("steps.right")}</Button>}
      </span>
      {shown && (
        <div className="steps-offices">
          <OfficeList root={root} selected={root} onSelect={() => undefined} markOf={() => null} />
        </div>
      )}
    </li>
  );
}

/** Say that a step is right as it is; who said so, and when, stands among the settings' changes. */
async function foundRight(
  api: ReturnType<typeof useApp>["api"],
  root: string,
  step: StepName,
  why: string,
): Promise<void> {
  const path = `/v1/settings/first_steps/${root}`;
  const before = await api.get<Setting>(path);
  await api.command(`${path}/draft`, { value: { ...before.value, [step]: true }, why });
  const drafted = await api.get<Setting>(path);
  if (drafted.draft) await api.command(`${path}/publish`, { revision: drafted.draft.revision, over: drafted.over });
}
