import { useDeferredValue, useEffect, useRef, useState } from "react";
import { sameList, useApp, useDerived, useEvery, useItem, useReference } from "../../app/hooks";
import type { AlarmGrade } from "../../core/selectors";
import { isStanding } from "../../core/selectors";
import { msOf, provinceOf } from "../../core/units";
import type { Alarm } from "../../core/views";
import { useFormats, useT } from "../../i18n/hooks";
import { Button, Ltr, Timer, useKeys } from "../../ui";
import type { Line } from "./attention";
import {
  alarmsOf,
  gradeAtDesk,
  isShelved,
  linesOf,
  mayBeShelved,
  nextToAcknowledge,
  nextToShelve,
  ringingOf,
} from "./attention";
import { useConsole, useMay, useWords } from "./context";
import { PendingLines } from "./parts";
import { useHaveData } from "./Queues";
import { messages as shelfMessages } from "./shelf/messages";
import { ShelvePick } from "./shelf/ShelvePick";
import { play, soundState, unlock } from "./sound";
import { useDesk } from "./store";
import { useHolds } from "./windows/hooks";
import { seatKey } from "./windows/link";

/** Warnings shown before the rest is folded away: a small screen keeps its map. */
const SHOWN = innerHeight < 900 ? 1 : 3;

/** So many are in sight in any case; what must be scrolled to is drawn behind what is waited for, as in the start of a desk. */
const IN_SIGHT = 4;
/** So many more stand below, and again as many whenever somebody scrolls there: each is drawn anew with its incident's changes. */
const BELOW = 8;

const keyOf = (line: Line): string => ("alarm" in line ? line.alarm : `all ${line.cause}`);

/** The latched list above the map: it never pushes the queues about. */
export function AlarmsPanel() {
  const { world } = useApp();
  const { t } = useWords();
  const now = useEvery(5);
  const lines = useDerived(
    world.alarm,
    (all: Iterable<Alarm>) => linesOf(alarmsOf(all, now)),
    [now],
    (a, b) => JSON.stringify(a) === JSON.stringify(b),
  );
  const [all, setAll] = useState(false);
  const drawn = useDeferredValue(lines, []);
  const [far, setFar] = useState(IN_SIGHT + BELOW);
  if (lines.length === 0) return null;
  // Every emergency, and the worst few of the others.
  const isEmergency = (line: Line) => {
    const alarm = "alarm" in line ? world.alarm.get(line.alarm) : undefined;
    return alarm !== undefined && gradeAtDesk(alarm) === "emergency";
  };
  const most = lines.filter(isEmergency).length + SHOWN;
  const behind = new Set(drawn.map(keyOf));
  const wanted = (all ? lines : lines.slice(0, most)).slice(0, far);
  const shown = wanted.filter((line, n) => n < IN_SIGHT || behind.has(keyOf(line)));
  const atItsEnd = ({ scrollTop, clientHeight, scrollHeight }: HTMLElement) =>
    scrollTop + 2 * clientHeight > scrollHeight && wanted.length === far;
  const next = nextToAcknowledge(world.alarm.values(), now)[0]?.id;
  const shelvable = nextToShelve(world.alarm.values(), now)?.id;
  return (
    <section className="alarms" aria-label={t("title.alarms")} data-panel="alarms" tabIndex={-1}>
      <h2 className="visually-hidden">{t("title.alarms")}</h2>
      <ul onScroll={(event) => atItsEnd(event.currentTarget) && setFar(far + BELOW)}>
        {shown.map((line) =>
          "alarm" in line ? (
            <AlarmRow
              key={keyOf(line)}
              id={line.alarm}
              first={line.alarm === next}
              shelves={line.alarm === shelvable}
            />
          ) : (
            <CauseRow
              key={keyOf(line)}
              cause={line.cause}
              ids={line.alarms}
              first={next !== undefined && line.alarms.includes(next)}
              shelvable={shelvable}
            />
          ),
        )}
      </ul>
      {lines.length > most && (
        <Button look="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t("alarm.fewer") : t("alarm.more", { n: lines.length - most })}
        </Button>
      )}
    </section>
  );
}

