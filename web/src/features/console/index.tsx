import { LogOut, Moon, Sun } from "lucide-react";
import type { Ref } from "react";
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useApp, useReference } from "../../app/hooks";
import { usePractice } from "../../app/practice";
import { reason } from "../../core/reasons";
import type { LonLat } from "../../core/units";
import { provinceOf } from "../../core/units";
import type { ServerInfo } from "../../core/views";
import { useNamed } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import type { MapHandle } from "../../map";
import type { GridHandle, KeyBinding } from "../../ui";
import { Button, KeyHelp, LanguageName, LinkStateBar, useKeys, WallClock } from "../../ui";
import { WatchBar } from "../watch/WatchBar";
import { useAcknowledge } from "./Alarms";
import { Acts } from "./acts";
import { nextToAcknowledge } from "./attention";
import { CallsPanel } from "./Calls";
import { CommandBar } from "./CommandBar";
import type { ConsoleParts } from "./context";
import { ConsoleContext, useMay, useWords } from "./context";
import { DetailPane } from "./DetailPane";
import { HandOverPart, HandOverStrip, useLeaving } from "./handover/HandOverStrip";
import { useHere } from "./handover/here";
import { helpKeys, nowOf } from "./keys";
import { readKindEntries } from "./kinds";
import {
  Addresses,
  CallersPane,
  CallFormPane,
  CordonPane,
  fetchRest,
  RoadsPane,
  SearchPane,
  UnitCard,
  WarningsPane,
} from "./later";
import { MapPane } from "./MapPane";
import { OpenForms } from "./OpenForms";
import { HeldQueue, useHaveData, WaitingQueue, WorkingQueue } from "./Queues";
import { turnLayer } from "./reach/ReachPanel";
import { CallBacks } from "./ringing/CallBacks";
import { takeableOf } from "./ringing/calls";
import { useRoads } from "./roads/store";
import { StatusBar } from "./StatusBar";
import { Shares } from "./shares/Shares";
import { isEmptyForm, useDesk } from "./store";
import { UnitsPanel } from "./Units";
import { useWarnings } from "./warnings/store";
import { useSeatWindows } from "./windows/hooks";
import type { SeatLink } from "./windows/link";
import { openSeat, viewOf } from "./windows/link";
import "./console.css";
import "./detail.css";
import "./status.css";

// The rest of the desk is fetched when its first rows stand; where none come, the keys must do without them.
const REST_WITHIN_MS = 500;
const REST_ANYHOW_MS = 2_000;

interface Reverse {
  readonly place: { readonly label_fa: string; readonly label_en: string } | null;
}

/** The desk of a call-taker or dispatcher. */
export function Console() {
  const app = useApp();
  const { kindRows, session } = useReference();
  const province = session.province ?? null;
  const map = useRef<MapHandle>(null);
  const link = useRef<SeatLink | null>(null);
  useState(() => openSeat(session.person));
  const [acts] = useState(() => new Acts(app));
  const advice = useRef<ConsoleParts["advice"]["current"]>(null);
  const sendForm = useRef<(() => void) | null>(null);
  const sendAdvised = useRef<(() => void) | null>(null);
  const kinds = useMemo(() => readKindEntries(kindRows), [kindRows]);
  const parts: ConsoleParts = useMemo(
    () => ({
      acts,
      kinds,
      advice,
      sendForm,
      sendAdvised,
      fly: (point, zoom) => {
        // Whoever looks elsewhere does not want to be carried back.
        useDesk.getState().set({ follow: null });
        map.current?.fly(point, zoom);
        link.current?.say({ t: "fly", point: point as LonLat, zoom });
      },
      centre: () => map.current?.centre() ?? null,
      nameOf: async (point) => {
        try {
          const { place } = await app.api.get<Reverse>("/v1/places/reverse", {
            lon: point[0],
            lat: point[1],
            province,
          });
          if (!place) return "";
          return usePrefs.getState().lang === "fa" ? place.label_fa : place.label_en || place.label_fa;
        } catch {
          return "";
        }
      },
    }),
    [acts, kinds, app, province],
  );
  return (
    <ConsoleContext value={parts}>
      <Desk parts={parts} map={map} link={link} />
    </ConsoleContext>
  );
}

interface DeskProps {
  readonly parts: ConsoleParts;
  readonly map: React.RefObject<MapHandle | null>;
  readonly link: React.RefObject<SeatLink | null>;
}

