import { memo, useEffect, useState } from "react";
import { useApp, useEvery, useReference } from "../../app/hooks";
import { freshness } from "../../core/selectors";
import { provinceOf } from "../../core/units";
import { Button, DataAge, LinkStateText } from "../../ui";
import { AlarmCount, Sounds } from "./Alarms";
import { useWords } from "./context";
import { HandOverButton } from "./handover/HandOverStrip";
import { PaperMenu } from "./paper/PaperMenu";
import { useHaveData } from "./Queues";
import { useDesk } from "./store";
import { UnreadMessages } from "./talk/Talk";
import { KeyLesson } from "./teach/KeyLesson";
import { WindowsMenu } from "./windows/WindowsMenu";

const ASK_MS = 10_000;

export const StatusBar = memo(function StatusBar() {
  const { t } = useWords();
  const { session } = useReference();
  return (
    <footer className="status-bar">
      <h2 className="visually-hidden">{t("title.status")}</h2>
      <LinkStateText short />
      <Latency />
      <AlarmCount />
      <UnreadMessages />
      <KeyLesson>
        <Positions />
      </KeyLesson>
      <span className="status-age muted">
        <DataAge />
      </span>
      <span className="status-end">
        <Sounds />
        <HandOverButton />
        <PaperMenu />
        <WindowsMenu />
        {session.acts.has("see_addresses") && (
          <Button look="quiet" keyHint="Alt+A" onClick={() => useDesk.getState().set({ addresses: true })}>
            {t("title.addresses")}
          </Button>
        )}
        <Button look="quiet" keyHint="F1" onClick={() => useDesk.getState().set({ help: true })}>
          {t("status.keys")}
        </Button>
      </span>
    </footer>
  );
});

/** How long the server takes to answer the smallest question, measured every ten seconds. */
function Latency() {
  const { t } = useWords();
  const [ms, setMs] = useState<number | null>(null);
  useEffect(() => {
    let stopped = false;
    const ask = async () => {
      const from = performance.now();
      try {
        await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
        if (!stopped) setMs(Math.round(performance.now() - from));
      } catch {
        if (!stopped) setMs(null);
      }
    };
    void ask();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void ask();
    }, ASK_MS);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, []);
  return <span>{ms === null ? t("status.latencyUnknown") : t("status.latency", { n: ms })}</span>;
}

/** Of the units on duty, how many have a position that may be used to choose and is fresh. */
function Positions() {
  const { world } = useApp();
  const { t } = useWords();
  const { have } = useHaveData(true);
  const now = useEvery(2);
  // Before anything was heard, none of none would be a claim.
  if (!have) return null;
  let all = 0;
  let fresh = 0;
  for (const unit of world.unit.values()) {
    if (!unit.on_duty) continue;
    all++;
    const placed = world.positions.get(provinceOf(unit.id), unit.slot);
    if (placed && freshness((now - placed.fixedAt) / 1000) === "fresh") fresh++;
  }
  return <span>{t("status.positions", { fresh, all })}</span>;
}