/** In a flood: all of one cause in one line, taken together, opened by who wants to read them. */
function CauseRow({
  cause,
  ids,
  first,
  shelvable,
}: {
  readonly cause: string;
  readonly ids: readonly string[];
  readonly first: boolean;
  readonly shelvable: string | undefined;
}) {
  const { world } = useApp();
  const words = useWords();
  const may = useMay();
  const acknowledge = useAcknowledge();
  const [open, setOpen] = useState(false);
  // What the key would put aside lies folded in here: first it is seen.
  useKeys([
    {
      code: "Alt+KeyS",
      inFields: true,
      run: () => shelvable !== undefined && ids.includes(shelvable) && setOpen(true),
    },
  ]);
  const raised = ids.map((id) => msOf(world.alarm.get(id)?.raised_at ?? null)).filter((at) => at !== null);
  return (
    <>
      <li className="alarm" data-grade="warning">
        <AlarmMark grade="warning" />
        <button type="button" className="alarm-what" aria-expanded={open} onClick={() => setOpen(!open)}>
          <b>{words.alarm(cause)}</b>
          <span>{words.t("alarm.together", { n: ids.length })}</span>
        </button>
        <Timer from={Math.min(...raised)} />
        <span className="alarm-tier">{words.t("alarm.oldest")}</span>
        {!may("alarm") && (
          <span className="alarm-acts">
            <Button
              keyHint={first ? "Ctrl+⏎" : undefined}
              onClick={() => acknowledge(ids.flatMap((id) => world.alarm.get(id) ?? []))}
            >
              {words.t("alarm.takeAll", { n: ids.length })}
            </Button>
          </span>
        )}
      </li>
      {open && ids.map((id) => <AlarmRow key={id} id={id} first={false} shelves={id === shelvable} />)}
    </>
  );
}

/** Open what an alarm is about: its incident, which names who is in danger and who could go, else the caller or the unit. */
export function useOpenAlarm(): (alarm: Alarm) => void {
  const { world } = useApp();
  const { acts, fly } = useConsole();
  return (alarm) => {
    const incident = world.incident.get(alarm.incident);
    const call = world.call.get(alarm.call);
    const unit = world.unit.get(alarm.unit);
    const desk = useDesk.getState();
    if (incident) {
      desk.select(incident.id);
      if (incident.point) fly(incident.point, 15);
    } else if (call) void acts.callers.takeCallBack(call);
    else if (unit) desk.selectUnit(unit.id);
    else if (alarm.cause === "desk_left") desk.set({ handing: true });
    // An officer in danger is where the car is now.
    const placed = alarm.cause === "panic" && unit ? world.positions.get(provinceOf(unit.id), unit.slot) : undefined;
    if (placed) fly(placed.position.point, 16);
  };
}

/** Acknowledge one, or all that lie folded; an emergency is opened with it. */
export function useAcknowledge(): (alarms: readonly Alarm[]) => void {
  const { acts } = useConsole();
  const open = useOpenAlarm();
  return (alarms) => {
    const [alarm] = alarms;
    if (!alarm) return;
    if (alarms.length > 1) {
      void acts.alarms.acknowledgeAll(alarms);
      return;
    }
    void acts.alarms.acknowledge(alarm);
    if (gradeAtDesk(alarm) === "emergency") open(alarm);
  };
}

