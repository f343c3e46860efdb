import { useMemo, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import { problemText, useT } from "../../../i18n/hooks";
import { Button, reasonText, useKeys } from "../../../ui";
import { useKept } from "../kept";
import { messages } from "./messages";
import type { UnitRow, UnitTyped } from "./people";
import { PATROL, signOf, whyNotUnit } from "./people";
import { UnitFields } from "./UnitFields";

/** Makes a unit known: its call sign, where it belongs, what it can do. It begins off duty. */
export function NewUnit({ units, onDone }: { readonly units: readonly UnitRow[]; readonly onDone: () => void }) {
  const app = useApp();
  const t = useT(messages);
  const { session } = useReference();
  const root = session.province ?? session.office ?? "";
  const blank = useMemo((): UnitTyped => ({ sign: "", office: root, kind: "car", skills: [] }), [root]);
  const [typed, setTyped] = useKept(`unit:new:${root}`, blank);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const why = whyNotUnit(typed, units, null, busy);
  const add = async () => {
    if (why !== null) return;
    const sign = signOf(typed.sign);
    setBusy(true);
    setProblem(null);
    setDone(null);
    try {
      const body = { call_sign: sign, office: typed.office, kind: typed.kind, skills: [PATROL, ...typed.skills] };
      await app.api.command("/v1/units", body, { action: "enrol" });
      setDone(sign);
      // The next one is often of the same station.
      setTyped({ ...blank, office: typed.office, kind: typed.kind });
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  useKeys([{ code: "Ctrl+KeyS", run: () => void add(), inFields: true }]);
  return (
    <section className="admin-card" aria-label={t("devices.newUnit")}>
      <h2>{t("devices.newUnit")}</h2>
      <UnitFields typed={typed} onTyped={setTyped} />
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      <div className="admin-acts">
        <Button keyHint="Ctrl+S" disabledReason={reasonText(t, why)} reasonBelow onClick={() => void add()}>
          {t("devices.add")}
        </Button>
        <span role="status">{done !== null && t("devices.added", { unit: done })}</span>
      </div>
    </section>
  );
}
