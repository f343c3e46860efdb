import { useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import { problemText, useT } from "../../../i18n/hooks";
import { Button, Check, Choice, Field } from "../../../ui";
import { useOfficeOptions } from "../offices";
import { messages } from "./messages";
import type { UnitRow } from "./people";
import { isTaken, signOf } from "./people";

const KINDS = ["car", "motorcycle", "van", "foot"] as const;
const SKILLS = ["traffic", "armed", "investigation", "female_officer", "motorcycle", "first_aid", "crowd"] as const;

/** Makes a unit known: its call sign, where it belongs, what it can do. It begins off duty. */
export function NewUnit({ units, onDone }: { readonly units: readonly UnitRow[]; readonly onDone: () => void }) {
  const app = useApp();
  const t = useT(messages);
  const { session } = useReference();
  const offices = useOfficeOptions();
  const [typed, setTyped] = useState("");
  const sign = signOf(typed);
  const [office, setOffice] = useState<string>(session.province ?? session.office ?? "");
  const [kind, setKind] = useState<string>("car");
  const [skills, setSkills] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const add = async () => {
    setProblem(null);
    setDone(null);
    try {
      const body = { call_sign: sign, office, kind, skills: ["patrol", ...skills] };
      await app.api.command("/v1/units", body, { action: "enrol" });
      setDone(sign);
      setTyped("");
      setSkills([]);
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <section className="admin-card" aria-label={t("devices.newUnit")}>
      <h2>{t("devices.newUnit")}</h2>
      <div className="book-line">
        <Field
          label={t("devices.sign")}
          dir="ltr"
          maxLength={16}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Choice label={t("people.office")} value={office} options={offices} onChange={setOffice} />
        <Choice
          label={t("devices.kind")}
          value={kind}
          options={KINDS.map((each) => [each, t(`devices.kind.${each}`)] as const)}
          onChange={setKind}
        />
      </div>
      <fieldset className="unit-skills">
        <legend className="field-label">{t("devices.skills")}</legend>
        {SKILLS.map((skill) => (
          <Check
            key={skill}
            checked={skills.includes(skill)}
            onChange={(has) => setSkills(has ? [...skills, skill] : skills.filter((each) => each !== skill))}
          >
            {t(`skill.${skill}`)}
          </Check>
        ))}
      </fieldset>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      <div className="admin-acts">
        <Button
          disabledReason={sign === "" ? t("devices.why.sign") : isTaken(sign, units) ? t("devices.why.taken") : null}
          reasonBelow
          onClick={() => void add()}
        >
          {t("devices.add")}
        </Button>
        <span role="status">{done !== null && t("devices.added", { unit: done })}</span>
      </div>
    </section>
  );
}
