import { Globe, HelpCircle, LogOut, Moon, Sun } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ReferenceContext, useApp, useReference } from "../../app/hooks";
import type { OfficeId, ProvinceId } from "../../core/units";
import type { Office } from "../../core/views";
import { useNamed, useT } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import {
  Button,
  Choice,
  Empty,
  KeyHelp,
  KeyHint,
  LanguageName,
  LinkStateBar,
  LinkStateText,
  Loading,
  useKeys,
} from "../../ui";
import { ServerSection } from "../watch/ServerSection";
import { WatchBar } from "../watch/WatchBar";
import { AliasesSection } from "./AliasesSection";
import { BookPage } from "./books/BookPage";
import { HazardsSection } from "./hazards/HazardsSection";
import { ImportsSection } from "./imports/ImportsSection";
import { messages } from "./messages";
import { Overview } from "./Overview";
import { ProvinceSection } from "./ProvinceSection";
import { DevicesSection } from "./people/DevicesSection";
import { PeopleSection } from "./people/PeopleSection";
import { RulesSection } from "./RulesSection";
import "./admin.css";

const TreeSection = lazy(async () => ({ default: (await import("./tree/TreeSection")).TreeSection }));
// The inspector's; nobody else loads it.
const LooksSection = lazy(() => import("../looks/LooksSection"));

export const SECTIONS = [
  "looks",
  "overview",
  "rules",
  "kinds",
  "words",
  "questions",
  "plans",
  "offices",
  "people",
  "devices",
  "texts",
  "services",
  "aliases",
  "imports",
  "hazards",
  "server",
  "retention",
  "nation",
  "ways_in",
] as const;
export type Section = (typeof SECTIONS)[number];

/** What a session has to be allowed at all for a section to be of use to it. */
const ACT_OF: Readonly<Record<Section, string>> = {
  looks: "read_audit",
  overview: "see_guide",
  offices: "see_rules",
  rules: "see_rules",
  kinds: "see_guide",
  words: "see_guide",
  questions: "see_guide",
  plans: "see_guide",
  people: "manage_people",
  devices: "manage_devices",
  texts: "see_guide",
  services: "see_guide",
  aliases: "see_addresses",
  imports: "manage_devices",
  hazards: "keep_premises",
  server: "see_guide",
  retention: "keep_retention",
  nation: "see_rules",
  ways_in: "manage_people",
};

/** What the nation sets for every province that has none of its own. */
const OF_THE_NATION: readonly Section[] = [
  "rules",
  "kinds",
  "words",
  "questions",
  "plans",
  "texts",
  "services",
  "server",
  "nation",
  "ways_in",
];
/** What is the nation's alone. */
const NATION_ALONE: readonly Section[] = ["nation"];

/** Where nothing is drafted and published: what is done there holds at once, or is only read. */
const UNDRAFTED: readonly (Section | undefined)[] = ["looks", "overview", "devices", "aliases", "hazards", "server"];
/** Of those, where what was done can be undone by its key, and where changes are saved by one. */
const UNDONE: readonly (Section | undefined)[] = ["aliases", "devices", "hazards"];
const SAVED: readonly (Section | undefined)[] = ["devices", "hazards"];
/** Where there is a list to move in. */
const LISTED: readonly (Section | undefined)[] = [
  "rules",
  "kinds",
  "words",
  "offices",
  "people",
  "devices",
  "hazards",
  "looks",
];

/** Which province a national administrator worked in last, on this machine. */
const PROVINCE = "nazdik.admin.province";

/** The row of digits and what follows on it, then the keys at the end of the rows below: a section each. */
const KEYS = [
  ...["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"].map((key) => ({ key, code: `Digit${key}` })),
  { key: "-", code: "Minus" },
  { key: "=", code: "Equal" },
  { key: "[", code: "BracketLeft" },
  { key: "]", code: "BracketRight" },
  { key: ";", code: "Semicolon" },
  { key: "'", code: "Quote" },
  { key: ",", code: "Comma" },
  { key: ".", code: "Period" },
  { key: "/", code: "Slash" },
] as const;
const keyOf = (n: number): string => KEYS[n]?.key ?? "";

