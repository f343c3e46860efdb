import { useState } from "react";
import type { Assignment } from "../../../core/views";
import { useT } from "../../../i18n/hooks";
import { Button } from "../../../ui";
import { Choices } from "../Choices";
import { useConsole, useMay } from "../context";
import { messages } from "./messages";

const MINUTES = [5, 10, 20, 30, 60] as const;

/** When a crew on scene is asked next whether all is well: sooner or later than the rules would. */
export function SafetyTimer({ assignment }: { readonly assignment: Assignment }) {
  const t = useT(messages);
  const { acts } = useConsole();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const asked = assignment.safety_asked_at ? t("timer.asked") : null;
  if (!open)
    return (
      <div className="act-line">
        <Button disabledReason={may("dispatch") ?? asked} onClick={() => setOpen(true)}>
          {t("timer.change")}
        </Button>
      </div>
    );
  return (
    <Choices
      title={t("timer.choose", { unit: assignment.call_sign })}
      choices={MINUTES.map((minutes) => ({ id: String(minutes), label: t("timer.in", { n: minutes }) }))}
      onPick={(minutes) => {
        setOpen(false);
        void acts.units.safetyTimer(assignment, Number(minutes));
      }}
      onCancel={() => setOpen(false)}
    />
  );
}
