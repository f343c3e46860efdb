import {
  CircleAlert,
  Ellipsis,
  FileText,
  Hourglass,
  List,
  MessageSquare,
  PencilLine,
  Phone,
  RotateCw,
  ShieldCheck,
  TriangleAlert,
  Users,
} from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useApp, useEvery, useReference } from "../../app/hooks";
import { freeInS } from "../../core/selectors";
import { msOf, provinceOf } from "../../core/units";
import type { Incident, Unit } from "../../core/views";
import { distanceText, spanText, useFormats, useNamed } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import type { MapHandle } from "../../map";
import { MapView } from "../../map";
import { Button } from "../../ui/Button";
import { PriorityGlyph } from "../../ui/glyphs";
import { Ltr } from "../../ui/Ltr";
import { Words } from "../../ui/Words";
import { BackupLine, useBackup } from "./backup/Backup";
import { numberOf } from "./behind/callers";
import { useBehindT } from "./behind/useBehindT";
import { Gone } from "./Gone";
import { HazardLines } from "./hazards/HazardLines";
import {
  isUnconfirmed,
  useAfter,
  useAnswers,
  useDetail,
  useEntries,
  useField,
  useFieldState,
  useHere,
  useOwnUnit,
} from "./hooks";
import type { Here } from "./locator";
import type { Work } from "./mission";
import { INERT_MS, nextStep } from "./mission";
import { Banners, bandOf, EmergencyBar, Foot } from "./parts";
import { PhotoLine, PhotoTile, usePhotos } from "./photos/PhotoTile";
import { isQueued } from "./queue";
import type { Guidance } from "./route";
import { guidance } from "./route";
import { AskedServices } from "./services/AskedServices";
import type { OpenSheet } from "./sheets";
import { TakeBack } from "./slip/TakeBack";
import { TalkStrip, useTalkWords } from "./talk/Talk";
import { TurnArrow } from "./turns/TurnArrow";
import { isNear } from "./turns/turns";
import { useOver } from "./useOver";
import { useRoute } from "./useRoute";
import { VoiceLine } from "./voice/VoiceLine";
import { Where } from "./Where";

export { Gone, TakeBack };

