import { ExternalLink, Globe, HelpCircle, Moon, Sun } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { getOffices, getSession } from "../../api/reads";
import { getSeats, getTakenSeats, signInWithSeat } from "../../api/seats";
import { askForExercise, forgetExercise } from "../../app/exercise";
import { useApp, useLoad } from "../../app/hooks";
import { OfficeTree } from "../../core/offices";
import type { Seat } from "../../core/views";
import { problemText, useNamed, useT } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import { Button, Empty, ErrorState, Field, KeyHelp, LanguageName, Loading, Ltr, useKeys } from "../../ui";
import { enter } from "./enter";
import { FirstRun } from "./first/FirstRun";
import { messages } from "./messages";
import { OwnPassword } from "./OwnPassword";
import { Password } from "./Password";
import { Service } from "./Service";
import { carsOf, findCars, GROUPS, seatsOf, seatToPractise } from "./seats";
import "./welcome.css";

const CARS_SHOWN = 24;
// Opened from here or by its address, `/#keys`.
const KEYS = "#keys";
const OwnKeys = lazy(() => import("../identity/OwnKeys"));
const GLASS = "#glass";
const FACTOR = "#factor";
const FactorNeeded = lazy(() => import("../identity/FactorNeeded"));
const Glass = lazy(() => import("../identity/Glass"));

export function Welcome() {
  const app = useApp();
  const t = useT(messages);
  const server = useLoad(() => app.readServer(), [app]);
  const info = server.value;
  const hash = useHash();
  if (hash === KEYS || hash === GLASS || hash === FACTOR)
    return (
      <div className="welcome">
        <Header version={info?.version ?? null} />
        <main className="welcome-main" data-narrow>
          <Suspense fallback={<Loading rows={6} />}>
            {hash === KEYS ? <OwnKeys /> : hash === GLASS ? <Glass onIn={enter} /> : <FactorNeeded onIn={enter} />}
          </Suspense>
        </main>
      </div>
    );
  return (
    <div className="welcome">
      <Header version={info?.version ?? null} />
      <main className="welcome-main" data-narrow={(info && !info.demo) || undefined}>
        {info?.demo && (
          <section className="welcome-demo" role="note">
            <strong>{t("welcome.demo")}</strong>
            <span>{t("welcome.demoMore")}</span>
          </section>
        )}
        <p className="welcome-what">{t("welcome.what")}</p>
        {!info &&
          (server.problem ? (
            <ErrorState problem={server.problem} onRetry={server.again}>
              {t("welcome.serverDown")}
            </ErrorState>
          ) : (
            <Loading rows={6} onRetry={server.again} />
          ))}
        {info?.demo && (
          <>
            <Seated />
            <Seats />
          </>
        )}
        {info && !info.demo && (
          <FirstRun open={info.provinces.length > 0}>
            <Seated />
            <section className="welcome-in" aria-labelledby="welcome-in">
              <h2 id="welcome-in">{t("welcome.in")}</h2>
              <Service onIn={enter} />
              <Password onIn={enter} />
              <OwnPassword />
            </section>
          </FirstRun>
        )}
      </main>
    </div>
  );
}

function useHash(): string {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = () => setHash(location.hash);
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return hash;
}

function Header({ version }: { readonly version: string | null }) {
  const t = useT(messages);
  const { theme, toggleTheme, toggleLang } = usePrefs();
  const Icon = theme === "night" ? Sun : Moon;
  const [help, setHelp] = useState(false);
  useKeys([
    { code: "F1", run: () => setHelp(true), inFields: true },
    { code: "Shift+Slash", run: () => setHelp(true) },
  ]);
  return (
    <header className="welcome-head">
      <h1>{t("welcome.title")}</h1>
      {version && <span className="muted">{t("welcome.version", { version })}</span>}
      <span className="welcome-tools">
        <Button
          icon={<HelpCircle size={16} aria-hidden="true" />}
          keyHint="F1"
          onClick={() => setHelp(true)}
          aria-label={t("do.help")}
        />
        <Button icon={<Globe size={16} aria-hidden="true" />} onClick={toggleLang}>
          <LanguageName />
        </Button>
        <Button icon={<Icon size={16} aria-hidden="true" />} onClick={toggleTheme}>
          {t(theme === "night" ? "theme.day" : "theme.night")}
        </Button>
      </span>
      {help && (
        <KeyHelp screen="welcome" keys={[{ keys: "F1  ?", what: t("help.title") }]} onClose={() => setHelp(false)} />
      )}
    </header>
  );
}

/** Whoever is signed in already goes on with one press. */
function Seated() {
  const app = useApp();
  const t = useT(messages);
  const { value } = useLoad(() => getSession(app.api), [app]);
  if (!value) return null;
  return (
    <p className="welcome-seated">
      <span>{t("welcome.seated", { role: t.maybe(`role.${value.role}`) ?? value.role })}</span>
      <Button look="primary" onClick={() => location.assign(`/${value.face}`)}>
        {t("welcome.continue")}
      </Button>
      {value.unit === null && <a href={GLASS}>{t("welcome.glass")}</a>}
      {/* A seat of the demo is nobody: it has no keys. */}
      {!value.person.startsWith("seat:") && <a href={KEYS}>{t("welcome.ownKeys")}</a>}
    </p>
  );
}

