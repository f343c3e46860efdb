/** Pages behind the screen: outbox, status, details, note, ending, own event. Nothing urgent lives here. */

import { Check, CloudUpload, Phone, Undo2, X } from "lucide-react";
import { lazy, Suspense, useSyncExternalStore } from "react";
import { Problem } from "../../api/problem";
import { useApp, useReference } from "../../app/hooks";
import { isEnded } from "../../core/selectors";
import { latinDigits } from "../../core/text";
import { msOf } from "../../core/units";
import { problemText, spanText, useFormats, useNamed, useT } from "../../i18n/hooks";
import type { Theme } from "../../i18n/prefs";
import { usePrefs } from "../../i18n/prefs";
import { Button } from "../../ui/Button";
import { LanguageName } from "../../ui/LanguageName";
import { Ltr } from "../../ui/Ltr";
import { Words } from "../../ui/Words";
import { ownMessages } from "../looks/own/messages";
import { BackupSheet } from "./backup/Backup";
import { backTo } from "./behind/callers";
import { useBehindT } from "./behind/useBehindT";
import { messages as enrolMessages } from "./enrol/messages";
import { HazardLines } from "./hazards/HazardLines";
import {
  useAnswers,
  useDetail,
  useEntries,
  useField,
  useFieldState,
  useHere,
  useOwnUnit,
  useSound,
  useWork,
} from "./hooks";
import type { Work } from "./mission";
import { isRunning } from "./mission";
import { NoteSheet } from "./NoteSheet";
import { Choice, Sheet } from "./parts";
import type { Entry } from "./queue";
import { ACT_LOST, mayUndo } from "./queue";
import { AgainSheet, FinishSheet } from "./report/ReportSheets";
import { TalkSheet } from "./talk/page/TalkSheet";
import { useDraft } from "./useDraft";
import { Where } from "./Where";

export type SheetName =
  | "outbox"
  | "status"
  | "details"
  | "note"
  | "photos"
  | "plate"
  | "finish"
  | "more"
  | "own"
  | "soon"
  | "again"
  | "backup"
  | "looks"
  | "talk"
  | "turns"
  | "help";
export type OpenSheet = (name: SheetName) => void;

const HandHelp = lazy(() => import("./help/HandHelp"));
const AWAY = ["Break", "Meal", "Equipment"] as const;
/** EIDO's word for a crew that is ready at its station and not in the car. */
export const AT_STATION = "Station";
const SOON_MINUTES = [1, 2, 5, 10] as const;
const OWN_KINDS = [
  "traffic_offence",
  "suspicious",
  "crash_damage",
  "nuisance",
  "fight",
  "drugs",
  "traffic_blocked",
  "other",
];
const THEMES: readonly Theme[] = ["day", "night", "glare"];

const PhotoSheet = lazy(() => import("./photos/PhotoSheet"));
const PlateSheet = lazy(() => import("./plate/PlateSheet"));
const MapPackage = lazy(() => import("./offmap/MapPackage"));
const TurnsSheet = lazy(() => import("./turns/TurnsSheet"));
const OwnLooks = lazy(() => import("../looks/OwnLooks"));

interface Props {
  readonly onClose: () => void;
  readonly open: OpenSheet;
}

