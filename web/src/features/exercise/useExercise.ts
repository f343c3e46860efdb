import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem, type Problem } from "../../api/problem";
import { forgetExercise, keepExercise, keptExercise } from "../../app/exercise";
import { useApp, useReference, useSecond, useVersion } from "../../app/hooks";
import { usePractice } from "../../app/practice";
import type { LonLat } from "../../core/units";
import { Partner } from "./partner";
import type { Part, Progress, Seen } from "./script";
import { advance, begin, current } from "./script";

/** A block of the city away from the station, so that the way is seen on the map. */
const ASIDE = 0.003;

/** Follows an exercise by the stream, does the exercise's own part, and keeps it through a reload. */
export function useExercise(part: Part) {
  const app = useApp();
  const { session, offices } = useReference();
  const { world, clock } = app;
  const [progress, setProgress] = useState<Progress>(() => keptExercise<Progress>() ?? begin(part, clock.now()));
  // Begun on this page, and not taken up again after a reload.
  const [fresh] = useState(() => keptExercise() === null);
  const [trouble, setTrouble] = useState<Problem | null>(null);
  const partner = useRef(new Partner(app));
  const busy = useRef(new Set<string>());
  useSecond();
  useVersion(world.incident);
  useVersion(world.alarm);
  useVersion(world.call);
  useVersion(world.unit);

  const seen = look(app, progress, session.unit);
  const next = advance(progress, seen, clock.now());
  const incident = progress.incident ?? seen.call?.incident ?? null;
  useEffect(() => {
    if (next !== progress || incident !== progress.incident) setProgress({ ...next, incident });
  });
  useEffect(() => keepExercise(progress), [progress]);
  // The desk has this call before any other that rings, until the exercise is left.
  useEffect(() => {
    usePractice.setState({ call: progress.call });
    return () => usePractice.setState({ call: null });
  }, [progress.call]);

  /** Do something once; what fails is said and may be tried again at the next change. */
  const once = useCallback((name: string, work: () => Promise<void>) => {
    if (busy.current.has(name)) return;
    busy.current.add(name);
    work().then(
      () => setTrouble(null),
      (error: unknown) => setTrouble(asProblem(error)),
    );
  }, []);

  /** Where a unit on duty has its house: there are streets, and somebody to send. */
  const someStation = (): LonLat | null => {
    for (const unit of world.unit.values()) {
      const at = unit.on_duty ? offices.find(unit.office)?.seat : undefined;
      if (at) return at as unknown as LonLat;
    }
    return null;
  };
  const step = current(next);
  useEffect(() => {
    if (part === "dispatcher" && step === "answer" && progress.call === null)
      once("ring", async () => {
        const call = await partner.current.ring(someStation());
        setProgress((before) => ({ ...before, call }));
      });
    const offered = seen.incident?.assignments.find((each) => each.sent_at !== null && each.ended_at === null);
    if (part === "dispatcher" && step === "reply" && offered && offered.accepted_at === null)
      once("refuse", () => partner.current.refuse(offered.id, offered.unit));
    // The next crew would accept before anybody has read the alarm, and that would end it.
    if (part === "dispatcher" && step === "alarm" && offered && offered.accepted_at === null)
      once(`hold ${offered.id}`, () => partner.current.hold(offered.id, offered.unit));
    if (part === "dispatcher" && step === "next") once("release", () => partner.current.release());
    const unit = session.unit;
    // A car that was driving already would be ready without anybody having got it ready.
    if (part === "officer" && step === "ready" && unit && seen.unit) {
      const driving = fresh && seen.unit.on_duty && seen.unit.assignment === null;
      once("begin", async () => {
        if (driving) await app.api.command(`/v1/units/${unit}/duty`, { on: false }, { subjects: [unit] });
      });
    }
    if (part === "officer" && step === "offer" && unit && progress.incident === null) {
      const [lon, lat] = offices.find(session.office)?.seat ?? [0, 0];
      once("send", async () => {
        const sent = await partner.current.send(unit, [lon + ASIDE, lat] as unknown as LonLat);
        setProgress((before) => ({ ...before, incident: sent }));
      });
    }
    if (step === null && incident !== null && seen.incident && seen.incident.closed_at === null)
      once("tidy", () => partner.current.tidy(incident, incident));
  });

  const drop = async () => {
    forgetExercise();
    await partner.current.release();
    if (incident !== null) await partner.current.tidy(incident, incident).catch(() => undefined);
    else if (progress.call !== null)
      await app.api.command(`/v1/calls/${progress.call}/close`, { outcome: "other" }).catch(() => undefined);
  };
  const again = () => {
    busy.current.clear();
    setProgress(begin(part, clock.now()));
  };
  return { progress: next, step, trouble, drop, again, now: clock.now() };
}

function look(app: ReturnType<typeof useApp>, progress: Progress, unitId: string | null): Seen {
  const { world } = app;
  const call = progress.call === null ? undefined : world.call.get(progress.call);
  const id = progress.incident ?? call?.incident ?? null;
  const incident = id === null ? undefined : world.incident.get(id);
  return {
    call,
    incident,
    alarms: id === null ? [] : [...world.alarm.values()].filter((each) => (each.incident as string | null) === id),
    unit: unitId === null ? undefined : world.unit.get(unitId),
    own: incident?.assignments.filter((each) => (each.unit as string) === unitId).at(-1),
  };
}