/** One assignment, from acceptance to the end: where to, what is known, and the one next step. */
export function Mission({ work, open }: { readonly work: Work; readonly open: OpenSheet }) {
  const { incident, assignment } = work;
  const t = useBehindT();
  const named = useNamed();
  const { id, digits } = useFormats();
  const field = useField();
  const { kinds } = useReference();
  const { clock } = useApp();
  const { here, moving } = useHere();
  const detail = useDetail(incident.id);
  const entries = useEntries();
  const driving = assignment.state === "accepted" || assignment.state === "en_route";
  const { route, old } = useRoute(assignment.id, driving, here, assignment.realerted_at ?? "");
  const guide = useMemo(() => (route ? guidance(route, here?.point ?? null) : null), [route, here]);
  const kind = incident.kind ? kinds.get(incident.kind) : undefined;
  const path = `/v1/assignments/${assignment.id}`;
  const label = id(incident.number);
  const step = nextStep(assignment);
  const near = step === "on_scene" && isNear(here, incident.point, clock.now());
  const answers = useAnswers(detail);
  const caller = numberOf(detail);
  const hazard = detail?.hazards.split("\n")[0]?.trim();
  // Accepted without a link, and the answer window has passed: somebody else may be driving there already.
  const over = useOver(msOf(assignment.answer_by));
  const doubt =
    over && entries.some((entry) => entry.action === "accept" && entry.subject === assignment.id && isQueued(entry));
  const unit = useOwnUnit();
  const now = useEvery(5);
  const soon = unit ? freeInS(unit, now) : null;
  const photos = usePhotos(incident);
  const backup = useBackup(work);
  const talk = useTalkWords();
  const forward = () => {
    // The button has just changed its meaning under the thumb: the second half of a double tap means nothing.
    if (field.isSettling()) return;
    if (step === "clear") open("finish");
    else if (step === "on_scene")
      field.act({ action: "on_scene", path: `${path}/on-scene`, subject: assignment.id, label });
    else if (step === "en_route")
      field.act({ action: "en_route", path: `${path}/en-route`, subject: assignment.id, label });
  };
  return (
    <main className="hand mission">
      <Banners />
      <EmergencyBar />
      <TalkStrip />
      <header className={`mission-head ${bandOf(incident.priority)}`}>
        <PriorityGlyph priority={incident.priority} size={44} quiet />
        <div>
          <h1 className="truncate">{kind ? named(kind.name) : t("incident.kindUnknown")}</h1>
          <p className="num">
            {/* First, so that it is read where the line is cut. */}
            {isUnconfirmed(work) && <em className="sending">{t("mission.sending")}</em>}
            {t("incident.numbered", { n: incident.number })} • {t(`assignment.${assignment.state}`)}
          </p>
        </div>
        {driving && guide && <strong className="mission-eta num">{spanText(t, guide.leftS)}</strong>}
      </header>
      {driving && (
        <NextTurn guide={guide} here={here} old={old} onAll={moving || !route ? null : () => open("turns")} />
      )}
      {driving && <RouteMap incident={incident} line={route?.geometry ?? null} here={here} />}
      {/* On a small screen it scrolls: whoever has no finger free reaches it by key. */}
      <section
        className="mission-where"
        data-scene={!driving || undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
        tabIndex={0}
        aria-label={t("mission.known")}
      >
        {doubt && (
          <p className="offer-over" role="alert">
            {t("offer.overOffline")}
          </p>
        )}
        {assignment.post && <p className="post-line">{t("offer.post", { n: assignment.post.number })}</p>}
        <Where incident={incident} className="mission-place" />
        {hazard && (
          <p className="hazard">
            <TriangleAlert size={24} aria-hidden="true" />
            <span>{hazard}</span>
          </p>
        )}
        <HazardLines detail={detail} incident={incident.id} />
        <BackupLine work={work} />
        {answers && <p className="answers">{answers}</p>}
        {!driving && !moving && detail?.narrative && (
          <p className="mission-story">
            <Words text={detail.narrative} />
          </p>
        )}
        {!driving && !moving && caller && (
          <a className="btn" data-size="hand" data-wide="true" href={`tel:${caller}`}>
            <Phone size={26} aria-hidden="true" />
            {t("mission.call")} <Ltr className="num">{digits(caller)}</Ltr>
          </a>
        )}
        <AskedServices incident={incident} />
        <PhotoLine
          incident={incident}
          detail={detail}
          state={photos.state}
          onOpen={moving ? null : () => open("photos")}
        />
        <VoiceLine incident={incident} detail={detail} />
        {moving && <p className="mission-note">{t("mission.moving")}</p>}
      </section>
      <nav className="tiles" data-scene={(!driving && !moving) || undefined} aria-label={t("mission.more")}>
        {!moving && (
          <>
            <Tile icon={<FileText size={26} aria-hidden="true" />} onClick={() => open("details")}>
              {t("mission.details")}
            </Tile>
            {/* On the way four are enough; a note is one touch further, behind the details. */}
            {!driving && (
              <>
                <Tile icon={<PencilLine size={26} aria-hidden="true" />} onClick={() => open("note")}>
                  {t("mission.note")}
                </Tile>
                <PhotoTile onFiles={photos.add} />
              </>
            )}
          </>
        )}
        <Tile
          icon={<Users size={26} aria-hidden="true" />}
          done={backup.state !== "none"}
          onClick={() => open("backup")}
        >
          {t("mission.backup")}
        </Tile>
        <Tile icon={<MessageSquare size={26} aria-hidden="true" />} done={talk.fresh} onClick={() => open("talk")}>
          {talk.label}
        </Tile>
        {!moving && (
          <Tile icon={<Ellipsis size={26} aria-hidden="true" />} onClick={() => open("more")}>
            {t("mission.more")}
          </Tile>
        )}
      </nav>
      <div className="mission-act">
        <TakeBack of={assignment.id} />
        {step === "clear" && !moving && (
          <Button
            size="hand"
            wide
            className="mission-soon"
            icon={<Hourglass size={26} aria-hidden="true" />}
            onClick={() => open("soon")}
          >
            {soon === null ? t("soon.tile") : t("soon.told", { span: spanText(t, soon) })}
          </Button>
        )}
        {near && (
          <p className="mission-near" role="status">
            {t("mission.arrivedSoon")}
          </p>
        )}
        {step && (
          <Button
            size="main"
            look={step === "clear" ? "primary" : "ok"}
            wide
            className="accept"
            data-near={near || undefined}
            onClick={forward}
          >
            {t(step === "clear" ? "mission.finish" : step === "on_scene" ? "mission.onScene" : "mission.enRoute")}
          </Button>
        )}
      </div>
      <Foot onOutbox={() => open("outbox")} />
    </main>
  );
}

function Tile({
  icon,
  onClick,
  done,
  children,
}: {
  readonly icon: React.ReactNode;
  readonly onClick: () => void;
  readonly done?: boolean;
  readonly children: string;
}) {
  return (
    <button type="button" className="tile" data-done={done || undefined} onClick={onClick}>
      {icon}
      <span>{children}</span>
    </button>
  );
}

/** The next turn: an arrow, how far, and the words. */
function NextTurn({
  guide,
  here,
  old,
  onAll,
}: {
  readonly guide: Guidance | null;
  readonly here: Here | null;
  readonly old: boolean;
  /** Null: there is no list to be read now. */
  readonly onAll: (() => void) | null;
}) {
  const t = useBehindT();
  const lang = usePrefs((prefs) => prefs.lang);
  const next = guide?.next;
  if (!guide || !next) {
    return (
      <p className="turn" data-empty="true">
        {here ? t("mission.noRoute") : t("mission.noPosition")}
      </p>
    );
  }
  const words = lang === "fa" ? next.text_fa : next.text_en;
  const then = guide.then && (lang === "fa" ? guide.then.text_fa : guide.then.text_en);
  return (
    <section className="turn" aria-live="off">
      <TurnArrow kind={next.kind} size={52} />
      <div>
        <strong className="num">{distanceText(t, guide.toNextM)}</strong>
        <p>{words}</p>
        {old && guide.astray ? (
          <small>{t("mission.oldRoute")}</small>
        ) : (
          then && <small>{t("mission.then", { what: then })}</small>
        )}
      </div>
      {onAll && (
        <button type="button" className="turn-all" aria-label={t("mission.route")} onClick={onAll}>
          <List size={32} aria-hidden="true" />
        </button>
      )}
    </section>
  );
}

/** Route, own car and the incident; the words above say all of it too. */
function RouteMap({
  incident,
  line,
  here,
}: {
  readonly incident: Incident;
  readonly line: readonly (readonly [number, number])[] | null;
  readonly here: Here | null;
}) {
  const { server } = useReference();
  const field = useField();
  const map = useRef<MapHandle>(null);
  const fitted = useRef("");
  const province = provinceOf(incident.id);
  const provinces = useMemo(() => server.provinces.filter((each) => each.id === province), [server, province]);
  const ownUnit = useMemo(() => (unit: Unit) => unit.id === field.unit, [field]);
  const thisIncident = useMemo(() => (each: Incident) => each.id === incident.id, [incident.id]);
  const initial = useMemo(() => {
    const points = [...(line ?? []), ...(incident.point ? [incident.point] : []), ...(here ? [here.point] : [])];
    if (points.length < 2) return null;
    const lons = points.map(([lon]) => lon);
    const lats = points.map(([, lat]) => lat);
    return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)] as const;
  }, [line, incident.point, here]);
  const [placed, setPlaced] = useState(false);
  // A map that is made anew is not there yet: it is asked again at once, not after its first turn.
  const turn = useEvery(placed ? 5 : 1);
  // Every few seconds, and when the route changes: own position and what is left of the way, never closer than a street.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn of the clock is the reason to look again.
  useEffect(() => {
    const key = `${line?.length ?? 0} ${turn}`;
    if (!map.current || fitted.current === key) return;
    const ends = [here?.point, incident.point].filter((point) => point != null);
    const points = here ? ends : [...(line ?? []), ...ends];
    if (points.length < 2 || !map.current.fit(points)) return;
    fitted.current = key;
    setPlaced(true);
  }, [line, turn]);
  return (
    <div className="mission-map">
      <MapView
        provinces={provinces}
        units={ownUnit}
        incidents={thisIncident}
        selected={incident.id}
        route={line}
        initial={initial}
        ref={map}
      />
    </div>
  );
}

