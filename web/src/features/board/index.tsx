import { ChartLine, FileText, Globe, HelpCircle, LogOut, Map as MapIcon, Moon, Sun, Users } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import {
  sameList,
  useApp,
  useDerived,
  useEvery,
  useItem,
  useLink,
  useReference,
  useSecond,
  useVersion,
} from "../../app/hooks";
import { compareWorst, isOpen } from "../../core/selectors";
import type { OfficeId } from "../../core/units";
import { provinceOf } from "../../core/units";
import type { PublicWarning, Tier } from "../../core/views";
import { spanText, useFormats, useNamed, useT } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import { type MapHandle, MapView } from "../../map";
import {
  Button,
  DataAge,
  Empty,
  Grid,
  type GridHandle,
  KeyHelp,
  LanguageName,
  LinkStateBar,
  LinkStateText,
  Loading,
  reasonText,
  useKeys,
  WallClock,
} from "../../ui";
import { draftShapes, middleOf, WarningDrafts } from "../warnings/Drafts";
import { WatchBar } from "../watch/WatchBar";
import { Alarms } from "./Alarms";
import { Below } from "./Below";
import { Counts } from "./Counts";
import { CrewsDialog } from "./crews";
import { messages as crewWords } from "./crews/messages";
import { DayReport } from "./DayReport";
import { Drawer } from "./Drawer";
import { DrillBar, useDrill } from "./drill";
import { messages as drillWords } from "./drill/messages";
import { GroundWords } from "./ground/GroundWords";
import { joinShapes } from "./ground/logic";
import { useGroundShapes } from "./ground/useGround";
import { IncidentRow, useRowLabel } from "./IncidentRow";
import { alarmsFor, alarmToAnswer, isHeard, whyNotAcknowledge } from "./logic";
import { messages } from "./messages";
import { TrendsPanel } from "./trends";
import { messages as trendWords } from "./trends/messages";
import { Warnings } from "./Warnings";
import { Wall } from "./wall";
import { metresOf } from "./wall/logic";
import { messages as wallWords } from "./wall/messages";
import "./board.css";

const TIER_OF_ROLE: Readonly<Record<string, Tier>> = {
  station_desk: "station",
  county_desk: "county",
  province_desk: "province",
  national_desk: "national",
};

/** What an arrow moves the last hour by. */
const SCROLL_PX = 60;

