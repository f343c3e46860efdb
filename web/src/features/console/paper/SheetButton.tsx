import { useState } from "react";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import type { IncidentId } from "../../../core/units";
import { problemText, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { Button, useKeys } from "../../../ui";
import { messages } from "./messages";
import { printPage, readPage } from "./paper";

/** One incident on paper, with room for what comes later. */
export function SheetButton({ incident }: { readonly incident: IncidentId }) {
  const { api } = useApp();
  const { session } = useReference();
  const t = useT(messages);
  const lang = usePrefs((prefs) => prefs.lang);
  const [bad, setBad] = useState<string | null>(null);
  const may = session.acts.has("see_call") && session.acts.has("see_detail");
  const print = () =>
    void readPage(api, `/v1/incidents/${encodeURIComponent(incident)}/sheet`, lang).then(
      (html) => {
        setBad(printPage(html) ? null : t("paper.blocked"));
      },
      (error) => setBad(problemText(t, asProblem(error))),
    );
  // The browser's own key for printing prints what is meant, and not the screen.
  useKeys([{ code: "Ctrl+KeyP", inFields: true, run: () => may && print() }]);
  if (!may) return null;
  return (
    <>
      <Button keyHint="Ctrl+P" onClick={print}>
        {t("paper.sheet")}
      </Button>
      {bad && <span role="alert">{bad}</span>}
    </>
  );
}