/** `first` is the one that the key acknowledges, `shelves` the one that the other key puts aside. */
function AlarmRow({ id, first, shelves }: { readonly id: string; readonly first: boolean; readonly shelves: boolean }) {
  const { world } = useApp();
  const words = useWords();
  const may = useMay();
  const open = useOpenAlarm();
  const acknowledge = useAcknowledge();
  const shelf = useT(shelfMessages);
  const [shelving, setShelving] = useState(false);
  const { t } = words;
  const alarm = useItem(world.alarm, id);
  const incident = useItem(world.incident, alarm?.incident);
  const unit = useItem(world.unit, alarm?.unit);
  const call = useItem(world.call, alarm?.call);
  const mayNot = may("alarm");
  useKeys([{ code: "Alt+KeyS", inFields: true, run: () => shelves && !mayNot && setShelving(true) }]);
  if (!alarm) return null;
  const grade = gradeAtDesk(alarm);
  const mayShelve = mayBeShelved(alarm) && !mayNot;
  const climbs = msOf(alarm.climbs_at);
  const taken = alarm.acknowledged_at !== null;
  return (
    <li className="alarm" data-grade={grade} data-taken={taken || undefined}>
      <AlarmMark grade={grade} />
      <button type="button" className="alarm-what" onClick={() => open(alarm)}>
        <b>{words.alarm(alarm.cause)}</b>
        {unit && <Ltr className="unit-sign">{unit.call_sign}</Ltr>}
        {call && <Ltr className="num">{call.callback ?? call.number ?? t("value.unknownCaller")}</Ltr>}
        {incident && (
          <span className="truncate">
            {t("incident.numbered", { n: incident.number })} — {words.kind(incident.kind, incident.created_at)}
            {incident.place ? `${t("value.comma")}${incident.place}` : ""}
          </span>
        )}
      </button>
      <Timer from={msOf(alarm.raised_at)} />
      <span className="alarm-tier">
        {t("alarm.to", { tier: t(`tier.${alarm.tier}`) })}
        {climbs !== null && !taken && (
          <>
            {" · "}
            {t("alarm.climbs")} <Timer to={climbs} />
          </>
        )}
        <PendingLines subject={id} />
      </span>
      <span className="alarm-acts">
        {!taken && !mayNot && (
          <Button keyHint={first ? "Ctrl+⏎" : undefined} onClick={() => acknowledge([alarm])}>
            {t("do.acknowledge")}
          </Button>
        )}
        {mayShelve && !shelving && (
          <Button keyHint={shelves ? "Alt+S" : undefined} onClick={() => setShelving(true)}>
            {shelf("shelf.put")}
          </Button>
        )}
      </span>
      {mayShelve && shelving && <ShelvePick alarm={alarm} onDone={() => setShelving(false)} />}
    </li>
  );
}

function AlarmMark({ grade }: { readonly grade: AlarmGrade }) {
  const { t } = useWords();
  const label = t(`alarm.grade.${grade}`);
  return (
    <svg className="glyph" viewBox="0 0 24 24" width="20" height="20" role="img" aria-label={label}>
      {grade === "emergency" ? (
        <path d="M12 .8 23.2 12 12 23.2.8 12Z" fill="var(--p1)" />
      ) : (
        <path d="M12 2 23 21H1Z" fill="var(--warn)" stroke="var(--warn-edge)" strokeWidth="1.6" />
      )}
      <text
        x="12"
        y={grade === "emergency" ? 12.5 : 15}
        fontSize="13"
        fill={grade === "emergency" ? "var(--on-p1)" : "var(--on-warn)"}
      >
        !
      </text>
    </svg>
  );
}

const EMERGENCY_AGAIN_MS = 2_000;
const RING_AGAIN_MS = 3_000;

/**
 * The desk's ear: rings for calls, one tone for a new warning, and repeats for an emergency until somebody takes it.
 * The same facts stand on the screen; the assertive region speaks emergencies only.
 */
