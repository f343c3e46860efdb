import { useEffect, useMemo, useRef, useState } from "react";
import { getTimeline } from "../../api/reads";
import { useApp, useLoad } from "../../app/hooks";
import type { Time } from "../../core/units";
import { msOf } from "../../core/units";
import type { Incident, TimelineEntry } from "../../core/views";
import { eventText } from "../../i18n/events";
import { distanceText, spanText, useFormats, useT } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import { Button, ErrorState, Loading, Words } from "../../ui";
import { useWords } from "./context";
import type { TimelineWords } from "./sentences";
import { actorOf, deviceTimeOf, isMinor, sentenceOf } from "./sentences";
import { Intervals } from "./stamps/Intervals";
import { messages as stampMessages } from "./stamps/messages";
import { agesOf } from "./stamps/stamps";

/** The newest; the rest when asked for: what stands below stays in reach. */
const SHOWN = 8;

/** Everything that happened, the newest first, read anew when the incident changes. */
export function TimelineSection({ incident }: { readonly incident: Incident }) {
  const { api, world, clock } = useApp();
  const words = useWords();
  const { t } = words;
  const formats = useFormats();
  const lang = usePrefs((prefs) => prefs.lang);
  const [all, setAll] = useState(false);
  const { value, problem, loading, again } = useLoad(
    (signal) => getTimeline(api, encodeURIComponent(incident.id), signal),
    [incident.id],
  );
  const before = useRef(incident);
  useEffect(() => {
    if (before.current === incident) return;
    before.current = incident;
    const timer = setTimeout(again, 250);
    return () => clearTimeout(timer);
  }, [incident, again]);

  const voice: TimelineWords = useMemo(
    () => ({
      kind: words.kind,
      office: words.office,
      unit: (id) =>
        world.unit.get(id)?.call_sign ??
        incident.assignments.find((each) => each.unit === id)?.call_sign ??
        id.slice(id.lastIndexOf(".") + 1),
      incidentNumber: (id) => world.incident.get(id)?.number ?? null,
      waiting: words.waiting,
      cause: words.cause,
      alarm: words.alarm,
      reason: words.reason,
      disposition: words.disposition,
      clock: (ms) => (ms === null ? t("value.none") : formats.timeSeconds(ms)),
      span: (seconds) => spanText(t, seconds),
      distance: (metres) => distanceText(t, metres),
      word: (prefix, code) => t.maybe(`${prefix}.${code}`) ?? code,
      either: (fa, en) => (lang === "fa" ? fa : en),
      person: words.person,
      none: t("value.none"),
    }),
    [words, world, incident.assignments, formats, t, lang],
  );
  const entries = useMemo(() => (value ?? []).filter((each) => all || !isMinor(each.name)).toReversed(), [value, all]);
  const say = (entry: TimelineEntry): string => {
    const { key, values } = sentenceOf(entry, voice);
    const said = t.maybe(key, values) ?? eventText(t, entry.name);
    // What belongs to an incident that was joined to this one says so.
    const of = incident.joined?.find((each) => each.id === entry.subject);
    return of ? t("timeline.of", { n: of.number, said }) : said;
  };
  const stamps = useT(stampMessages);
  const own = useMemo(
    () => (value ?? []).filter((each) => !incident.joined?.some((other) => other.id === each.subject)),
    [value, incident.joined],
  );
  const ages = useMemo(() => agesOf(own), [own]);
  const now = clock.now();
  return (
    <section aria-label={t("title.timeline")} aria-busy={loading}>
      {value && <Intervals incident={incident} entries={own} />}
      <header className="section-head">
        <h3>{t("title.timeline")}</h3>
        {value && value.length > Math.min(entries.length, SHOWN) && (
          <Button look="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {t(all ? "timeline.fewer" : "timeline.show", { n: value.length })}
          </Button>
        )}
      </header>
      {!value && problem && <ErrorState problem={problem} onRetry={again} />}
      {!value && !problem && <Loading rows={4} />}
      {value && value.length === 0 && <p className="muted">{t("empty.timeline")}</p>}
      <ol className="timeline">
        {entries.slice(0, all ? undefined : SHOWN).map((entry) => {
          const device = deviceTimeOf(entry);
          const by = actorOf(entry);
          const age = ages.get(entry.position);
          const actor = by && ("role" in by ? (t.maybe(`role.${by.role}`) ?? by.role) : by.name);
          return (
            <li key={entry.position}>
              <time className="num" dir="ltr" dateTime={entry.at} data-tip={formats.date(msOf(entry.at))}>
                {formats.moment(msOf(entry.at), now)}
              </time>
              <span className="words">
                <Words text={say(entry)} />
                <span className="muted">
                  {actor && ` — ${actor}`}
                  {device && ` · ${t("timeline.device", { time: formats.timeSeconds(msOf(device as Time)) })}`}
                </span>
              </span>
              {age && (
                <span className="stamp-ages num muted" dir="ltr">
                  <span data-tip={stamps("stamps.since", { time: formats.timer(age.since) })}>
                    {age.since >= 1000 && `+${formats.timer(age.since)}`}
                  </span>
                  <span data-tip={stamps("stamps.age", { time: formats.timer(age.age) })}>
                    {formats.timer(age.age)}
                  </span>
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