function Desk({ parts, map, link }: DeskProps) {
  const app = useApp();
  const { world, clock, live } = app;
  const words = useWords();
  const { t } = words;
  useHere(live);
  const view = viewOf(location.search);
  // The board is a page of its own, with its own keys.
  useEffect(() => {
    if (view === "board") location.replace("/board");
  }, [view]);
  const end = useDesk((desk) => desk.end);
  const form = useDesk((desk) => desk.form);
  const unit = useDesk((desk) => desk.unit);
  const help = useDesk((desk) => desk.help);
  const searching = useDesk((desk) => desk.found !== null);
  const addresses = useDesk((desk) => desk.addresses);
  const { session, server } = useReference();
  const windows = useSeatWindows(parts, session.person, view);
  useEffect(() => {
    link.current = windows;
    if (windows) windows.onFly = (point, zoom) => map.current?.fly(point, zoom);
  }, [windows, link, map]);
  useMapNews(server);
  const command = useRef<HTMLInputElement>(null);
  const start = useRef<HTMLElement>(null);
  const waiting = useRef<GridHandle>(null);
  const working = useRef<GridHandle>(null);
  const calls = useRef<GridHandle>(null);
  const units = useRef<GridHandle>(null);
  const selected = useDesk((desk) => desk.selected);
  const shown =
    end === "form" && form
      ? "form"
      : end === "unit" && unit
        ? "unit"
        : end === "callers" && selected
          ? "callers"
          : end === "cordon" && selected
            ? "cordon"
            : end === "roads"
              ? "roads"
              : end === "warnings"
                ? "warnings"
                : "detail";

  useEffect(() => {
    const hold = (event: BeforeUnloadEvent) => {
      // Drafts survive, but a call in progress is not left by a slip of the hand.
      const asked = app.leaving || live.link().state === "signed_out";
      if (
        !asked &&
        (view === null || view === "detail") &&
        Object.values(useDesk.getState().forms).some((each) => !isEmptyForm(each))
      )
        event.preventDefault();
    };
    addEventListener("beforeunload", hold);
    return () => removeEventListener("beforeunload", hold);
  }, [app, live, view]);

  const focusEnd = useCallback((selector: string) => {
    // The pane may have to be drawn first.
    setTimeout(() => document.querySelector<HTMLElement>(selector)?.focus(), 30);
  }, []);
  const back = () => {
    const desk = useDesk.getState();
    if (desk.found !== null) desk.set({ found: null });
    else if (desk.moving) desk.set({ moving: false });
    else if (desk.closing) desk.set({ closing: false });
    else if (desk.holding) desk.set({ holding: false });
    else if (desk.several) desk.set({ several: false, marked: [] });
    else if (desk.follow) desk.set({ follow: null });
    else if (desk.end === "roads" && useRoads.getState().drawing) useRoads.getState().clear();
    else if (desk.end === "warnings" && useWarnings.getState().writing) useWarnings.getState().clear();
    else if (desk.end === "form") desk.parkForm();
    else if (desk.end !== "detail") desk.show("detail");
    else if (document.activeElement === document.body) command.current?.focus();
    else (document.activeElement as HTMLElement | null)?.blur();
  };
  const desk = useDesk.getState;
  const may = useMay();
  const acknowledge = useAcknowledge();
  const bindings: KeyBinding[] = [
    { code: "F1", inFields: true, run: () => desk().set({ help: true }) },
    { code: "F2", inFields: true, run: () => parts.acts.calls.newForm() },
    { code: "F3", inFields: true, run: () => command.current?.select() },
    { code: "Slash", run: () => command.current?.focus() },
    { code: "NumpadDivide", run: () => command.current?.focus() },
    {
      code: "F4",
      inFields: true,
      run: () => {
        if (shown !== "form") parts.acts.calls.newForm();
        focusEnd(".call-form .combo .input");
      },
    },
    {
      code: "F6",
      inFields: true,
      run: () => {
        const { several, show, set } = desk();
        show("detail");
        set({ several: !several, marked: [] });
      },
    },
    // In the form F7 hands the call over: see `CallForm`.
    ...(shown === "form"
      ? []
      : [
          {
            code: "F7",
            inFields: true,
            run: () => {
              desk().show("detail");
              focusEnd("#task-new .input");
            },
          },
        ]),
    {
      code: "Alt+KeyA",
      inFields: true,
      run: () => session.acts.has("see_addresses") && desk().set({ addresses: true }),
    },
    {
      code: "F10",
      inFields: true,
      run: () => {
        desk().show("detail");
        desk().set({ closing: !desk().closing });
      },
    },
    { code: "Escape", inFields: true, run: back },
    {
      code: "KeyA",
      run: () => {
        const newest = takeableOf(world.call.values(), usePractice.getState().call)[0];
        if (newest) void parts.acts.calls.answer(newest);
      },
    },
    {
      code: "KeyC",
      run: () => {
        const incident = world.incident.get(desk().selected);
        if (incident?.point && !incident.draft) desk().show("cordon");
      },
    },
    { code: "KeyP", run: () => session.acts.has("see_warnings") && desk().show("warnings") },
    { code: "KeyG", run: () => session.acts.has("see_call") && desk().selected && desk().show("callers") },
    { code: "KeyB", run: () => desk().show("roads") },
    { code: "KeyR", run: () => turnLayer(world.incident.get(desk().selected)?.point != null) },
    { code: "KeyF", run: () => desk().set({ found: "" }) },
    { code: "KeyJ", run: () => waiting.current?.move(1) },
    { code: "KeyK", run: () => waiting.current?.move(-1) },
    {
      code: "KeyN",
      run: () => {
        desk().show("detail");
        focusEnd("#note-new");
      },
    },
    {
      code: "KeyM",
      run: () => {
        const incident = world.incident.get(desk().selected);
        if (incident?.point) parts.fly(incident.point, 15);
        else desk().say(incident ? reason("said.noPlace", { n: incident.number }) : reason("said.nothingShown"), true);
      },
    },
    {
      code: "KeyH",
      run: () => {
        const incident = world.incident.get(desk().selected);
        if (incident?.hold && !may("dispatch")) void parts.acts.incidents.release(incident);
        else if (incident) {
          desk().show("detail");
          desk().set({ holding: true });
        }
      },
    },
    { code: "KeyW", run: () => desk().set({ whyOthers: !desk().whyOthers }) },
    { code: "KeyS", run: () => desk().set({ muted: !desk().muted }) },
    { code: "Ctrl+KeyZ", run: () => void parts.acts.undo() },
    {
      code: "Ctrl+Enter",
      inFields: true,
      run: () => {
        const alarms = nextToAcknowledge(world.alarm.values(), clock.now());
        if (alarms.length > 0 && !may("alarm")) acknowledge(alarms);
        else parts.sendForm.current?.();
      },
    },
    {
      code: "Alt+Digit1",
      inFields: true,
      run: () => document.querySelector<HTMLElement>("[data-panel=alarms] button")?.focus(),
    },
    { code: "Alt+Digit2", inFields: true, run: () => waiting.current?.focus() },
    { code: "Alt+Digit3", inFields: true, run: () => working.current?.focus() },
    { code: "Alt+Digit4", inFields: true, run: () => calls.current?.focus() },
    { code: "Alt+Digit5", inFields: true, run: () => units.current?.focus() },
    { code: "Alt+Digit6", inFields: true, run: () => document.querySelector<HTMLElement>("[data-panel=end]")?.focus() },
  ];
  useKeys(bindings);
  useEnter(parts);

  // Alone in its window a part is the page; beside the map it is not.
  const Side = view ? "main" : "aside";
  return (
    <div className="console" data-view={view ?? "all"}>
      <div className="strips">
        <LinkStateBar />
        <WatchBar />
      </div>
      <TopBar command={command} />
      <div className="console-body">
        {(!view || view === "queues") && (
          <Side ref={start} className="side side-start" aria-label={t("title.start")}>
            <Shares side={start} />
            <Lists waiting={waiting} working={working} calls={calls} units={units} />
          </Side>
        )}
        {view === "units" && (
          <>
            <main className="side side-start" aria-label={t("title.units")}>
              <UnitsPanel grid={units} />
            </main>
            {unit && (
              <aside className="side side-end" aria-label={t("title.end")}>
                <UnitCard />
              </aside>
            )}
          </>
        )}
        {(!view || view === "map") && <MapPane map={map} />}
        {(!view || view === "detail") && (
          <Side className="side side-end" aria-label={t("title.end")} data-panel="end" tabIndex={-1}>
            {shown !== "form" && form && <UnfinishedForm />}
            {shown === "form" ? (
              <CallFormPane />
            ) : shown === "unit" ? (
              <UnitCard />
            ) : shown === "callers" ? (
              <CallersPane />
            ) : shown === "cordon" ? (
              <CordonPane />
            ) : shown === "roads" ? (
              <RoadsPane />
            ) : shown === "warnings" ? (
              <WarningsPane />
            ) : (
              <DetailPane />
            )}
          </Side>
        )}
      </div>
      <Rest />
      {searching && <SearchPane />}
      <StatusBar />
      <HandOverPart />
      {addresses && <Addresses onClose={() => desk().set({ addresses: false })} />}
      {help && (
        <KeyHelp
          screen="console"
          keys={helpKeys(t, nowOf(world))}
          onClose={() => useDesk.getState().set({ help: false })}
        />
      )}
    </div>
  );
}