export function Sounds() {
  const { world } = useApp();
  const words = useWords();
  const { t } = words;
  // Of the seat's windows one sounds.
  const { session } = useReference();
  const sounds = useHolds(`${seatKey(session.person)}.sounds`);
  const muted = useDesk((desk) => desk.muted) || !sounds;
  const [state, setState] = useState(soundState());
  // Where it cannot be taken, repeating it would only be noise.
  const repeats = useMay()("alarm") === null;
  const known = useRef<Set<string> | null>(null);
  const now = useEvery(5);
  const untaken = useDerived(
    world.alarm,
    (all: Iterable<Alarm>) =>
      alarmsOf(all, now)
        .filter((each) => each.acknowledged_at === null)
        .map((each) => each.id as string),
    [now],
    sameList,
  );
  const ringing = useDerived(world.call, (all) => ringingOf(all).length, []);
  const emergency = untaken.find((id) => {
    const alarm = world.alarm.get(id);
    return alarm && gradeAtDesk(alarm) === "emergency";
  });

  useEffect(() => {
    const open = () => {
      unlock();
      setTimeout(() => setState(soundState()), 100);
    };
    addEventListener("pointerdown", open, true);
    addEventListener("keydown", open, true);
    return () => {
      removeEventListener("pointerdown", open, true);
      removeEventListener("keydown", open, true);
    };
  }, []);
  useEffect(() => {
    const fresh = known.current === null ? [] : untaken.filter((id) => !known.current?.has(id));
    known.current = new Set(untaken);
    if (muted || fresh.length === 0) return;
    if (!emergency) play("warning");
  }, [untaken, muted, emergency]);
  useEffect(() => {
    if (!emergency || muted) return;
    play("emergency");
    if (!repeats) return;
    const timer = setInterval(() => play("emergency"), EMERGENCY_AGAIN_MS);
    return () => clearInterval(timer);
  }, [emergency, muted, repeats]);
  useEffect(() => {
    if (ringing === 0 || muted || emergency) return;
    play("offer");
    const timer = setInterval(() => play("offer"), RING_AGAIN_MS);
    return () => clearInterval(timer);
  }, [ringing, muted, emergency]);

  const alarm = world.alarm.get(emergency);
  const unit = world.unit.get(alarm?.unit);
  const who = unit?.call_sign ?? (alarm?.incident_number ? t("incident.numbered", { n: alarm.incident_number }) : "");
  return (
    <>
      <div className="visually-hidden" role="alert" aria-live="assertive">
        {alarm ? t("alarm.announce", { what: words.alarm(alarm.cause), who }) : ""}
      </div>
      <SoundSwitch here={sounds} blocked={state === "blocked"} />
    </>
  );
}

/** Of a seat's windows one sounds; the others ask nobody to open theirs. */
function SoundSwitch({ here, blocked }: { readonly here: boolean; readonly blocked: boolean }) {
  const { t } = useWords();
  const muted = useDesk((desk) => desk.muted);
  const set = useDesk((desk) => desk.set);
  return (
    <button
      type="button"
      className="sound-switch"
      data-state={muted ? "muted" : here && blocked ? "blocked" : "on"}
      aria-pressed={muted}
      data-tip={muted ? t("sound.unmute") : t("sound.mute")}
      onClick={() => set({ muted: !muted })}
    >
      {muted ? t("sound.off") : !here ? t("sound.elsewhere") : blocked ? t("sound.blocked") : t("sound.on")}
    </button>
  );
}

/** For the status bar. */
export function AlarmCount() {
  const { world } = useApp();
  const { t } = useWords();
  const { id: write } = useFormats();
  const now = useEvery(5);
  const counts = useDerived(
    world.alarm,
    (all: Iterable<Alarm>) => {
      let emergency = 0;
      let warning = 0;
      for (const each of all) {
        if (!isStanding(each) || each.acknowledged_at !== null || isShelved(each, now)) continue;
        const grade = gradeAtDesk(each);
        if (grade === "emergency") emergency++;
        else if (grade === "warning") warning++;
      }
      return `${emergency} ${warning}`;
    },
    [now],
  );
  const { have } = useHaveData();
  const [emergency = 0, warning = 0] = counts.split(" ").map(Number);
  if (emergency + warning === 0 && !have) return null;
  if (emergency + warning === 0) return <span>{t("alarm.none")}</span>;
  return (
    <span data-some={emergency > 0 || undefined} title={write(emergency + warning)}>
      {t("alarm.count", { emergency, warning })}
    </span>
  );
}