export function Board() {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { session, offices, server } = useReference();
  const link = useLink();
  const office = offices.find(session.office);
  const tier: Tier = office?.tier ?? TIER_OF_ROLE[session.role] ?? "station";
  const [selected, setSelected] = useState<string | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const [showMap, setShowMap] = useState(true);
  const [help, setHelp] = useState(false);
  const [report, setReport] = useState(false);
  const [hour, setHour] = useState(false);
  const th = useT(trendWords);
  const tw = useT(wallWords);
  const [crews, setCrews] = useState(false);
  const tc = useT(crewWords);
  const { metres, toggleWall } = useWall();
  const open = useCallback((id: string) => {
    setHour(false);
    setOpened(id);
  }, []);
  const grid = useRef<GridHandle>(null);
  const map = useRef<MapHandle>(null);
  const trends = useRef<HTMLElement>(null);
  const { lang, toggleLang, toggleTheme } = usePrefs();
  const drill = useDrill(office, map);
  const td = useT(drillWords);

  const nowCoarse = useEvery(5);
  const ids = useDerived(
    app.world.incident,
    (all) =>
      [...all]
        .filter((each) => isOpen(each) && drill.holds(each))
        .sort(compareWorst(nowCoarse))
        .map((each) => each.id as string),
    [nowCoarse, drill],
    sameList,
  );
  const alarmIds = useDerived(
    app.world.alarm,
    (all) => alarmsFor(all, tier).map((each) => each.id as string),
    [tier],
    sameList,
  );
  useVersion(app.world.alarm as never);
  const answer = alarmToAnswer(
    alarmIds.flatMap((id) => app.world.alarm.get(id) ?? []),
    tier,
  );
  const first = answer?.id ?? null;
  const why = whyNotAcknowledge(answer, tier, link.state);

  const acknowledge = useCallback(
    (id: string) => {
      void app.api
        .command(`/v1/alarms/${encodeURIComponent(id)}/acknowledge`, {}, { action: "acknowledge", subjects: [id] })
        .catch(() => undefined); // The refusal stands beside the alarm.
    },
    [app],
  );

  const told = useRef(new Set<string>());
  const onVisible = useCallback(
    (visible: readonly string[]) => {
      const fresh = visible.filter((id) => !told.current.has(id));
      if (fresh.length > 0 && app.live.send({ t: "seen", incidents: fresh }))
        for (const id of fresh) told.current.add(id);
    },
    [app],
  );

  const select = useCallback(
    (id: string) => {
      setSelected(id);
      const point = app.world.incident.get(id)?.point;
      if (point) map.current?.fly(point);
    },
    [app],
  );

  const [drafted, setDrafted] = useState<string | null>(null);
  const draft = useItem(app.world.warning, drafted);
  // The shades are of what is below the office that is looked at; of a station none is.
  const looked = drill.only ?? office;
  const ground = useGroundShapes(looked && looked.tier !== "station" && showMap ? looked.id : null);
  const shapes = useMemo(
    () => joinShapes(ground, draftShapes(draft, draft?.[lang === "en" && draft.en ? "en" : "fa"]?.headline ?? "")),
    [ground, draft, lang],
  );
  const lookAtDraft = useCallback((warning: PublicWarning | null) => {
    setDrafted(warning?.id ?? null);
    const middle = warning && middleOf(warning);
    if (!middle) return;
    setShowMap(true);
    setOpened(null);
    map.current?.fly(middle);
  }, []);

  // Whoever comes back from the last hour, from an incident or from the wall goes on where they were.
  useEffect(() => {
    if (hour) trends.current?.focus();
    else if (metres === null && opened === null) grid.current?.focus();
  }, [hour, metres, opened]);
  const whyText = why && (why.values ? t(why.key, { tier: t(`tier.${why.values.tier as Tier}`) }) : reasonText(t, why));
  const helpKeys = [
    { keys: "↑ ↓", what: t("board.key.move") },
    { keys: "Enter", what: t("board.key.open") },
    ...(tier === "station" ? [] : [{ keys: "Enter", what: td("drill.key") }]),
    { keys: "Esc", what: t("board.key.back") },
    { keys: "C", what: t("board.key.acknowledge"), off: whyText },
    { keys: "M", what: t("board.key.map") },
    { keys: "H", what: th("trends.key") },
    { keys: "W", what: tw("wall.key") },
    ...(tier === "station" ? [{ keys: "S", what: tc("crews.key") }] : []),
    { keys: "R", what: t("board.key.report") },
    { keys: "L", what: t("board.key.language") },
    { keys: "T", what: t("board.key.theme") },
    { keys: "F1", what: t("board.key.help") },
    { keys: "?", what: t("board.key.help") },
  ];
  const walk = (step: number) => {
    if (hour) {
      trends.current?.scrollBy({ top: step * SCROLL_PX });
      return;
    }
    grid.current?.focus();
    grid.current?.move(step);
  };
  useKeys([
    { code: "ArrowDown", run: () => walk(1) },
    { code: "KeyJ", run: () => walk(1) },
    { code: "ArrowUp", run: () => walk(-1) },
    { code: "KeyK", run: () => walk(-1) },
    { code: "KeyS", run: () => tier === "station" && office !== undefined && setCrews(true) },
    { code: "KeyW", run: () => office !== undefined && toggleWall() },
    {
      code: "Escape",
      run: () => {
        if (metres !== null) toggleWall();
        else if (hour) setHour(false);
        else if (opened !== null) setOpened(null);
        else if (drill.only) drill.back();
      },
      inFields: true,
    },
    { code: "KeyC", run: () => first !== null && why === null && acknowledge(first) },
    { code: "KeyM", run: () => setShowMap((now) => !now) },
    { code: "KeyH", run: () => office !== undefined && setHour((now) => !now) },
    { code: "KeyR", run: () => office !== undefined && setReport(true) },
    { code: "KeyL", run: toggleLang },
    { code: "KeyT", run: toggleTheme },
    { code: "F1", run: () => setHelp(true), inFields: true },
    { code: "Shift+Slash", run: () => setHelp(true) },
  ]);

  const provinces = useMemo(() => {
    const mine = session.office && tier !== "national" ? provinceOf(session.office) : null;
    return mine ? server.provinces.filter((each) => each.id === mine) : server.provinces;
  }, [server, session.office, tier]);
  const current = selected ?? opened;
  const caughtUp = link.streams.length > 0 && link.streams.every((each) => !each.catchingUp);
  const verifiedAt = caughtUp ? Math.min(...link.streams.map((each) => each.freshAt ?? 0)) : null;
  const rowLabel = useRowLabel();

  if (metres !== null && office) return <Wall office={office} tier={tier} metres={metres} />;
  return (
    <div className="board" data-map={showMap} data-drawer={opened !== null}>
      <div className="strips">
        <LinkStateBar />
        <WatchBar />
      </div>
      <header className="board-head">
        <h1>{office ? named(office.name) : (t.maybe(`role.${session.role}`) ?? session.role)}</h1>
        <span className="board-tier">{t(`tier.${tier}`)}</span>
        {server.demo && <span className="demo-mark">{t("app.demo")}</span>}
        <Today />
        <Tools
          showMap={showMap}
          setShowMap={setShowMap}
          hour={hour}
          setHour={office ? setHour : null}
          setHelp={setHelp}
          setReport={office ? setReport : null}
          setCrews={office && tier === "station" ? setCrews : null}
        />
      </header>
      <Counts tier={tier} office={office?.id ?? null} />
      <main className="board-main">
        {hour && office && <TrendsPanel ref={trends} office={office.id} station={tier === "station"} />}
        <section className="board-rows" hidden={hour} aria-label={t("board.incidents")}>
          <DrillBar drill={drill} />
          <div className="board-row-head" aria-hidden="true">
            <span className="c-incident">{t("board.col.incident")}</span>
            <span className="c-place">{t("board.col.place")}</span>
            <span className="c-status">{t("board.col.status")}</span>
            <span className="c-time">{t("board.col.since")}</span>
            <span className="c-time">{t("board.col.stage")}</span>
            <span className="c-units">{t("board.col.units")}</span>
          </div>
          <Grid
            ref={grid}
            label={t("board.incidents")}
            ids={ids}
            rowHeight={56}
            freeze
            selected={current}
            onSelect={select}
            onOpen={open}
            onVisible={onVisible}
            rowLabel={rowLabel}
            renderRow={(id) => <IncidentRow id={id} />}
            empty={
              isHeard(link.streams) ? (
                <Empty at={verifiedAt}>{caughtUp ? t("board.none") : t("link.catchingUp")}</Empty>
              ) : (
                <Loading rows={8} />
              )
            }
          />
        </section>
        {hour ? null : opened !== null ? (
          <Drawer key={opened} id={opened} tier={tier} onClose={() => setOpened(null)} />
        ) : (
          showMap && (
            <MapView
              ref={map}
              provinces={provinces}
              initial={(drill.only ?? office)?.bounds ?? null}
              selected={selected}
              onIncident={setSelected}
              shapes={shapes}
            />
          )
        )}
        <aside className="board-side">
          <GroundWords areas={ground} />
          <Alarms ids={alarmIds} first={first} tier={tier} onAcknowledge={acknowledge} onOpen={open} />
          <Warnings />
          <WarningDrafts looked={drafted} onLook={lookAtDraft} />
          {session.office && <Below office={session.office as OfficeId} tier={tier} drill={drill} />}
        </aside>
      </main>
      <footer className="board-foot">
        <LinkStateText />
        <DataAge />
        <PositionAge />
        <span className="board-ack">
          <Button
            keyHint="C"
            look={why ? "plain" : "primary"}
            disabledReason={whyText}
            reasonBelow
            onClick={() => first !== null && acknowledge(first)}
          >
            {t("do.acknowledge")}
          </Button>
        </span>
      </footer>
      {crews && office && <CrewsDialog office={office} onClose={() => setCrews(false)} />}
      {report && office && <DayReport office={office} onClose={() => setReport(false)} />}
      {help && <KeyHelp screen="board" keys={helpKeys} onClose={() => setHelp(false)} />}
    </div>
  );
}