/** What was done and where it stands; nothing leaves this list unread. */
function OutboxSheet({ onClose }: Props) {
  const t = useBehindT();
  const field = useField();
  const { time, digits } = useFormats();
  const entries = useEntries();
  const sent = useSyncExternalStore(field.outbox.subscribe, field.outbox.sent);
  const { moving } = useHere();
  // At the wheel only what was refused, which has to be read; the rest is counted on the tray.
  const listed = moving ? (["refused"] as const) : (["refused", "sending", "waiting"] as const);
  const shown = entries.filter((entry) => listed.some((state) => state === entry.state)).reverse();
  return (
    <Sheet title={t("out.title")} onClose={onClose}>
      {moving && <p className="muted">{t("mission.moving")}</p>}
      {shown.length === 0 && !moving && <p className="muted">{t("out.none")}</p>}
      <ul className="out">
        {shown.map((entry) => (
          <OutItem key={entry.id} entry={entry} entries={entries} />
        ))}
        {(moving ? [] : sent).map((entry) => (
          <li key={entry.id} data-state="answered">
            <Check size={28} aria-hidden="true" />
            <span>
              <strong>
                {t(`act.${entry.action}`)}
                {entry.label && ` · ${t("incident.numbered", { n: digits(latinDigits(entry.label)) })}`}
              </strong>
              <small className="num">
                {t(entry.duplicate ? "out.duplicate" : "out.sent")} · {time(Date.parse(entry.deviceAt))}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function OutItem({ entry, entries }: { readonly entry: Entry; readonly entries: readonly Entry[] }) {
  const t = useBehindT();
  const enrol = useT(enrolMessages);
  const field = useField();
  const { time, digits } = useFormats();
  const foreign = entry.unit !== field.unit;
  const refused = entry.state === "refused";
  const words = refused
    ? t("out.refusedWhy", {
        why:
          entry.refusal?.code === ACT_LOST
            ? enrol("unsent.unreadable")
            : problemText(t, new Problem(entry.refusal?.status ?? 0, entry.refusal ?? {})),
      })
    : foreign
      ? t("out.otherUnit", { callSign: entry.unit.split(".").at(-1) ?? entry.unit })
      : t(entry.state === "sending" ? "out.sending" : "out.waiting");
  return (
    <li data-state={entry.state}>
      {refused ? <X size={28} aria-hidden="true" /> : <CloudUpload size={28} aria-hidden="true" />}
      <span>
        <strong>
          {t(`act.${entry.action}`)}
          {entry.label && ` · ${t("incident.numbered", { n: digits(latinDigits(entry.label)) })}`}
        </strong>
        <small className="num">
          {words} · {time(Date.parse(entry.deviceAt))}
          {!refused && entry.attempts > 0 && entry.state === "waiting" && (
            <> · {t("out.tried", { n: entry.attempts })}</>
          )}
          {entry.unkept && <> · {t("out.unkept")}</>}
        </small>
      </span>
      {refused && (
        <Button size="hand" onClick={() => field.outbox.dismiss(entry.id)}>
          {t("out.seen")}
        </Button>
      )}
      {!foreign && mayUndo(entry, entries) && (
        <Button
          size="hand"
          icon={<Undo2 size={24} className="mirror" aria-hidden="true" />}
          onClick={() => field.outbox.undo(entry.id)}
        >
          {t("out.undo")}
        </Button>
      )}
    </li>
  );
}

/** Available or not, theme, language, sound, end of duty. */
function StatusSheet({ onClose, open }: Props) {
  const t = useBehindT();
  const own = useT(ownMessages);
  const field = useField();
  const unit = useOwnUnit();
  const sound = useSound();
  const { moving } = useHere();
  const discreet = useFieldState((state) => state.discreet);
  const { theme, setTheme, toggleLang } = usePrefs();
  if (!unit) return null;
  const busy = unit.assignment !== null;
  const set = (available: boolean, secondary: string) => {
    field.act({
      action: "status",
      path: `/v1/units/${unit.id}/status`,
      body: { available, secondary },
      subject: unit.id,
    });
    onClose();
  };
  return (
    <Sheet title={t("status.title")} onClose={onClose}>
      {!busy && unit.on_duty && (
        <section className="block">
          {unit.primary === "NotAvailable" ? (
            <>
              <Button size="hand" look="ok" wide onClick={() => set(true, "InService")}>
                {t("home.available")}
              </Button>
              <Button size="hand" wide onClick={() => open("soon")}>
                {t("soon.tile")}
              </Button>
            </>
          ) : (
            <>
              <Button
                size="hand"
                wide
                onClick={() => (unit.secondary === AT_STATION ? set(true, "InService") : set(true, AT_STATION))}
              >
                {t(unit.secondary === AT_STATION ? "status.inCar" : "status.atStation")}
              </Button>
              <p className="muted">{t("status.atStationWhy")}</p>
              <h2>{t("status.notAvailable")}</h2>
              <div className="grid2 grid3">
                {AWAY.map((reason) => (
                  <Choice key={reason} onClick={() => set(false, reason)}>
                    {t(`status.${reason}`)}
                  </Choice>
                ))}
              </div>
            </>
          )}
        </section>
      )}
      <section className="block">
        <h2>{t("status.display")}</h2>
        <div className="grid2 grid3" role="radiogroup" aria-label={t("do.theme")}>
          {THEMES.map((each) => (
            <button
              key={each}
              type="button"
              role="radio"
              aria-checked={theme === each}
              className="btn"
              data-size="hand"
              data-look={theme === each ? "primary" : "plain"}
              onClick={() => setTheme(each)}
            >
              {t(`theme.${each}`)}
            </button>
          ))}
        </div>
        <Button size="hand" wide onClick={toggleLang}>
          <LanguageName />
        </Button>
        <Button size="hand" wide onClick={() => open("help")}>
          {t("do.help")}
        </Button>
      </section>
      {!moving && (
        <Suspense fallback={null}>
          <MapPackage />
        </Suspense>
      )}
      <section className="block">
        <Button size="hand" wide onClick={() => field.sound.setMuted(sound !== "muted")}>
          {t(sound === "muted" ? "status.unmute" : "status.mute")}
        </Button>
        <p className="muted">{t("status.muteWhy")}</p>
        <Button size="hand" wide aria-pressed={discreet} onClick={() => field.setDiscreet(!discreet)}>
          {t(discreet ? "sos.discreet" : "sos.loud")}
        </Button>
        <p className="muted">{t("sos.discreetWhy")}</p>
        <Button
          size="hand"
          wide
          onClick={() => {
            onClose();
            void field.prepare();
          }}
        >
          {t("status.test")}
        </Button>
        <Button size="hand" wide onClick={() => open("looks")}>
          {own("looks.own")}
        </Button>
      </section>
      <section className="block">
        {unit.on_duty && (
          <Button
            size="hand"
            wide
            reasonBelow
            disabledReason={busy ? t("status.endDutyWhy") : null}
            onClick={() => {
              field.act({ action: "duty", path: `/v1/units/${unit.id}/duty`, body: { on: false }, subject: unit.id });
              onClose();
            }}
          >
            {t("status.endDuty")}
          </Button>
        )}
        {!unit.on_duty && (
          <Button size="hand" wide onClick={() => void field.signOut()}>
            {t("do.signOut")}
          </Button>
        )}
      </section>
    </Sheet>
  );
}

/** Everything known about the incident. */
function DetailsSheet({ work, onClose, open }: Props & { readonly work: Work }) {
  const t = useBehindT();
  const { moment, digits } = useFormats();
  const { clock } = useApp();
  const { incident } = work;
  const detail = useDetail(incident.id);
  const answers = useAnswers(detail);
  const others = incident.assignments.filter((each) => !isEnded(each));
  return (
    <Sheet title={t("details.title")} onClose={onClose}>
      <section className="block">
        <Where incident={incident} className="mission-place" />
        {detail?.hazards && <p className="hazard">{detail.hazards}</p>}
        <HazardLines detail={detail} incident={incident.id} />
        {answers && <p className="answers">{answers}</p>}
        <p className="pre">{detail?.narrative ? <Words text={detail.narrative} /> : t("details.none")}</p>
      </section>
      <section className="block">
        <h2>{t("details.caller")}</h2>
        {(detail?.callers ?? []).filter(backTo).length === 0 && <p className="muted">{t("details.noCaller")}</p>}
        {detail?.callers.map((caller) => {
          const number = backTo(caller);
          return (
            number && (
              <a key={caller.call} className="btn" data-size="hand" data-wide="true" href={`tel:${number}`}>
                <Phone size={26} aria-hidden="true" />
                {caller.name && <span>{caller.name}</span>}
                <Ltr className="num">{digits(number)}</Ltr>
              </a>
            )
          );
        })}
      </section>
      <section className="block">
        <h2>{t("details.notes")}</h2>
        <ul className="notes">
          {(detail?.notes ?? []).length === 0 && <li className="muted">{t("details.noNotes")}</li>}
          {[...(detail?.notes ?? [])].reverse().map((note) => (
            <li key={`${note.at} ${note.text}`}>
              <small className="num">{moment(msOf(note.at), clock.now())}</small>
              <p className="pre">{note.text}</p>
            </li>
          ))}
        </ul>
        <Button size="hand" wide onClick={() => open("note")}>
          {t("note.title")}
        </Button>
      </section>
      <section className="block">
        <h2>{t("details.units")}</h2>
        <ul className="units">
          {others.map((each) => (
            <li key={each.id}>
              <Ltr>{each.call_sign}</Ltr>
              <span>{t(`assignment.${each.state}`)}</span>
            </li>
          ))}
        </ul>
      </section>
    </Sheet>
  );
}

/** Rarer steps of a mission. */
function MoreSheet({ work, onClose, open }: Props & { readonly work: Work }) {
  const t = useBehindT();
  const { id } = useFormats();
  const field = useField();
  const { moving } = useHere();
  const { assignment, incident } = work;
  const act = (action: "transport" | "en_route" | "clear", path: string) => {
    field.act({
      action,
      path: `/v1/assignments/${assignment.id}/${path}`,
      subject: assignment.id,
      label: id(incident.number),
    });
    onClose();
  };
  return (
    <Sheet title={t("mission.more")} onClose={onClose}>
      <div className="block">
        {assignment.state === "on_scene" && (
          <Choice onClick={() => act("transport", "transport")}>{t("mission.transport")}</Choice>
        )}
        <Choice onClick={() => open("finish")}>{t("mission.finish")}</Choice>
        {!moving && <Choice onClick={() => open("plate")}>{t("mission.plate")}</Choice>}
        {(assignment.state === "on_scene" || assignment.state === "transporting") && (
          <Choice onClick={() => open("soon")}>{t("soon.tile")}</Choice>
        )}
        <Choice onClick={() => open("status")}>{t("home.status")}</Choice>
      </div>
    </Sheet>
  );
}

/** When this unit will be free: the centre counts on it until then, and no longer. */
function SoonSheet({ onClose }: Props) {
  const t = useBehindT();
  const field = useField();
  const unit = useOwnUnit();
  if (!unit) return null;
  const say = (in_s: number | null) => {
    field.act({ action: "free_soon", path: `/v1/units/${unit.id}/free-soon`, body: { in_s }, subject: unit.id });
    onClose();
  };
  return (
    <Sheet title={t("soon.title")} onClose={onClose}>
      <p className="muted">{t("soon.why")}</p>
      <div className="grid2">
        {SOON_MINUTES.map((minutes) => (
          <Choice key={minutes} onClick={() => say(minutes * 60)}>
            {t("soon.in", { span: spanText(t, minutes * 60) })}
          </Choice>
        ))}
      </div>
      <div className="block">{unit.free_at && <Choice onClick={() => say(null)}>{t("soon.takeBack")}</Choice>}</div>
    </Sheet>
  );
}

/** Something the officer saw himself. */
function OwnEventSheet({ onClose }: Props) {
  const t = useBehindT();
  const named = useNamed();
  const field = useField();
  const { kinds } = useReference();
  const { here, moving } = useHere();
  const { clock } = useApp();
  const working = useWork().some(({ assignment }) => isRunning(assignment));
  const [text, setText] = useDraft("own");
  const known = here !== null && clock.now() - here.at < 90_000;
  const why = working ? t("problem.dispatch.unit_has_assignment") : known ? null : t("own.noPlace");
  const report = (kind: string) => {
    if (!here) return;
    field.act({
      action: "own_event",
      path: `/v1/units/${field.unit}/own-event`,
      body: { kind, point: here.point, ...(text.trim() ? { narrative: text.trim() } : {}) },
      subject: field.unit,
    });
    setText("");
    onClose();
  };
  return (
    <Sheet title={t("own.title")} onClose={onClose}>
      <p className="muted">{t("own.why")}</p>
      {why && <p className="hazard">{why}</p>}
      {!moving && (
        <textarea
          className="input note"
          rows={2}
          maxLength={2000}
          value={text}
          aria-label={t("note.title")}
          placeholder={t("finish.note")}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <div className="grid2">
        {OWN_KINDS.map((code) => {
          const kind = kinds.get(code);
          return (
            kind &&
            !kind.retired && (
              <Choice key={code} disabledReason={why} onClick={() => report(code)}>
                {named(kind.name)}
              </Choice>
            )
          );
        })}
      </div>
    </Sheet>
  );
}

/** The sheet of that name; those about a mission need one. */
export default function Sheets({
  name,
  work,
  ...props
}: Props & { readonly name: SheetName; readonly work: Work | null }) {
  switch (name) {
    case "outbox":
      return <OutboxSheet {...props} />;
    case "status":
      return <StatusSheet {...props} />;
    case "own":
      return <OwnEventSheet {...props} />;
    case "details":
      return work && <DetailsSheet {...props} work={work} />;
    case "note":
      return work && <NoteSheet work={work} onClose={props.onClose} />;
    case "photos":
      return (
        work && (
          <Suspense fallback={<div className="sheet" />}>
            <PhotoSheet work={work} onClose={props.onClose} />
          </Suspense>
        )
      );
    case "plate":
      return (
        work && (
          <Suspense fallback={<div className="sheet" />}>
            <PlateSheet work={work} onClose={props.onClose} />
          </Suspense>
        )
      );
    case "turns":
      return (
        work && (
          <Suspense fallback={<div className="sheet" />}>
            <TurnsSheet work={work} onClose={props.onClose} />
          </Suspense>
        )
      );
    case "finish":
      return work && <FinishSheet {...props} work={work} />;
    case "backup":
      return work && <BackupSheet {...props} work={work} />;
    case "more":
      return work && <MoreSheet {...props} work={work} />;
    case "soon":
      return <SoonSheet {...props} />;
    case "talk":
      return <TalkSheet {...props} />;
    case "looks":
      return <OwnLooks onClose={props.onClose} />;
    case "again":
      return <AgainSheet {...props} />;
    case "help":
      return (
        <Suspense fallback={<div className="sheet" />}>
          <HandHelp onClose={props.onClose} />
        </Suspense>
      );
  }
}
