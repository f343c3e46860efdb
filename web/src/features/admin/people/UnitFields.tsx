import { useT } from "../../../i18n/hooks";
import { Check, Choice, Field } from "../../../ui";
import { useOfficeOptions } from "../offices";
import { messages } from "./messages";
import type { UnitTyped } from "./people";

const KINDS = ["car", "motorcycle", "van", "foot"] as const;
const SKILLS = ["traffic", "armed", "investigation", "female_officer", "motorcycle", "first_aid", "crowd"] as const;

interface Props {
  readonly typed: UnitTyped;
  readonly onTyped: (typed: UnitTyped) => void;
}

/** What a unit is called, where it belongs, what it is and what it can do. */
export function UnitFields({ typed, onTyped }: Props) {
  const t = useT(messages);
  const offices = useOfficeOptions();
  const set = (more: Partial<UnitTyped>) => onTyped({ ...typed, ...more });
  const { skills } = typed;
  return (
    <>
      <div className="book-line">
        <Field
          label={t("devices.sign")}
          dir="ltr"
          maxLength={16}
          value={typed.sign}
          onChange={(event) => set({ sign: event.target.value })}
        />
        <Choice
          label={t("people.office")}
          value={typed.office}
          options={offices}
          onChange={(office) => set({ office })}
        />
        <Choice
          label={t("devices.kind")}
          value={typed.kind}
          options={KINDS.map((each) => [each, t(`devices.kind.${each}`)] as const)}
          onChange={(kind) => set({ kind })}
        />
      </div>
      <fieldset className="unit-skills">
        <legend className="field-label">{t("devices.skills")}</legend>
        {SKILLS.map((skill) => (
          <Check
            key={skill}
            checked={skills.includes(skill)}
            onChange={(has) => set({ skills: has ? [...skills, skill] : skills.filter((each) => each !== skill) })}
          >
            {t(`skill.${skill}`)}
          </Check>
        ))}
      </fieldset>
    </>
  );
}
