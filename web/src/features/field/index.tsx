/** The officer's handheld: one screen at a time, decided by the work itself. */

import { useEffect, useMemo, useState } from "react";
import { useApp, useReference } from "../../app/hooks";
import type { UnitId } from "../../core/units";
import { Button } from "../../ui";
import { Field } from "./controller";
import "./field.css";
import { Gate, Tested } from "./Gate";
import { Gone } from "./Gone";
import { Home } from "./Home";
import { FieldContext, useFieldState, useFieldT, useOwnUnit, useWork } from "./hooks";
import { Changed, Mission, SafetyCheck, useMovingGate } from "./Mission";
import { screenOf } from "./mission";
import { Offer } from "./Offer";
import { Banners, EmergencyBar, Foot } from "./parts";
import type { SheetName } from "./sheets";
import { DetailsSheet, FinishSheet, MoreSheet, NoteSheet, OutboxSheet, OwnEventSheet, StatusSheet } from "./sheets";
import { watchForUpdate } from "./update";

export function FieldFace() {
  const app = useApp();
  const reference = useReference();
  const t = useFieldT();
  const unit: UnitId | null = reference.session.unit;
  const field = useMemo(() => (unit ? new Field(app, reference, unit) : null), [app, reference, unit]);
  useEffect(() => {
    if (!field) return;
    field.start();
    watchForUpdate();
    return () => field.stop();
  }, [field]);
  if (!field) {
    return (
      <main className="hand gate">
        <div className="gate-body">
          <p>{t("gate.noUnit")}</p>
        </div>
        <div className="gate-act">
          <Button size="main" look="primary" wide onClick={() => location.assign("/")}>
            {t("gate.home")}
          </Button>
        </div>
      </main>
    );
  }
  return (
    <FieldContext value={field}>
      <Hand />
    </FieldContext>
  );
}

/** Sheets that may be open while the car moves: none with text or lists. */
const WHILE_MOVING: readonly SheetName[] = ["status", "more", "outbox", "finish"];

function Hand() {
  const unit = useOwnUnit();
  const work = useWork();
  const prepared = useFieldState((state) => state.prepared);
  const test = useFieldState((state) => state.test);
  const gone = useFieldState((state) => state.gone[0] ?? null);
  const moving = useMovingGate();
  const [sheet, setSheet] = useState<SheetName | null>(null);
  const screen = screenOf({ unit, work, gone, prepared });
  const key = screen.name === "offer" || screen.name === "gone" ? screen.name : null;
  // What takes the whole screen closes whatever was open; drafts are kept.
  useEffect(() => {
    if (key) setSheet(null);
  }, [key]);
  const mission = screen.name === "mission" ? screen.work : null;
  const hidden = sheet !== null && moving && !WHILE_MOVING.includes(sheet);
  const close = () => setSheet(null);

  if (screen.name === "offer") return <Offer key={screen.work.assignment.id} work={screen.work} />;
  if (screen.name === "gone") return <Gone key={screen.gone.assignment} gone={screen.gone} />;
  const props = { onClose: close, open: setSheet };
  const page =
    sheet === null || hidden ? null : sheet === "outbox" ? (
      <OutboxSheet {...props} />
    ) : sheet === "status" ? (
      <StatusSheet {...props} />
    ) : sheet === "own" ? (
      <OwnEventSheet {...props} />
    ) : mission && sheet === "details" ? (
      <DetailsSheet {...props} work={mission} />
    ) : mission && sheet === "note" ? (
      <NoteSheet {...props} work={mission} />
    ) : mission && sheet === "finish" ? (
      <FinishSheet {...props} work={mission} />
    ) : mission && sheet === "more" ? (
      <MoreSheet {...props} work={mission} />
    ) : null;
  return (
    <>
      {page ? (
        <main className="hand">
          <Banners />
          <EmergencyBar />
          {page}
          <Foot onOutbox={() => setSheet("outbox")} />
        </main>
      ) : mission ? (
        <Mission key={mission.assignment.id} work={mission} open={setSheet} />
      ) : test && prepared ? (
        <Tested open={setSheet} />
      ) : screen.name === "home" ? (
        <Home open={setSheet} />
      ) : (
        <Gate open={setSheet} />
      )}
      {mission && <SafetyCheck work={mission} />}
      {mission && <Changed work={mission} />}
    </>
  );
}
