import { Archive, ArchiveRestore } from "lucide-react";
import { useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import type { OfficeId } from "../../../core/units";
import { listText, problemText, useNamed, useT } from "../../../i18n/hooks";
import { Button, Dialog, Ltr, reasonText, UndoBar, useKeys } from "../../../ui";
import { useKept } from "../kept";
import { When } from "../When";
import { messages } from "./messages";
import type { UnitChange, UnitRow, UnitTyped } from "./people";
import { changeOf, typedOf, undoOf, whyNotUnit } from "./people";
import type { DevicesOf } from "./UnitDevices";
import { UnitDevices } from "./UnitDevices";
import { UnitFields } from "./UnitFields";

const UNDO_MS = 10_000;

interface Props extends DevicesOf {
  readonly units: readonly UnitRow[];
}

/** One unit: what is said of it can be changed at once and taken back; it retires, and comes back. */
export function UnitPage({ unit, units, devices, onActed }: Props) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { offices } = useReference();
  // What is not typed follows what somebody else changes.
  const [typed, setTyped] = useKept<UnitTyped | null>(`unit:${unit.id}`, null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [undo, setUndo] = useState<{ readonly change: UnitChange; readonly until: number } | null>(null);
  const [asked, setAsked] = useState(false);
  const office = offices.find(unit.office as OfficeId);
  const shown = typed ?? typedOf(unit);
  const why = whyNotUnit(shown, units, unit, busy);
  const good = devices.filter((each) => each.revoked_at === null).length;
  const act = async (step: "change" | "retire" | "bring-back", body: unknown): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    setUndo(null);
    try {
      await app.api.command(`/v1/units/${encodeURIComponent(unit.id)}/${step}`, body, { action: step });
      onActed();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const save = async () => {
    if (why !== null || unit.retired_at !== null) return;
    const change = changeOf(unit, shown);
    const back = undoOf(unit, change);
    if (!(await act("change", change))) return;
    setTyped(null);
    setUndo({ change: back, until: app.clock.now() + UNDO_MS });
  };
  const takeBack = () => {
    if (undo !== null) void act("change", undo.change);
  };
  useKeys([
    { code: "Ctrl+KeyS", run: () => void save(), inFields: true },
    { code: "Ctrl+KeyZ", run: takeBack },
  ]);
  return (
    <section className="admin-card" aria-label={unit.call_sign}>
      <h2>
        <Ltr>{unit.call_sign}</Ltr> · {office ? named(office.name) : unit.office}
      </h2>
      {unit.former_signs.length > 0 && (
        <p className="muted">
          {t("devices.formerly")} <Ltr>{listText(t, unit.former_signs)}</Ltr>
        </p>
      )}
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      {undo && (
        <UndoBar until={undo.until} keyHint="Ctrl+Z" onUndo={takeBack} onOver={() => setUndo(null)}>
          {t("devices.changed", { unit: unit.call_sign })}
        </UndoBar>
      )}
      {unit.retired_at !== null ? (
        <>
          <p role="status">
            {t("devices.retiredSince")} <When at={unit.retired_at} />. {t("devices.retiredWhat")}
          </p>
          <div className="admin-acts">
            <Button
              look="primary"
              icon={<ArchiveRestore size={16} aria-hidden="true" />}
              disabledReason={busy ? t("devices.why.busy") : null}
              onClick={() => void act("bring-back", {})}
            >
              {t("devices.bringBack")}
            </Button>
          </div>
        </>
      ) : (
        <>
          <UnitFields typed={shown} onTyped={setTyped} />
          <p className="muted">{t("devices.when")}</p>
          <div className="admin-acts">
            <Button
              look="primary"
              keyHint="Ctrl+S"
              disabledReason={reasonText(t, why)}
              reasonBelow
              onClick={() => void save()}
            >
              {t("devices.save")}
            </Button>
            <Button
              disabledReason={typed === null ? t("devices.why.same") : null}
              onClick={() => {
                setTyped(null);
                setProblem(null);
              }}
            >
              {t("devices.forget")}
            </Button>
            <Button
              look="danger"
              icon={<Archive size={16} aria-hidden="true" />}
              disabledReason={busy ? t("devices.why.busy") : null}
              onClick={() => setAsked(true)}
            >
              {t("devices.retire")}
            </Button>
          </div>
        </>
      )}
      <UnitDevices unit={unit} devices={devices} onActed={onActed} />
      {asked && (
        <Dialog title={t("devices.retireAsk", { unit: unit.call_sign })} onClose={() => setAsked(false)}>
          <div className="unit-ask">
            <p>{t("devices.retireWhat", { n: good })}</p>
            <div className="admin-acts">
              <Button
                look="danger"
                onClick={() => {
                  setAsked(false);
                  setTyped(null);
                  void act("retire", {});
                }}
              >
                {t("devices.retireNow", { unit: unit.call_sign })}
              </Button>
              <Button onClick={() => setAsked(false)}>{t("devices.keep")}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </section>
  );
}
