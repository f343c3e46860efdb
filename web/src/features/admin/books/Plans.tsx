import { Plus, X } from "lucide-react";
import { useReference } from "../../../app/hooks";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Choice, DateField, Empty, Field } from "../../../ui";
import { useOfficeOptions } from "../offices";
import type { Need, Rule } from "./books";
import { freshId, momentOf, msOfMoment, replaced } from "./books";
import { messages } from "./messages";
import { useKindOptions } from "./parts";

export const SKILLS = [
  "patrol",
  "traffic",
  "armed",
  "investigation",
  "female_officer",
  "motorcycle",
  "first_aid",
  "crowd",
] as const;
export const UNITS_MAX = 20;

interface Props {
  readonly rules: readonly Rule[];
  readonly onChange: (rules: readonly Rule[]) => void;
}

/** How many units of which skill an office sends to a kind, and for how long. */
export function Plans({ rules, onChange }: Props) {
  const t = useT(messages);
  const { session } = useReference();
  const kinds = useKindOptions();
  const add = () =>
    onChange([
      ...rules,
      {
        id: freshId(
          "plan-",
          rules.map((each) => each.id),
        ),
        kind: kinds[0]?.[0] ?? "other",
        office: session.province ?? session.office ?? "",
        needs: [{ skill: "patrol", units: 1 }],
      },
    ]);
  return (
    <div className="book-edit">
      {rules.length === 0 && <Empty>{t("books.noPlans")}</Empty>}
      {rules.map((rule, n) => (
        <OneRule key={rule.id} number={n + 1} rule={rule} onChange={(one) => onChange(replaced(rules, n, one))} />
      ))}
      <Button icon={<Plus size={16} aria-hidden="true" />} onClick={add}>
        {t("books.addPlan")}
      </Button>
    </div>
  );
}

function OneRule({
  number,
  rule,
  onChange,
}: {
  readonly number: number;
  readonly rule: Rule;
  readonly onChange: (rule: Rule | null) => void;
}) {
  const t = useT(messages);
  const { id } = useFormats();
  const kinds = useKindOptions();
  const { session } = useReference();
  const every = useOfficeOptions();
  // The nation's own book is for the whole country.
  const offices = session.province ? every : every.slice(0, 1);
  const taken = new Set(rule.needs.map((need) => need.skill));
  const free = SKILLS.find((skill) => !taken.has(skill));
  const put = (n: number, need: Need | null) => onChange({ ...rule, needs: replaced(rule.needs, n, need) });
  const limit = (part: "since" | "until") => {
    const value = msOfMoment(rule[part]);
    return (
      <>
        <DateField
          label={t(`books.${part}`)}
          value={value}
          withTime
          onChange={(ms) => onChange({ ...rule, [part]: momentOf(ms) })}
        />
        {value !== null && (
          <Button look="quiet" onClick={() => onChange({ ...rule, [part]: "" })}>
            {t("books.noLimit")}
          </Button>
        )}
      </>
    );
  };
  return (
    <section className="book-question" aria-label={t("books.plan", { n: number })}>
      <div className="book-line">
        <Choice
          label={t("books.kind")}
          value={rule.kind}
          options={kinds}
          onChange={(kind) => onChange({ ...rule, kind })}
        />
        <Choice
          label={t("books.office")}
          value={rule.office}
          options={offices}
          onChange={(office) => onChange({ ...rule, office })}
        />
        <Button icon={<X size={16} aria-hidden="true" />} onClick={() => onChange(null)}>
          {t("books.removePlan")}
        </Button>
      </div>
      {rule.needs.map((need, n) => (
        <div key={need.skill} className="book-line">
          <Choice
            label={t("books.skill")}
            value={need.skill}
            options={SKILLS.filter((skill) => skill === need.skill || !taken.has(skill)).map((skill) => [
              skill,
              t(`skill.${skill}`),
            ])}
            onChange={(skill) => put(n, { ...need, skill })}
          />
          <Choice
            label={t("books.units")}
            value={String(need.units)}
            options={Array.from({ length: UNITS_MAX }, (_, m) => [String(m + 1), id(m + 1)] as const)}
            onChange={(units) => put(n, { ...need, units: Number(units) })}
          />
          {rule.needs.length > 1 && (
            <Button
              look="quiet"
              aria-label={t("books.remove")}
              icon={<X size={16} aria-hidden="true" />}
              onClick={() => put(n, null)}
            />
          )}
        </div>
      ))}
      {free && rule.needs.length < 4 && (
        <Button
          icon={<Plus size={16} aria-hidden="true" />}
          onClick={() => onChange({ ...rule, needs: [...rule.needs, { skill: free, units: 1 }] })}
        >
          {t("books.addNeed")}
        </Button>
      )}
      <div className="book-line">
        {limit("since")}
        {limit("until")}
        <Field
          label={t("books.planNote")}
          value={rule.note ?? ""}
          maxLength={200}
          onChange={(event) => onChange({ ...rule, note: event.target.value })}
        />
      </div>
    </section>
  );
}