/** Something the crew must know has changed: shouted again, with what is new. */
export function Changed({ work }: { readonly work: Work }) {
  const t = useBehindT();
  const named = useNamed();
  const field = useField();
  const { kinds } = useReference();
  const changed = useFieldState((state) => state.changed);
  const ready = useAfter(INERT_MS, changed?.at);
  if (!changed || changed.assignment !== work.assignment.id) return null;
  const { incident } = work;
  const kind = incident.kind ? kinds.get(incident.kind) : undefined;
  const reason = (["priority", "place", "kind", "withdrawal"] as const).find((each) => changed.reason.includes(each));
  return (
    <section className={`shout ${bandOf(incident.priority)}`} role="alertdialog" aria-labelledby="shout-title">
      <RotateCw size={56} aria-hidden="true" />
      <h1 id="shout-title">{reason ? t(`changed.${reason}`) : t("changed.title")}</h1>
      <p className="shout-what">
        {reason === "priority" && incident.priority !== null && t("priority.word", { n: incident.priority })}
        {reason === "place" && incident.place}
        {reason === "kind" && kind && named(kind.name)}
      </p>
      <p>
        {t("incident.numbered", { n: incident.number })}
        {reason !== "place" && incident.place && (
          <>
            <br />
            <span className="as-said">{incident.place}</span>
          </>
        )}
      </p>
      <Button size="main" wide onClick={() => ready && field.dismissChanged()}>
        {t("changed.seen")}
      </Button>
    </section>
  );
}

/** The desk asks whether the officer is safe: one button says so, the other is the call for help below it. */
export function SafetyCheck({ work }: { readonly work: Work }) {
  const t = useBehindT();
  const { id } = useFormats();
  const field = useField();
  const asked = work.assignment.safety_asked_at;
  const ready = useAfter(INERT_MS, asked);
  if (!asked) return null;
  return (
    <section className="shout shout-check" role="alertdialog" aria-labelledby="check-title">
      <CircleAlert size={56} aria-hidden="true" />
      <h1 id="check-title">{t("check.title")}</h1>
      <p>{t("check.why")}</p>
      <Button
        size="main"
        look="ok"
        wide
        icon={<ShieldCheck size={36} aria-hidden="true" />}
        onClick={() =>
          ready &&
          field.act({
            action: "safety_check",
            path: `/v1/assignments/${work.assignment.id}/safety-check`,
            subject: work.assignment.id,
            label: id(work.incident.number),
          })
        }
      >
        {t("check.well")}
      </Button>
    </section>
  );
}
