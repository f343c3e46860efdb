import type { CSSProperties, ReactNode } from "react";
import { useEffect } from "react";
import { useApp, useEvery, useLink, useReference, useSecond, useVersion } from "../../../app/hooks";
import { isWaiting, levelAt, stageOf } from "../../../core/selectors";
import type { OfficeId } from "../../../core/units";
import type { Office, Tier } from "../../../core/views";
import { spanText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { WallClock } from "../../../ui";
import { GlassStrip } from "../../watch/WatchBar";
import { isHeard, ownCounts } from "../logic";
import { messages as boardWords } from "../messages";
import { OldCount } from "../trends/Age";
import { Arrival } from "../trends/Arrival";
import type { Trends } from "../trends/logic";
import { isMissed } from "../trends/logic";
import { messages as trendWords } from "../trends/messages";
import { TwoHours } from "../trends/TwoHours";
import { useTrends } from "../trends/useTrends";
import { LateMap } from "./LateMap";
import { enlargedAt, inBreach, oldestOf, PAGES, pageAt, STALE_MS, shareOf, themeAt } from "./logic";
import { messages } from "./messages";
import { AlarmLine, HourPage, Offices, Worst } from "./Pages";
import "./wall.css";

interface Props {
  readonly office: Office;
  readonly tier: Tier;
  /** From how far it is read. */
  readonly metres: number;
}

/** A board for the wall: no controls, the worst first, other pages while nothing is in breach, day and night by the clock. */
export function Wall({ office, tier, metres }: Props) {
  const { world } = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { server } = useReference();
  const { dateLong } = useFormats();
  const now = useEvery(1);
  const link = useLink();
  useVersion(world.incident as never);
  useVersion(world.alarm as never);
  const counted = useTrends(office.id);
  const trends = counted.value;
  useTheme(themeAt(now, server.offsetMs));
  useAwake();
  const breach = inBreach(world.incident.values(), world.alarm.values(), now);
  const pages = tier === "station" ? PAGES.filter((each) => each !== "offices") : PAGES;
  const heard = isHeard(link.streams);
  const page = heard ? pageAt(now, pages, breach) : "worst";
  const oldest = oldestOf(link.streams);
  const stale = link.state !== "live" && (oldest === null || now - oldest > STALE_MS);
  // A picture that stands for months burns in; two pixels every ten minutes are not seen.
  const shift = (Math.floor(now / 600_000) % 3) * 2;
  const style = {
    fontSize: `${shareOf(metres) * 100}vw`,
    translate: `${shift}px ${shift}px`,
  } satisfies CSSProperties;
  return (
    <div className="wall" style={style} data-stale={stale || undefined} data-page={page}>
      <Lost />
      <div role="alert">
        <GlassStrip />
      </div>
      <header>
        <h1 className="truncate">{named(office.name)}</h1>
        <span className="wall-date truncate">{dateLong(now)}</span>
        <span className="wall-clock">
          <WallClock />
        </span>
        <Age />
      </header>
      <main>
        <Numbers office={office.id as OfficeId} trends={trends} />
        <AlarmLine />
        <h2>
          {t(`wall.${page}`)}
          <OldCount of={counted} />
          {breach ? (
            <small>{t("wall.stands")}</small>
          ) : heard ? (
            <span className="wall-pages" aria-hidden="true">
              {pages.map((each) => (
                <i key={each} data-on={each === page || undefined} />
              ))}
            </span>
          ) : null}
        </h2>
        {page === "worst" && (
          <div className="wall-beside">
            <Worst tier={tier} />
            <LateMap office={office} tier={tier} enlarged={enlargedAt(metres, innerWidth)} />
          </div>
        )}
        {page === "hour" && <HourPage trends={trends} failed={counted.problem !== null} />}
        {page === "offices" && <Offices office={office.id as OfficeId} trends={trends} />}
      </main>
    </div>
  );
}

function Numbers({ office, trends }: { readonly office: OfficeId; readonly trends: Trends | null }) {
  const { world } = useApp();
  const { offices } = useReference();
  const t = useT(messages);
  const tb = useT(boardWords);
  const tt = useT(trendWords);
  const { num, timer } = useFormats();
  const now = useEvery(1);
  useVersion(world.unit as never);
  const { hour, series } = trends?.office.trend ?? {};
  const aim_s = hour?.aimed?.aim_s ?? null;
  const aimed = aim_s === null ? null : tt("trends.aim", { aim: timer(aim_s * 1000) });
  const median = hour?.response.median_s ?? null;
  const limit_s = trends?.waiting_1_s;
  const heard = isHeard(useLink().streams);
  const count = (of: number): string => (heard ? num(of) : "—");
  const counts = ownCounts(offices, office, world.incident.values(), world.unit.values(), world.alarm.values());
  const first = counts.own.filter((each) => each.priority === 1 && isWaiting(each));
  const late = first.some((each) => levelAt(stageOf(each), now) === "breach");
  let unanswered = 0;
  for (const alarm of world.alarm.values()) if (!alarm.cleared_at && !alarm.acknowledged_at) unanswered++;
  return (
    <dl className="wall-numbers">
      <Figure
        name={tb("board.count.open")}
        value={count(counts.open)}
        part={counts.elsewhere > 0 ? tb("board.elsewhere", { n: counts.elsewhere }) : ""}
        line={series?.open}
      />
      <Figure
        name={t("wall.waitingP1")}
        value={count(first.length)}
        part={limit_s === undefined ? "" : tt("trends.limit", { span: spanText(tt, limit_s) })}
        line={series?.to_dispatch_1}
        loud={late}
      />
      <Figure
        name={t("wall.waiting")}
        value={count(counts.waiting)}
        part={heard ? tb("board.ofOpen", { n: counts.open }) : ""}
        line={series?.to_dispatch}
      />
      <Figure
        name={tb("board.count.free")}
        value={count(counts.unitsFree)}
        part={heard ? tb("board.ofDuty", { n: counts.unitsOnDuty }) : ""}
        line={series?.free}
      />
      <Figure
        name={tt("trends.arrival")}
        value={<Arrival trends={trends} />}
        part={aimed === null ? "" : `${aimed}${median === null ? "" : ` (${num(hour?.response.n ?? 0)})`}`}
        line={series?.response_median_s}
        said={(seconds) => timer(seconds * 1000)}
        loud={isMissed(hour?.aimed)}
      />
      <Figure
        name={tb("board.count.escalations")}
        value={count(counts.escalations)}
        part={heard ? t("wall.untaken", { n: unanswered }) : ""}
        line={series?.alarms_standing}
        loud={unanswered > 0}
      />
    </dl>
  );
}

/** A value with what it is a part of or aims at, and two hours of it. */
function Figure({
  name,
  value,
  part,
  line,
  said,
  loud,
}: {
  readonly name: string;
  readonly value: ReactNode;
  readonly part?: string;
  readonly line?: readonly (number | null)[] | undefined;
  readonly said?: (value: number) => string;
  readonly loud?: boolean;
}) {
  const { num } = useFormats();
  return (
    <div data-loud={loud || undefined}>
      <dt>{name}</dt>
      <dd>
        <b className="num">{value}</b> {part && <small>{part}</small>}
        {line?.some((each) => each !== null) && <TwoHours what={name} values={line} said={said ?? num} />}
      </dd>
    </div>
  );
}

/** Across the whole wall when the line is lost: what stands here is old, and how old, counting. */
function Lost() {
  const t = useT(messages);
  const link = useLink();
  const now = useSecond();
  const { timeSeconds } = useFormats();
  const oldest = oldestOf(link.streams);
  const show = link.state === "lost" || link.state === "signed_out";
  if (!show) return <div role="status" />;
  const span = spanText(t, ((oldest === null ? 0 : now - oldest) || 0) / 1000);
  const words =
    oldest === null
      ? t("wall.lostNever")
      : t(link.state === "lost" ? "wall.lost" : "wall.signedOut", { span, time: timeSeconds(oldest) });
  return (
    <div role="status" className="wall-lost">
      {words}
    </div>
  );
}

function Age() {
  const t = useT(messages);
  const link = useLink();
  const now = useSecond();
  const { timeSeconds } = useFormats();
  const oldest = oldestOf(link.streams);
  if (oldest === null) return <span className="wall-age">{t("wall.notYet")}</span>;
  const old = now - oldest > STALE_MS;
  return (
    <span className="wall-age" data-old={old || undefined}>
      {old
        ? t("wall.late", { span: spanText(t, (now - oldest) / 1000) })
        : t("wall.fresh", { time: timeSeconds(oldest) })}
    </span>
  );
}

/** The page's theme while the wall stands; the person's own choice comes back afterwards. */
function useTheme(theme: "day" | "night"): void {
  const { theme: own, lang } = usePrefs();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another language puts the person's own theme back.
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    return () => {
      document.documentElement.dataset.theme = own;
    };
  }, [theme, own, lang]);
}

/** The screen stays on; a browser that cannot keep it on is set up to by its owner. */
function useAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let gone = false;
    const ask = () => {
      if (document.visibilityState !== "visible") return;
      navigator.wakeLock
        ?.request("screen")
        .then((got) => {
          if (gone) void got.release();
          else lock = got;
        })
        .catch(() => undefined);
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      gone = true;
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);
}
