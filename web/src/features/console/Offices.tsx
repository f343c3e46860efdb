import { useMemo, useState } from "react";
import { useReference } from "../../app/hooks";
import { isOpen } from "../../core/selectors";
import { matches } from "../../core/text";
import type { OfficeId } from "../../core/units";
import { provinceOf } from "../../core/units";
import type { Incident, Office } from "../../core/views";
import { useNamed } from "../../i18n/hooks";
import { Button, Combo, reasonText } from "../../ui";
import type { TaskingAct } from "./acts/incidents";
import { useConsole, useMay, useWords } from "./context";
import { whyNotChange } from "./rules";

/** Which offices have the incident, in which role; give it on, take it back, or let another watch. */
export function Offices({ incident }: { readonly incident: Incident }) {
  const { acts } = useConsole();
  const words = useWords();
  const { t } = words;
  const named = useNamed();
  const { offices } = useReference();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<OfficeId | null>(null);
  const own = provinceOf(incident.id);
  const all = useMemo(
    () =>
      (["station", "county", "province"] as const)
        .flatMap((tier) => offices.ofTier(tier))
        .filter((office: Office) => office.id.startsWith(`${own}.`) || office.id === (own as string)),
    [offices, own],
  );
  const options = useMemo(
    () =>
      all
        .filter((office) => text.trim() !== "" && matches(`${office.name.fa} ${office.name.en} ${office.code}`, text))
        .slice(0, 8)
        .map((office) => ({ id: office.id as string, label: named(office.name), hint: t(`tier.${office.tier}`) })),
    [all, text, named, t],
  );
  const may = useMay();
  const why =
    may("delegate") ?? reasonText(t as never, whyNotChange(incident) as never) ?? (chosen ? null : t("why.noOffice"));
  const give = (act: TaskingAct) => {
    if (!chosen) return;
    void acts.incidents.task(incident, act, chosen);
    setText("");
    setChosen(null);
  };
  return (
    <section aria-label={t("title.offices")}>
      <h3>{t("title.offices")}</h3>
      <ul className="offices">
        {incident.offices.map((each) => (
          <li key={`${each.office}${each.role}${each.mode}`}>
            <b>{words.office(each.office)}</b>
            <span className="muted">
              {t.maybe(`task.role.${each.role}`) ?? each.role}
              {each.mode === "monitor" && ` · ${t("task.mode.monitor")}`}
            </span>
            {isOpen(incident) && each.mode === "monitor" && (
              <Button
                look="quiet"
                disabledReason={may("delegate")}
                onClick={() => void acts.incidents.task(incident, "stop_monitoring", each.office)}
              >
                {t("task.stop_monitoring")}
              </Button>
            )}
            {isOpen(incident) && each.role === "Assisting" && each.mode === "manage" && (
              <Button
                look="quiet"
                disabledReason={may("delegate")}
                onClick={() => void acts.incidents.task(incident, "take_back", each.office)}
              >
                {t("task.take_back")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {isOpen(incident) && (
        <div className="task-new" id="task-new">
          <Combo
            label={t("task.to")}
            hideLabel
            text={text}
            placeholder={t("task.choose")}
            options={options}
            onText={(to) => {
              setText(to);
              setChosen(null);
            }}
            onPick={(id) => {
              const office = offices.find(id as OfficeId);
              setChosen(id as OfficeId);
              setText(office ? named(office.name) : id);
            }}
          />
          <Button title={t("task.hint.delegate")} disabledReason={why} onClick={() => give("delegate")}>
            {t("task.delegate")}
          </Button>
          <Button title={t("task.hint.pass_on")} disabledReason={why} onClick={() => give("pass_on")}>
            {t("task.pass_on")}
          </Button>
          <Button title={t("task.hint.monitor")} disabledReason={why} onClick={() => give("monitor")}>
            {t("task.monitor")}
          </Button>
        </div>
      )}
    </section>
  );
}