/** Where one is stands in the address, so that going back and sending a link both work: `#rules/khuzestan.ahvaz`. */
function useAddress(): readonly [Section | null, string | null, (section: string, subject?: string | null) => void] {
  const read = (): readonly [Section | null, string | null] => {
    const [section = "", subject = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
    return [SECTIONS.find((each) => each === section) ?? null, subject === "" ? null : subject];
  };
  const [at, setAt] = useState(read);
  useEffect(() => {
    const moved = () => setAt(read());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  });
  const go = useCallback((section: string, subject?: string | null) => {
    location.hash = subject ? `${section}/${encodeURIComponent(subject)}` : section;
  }, []);
  return [at[0], at[1], go];
}

/** Who stands above several provinces works in one at a time; the others of a page know it as the session's own. */
export function Admin() {
  const reference = useReference();
  const { session, offices } = reference;
  const provinces = session.province ? [] : offices.childrenOf(session.office as OfficeId);
  const [chosen, setChosen] = useState<string | null>(() => localStorage.getItem(PROVINCE));
  // The nation itself, under which all provinces stand.
  const nation = provinces.length > 0 && chosen === session.office;
  const province = nation ? undefined : (provinces.find((each) => each.id === chosen) ?? provinces[0]);
  const there = useMemo(
    () =>
      province ? { ...reference, session: { ...session, province: province.id as unknown as ProvinceId } } : reference,
    [reference, session, province],
  );
  const choose = (id: string) => {
    localStorage.setItem(PROVINCE, id);
    location.hash = id === session.office ? "rules" : "overview";
    setChosen(id);
  };
  return (
    <ReferenceContext value={there}>
      <Pages key={province?.id ?? "nation"} provinces={provinces} nation={nation} onProvince={choose} />
    </ReferenceContext>
  );
}

interface PagesProps {
  readonly provinces: readonly Office[];
  /** What is set is the whole nation's. */
  readonly nation: boolean;
  readonly onProvince: (id: string) => void;
}

function Pages({ provinces, nation, onProvince }: PagesProps) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { session, offices, server } = useReference();
  const { theme, toggleTheme, toggleLang } = usePrefs();
  const [help, setHelp] = useState(false);
  const [asked, subject, go] = useAddress();
  const sections = SECTIONS.filter(
    (each) => session.acts.has(ACT_OF[each]) && (nation ? OF_THE_NATION.includes(each) : !NATION_ALONE.includes(each)),
  );
  const section = sections.find((each) => each === asked) ?? sections[0];
  const own = offices.find(session.office);
  // On a narrow screen the sections are a strip: where one is has to be seen in it.
  const strip = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the section that moves it.
  useEffect(() => {
    strip.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [section]);
  const root = (session.province ?? session.office) as OfficeId;
  const Light = theme === "night" ? Sun : Moon;
  useKeys([
    ...sections
      .slice(0, KEYS.length)
      .map((each, n) => ({ code: `Alt+${KEYS[n]?.code}`, run: () => go(each), inFields: true })),
    { code: "KeyL", run: toggleLang },
    { code: "KeyT", run: toggleTheme },
    { code: "F1", run: () => setHelp(true), inFields: true },
    { code: "Shift+Slash", run: () => setHelp(true) },
  ]);
  const drafted = !UNDRAFTED.includes(section);
  const helpKeys = [
    ...sections.slice(0, KEYS.length).map((each, n) => ({ keys: `Alt+${keyOf(n)}`, what: t(`admin.section.${each}`) })),
    { keys: "↑ ↓", what: t("admin.key.move"), off: LISTED.includes(section) ? null : t("admin.key.noList") },
    {
      keys: "Ctrl+S",
      what: t(SAVED.includes(section) ? "admin.key.save" : "admin.saveDraft"),
      off: drafted || SAVED.includes(section) ? null : t("admin.key.notHere"),
    },
    { keys: "Ctrl+⏎", what: t("admin.publish"), off: drafted ? null : t("admin.key.notHere") },
    {
      keys: "Ctrl+Z",
      what: t(UNDONE.includes(section) ? "admin.key.undoDone" : "admin.key.undo"),
      off: drafted || UNDONE.includes(section) ? null : t("admin.key.notHere"),
    },
    { keys: "L", what: t("admin.key.language") },
    { keys: "T", what: t("admin.key.theme") },
    { keys: "F1  ?", what: t("admin.key.help") },
  ];
  return (
    <div className="admin">
      <div className="strips">
        <LinkStateBar />
        <WatchBar />
      </div>
      <header className="admin-head">
        <h1>{t("admin.title")}</h1>
        {own && <span>{named(own.name)}</span>}
        {provinces.length > 0 && (
          <Choice
            label={t("admin.province")}
            hideLabel
            value={root}
            options={[
              [session.office ?? "", t("admin.nation")] as const,
              ...provinces.map((each) => [each.id, named(each.name)] as const),
            ]}
            onChange={onProvince}
          />
        )}
        {server.demo && <span className="demo-mark">{t("app.demo")}</span>}
        <span className="admin-tools">
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
      </header>
      <nav className="admin-nav" aria-label={t("admin.sections")} ref={strip}>
        {sections.map((each, n) => (
          // With its path: a bare # at the beginning of a page is told as a link that skips to something on it.
          <a key={each} href={`${location.pathname}#${each}`} aria-current={each === section ? "page" : undefined}>
            <span>{t(`admin.section.${each}`)}</span>
            {n < KEYS.length && <KeyHint keys={`Alt+${keyOf(n)}`} />}
          </a>
        ))}
      </nav>
      {/* What scrolls must be reachable by key, also where nothing may be changed. */}
      <main
        className="admin-main"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: as above.
        tabIndex={0}
      >
        {section === "rules" ? (
          <RulesSection root={root} office={subject ?? root} onOffice={(id) => go("rules", id)} />
        ) : section === "offices" ? (
          <Suspense fallback={<Loading />}>
            <TreeSection province={root} />
          </Suspense>
        ) : section === "aliases" ? (
          <AliasesSection province={root} />
        ) : section === "server" ? (
          <ServerSection />
        ) : section === "people" ? (
          <PeopleSection root={root} subject={subject} onSubject={(id) => go("people", id)} />
        ) : section === "imports" ? (
          <ImportsSection root={root} subject={subject} onSubject={(id) => go("imports", id)} />
        ) : section === "hazards" ? (
          <HazardsSection root={root} />
        ) : section === "devices" ? (
          <DevicesSection root={root} subject={subject} onSubject={(id) => go("devices", id)} />
        ) : section === "kinds" ||
          section === "texts" ||
          section === "services" ||
          section === "retention" ||
          section === "nation" ||
          section === "ways_in" ? (
          <ProvinceSection key={section} province={root} name={section} />
        ) : section === "words" || section === "questions" || section === "plans" ? (
          <BookPage key={section} province={root} name={section} />
        ) : section === "looks" ? (
          <Suspense fallback={<Loading />}>
            <LooksSection />
          </Suspense>
        ) : section === "overview" ? (
          <Overview root={root} onOpen={go} />
        ) : (
          <Empty>{t("admin.why.right")}</Empty>
        )}
      </main>
      <footer className="admin-foot">
        <LinkStateText />
      </footer>
      {help && (
        <KeyHelp
          screen="admin"
          keys={helpKeys}
          about={section && `${t(`admin.section.${section}`)}: ${t(`admin.about.${section}`)}`}
          onClose={() => setHelp(false)}
        />
      )}
    </div>
  );
}
