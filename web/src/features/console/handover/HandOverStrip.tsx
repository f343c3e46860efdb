import { lazy, Suspense } from "react";
import { useApp, useReference, useVersion } from "../../../app/hooks";
import { msOf } from "../../../core/units";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, useKeys } from "../../../ui";
import { useConsole, useWords } from "../context";
import { useDesk } from "../store";
import { formsAtWork, onTheirWay } from "./leaving";
import { answersFor, ownOf, toTake } from "./logic";
import { messages } from "./messages";
import "./strip.css";

const HandOverDialog = lazy(() => import("./HandOverDialog"));
const LeaveDialog = lazy(() => import("./LeaveDialog"));
const open = () => useDesk.getState().set({ handing: true });

/** A desk that waits for somebody stands above the queues until it is taken. */
export function HandOverStrip() {
  const { world } = useApp();
  const { acts } = useConsole();
  const { session } = useReference();
  const words = useWords();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  useVersion(world.hand_over);
  const own = ownOf(world.hand_over.values(), session.person);
  const take = toTake(world.hand_over.values(), session.person);
  if (!own && !take) return null;
  return (
    <section className="hand-over-strip" role="status">
      {own && own.id !== take?.id && (
        <p>
          {own.silent_since ? t("desk.silentOwn", { time: timeSeconds(msOf(own.silent_since)) }) : t("desk.waiting")}{" "}
          <Button onClick={() => void acts.desk.withdraw(own)}>
            {t(own.silent_since ? "desk.silentBack" : "desk.back")}
          </Button>
        </p>
      )}
      {take && (
        <p>
          {take.silent_since
            ? t("desk.silentStrip", {
                who: words.person(take.by),
                time: timeSeconds(msOf(take.silent_since)),
                n: take.incidents.length,
              })
            : t("desk.strip", { who: words.person(take.by), n: take.incidents.length })}{" "}
          <Button look="primary" keyHint="Alt+T" onClick={open}>
            {t("desk.look")}
          </Button>
          {take.id === own?.id && (
            // Whoever sits at a shared seat may be the one who left it.
            <Button onClick={() => void acts.desk.withdraw(take)}>
              {t(take.silent_since ? "desk.silentBack" : "desk.back")}
            </Button>
          )}
        </p>
      )}
    </section>
  );
}

/** The dialog, wherever the desk's own windows are; and its key. */
export function HandOverPart() {
  const { session } = useReference();
  const shown = useDesk((desk) => desk.handing);
  const leaving = useDesk((desk) => desk.leaving);
  const may = session.acts.has("hand_over");
  useKeys([{ code: "Alt+KeyT", inFields: true, run: () => may && open() }]);
  const close = () => useDesk.getState().set({ handing: false, leaving: false });
  if (leaving && !shown)
    return (
      <Suspense fallback={null}>
        <LeaveDialog onClose={close} />
      </Suspense>
    );
  if (!shown || !may) return null;
  return (
    <Suspense fallback={null}>
      <HandOverDialog leaving={leaving} onClose={close} />
    </Suspense>
  );
}

/** Sign out; whoever still answers for something is asked to hand it over first, and told of what is on its way. */
export function useLeaving(): () => void {
  const app = useApp();
  const { session } = useReference();
  return () => {
    const { world, clock } = app;
    const given = ownOf(world.hand_over.values(), session.person) !== undefined;
    const missed = answersFor(world.incident.values(), world.call.values(), session.person, clock.now());
    if (session.acts.has("hand_over") && missed && !given) useDesk.getState().set({ handing: true, leaving: true });
    else if (onTheirWay(app.pending.all()) + formsAtWork(useDesk.getState().forms) > 0)
      useDesk.getState().set({ leaving: true });
    else void app.signOut();
  };
}

/** In the status bar. */
export function HandOverButton() {
  const { session } = useReference();
  const t = useT(messages);
  if (!session.acts.has("hand_over")) return null;
  return (
    <Button look="quiet" keyHint="Alt+T" onClick={open}>
      {t("desk.open")}
    </Button>
  );
}
