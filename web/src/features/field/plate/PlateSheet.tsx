import { useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import type { Time } from "../../../core/units";
import { msOf } from "../../../core/units";
import { problemText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { Plate, PlateField } from "../../../ui/Plate";
import { useLinkLook } from "../hooks";
import type { Work } from "../mission";
import { Choice, Sheet } from "../parts";
import type { PlateAnswer, Purpose } from "./ask";
import { PURPOSES, whyNotAsk } from "./ask";
import { messages } from "./messages";
import "./plate.css";

/** Ask in which of our own incidents a car is named. Nothing of it is kept on the device: not the plate, not the answer. */
export default function PlateSheet({ work, onClose }: { readonly work: Work; readonly onClose: () => void }) {
  const t = useT(messages);
  const { api } = useApp();
  const link = useLinkLook();
  const [plate, setPlate] = useState("");
  const [asking, setAsking] = useState(false);
  const [answer, setAnswer] = useState<PlateAnswer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const why = whyNotAsk(plate, link);
  const ask = async (purpose: Purpose) => {
    setAsking(true);
    setProblem(null);
    try {
      setAnswer(await api.post<PlateAnswer>("/v1/search/plate", { incident: work.incident.id, plate, purpose }));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setAsking(false);
    }
  };
  return (
    <Sheet title={t("ask.title")} onClose={onClose}>
      {answer ? (
        <Answered
          answer={answer}
          onAgain={() => {
            setAnswer(null);
            setPlate("");
          }}
        />
      ) : (
        <div className="plate-ask">
          <PlateField label={t("ask.plate")} value={plate} onChange={setPlate} nationalOnly />
          {problem && (
            <p className="hazard" role="alert">
              {problemText(t, problem)}
            </p>
          )}
          <p role="status">{asking ? t("ask.asking") : why ? t(why) : t("ask.why")}</p>
          <div className="grid2">
            {PURPOSES.map((purpose) => (
              <Choice
                key={purpose}
                disabledReason={asking ? t("ask.asking") : why && t(why)}
                onClick={() => void ask(purpose)}
              >
                {t(`ask.${purpose}`)}
              </Choice>
            ))}
          </div>
        </div>
      )}
    </Sheet>
  );
}

function Answered({ answer, onAgain }: { readonly answer: PlateAnswer; readonly onAgain: () => void }) {
  const t = useT(messages);
  const named = useNamed();
  const { kinds } = useReference();
  const { clock } = useApp();
  const { moment } = useFormats();
  const when = (time: string) => moment(msOf(time as Time), clock.now());
  const kindOf = (code: string | null) => {
    const kind = code === null ? undefined : kinds.get(code);
    return kind ? named(kind.name) : t("incident.kindUnknown");
  };
  const more = answer.found - answer.incidents.length;
  return (
    <div className="block plate-ask">
      <Plate value={answer.plate} size="large" />
      <p role="status">
        <strong>{t("ask.found", { n: answer.found })}</strong>
      </p>
      <ul className="plate-found">
        {answer.incidents.map((each) => (
          <li key={each.number}>
            <strong>{kindOf(each.kind)}</strong>
            <span className="num">
              {t("incident.numbered", { n: each.number })} · {when(each.at)}
              {each.open && ` · ${t("ask.open")}`}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p>{t("ask.more", { n: more })}</p>}
      {answer.since && <p className="muted">{t("ask.since", { time: when(answer.since) })}</p>}
      <Button size="hand" wide onClick={onAgain}>
        {t("ask.again")}
      </Button>
    </div>
  );
}
