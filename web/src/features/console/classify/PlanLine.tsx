import type { Incident } from "../../../core/views";
import { listText, useT } from "../../../i18n/hooks";
import { useWords } from "../context";
import { messages } from "./messages";

/** Among the facts: how many of which skill the plan sends, and by whose rule. */
export function PlanLine({ incident }: { readonly incident: Incident }) {
  const words = useWords();
  const t = useT(messages);
  const { plan } = incident;
  if (plan.needs.length === 0) return null;
  const needs = plan.needs.map((need) =>
    t("plan.need", { n: need.units, skill: words.t.maybe(`skill.${need.skill}`) ?? need.skill }),
  );
  return (
    <>
      <dt>{t("plan.title")}</dt>
      <dd className="plan-line">
        {listText(t, needs)}{" "}
        <span className="muted">
          ·{" "}
          {incident.backup
            ? t("plan.backup")
            : plan.rule === null
              ? t("plan.own")
              : t("plan.by", { office: words.office(plan.office) })}
          {plan.note && ` · ${plan.note}`}
        </span>
      </dd>
    </>
  );
}