interface ListsProps {
  readonly waiting: Ref<GridHandle>;
  readonly working: Ref<GridHandle>;
  readonly calls: Ref<GridHandle>;
  readonly units: Ref<GridHandle>;
}

/** What stands at the start: it reads its own, and is not drawn again when a key opens something at the end. */
const Lists = memo(function Lists({ waiting, working, calls, units }: ListsProps) {
  return (
    <>
      <HandOverStrip />
      <WaitingQueue grid={waiting} />
      <HeldQueue />
      <WorkingQueue grid={working} />
      <CallBacks />
      <CallsPanel grid={calls} />
      <UnitsPanel grid={units} />
    </>
  );
});

/** Fetches the rest of the desk. */
function Rest() {
  const { have } = useHaveData();
  useEffect(() => {
    const ask = () => void fetchRest();
    if (have) {
      const idle = requestIdleCallback(ask, { timeout: REST_WITHIN_MS });
      return () => cancelIdleCallback(idle);
    }
    const late = setTimeout(ask, REST_ANYHOW_MS);
    return () => clearTimeout(late);
  }, [have]);
  return null;
}

function UnfinishedForm() {
  const { t } = useWords();
  return (
    <div className="unfinished">
      <span>{t("call.backToForm")}</span>
      <Button keyHint="F2" onClick={() => useDesk.getState().show("form")}>
        {t("call.resume")}
      </Button>
      <OpenForms />
    </div>
  );
}

