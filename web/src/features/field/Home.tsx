import { BatteryMedium, BellRing, FilePenLine, FilePlus2, MapPin, MessageSquare, Settings2, Users } from "lucide-react";
import type { ReactNode } from "react";
import { Suspense } from "react";
import { useReference, useSecond } from "../../app/hooks";
import { freeInS, unitLook } from "../../core/selectors";
import type { Unit } from "../../core/views";
import { spanText, useFormats, useNamed, useT } from "../../i18n/hooks";
import { Button } from "../../ui/Button";
import { UnitGlyph } from "../../ui/glyphs";
import { Ltr } from "../../ui/Ltr";
import {
  useEntries,
  useField,
  useFieldState,
  useFieldT,
  useLinkLook,
  useLocationState,
  useOwnUnit,
  useSound,
} from "./hooks";
import { Banners, EmergencyBar, Foot } from "./parts";
import { isQueued } from "./queue";
import { messages as reportMessages } from "./report/messages";
import { openReport, openUntil } from "./report/own";
import "./report/report.css";
import type { OpenSheet } from "./sheets";
import { TalkStrip, useTalkWords } from "./talk/Talk";
import { useUpdate } from "./update";

/** On duty, nothing to do: what matters is whether an assignment would reach this handheld. */
export function Home({ open, takeBack }: { readonly open: OpenSheet; readonly takeBack: ReactNode }) {
  const t = useFieldT();
  const field = useField();
  const unit = useOwnUnit();
  const update = useUpdate();
  const now = useSecond();
  const entries = useEntries();
  const talk = useTalkWords();
  const tr = useT(reportMessages);
  const { time } = useFormats();
  const link = useLinkLook();
  const sound = useSound();
  if (!unit) return null;
  const soon = freeInS(unit, now);
  const report = openReport(field.unit, now);
  const ownWaits = entries.some((entry) => entry.action === "own_event" && isQueued(entry));
  const away = unit.primary === "NotAvailable" && unit.assignment === null;
  // Ready is whom an assignment reaches: without the link none comes, and without its voice nobody hears it.
  const deaf = link === "offline" || link === "signed_out" ? "link" : sound !== "ok" ? "sound" : null;
  // Who called for help is sent nowhere: the centre offers this unit nothing until it is over.
  const emergency = unit.emergency !== null;
  const setAvailable = () =>
    field.act({
      action: "status",
      path: `/v1/units/${unit.id}/status`,
      body: { available: true, secondary: "InService" },
      subject: unit.id,
    });
  return (
    <main className="hand home">
      <Banners />
      <EmergencyBar />
      <TalkStrip />
      <Head unit={unit} talk={talk.label} onTalk={() => open("talk")} />
      <section
        className="home-body"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key.
        tabIndex={0}
        aria-labelledby="home-title"
        data-away={away || undefined}
        data-deaf={deaf ?? undefined}
        data-emergency={emergency || undefined}
        data-report={report !== null || undefined}
      >
        <h1 id="home-title">
          {t(emergency ? "home.emergency" : away ? "home.away" : deaf ? `home.deaf.${deaf}` : "home.ready")}
        </h1>
        {ownWaits && (
          <p className="mission-backup" role="status">
            {t("own.sent")}
          </p>
        )}
        {(away || unit.secondary === "Station") && (
          <p className="home-reason">{t.maybe(`status.${unit.secondary}`) ?? unit.secondary}</p>
        )}
        <p>
          {emergency
            ? t(deaf === "link" ? "home.deafWhy.link" : "home.emergencyWhy")
            : soon !== null
              ? t("soon.told", { span: spanText(t, soon) })
              : away
                ? t("home.awayWhy")
                : t(deaf ? `home.deafWhy.${deaf}` : "home.readyWhy")}
        </p>
        <Facts unit={unit} />
      </section>
      <div className="home-act">
        <Suspense fallback={null}>{takeBack}</Suspense>
        {update && (
          <Button size="hand" wide onClick={update}>
            {t("home.update")}
          </Button>
        )}
        {away && (
          <Button size="main" look="ok" wide className="accept" onClick={setAvailable}>
            {t("home.available")}
          </Button>
        )}
        {report && (
          <Button size="hand" wide icon={<FilePenLine size={28} aria-hidden="true" />} onClick={() => open("again")}>
            {tr("report.open", { n: report.number, time: time(openUntil(report)) })}
          </Button>
        )}
        <div className="pair">
          <Button size="hand" icon={<FilePlus2 size={28} aria-hidden="true" />} wide onClick={() => open("own")}>
            {t("home.ownEvent")}
          </Button>
          <Button size="hand" icon={<Settings2 size={28} aria-hidden="true" />} wide onClick={() => open("status")}>
            {t("home.status")}
          </Button>
        </div>
      </div>
      <Foot onOutbox={() => open("outbox")} />
    </main>
  );
}

function Head({ unit, talk, onTalk }: { readonly unit: Unit; readonly talk: string; readonly onTalk: () => void }) {
  const t = useFieldT();
  const named = useNamed();
  const { offices } = useReference();
  const office = offices.find(unit.office);
  // What is done here counts at once, also while the centre does not have it yet: on this screen there is no assignment.
  const at = unitLook({ ...unit, assignment_state: null });
  const look = unit.assignment !== null && at === "busy" ? "available" : at;
  return (
    <header className="home-head">
      <UnitGlyph look={look} size={56} quiet />
      <div>
        <Ltr className="home-sign">{unit.call_sign}</Ltr>
        <small>{t(`unitKind.${unit.kind}`)}</small>
        {office && <small>{named(office.name)}</small>}
      </div>
      <button type="button" className="tile home-talk" onClick={onTalk}>
        <MessageSquare size={26} aria-hidden="true" />
        <span>{talk}</span>
      </button>
    </header>
  );
}

/** Sound, position, battery, crew: each with its words. */
function Facts({ unit }: { readonly unit: Unit }) {
  const t = useFieldT();
  const { percent, id } = useFormats();
  const sound = useSound();
  const battery = useFieldState((state) => state.battery);
  return (
    <dl className="home-facts">
      <div data-bad={sound !== "ok" || undefined}>
        <BellRing size={28} aria-hidden="true" />
        <dt>{t("home.sound")}</dt>
        <dd>{t(`home.sound.${sound}`)}</dd>
      </div>
      <Place />
      {battery !== null && (
        <div data-bad={battery < 0.15 || undefined}>
          <BatteryMedium size={28} aria-hidden="true" />
          <dt>{t("home.battery")}</dt>
          <dd className="num">{percent(battery)}</dd>
        </div>
      )}
      <div data-none={unit.crew === 0 || undefined}>
        <Users size={28} aria-hidden="true" />
        <dt>{t("home.crew")}</dt>
        <dd className="num">{unit.crew > 0 ? id(unit.crew) : t("home.crewUnknown")}</dd>
      </div>
    </dl>
  );
}

function Place() {
  const t = useFieldT();
  const field = useField();
  const now = useSecond();
  const state = useLocationState();
  const here = field.here();
  const own = field.locator.here();
  const age = here ? Math.max(0, (now - here.at) / 1000) : null;
  const words =
    here && age !== null && age < 120
      ? t(here === own ? "home.location.ok" : "home.location.told", { span: spanText(t, age) })
      : t(state === "denied" ? "home.location.denied" : "home.location.none");
  return (
    <div className="home-place" data-bad={!here || (age ?? 999) > 90 || undefined}>
      <MapPin size={28} aria-hidden="true" />
      <dt>{t("home.location")}</dt>
      <dd className="num">{words}</dd>
    </div>
  );
}
