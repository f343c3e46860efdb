/** The officer's handheld: one screen at a time, decided by the work itself. */

import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useApp, useReference } from "../../app/hooks";
import type { UnitId } from "../../core/units";
import { Button } from "../../ui/Button";
import { Field } from "./controller";
import "./field.css";
import "./offer.css";
import "./duty.css";
import "./mission.css";
import "./short.css";
import "./smallest.css";
import { Gate, loadTested } from "./Gate";
import { Home } from "./Home";
import { FieldContext, useFieldState, useFieldT, useOwnUnit, useWork } from "./hooks";
import { screenOf } from "./mission";
import { useMovingGate } from "./moving";
import { Offer } from "./Offer";
import { Banners, EmergencyBar, Foot } from "./parts";
import type { SheetName } from "./sheets";
import { watchForUpdate } from "./update";

export function FieldFace() {
  const app = useApp();
  const reference = useReference();
  const t = useFieldT();
  const unit: UnitId | null = reference.session.unit;
  // One for the whole duty: reference read anew, as when an offer has a kind that is new, must not silence what rings.
  const field = useMemo(() => (unit ? new Field(app, unit) : null), [app, unit]);
  useEffect(() => {
    if (!field) return;
    field.start();
    watchForUpdate();
    for (const load of [loadTested, loadMission]) void load().catch(() => undefined);
    const timer = setTimeout(() => void loadSheets().catch(() => undefined), 1_500);
    return () => {
      clearTimeout(timer);
      field.stop();
    };
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

/** Behind the screen, so loaded behind the first paint; asked for soon after, before a network could be missed. */
const loadSheets = () => import("./sheets");
const Sheets = lazy(loadSheets);
/** There is no mission before an offer was accepted: loaded with the first paint, and not before it. */
const loadMission = () => import("./Mission");
const Mission = lazy(async () => ({ default: (await loadMission()).Mission }));
const Tested = lazy(async () => ({ default: (await loadTested()).Tested }));
const Gone = lazy(async () => ({ default: (await loadMission()).Gone }));
const SafetyCheck = lazy(async () => ({ default: (await loadMission()).SafetyCheck }));
const Changed = lazy(async () => ({ default: (await loadMission()).Changed }));
/** After the end of a mission only, so that its script is here by then. */
const TakeBack = lazy(async () => ({ default: (await loadMission()).TakeBack }));
const ABOUT_MISSION: readonly SheetName[] = ["turns", "details", "note", "plate", "finish", "more", "backup"];

/** Sheets that may be open while the car moves: none with text or lists. */
const WHILE_MOVING: readonly SheetName[] = ["status", "more", "outbox", "finish", "backup", "talk"];

function Hand() {
  const unit = useOwnUnit();
  const work = useWork();
  const prepared = useFieldState((state) => state.prepared);
  const test = useFieldState((state) => state.test);
  const gone = useFieldState((state) => state.gone[0] ?? null);
  const slip = useFieldState((state) => state.slip !== null);
  const moving = useMovingGate();
  const [sheet, setSheet] = useState<SheetName | null>(null);
  const screen = screenOf({ unit, work, gone, prepared });
  const key = screen.name === "offer" || screen.name === "gone" ? screen.name : null;
  // What takes the whole screen closes whatever was open; drafts are kept.
  useEffect(() => {
    if (key) setSheet(null);
  }, [key]);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape") setSheet(null);
      if (event.key !== "F1" && (event.key !== "?" || (event.target as HTMLElement).matches("input, textarea"))) return;
      event.preventDefault();
      setSheet("help");
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
  const mission = screen.name === "mission" ? screen.work : null;
  const hidden = sheet !== null && moving && !WHILE_MOVING.includes(sheet);
  const close = () => setSheet(null);

  if (screen.name === "offer") return <Offer key={screen.work.assignment.id} work={screen.work} />;
  if (screen.name === "gone")
    return (
      <Suspense fallback={<main className="hand" />}>
        <Gone key={screen.gone.assignment} gone={screen.gone} />
      </Suspense>
    );
  const page =
    sheet === null || hidden || (ABOUT_MISSION.includes(sheet) && !mission) ? null : (
      <Suspense fallback={<div className="sheet" />}>
        <Sheets name={sheet} work={mission} onClose={close} open={setSheet} />
      </Suspense>
    );
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
        <Suspense fallback={<main className="hand" />}>
          <Mission key={mission.assignment.id} work={mission} open={setSheet} />
        </Suspense>
      ) : test && prepared ? (
        <Suspense fallback={<main className="hand" />}>
          <Tested open={setSheet} />
        </Suspense>
      ) : screen.name === "home" ? (
        <Home open={setSheet} takeBack={slip && <TakeBack />} />
      ) : (
        <Gate open={setSheet} takeBack={slip && <TakeBack />} />
      )}
      {mission && (
        <Suspense fallback={null}>
          <SafetyCheck work={mission} />
          <Changed work={mission} />
        </Suspense>
      )}
    </>
  );
}
