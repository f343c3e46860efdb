import type { KeyboardEvent } from "react";
import { useEffect, useId, useRef, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import { parsePlate } from "../../../core/plates";
import type { LonLat, Metres } from "../../../core/units";
import { msOf } from "../../../core/units";
import { distanceText, useFormats, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { Button, ErrorState, Ltr, MapName, Plate, PriorityGlyph } from "../../../ui";
import { useProof } from "../../identity/Proof";
import { useConsole, useWords } from "../context";
import { AskPurpose } from "../purpose/AskPurpose";
import { useDesk } from "../store";
import type { Answer, Hit } from "./hits";
import { GROUPS, listed, stepTo } from "./hits";
import { messages } from "./messages";
import "./search.css";

const PAUSE_MS = 200;

/** One box for everything; the words come from the command line, or are typed here. */
export function SearchPane() {
  const text = useDesk((desk) => desk.found);
  return text === null ? null : <Searching key="search" text={text} />;
}

function Searching({ text }: { readonly text: string }) {
  const t = useT(messages);
  const { session } = useReference();
  const set = useDesk((desk) => desk.set);
  const [purpose, setPurpose] = useState("");
  const { answer, late, problem, question, again } = useAnswer(text, purpose);
  const [at, setAt] = useState(0);
  const go = useGo();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const hits = answer ? listed(answer) : [];
  const chosen = Math.min(at, hits.length - 1);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [list, chosen]);
  const close = () => set({ found: null });
  const open = (hit: Hit | undefined) => {
    if (hit && go(hit)) close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.code === "ArrowDown") setAt(stepTo(chosen, 1, hits.length));
    else if (event.code === "ArrowUp") setAt(stepTo(chosen, -1, hits.length));
    else if (event.code === "Enter" || event.code === "NumpadEnter") open(hits[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section
      className="search-pane"
      aria-label={t("search.title")}
      onKeyDown={(event) => {
        if (event.code !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      {question}
      <header className="search-head">
        <input
          ref={input}
          className="input"
          role="combobox"
          dir="auto"
          autoComplete="off"
          spellCheck={false}
          aria-label={t("search.title")}
          aria-expanded={hits.length > 0}
          aria-controls={list}
          aria-activedescendant={chosen >= 0 ? `${list}-${chosen}` : undefined}
          placeholder={t("search.hint")}
          maxLength={200}
          value={text}
          onChange={(event) => {
            set({ found: event.currentTarget.value });
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        {parsePlate(text) && <Plate value={text} />}
        <Button look="quiet" keyHint="Esc" onClick={close}>
          {t("do.close")}
        </Button>
      </header>
      {problem && <ErrorState problem={problem} onRetry={again} />}
      <div id={list} role="listbox" aria-label={t("search.title")} aria-busy={late} className="search-list">
        {GROUPS.map((group) => {
          const rows = hits.map((hit, n) => ({ hit, n })).filter(({ hit }) => hit.group === group);
          return rows.length === 0 ? null : (
            <div key={group} role="group" aria-label={t(`search.${group}`)}>
              <div className="search-group" aria-hidden="true">
                {t(`search.${group}`)}
              </div>
              {rows.map(({ hit, n }) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the box above.
                <div
                  key={n}
                  id={`${list}-${n}`}
                  role="option"
                  aria-selected={n === chosen}
                  className="search-row"
                  onClick={() => open(hit)}
                >
                  <HitText hit={hit} />
                </div>
              ))}
            </div>
          );
        })}
      </div>
      <footer className="search-foot">
        <p role="status" className="muted">
          {!text.trim()
            ? t("search.nothingYet")
            : answer && (hits.length === 0 ? t("search.nothing", { text }) : t("search.count", { n: hits.length }))}
          {" · "}
          {t("search.keys")}
        </p>
        {session.acts.has("see_call") &&
          (answer?.personal ? (
            <p>{t("search.personal", { purpose })}</p>
          ) : (
            <AskPurpose label={t("search.purpose")} act={t("search.look")} onPurpose={setPurpose} />
          ))}
      </footer>
    </section>
  );
}

/** The answer to what stands in the box, a moment after the last key; the one before stays until then. */
function useAnswer(text: string, purpose: string) {
  const { api } = useApp();
  const parts = useConsole();
  const here = useRef(parts.centre);
  here.current = parts.centre;
  const [prove, question] = useProof();
  const [answer, setAnswer] = useState<{ readonly to: string; readonly found: Answer } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  // What was found stays when only the map or the language changes: a row must not move away under the eye.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks again.
  useEffect(() => {
    if (!text.trim()) {
      setAnswer(null);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const near = here.current();
      // For a purpose it is personal, and asks once more who is at the desk.
      const ask = () => api.post<Answer>("/v1/search", { text, purpose, ...(near ? { near } : {}) }, stop.signal);
      prove(ask)
        .then((found) => {
          setProblem(null);
          setAnswer({ to: text, found });
        })
        .catch((error) => {
          if (!stop.signal.aborted) setProblem(asProblem(error));
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [api, text, purpose, tries]);
  return {
    answer: answer?.found ?? null,
    late: text.trim() !== "" && answer?.to !== text && !problem,
    problem,
    question,
    again: () => setTries((n) => n + 1),
  };
}

/** Go to what was found; false when there is nowhere to go. */
function useGo(): (hit: Hit) => boolean {
  const { acts, fly } = useConsole();
  const { world } = useApp();
  return (hit) => {
    const desk = useDesk.getState();
    if ("past" in hit) return false;
    const to = (point: LonLat | null, zoom: number) => point && fly(point, zoom);
    switch (hit.group) {
      case "incidents":
        desk.select(hit.item.id);
        to(hit.item.point, 15);
        return true;
      case "units":
        desk.selectUnit(hit.item.id);
        to(hit.item.point, 15);
        return true;
      case "calls": {
        const call = world.call.get(hit.item.id);
        if (hit.item.incident && world.incident.get(hit.item.incident)) desk.select(hit.item.incident);
        else if (call && !call.ended_at) void acts.calls.answer(call);
        else if (!hit.item.point) return false;
        to(hit.item.point, 15);
        return true;
      }
      default:
        to(hit.item.point, hit.group === "offices" ? 13 : 16);
        return hit.item.point !== null;
    }
  };
}

function HitText({ hit }: { readonly hit: Hit }) {
  const t = useT(messages);
  const words = useWords();
  const { id: write, date, timeSeconds } = useFormats();
  const lang = usePrefs((prefs) => prefs.lang);
  if ("past" in hit) {
    const { past } = hit;
    return (
      <>
        <b className="num">{write(past.number)}</b>
        <span className="truncate">{words.kind(past.kind, past.at)}</span>
        <span className="muted truncate">
          {past.cancelled ? t("search.status.Cancelled") : past.disposition ? words.disposition(past.disposition) : ""}
        </span>
        <span className="search-far muted num">
          {date(msOf(past.at))} · {t("search.past")}
        </span>
      </>
    );
  }
  const far =
    hit.item.distance_m === null
      ? null
      : t("search.away", { distance: distanceText(words.t, hit.item.distance_m as Metres) });
  switch (hit.group) {
    case "incidents": {
      const ended = t.maybe(`search.status.${hit.item.status}`);
      const by = hit.item.why === "words" || hit.item.why === "unit" ? t.maybe(`search.by.${hit.item.why}`) : null;
      return (
        <>
          <PriorityGlyph priority={hit.item.priority} size={20} />
          <b className="num">{write(hit.item.number)}</b>
          <span className="truncate">
            {words.kind(hit.item.kind)}
            {hit.item.place && <span className="muted"> — {hit.item.place}</span>}
          </span>
          <span className="search-far muted">{[ended, by, far].filter(Boolean).join(" · ")}</span>
        </>
      );
    }
    case "units":
      return (
        <>
          <Ltr className="unit-sign">{hit.item.call_sign}</Ltr>
          <span className="muted truncate">{words.office(hit.item.office)}</span>
          <span className="search-far muted">
            {[hit.item.on_duty ? null : t("search.offDuty"), far].filter(Boolean).join(" · ")}
          </span>
        </>
      );
    case "calls":
      return (
        <>
          <Ltr className="num">{hit.item.number ?? (hit.item.past ? "—" : words.t("value.unknownCaller"))}</Ltr>
          <span className="truncate">
            {hit.item.past ? t("search.pastNumber") : hit.item.name}
            {hit.item.incident_number !== null && <> {words.t("incident.numbered", { n: hit.item.incident_number })}</>}
            {hit.item.place && <span className="muted"> — {hit.item.place}</span>}
          </span>
          <span className="search-far muted">
            <bdi className="num">{timeSeconds(msOf(hit.item.at))}</bdi>{" "}
            <bdi className="num">{date(msOf(hit.item.at))}</bdi>
            {hit.item.why === "words" && ` · ${t("search.by.words")}`}
          </span>
        </>
      );
    case "offices":
      return (
        <>
          <span className="truncate">{lang === "fa" ? hit.item.name_fa : hit.item.name_en}</span>
          <span className="search-far muted">{far}</span>
        </>
      );
    case "places": {
      const label = lang === "fa" ? hit.item.label_fa : hit.item.label_en || hit.item.label_fa;
      return (
        <>
          <span className="truncate">
            <MapName text={label} />
            <span className="muted"> {words.t.maybe(`placeKind.${hit.item.kind}`)}</span>
          </span>
          <span className="search-far muted">{far}</span>
        </>
      );
    }
  }
}
