import type { ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import { useApp, useItem, useLoad, usePending } from "../../app/hooks";
import { reason } from "../../core/reasons";
import { activeAssignments, isWaiting } from "../../core/selectors";
import type { UnitId } from "../../core/units";
import { msOf } from "../../core/units";
import type { Candidate, Incident, Recommendation } from "../../core/views";
import { distanceText, spanText, useFormats } from "../../i18n/hooks";
import { Button, ErrorState, Loading, Ltr, PendingMark, reasonText, UnitGlyph } from "../../ui";
import { assignmentOf, useConsole, useMay, useWords } from "./context";
import { HandheldWhy } from "./handheld/HandheldWhy";
import { GapNote } from "./reach/GapNote";
import { BarrierNote } from "./roads/BarrierNote";
import { needsDivert, whyNotSend } from "./rules";
import { ServiceButtons } from "./services/Services";
import { isReady } from "./soon/ahead";
import { Ahead } from "./soon/FreeSoon";
import { useDesk } from "./store";
import { lookOf } from "./Units";

const AGAIN_MS = 10_000;
/** A key pressed just as the order changes must not send another unit than the one that was read. */
const INERT_MS = 400;
/** Where nobody is lacking the list only informs. */
const SHOWN_MOST = 9;
const SHOWN_WHEN_ENOUGH = 2;

/** Who would be sent now, and why: computed when shown, again every ten seconds while nobody goes, and when the incident changes. */
export function Recommended({
  incident,
  recorded,
}: {
  readonly incident: Incident;
  /** What was recorded when it was decided: all that a seat without dispatch may see. */
  readonly recorded: Recommendation | null;
}) {
  const { api, pending } = useApp();
  const parts = useConsole();
  const { t } = useWords();
  const { timeSeconds } = useFormats();
  const mayNot = useMay()("dispatch");
  const live = useLoad<Recommendation | null>(
    (signal) =>
      mayNot
        ? Promise.resolve(null)
        : api.get<Recommendation>(`/v1/incidents/${encodeURIComponent(incident.id)}/recommendation`, {}, signal),
    [incident.id, mayNot === null],
  );
  const { problem, loading, again } = live;
  const value = live.value ?? (mayNot ? recorded : null);
  const active = activeAssignments(incident).map((each) => `${each.id}${each.state}`);
  const key = `${incident.priority} ${incident.kind} ${incident.point} ${incident.units_missing} ${active.join(" ")}`;
  const lastKey = useRef(key);
  useEffect(() => {
    if (lastKey.current === key) return;
    lastKey.current = key;
    again();
  }, [key, again]);
  const waiting = isWaiting(incident);
  useEffect(() => {
    if (!waiting || mayNot) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [waiting, again, mayNot]);
  const changedAt = useRef(0);
  const order = value?.candidates.map((each) => each.unit).join(" ") ?? "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order itself is what is watched.
  useEffect(() => {
    changedAt.current = performance.now();
  }, [order]);
  useEffect(() => {
    parts.advice.current = value ? { incident: incident.id, value } : null;
    return () => {
      parts.advice.current = null;
    };
  }, [value, incident.id, parts]);

  const several = useDesk((desk) => desk.several);
  const marked = useDesk((desk) => desk.marked);
  const sends = usePending(incident.id).filter((each) => each.action === "send");
  const app = useApp();

  const send = (ids: readonly UnitId[]) => {
    if (performance.now() - changedAt.current < INERT_MS || ids.length === 0) return;
    if (mayNot) {
      useDesk.getState().say(reason("said.refused", { what: t("act.send"), why: mayNot }), true);
      return;
    }
    const units = ids.flatMap((each) => app.world.unit.get(each) ?? []);
    for (const unit of units) {
      const why = whyNotSend(incident, unit, assignmentOf(app.world, unit), app.clock.now());
      if (why) {
        useDesk.getState().say(why, true);
        return;
      }
    }
    useDesk.getState().set({ several: false, marked: [] });
    void parts.acts.incidents.send(
      incident,
      units,
      units.some(
        (unit) => needsDivert(incident, unit) || candidates.some((each) => each.unit === unit.id && each.divert_from),
      ),
    );
  };
  /** Nobody can go now: why the busy one of the list cannot be waited for either. */
  const whyNotFirst = (): string | null => {
    const unit = app.world.unit.get(value?.candidates[0]?.unit);
    const why = unit ? whyNotSend(incident, unit, assignmentOf(app.world, unit), app.clock.now()) : null;
    return reasonText(t as never, why as never);
  };
  const choose = (n: number) => {
    const candidate = value?.candidates[n];
    if (!candidate || n >= shown) return;
    if (!several) {
      send([candidate.unit]);
      return;
    }
    const now = useDesk.getState().marked;
    useDesk.getState().set({
      marked: now.includes(candidate.unit) ? now.filter((each) => each !== candidate.unit) : [...now, candidate.unit],
    });
  };
  useDigits(choose);

  const wanted = waiting || incident.units_missing > 0;
  const [whole, setWhole] = useState(false);
  const shown = wanted || several || whole ? SHOWN_MOST : SHOWN_WHEN_ENOUGH;
  const candidates = value?.candidates ?? [];
  // Enter sends whoever can go now: a busy unit is waited for only when it is chosen by itself, or nobody else is there.
  const ready = candidates.findIndex(isReady);
  const first = Math.max(0, ready);
  useEffect(() => {
    parts.sendAdvised.current = () => send(several ? marked : firstOf(candidates, first));
    return () => {
      parts.sendAdvised.current = null;
    };
  });
  const markedSigns = marked.map((each) => app.world.unit.get(each)?.call_sign ?? each).join(" ");
  return (
    <section className="recommended" aria-label={t("title.recommended")} aria-busy={loading}>
      <header className="section-head">
        <h3>{wanted ? t("title.recommended") : t("title.others")}</h3>
        {value && (
          <span className="muted num" data-tip={t("rec.byRoad")}>
            {t("rec.at", { time: timeSeconds(msOf(value.at)) })}
          </span>
        )}
      </header>
      {problem && !value && <ErrorState problem={problem} onRetry={again} />}
      {loading && !value && <Loading rows={3} />}
      {value?.barrier && <BarrierNote barrier={value.barrier} />}
      {value && candidates.length === 0 && !value.barrier && <p className="none-found">{t("rec.none")}</p>}
      {candidates.length > 0 && (
        <ol className="rec-list">
          {candidates.slice(0, shown).map((each, n) => (
            <CandidateRow
              key={each.unit}
              candidate={each}
              at={value ? msOf(value.at) : 0}
              n={n}
              wanted={wanted}
              incident={incident}
              marked={several ? marked.includes(each.unit) : null}
              onChoose={() => choose(n)}
            />
          ))}
        </ol>
      )}
      {sends.map((each) => (
        <PendingMark key={each.id} pending={each} onDismiss={() => pending.dismiss(each.id)} />
      ))}
      <div className="act-line">
        {several ? (
          <Button
            look="primary"
            keyHint="⏎"
            disabledReason={mayNot ?? (marked.length === 0 ? t("rec.sendMarked", { n: 0 }) : null)}
            onClick={() => send(marked)}
          >
            {t("rec.sendMarked", { n: marked.length })} <Ltr className="unit-sign">{markedSigns}</Ltr>
          </Button>
        ) : (
          <Button
            look={wanted ? "primary" : "plain"}
            keyHint="⏎"
            disabledReason={mayNot ?? (candidates.length === 0 ? t("rec.none") : ready < 0 ? whyNotFirst() : null)}
            onClick={() => send(firstOf(candidates, first))}
          >
            {t(ready < 0 && candidates.length > 0 ? "soon.waitFirst" : "rec.sendFirst", { n: first + 1 })}
          </Button>
        )}
        <Button
          keyHint="F6"
          aria-pressed={several}
          onClick={() => useDesk.getState().set({ several: !several, marked: [] })}
        >
          {t("rec.several")}
        </Button>
        <ServiceButtons incident={incident} />
        {several && <span className="muted">{t("rec.severalOn")}</span>}
      </div>
      {value && (
        <WhyOthers value={value}>
          {candidates.length > shown && (
            <Button look="quiet" onClick={() => setWhole(true)}>
              {t("rec.more", { n: Math.min(candidates.length, SHOWN_MOST) - shown })}
            </Button>
          )}
        </WhyOthers>
      )}
    </section>
  );
}

const firstOf = (candidates: readonly Candidate[], first: number): readonly UnitId[] =>
  candidates.slice(first, first + 1).map((each) => each.unit);

/** Digits of both rows, unless somebody is typing. */
function useDigits(choose: (n: number) => void): void {
  const newest = useRef(choose);
  newest.current = choose;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat)
        return;
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
      const target = event.target as HTMLElement | null;
      if (!digit || target?.closest("input, textarea, select, dialog, .choices")) return;
      event.preventDefault();
      newest.current(Number(digit) - 1);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

function CandidateRow({
  candidate,
  at,
  n,
  wanted,
  incident,
  marked,
  onChoose,
}: {
  readonly candidate: Candidate;
  /** When the list was computed. */
  readonly at: number;
  readonly n: number;
  readonly wanted: boolean;
  readonly incident: Incident;
  readonly marked: boolean | null;
  readonly onChoose: () => void;
}) {
  const { world, clock } = useApp();
  const words = useWords();
  const { t } = words;
  const { id: write } = useFormats();
  const unit = useItem(world.unit, candidate.unit);
  const from = candidate.divert_from_number;
  const mayNot = unit ? whyNotSend(incident, unit, assignmentOf(world, unit), clock.now()) : null;
  const why = reasonText(t as never, mayNot as never);
  const time =
    candidate.travel_time_s === null
      ? t("rec.noTime")
      : spanText(t, candidate.travel_time_s + (candidate.delay_s ?? 0));
  const reason = candidate.reason ? (t.maybe(`rec.${candidate.reason}`) ?? candidate.reason) : "";
  return (
    <li>
      <button
        type="button"
        className="rec-row"
        data-first={(n === 0 && wanted) || undefined}
        data-marked={marked || undefined}
        aria-pressed={marked ?? undefined}
        aria-disabled={why ? true : undefined}
        data-tip={
          why ??
          (candidate.fix_age_s === null ? t("unit.noFix") : t("rec.fix", { span: spanText(t, candidate.fix_age_s) }))
        }
        onClick={why ? undefined : onChoose}
      >
        <kbd className="key-hint" dir="ltr">
          {write(n + 1)}
        </kbd>
        {unit && <UnitGlyph look={lookOf(world, unit)} size={20} divertible={candidate.divert_from !== null} />}
        <Ltr className="unit-sign">{candidate.call_sign}</Ltr>
        <span className="truncate rec-what">
          {/* That it is free is what its glyph says already. */}
          {candidate.reason !== "free" && (
            <span>
              {reason}
              {from === null ? "" : ` (${t("rec.divert", { n: from })})`}
              {" · "}
            </span>
          )}
          <span className="muted" data-tip={unit?.crew === 0 ? t("unit.crewUnknown") : undefined}>
            {unit && `${t(`unitKind.${unit.kind}`)}${t("value.comma")}${t("unit.crew", { n: unit.crew })}`}
            {why ? ` — ${why}` : ""}
          </span>
        </span>
        <GapNote gap={candidate.gap} />
        <span className="rec-distance muted">
          {candidate.distance_m === null ? "" : distanceText(t, candidate.distance_m)}
        </span>
        <b className="rec-time">{time}</b>
        <Ahead candidate={candidate} at={at} />
      </button>
    </li>
  );
}

function WhyOthers({ value, children }: { readonly value: Recommendation; readonly children: ReactNode }) {
  const words = useWords();
  const { t } = words;
  const open = useDesk((desk) => desk.whyOthers);
  const set = useDesk((desk) => desk.set);
  const reasonOf = (code: string): string => t.maybe(`pass.${code}`) ?? code;
  const fleet = Object.entries(value.fleet.by_reason).sort((a, b) => b[1] - a[1]);
  return (
    <div className="why-others">
      <Button
        look="quiet"
        keyHint="W"
        aria-expanded={open}
        className="why-toggle"
        onClick={() => set({ whyOthers: !open })}
      >
        {t("rec.whyOthers")} <span className="muted">({t("rec.passedOver", { n: value.passed_over.length })})</span>
      </Button>
      {children}
      {open && (
        <div className="why-body">
          <p>
            {t("rec.asked", {
              what: t("rec.askedItem", {
                n: value.asked.units,
                skill: t.maybe(`skill.${value.asked.skill}`) ?? value.asked.skill,
              }),
            })}
            {value.off_road_m > 30 && ` · ${t("rec.offRoad", { distance: distanceText(t, value.off_road_m) })}`}
          </p>
          <p>
            {t("rec.fleet", { total: value.fleet.total })}{" "}
            {fleet.map(([code, n]) => t("rec.fleetItem", { reason: reasonOf(code), n })).join(t("value.comma"))}
          </p>
          <ul className="passed-over">
            {value.passed_over.map((each) => (
              <li key={`${each.unit}${each.reasons.join()}`}>
                <Ltr className="unit-sign">{each.call_sign}</Ltr>
                <span className="muted">{each.travel_time_s === null ? "" : spanText(t, each.travel_time_s)}</span>
                <span>{each.reasons.map(reasonOf).join(t("value.comma"))}</span>
                {each.reasons.includes("handheld_unhealthy") && <HandheldWhy unit={each.unit} />}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