/** Whether this board hangs on a wall; the address says so, so that a browser that starts anew comes back to it. */
function useWall(): { readonly metres: number | null; readonly toggleWall: () => void } {
  const [metres, setMetres] = useState(() => metresOf(location.search));
  const toggleWall = useCallback(() => {
    const on = metresOf(location.search) === null;
    history.replaceState(null, "", on ? "?wall" : location.pathname);
    if (on) void document.documentElement.requestFullscreen?.().catch(() => undefined);
    else if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    setMetres(metresOf(location.search));
  }, []);
  return { metres, toggleWall };
}

function Today() {
  const { dateLong } = useFormats();
  const today = dateLong(useEvery(60));
  return (
    <span className="board-now">
      <span>{today}</span>
      <span className="board-clock">
        <WallClock />
      </span>
    </span>
  );
}

function Tools({
  showMap,
  setShowMap,
  hour,
  setHour,
  setHelp,
  setReport,
  setCrews,
}: {
  readonly showMap: boolean;
  readonly setShowMap: (show: boolean) => void;
  readonly hour: boolean;
  /** Null when the session has no office to count for. */
  readonly setHour: ((show: boolean) => void) | null;
  readonly setHelp: (show: boolean) => void;
  /** Null when the session has no office to report on. */
  readonly setReport: ((show: boolean) => void) | null;
  /** A station's desk only. */
  readonly setCrews: ((show: boolean) => void) | null;
}) {
  const tc = useT(crewWords);
  const app = useApp();
  const t = useT(messages);
  const { theme, toggleTheme, toggleLang } = usePrefs();
  const th = useT(trendWords);
  const Light = theme === "night" ? Sun : Moon;
  return (
    <span className="board-tools">
      {setCrews && (
        <Button icon={<Users size={16} aria-hidden="true" />} keyHint="S" onClick={() => setCrews(true)}>
          {tc("crews.open")}
        </Button>
      )}
      {setHour && (
        <Button
          icon={<ChartLine size={16} aria-hidden="true" />}
          keyHint="H"
          aria-pressed={hour}
          onClick={() => setHour(!hour)}
        >
          {th("trends.open")}
        </Button>
      )}
      <Button
        icon={<MapIcon size={16} aria-hidden="true" />}
        keyHint="M"
        aria-pressed={showMap}
        onClick={() => setShowMap(!showMap)}
      >
        {t("map.label")}
      </Button>
      {setReport && (
        <Button icon={<FileText size={16} aria-hidden="true" />} keyHint="R" onClick={() => setReport(true)}>
          {t("board.report")}
        </Button>
      )}
      <Button icon={<Globe size={16} aria-hidden="true" />} keyHint="L" onClick={toggleLang}>
        <LanguageName />
      </Button>
      <Button icon={<Light size={16} aria-hidden="true" />} keyHint="T" onClick={toggleTheme}>
        {t(theme === "night" ? "theme.day" : "theme.night")}
      </Button>
      <Button
        icon={<HelpCircle size={16} aria-hidden="true" />}
        keyHint="F1"
        onClick={() => setHelp(true)}
        aria-label={t("do.help")}
      />
      <Button
        icon={<LogOut size={16} className="mirror" aria-hidden="true" />}
        onClick={() => void app.signOut()}
        aria-label={t("do.signOut")}
        title={t("do.signOut")}
      />
    </span>
  );
}

/** Positions are a lane of their own, so their age is said apart. */
function PositionAge() {
  const { world } = useApp();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const now = useSecond();
  const link = useLink();
  const ages = link.streams
    .map((each) => world.positions.heardAt(each.stream))
    .filter((at): at is number => at !== null);
  if (ages.length === 0) return <span className="muted">{t("board.positionsNone")}</span>;
  const oldest = Math.min(...ages);
  const old = (now - oldest) / 1000;
  return (
    <span className={old > 30 ? "board-stale" : undefined}>
      {old > 30
        ? t("board.positionsStale", { span: spanText(t, old) })
        : t("board.positions", { time: timeSeconds(oldest) })}
    </span>
  );
}