function Seats() {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const seats = useLoad(() => getSeats(app.api), [app]);
  const offices = useLoad(async () => new OfficeTree(await getOffices(app.api)), [app]);
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const sit = async (seat: Seat) => {
    setBusy(seat.id);
    setProblem(null);
    try {
      enter(await signInWithSeat(app.api, seat.id));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(null);
    }
  };

  /** A guided exercise, at a seat where nobody sits. */
  const practise = async (role: "dispatcher" | "officer") => {
    try {
      const seat = seatToPractise(seats.value ?? [], await getTakenSeats(app.api), role);
      if (!seat) return;
      askForExercise();
      await sit(seat);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };

  // `/?seat=…` sits down by itself: that is how a seat opens in a window of its own.
  const asked = useRef(new URLSearchParams(location.search));
  const all = seats.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the seats are known.
  useEffect(() => {
    const wanted = all?.find((seat) => seat.id === asked.current.get("seat"));
    if (!wanted) return;
    asked.current = new URLSearchParams();
    void sit(wanted);
  }, [all]);

  if (!all)
    return seats.problem ? (
      <ErrorState problem={seats.problem} onRetry={seats.again} />
    ) : (
      <Loading rows={8} onRetry={seats.again} />
    );
  if (all.length === 0) return <Empty at={seats.at}>{t("welcome.noSeats")}</Empty>;
  const officeName = (id: string | null): string => {
    const office = offices.value?.find(id as never);
    return office ? named(office.name) : "";
  };
  const row = { busy, sit };
  return (
    <>
      <h2 className="welcome-sit">{t("welcome.sit")}</h2>
      <p className="muted">{t("welcome.sitMore")}</p>
      <p className="welcome-new">
        <b>{t("welcome.new")}</b>
        {(["dispatcher", "officer"] as const).map((role) => (
          <Button key={role} pending={busy !== null} onClick={() => void practise(role)}>
            {t(`welcome.exercise.${role}`)}
          </Button>
        ))}
      </p>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      <div className="welcome-groups">
        {GROUPS.map((role) => {
          const held = seatsOf(all, role);
          if (held.length === 0) return null;
          return (
            <section key={role} className="welcome-group" data-role={role}>
              <h3>{t.maybe(`welcome.group.${role}`) ?? role}</h3>
              {role === "officer" ? (
                <Cars seats={all} officeName={officeName} {...row} />
              ) : (
                held.map((seat) => <SeatRow key={seat.id} seat={seat} {...row} />)
              )}
            </section>
          );
        })}
      </div>
    </>
  );
}

interface Sitting {
  readonly busy: string | null;
  readonly sit: (seat: Seat) => void;
}

function SeatRow({ seat, busy, sit }: Sitting & { readonly seat: Seat }) {
  const t = useT(messages);
  const named = useNamed();
  const title = named(seat.title);
  return (
    <div className="seat">
      <button
        type="button"
        className="seat-button"
        aria-disabled={busy !== null || undefined}
        onClick={() => {
          forgetExercise();
          if (busy === null) sit(seat);
        }}
      >
        <span className="seat-title">{busy === seat.id ? t("welcome.starting") : title}</span>
        <span className="seat-hint">{named(seat.hint)}</span>
      </button>
      <NewWindow href={`/?seat=${encodeURIComponent(seat.id)}`} title={title} />
    </div>
  );
}

function NewWindow({ href, title }: { readonly href: string; readonly title: string }) {
  const t = useT(messages);
  const label = t("welcome.newWindow", { title });
  return (
    <a className="btn seat-new" href={href} target="_blank" rel="noreferrer" aria-label={label} title={label}>
      <ExternalLink size={16} className="mirror" aria-hidden="true" />
    </a>
  );
}

function Cars({
  seats,
  officeName,
  busy,
  sit,
}: Sitting & { readonly seats: readonly Seat[]; readonly officeName: (id: string | null) => string }) {
  const t = useT(messages);
  const [query, setQuery] = useState("");
  const cars = useMemo(() => carsOf(seats, officeName), [seats, officeName]);
  const found = findCars(cars, query);
  const shown = found.slice(0, CARS_SHOWN);
  return (
    <>
      <Field
        label={t("welcome.findCar")}
        type="search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        hint={t("welcome.cars", { n: found.length })}
      />
      <ul className="cars">
        {shown.map((car) => (
          <li key={car.seat.id} className="seat">
            <button
              type="button"
              className="seat-button"
              aria-disabled={busy !== null || undefined}
              onClick={() => busy === null && sit(car.seat)}
            >
              <span className="seat-title">
                <Ltr>{car.callSign}</Ltr>
              </span>
              <span className="seat-hint">{busy === car.seat.id ? t("welcome.starting") : car.words}</span>
            </button>
            <NewWindow href={`/?seat=${encodeURIComponent(car.seat.id)}`} title={car.callSign} />
          </li>
        ))}
      </ul>
      {found.length > shown.length && (
        <p className="muted">{t("welcome.moreCars", { n: found.length - shown.length })}</p>
      )}
    </>
  );
}