/** Enter where nothing else wants it sends the first recommendation. */
function useEnter(parts: ConsoleParts): void {
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.shiftKey || event.metaKey)
        return;
      if (event.code !== "Enter" && event.code !== "NumpadEnter") return;
      const target = event.target as HTMLElement | null;
      if (target !== document.body && !target?.matches("[data-panel=end], .cordon")) return;
      event.preventDefault();
      parts.sendAdvised.current?.();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [parts]);
}

const TopBar = memo(function TopBar({ command }: { readonly command: React.RefObject<HTMLInputElement | null> }) {
  const leave = useLeaving();
  const { t, office } = useWords();
  const named = useNamed();
  const { session, server } = useReference();
  const { theme, toggleLang, toggleTheme } = usePrefs();
  const own = session.office
    ? server.provinces.find((each) => each.id === provinceOf(session.office as string))
    : undefined;
  return (
    <header className="top-bar">
      <h1 className="brand">
        {t("app.name110")}
        <span className="brand-mark" aria-hidden="true" />
        {own ? named(own.name) : office(session.office)}
      </h1>
      {server.demo && <span className="demo-mark">{t("app.demo")}</span>}
      <CommandBar inputRef={command} />
      <WallClock withDate />
      <span className="seat truncate">
        {t("status.seat", { role: t.maybe(`role.${session.role}`) ?? session.role, office: office(session.office) })}
      </span>
      <Button
        look="quiet"
        onClick={() => {
          toggleLang();
          // What was said stands in the language it was said in.
          useDesk.getState().set({ said: null });
        }}
      >
        <LanguageName />
      </Button>
      <Button
        look="quiet"
        aria-label={`${t("do.theme")}: ${t(`theme.${theme}`)}`}
        title={t(`theme.${theme}`)}
        onClick={toggleTheme}
        icon={theme === "night" ? <Sun size={16} aria-hidden="true" /> : <Moon size={16} aria-hidden="true" />}
      />
      <Button
        look="quiet"
        aria-label={t("do.signOut")}
        title={t("do.signOut")}
        onClick={leave}
        icon={<LogOut size={16} className="mirror" aria-hidden="true" />}
      />
    </header>
  );
});

/** Say once that another map is in force: streets and offices may have other names than a moment ago. */
function useMapNews(server: ServerInfo): void {
  const versions = server.provinces.map((each) => each.mapVersion).join(" ");
  const before = useRef(versions);
  useEffect(() => {
    if (before.current === versions) return;
    before.current = versions;
    useDesk.getState().say(reason("said.newMap"));
  }, [versions]);
}
