import { Undo2 } from "lucide-react";
import type { CSSProperties } from "react";
import { useState } from "react";
import { useStore } from "zustand";
import { Button } from "../../../ui/Button";
import { useBehindT } from "../behind/useBehindT";
import { useField } from "../hooks";
import { steadyMs } from "../memory";
import { pocket } from "../pocket";
import { UNDO_MS } from "../queue";
import { keepReport, openReport } from "../report/own";
import type { Slip } from "../state";
import { useOver } from "../useOver";
import "./take-back.css";

/**
 * For ten seconds the last step can be taken back with one touch; the bar beneath says how long that lasts. On a mission only
 * a step `of` its own: whoever serves another by now cannot go back.
 */
export function TakeBack({ of }: { readonly of?: string }) {
  const field = useField();
  const slip = useStore(field.store, (state) => state.slip);
  const over = useOver(slip?.until ?? null, steadyMs);
  if (!slip || over || (of !== undefined && slip.assignment !== of)) return null;
  return <Bar key={slip.entry} slip={slip} />;
}

function Bar({ slip }: { readonly slip: Slip }) {
  const t = useBehindT();
  const field = useField();
  // Where the bar begins; told once, because it runs on by itself from there.
  const [from] = useState(() => Math.min(0, slip.until - UNDO_MS - steadyMs()));
  const takeBack = () => {
    if (slip.action === "clear") {
      // What was written goes back to where it was written: the mission will be finished again.
      const report = openReport(field.unit, field.app.clock.now());
      if (report?.text) pocket.set(`note ${incidentOf(slip.assignment)}`, report.text);
      keepReport(field.unit, null);
    }
    field.takeBack(slip);
  };
  return (
    <Button
      size="hand"
      wide
      className="take-back"
      style={{ "--slip-from": `${from}ms` } as CSSProperties}
      icon={<Undo2 size={28} className="mirror" aria-hidden="true" />}
      onClick={takeBack}
    >
      {t("out.undo")}: {t(`act.${slip.action}`)}
    </Button>
  );
}

/** An assignment is named after its incident. */
const incidentOf = (assignment: string): string => assignment.slice(0, assignment.lastIndexOf("."));
