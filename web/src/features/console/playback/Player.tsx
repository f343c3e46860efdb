/** Map, slider and time stamps; keys do what the buttons do. */

import { Pause, Play, SkipBack, SkipForward } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useReference } from "../../../app/hooks";
import { provinceOf } from "../../../core/units";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import type { MapShapes, UnitMark } from "../../../map";
import { MapView } from "../../../map";
import { Button, Empty, Ltr, Segmented } from "../../../ui";
import { messages } from "./messages";
import type { Played, Track } from "./model";
import { indexAt, lookThen, shareOf, stepMark, thenOf } from "./model";
import type { Subject } from "./Playback";

const SPEEDS = ["1", "10", "60"] as const;
type Speed = (typeof SPEEDS)[number];
const FRAME_MS = 50;

export function Player({ played, subject }: { readonly played: Played; readonly subject: Subject }) {
  const t = useT(messages);
  const { timeSeconds, date } = useFormats();
  const { server } = useReference();
  const [ms, setMs] = useState(() => startOf(played));
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>("10");
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => root.current?.focus(), []);
  useEffect(() => {
    if (!playing) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const step = (now - before) * Number(speed);
      before = now;
      setMs((at) => Math.min(played.to, at + step));
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, [playing, speed, played.to]);
  useEffect(() => {
    if (ms >= played.to) setPlaying(false);
  }, [ms, played.to]);

  const toggle = () => {
    if (!playing && ms >= played.to) setMs(played.from);
    setPlaying(!playing);
  };
  const step = (forward: boolean) => {
    const mark = stepMark(played.marks, ms, forward);
    if (mark) setMs(mark.ms);
  };
  const onKey = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const chosen = SPEEDS["123".indexOf(event.key)];
    // A button in focus already answers to the space bar.
    if (event.code === "Space" && !(event.target instanceof HTMLButtonElement)) toggle();
    else if (event.code === "BracketLeft") step(false);
    else if (event.code === "BracketRight") step(true);
    else if (/^Digit[123]$/.test(event.code)) setSpeed(SPEEDS[Number(event.code.slice(5)) - 1] ?? "10");
    else if (chosen) setSpeed(chosen);
    else return;
    event.preventDefault();
  };

  const past = useMemo(() => marksOf(played, ms), [played, ms]);
  const ways = useMemo(() => waysOf(played), [played]);
  const provinces = useMemo(() => {
    const own = provinceOf("incident" in subject ? subject.incident : subject.unit);
    return server.provinces.filter((each) => each.id === own);
  }, [server, subject]);
  const bounds = useMemo(() => boundsOf(played), [played]);
  const current = indexAt(played.marks, ms);

  if (played.tracks.length === 0) return <Empty>{t("playback.none")}</Empty>;
  const damaged = [...new Set(played.tracks.flatMap((track) => track.damagedDays))];
  return (
    <section ref={root} className="playback" tabIndex={-1} aria-label={t("playback.open")} onKeyDown={onKey}>
      <div className="playback-map">
        <MapView
          provinces={provinces}
          initial={bounds}
          units={false}
          incidents={false}
          pin={played.point}
          past={past}
          shapes={ways}
        />
      </div>
      <aside className="playback-side">
        <h3>{t("playback.units")}</h3>
        <ul className="playback-units">
          {played.tracks.map((track) => (
            <li key={`${track.unit} ${track.from}`}>
              <Ltr className="unit-sign">{track.callSign}</Ltr> <UnitThen track={track} ms={ms} />
            </li>
          ))}
        </ul>
        {damaged.length > 0 && <p className="field-error">{t("playback.damaged", { days: damaged.join(" ") })}</p>}
        {played.tracks.some((track) => track.cut) && <p className="field-error">{t("playback.cut")}</p>}
        {played.tracks.every((track) => track.points.length === 0) && <p>{t("playback.empty")}</p>}
        {played.marks.length > 0 && (
          <>
            <h3>{t("playback.marks")}</h3>
            <ol className="playback-marks">
              {played.marks.map((mark, n) => (
                <li key={`${mark.ms} ${mark.name} ${mark.callSign}`}>
                  <button
                    type="button"
                    aria-current={n === current ? "time" : undefined}
                    onClick={() => setMs(mark.ms)}
                  >
                    <time className="num">{timeSeconds(mark.ms)}</time>
                    <span>{t.maybe(`mark.${mark.name}`) ?? mark.name}</span>
                    {mark.callSign && <Ltr className="unit-sign">{mark.callSign}</Ltr>}
                  </button>
                </li>
              ))}
            </ol>
          </>
        )}
      </aside>
      <div className="playback-controls">
        {/* Time runs from left to right in every language. */}
        <div className="playback-line" dir="ltr">
          <Ruler played={played} />
          <input
            type="range"
            className="playback-slider"
            aria-label={t("playback.moment")}
            aria-valuetext={timeSeconds(ms)}
            min={played.from}
            max={played.to}
            step={1000}
            value={ms}
            onChange={(event) => setMs(Number(event.currentTarget.value))}
          />
        </div>
        <div className="act-line">
          <Button
            look="primary"
            icon={playing ? <Pause size={16} aria-hidden="true" /> : <Play size={16} aria-hidden="true" />}
            onClick={toggle}
          >
            {t(playing ? "playback.pause" : "playback.play")}
          </Button>
          <Segmented
            label={t("playback.speed")}
            value={speed}
            options={SPEEDS.map((each) => ({ value: each, label: t("playback.times", { n: Number(each) }) }))}
            onChange={setSpeed}
          />
          {played.marks.length > 0 && (
            <span className="playback-steps" dir="ltr">
              <Button className="playback-step" aria-label={t("playback.before")} onClick={() => step(false)}>
                <SkipBack size={16} aria-hidden="true" />
              </Button>
              <Button className="playback-step" aria-label={t("playback.after")} onClick={() => step(true)}>
                <SkipForward size={16} aria-hidden="true" />
              </Button>
            </span>
          )}
          <output className="playback-now">
            <span className="num">{timeSeconds(ms)}</span> <span className="muted num">{date(ms)}</span>
          </output>
        </div>
        <p className="muted playback-keys">{t("playback.keys")}</p>
      </div>
    </section>
  );
}

function UnitThen({ track, ms }: { readonly track: Track; readonly ms: number }) {
  const t = useT(messages);
  const then = thenOf(track, ms);
  if (!then) return <span className="muted">{t(ms > track.to ? "playback.over" : "playback.notYet")}</span>;
  if (then.gap)
    return <b className="playback-gap">{t(`playback.gap.${then.gap.why}`, { span: spanText(t, then.ageS) })}</b>;
  return then.speed === null ? null : <span>{t("playback.kmh", { n: Math.round(then.speed * 3.6) })}</span>;
}

/** Below the slider: where nothing was heard, and the time stamps. */
function Ruler({ played }: { readonly played: Played }) {
  const part = (ms: number) => `${100 * shareOf(played, ms)}%`;
  return (
    <div className="playback-ruler" aria-hidden="true">
      {played.tracks.length === 1 &&
        played.tracks[0]?.gaps.map((gap) => (
          <i
            key={gap.from}
            className="playback-hole"
            style={{ insetInlineStart: part(gap.from), inlineSize: `calc(${part(gap.to)} - ${part(gap.from)})` }}
          />
        ))}
      {played.marks.map((mark) => (
        <i
          key={`${mark.ms} ${mark.name} ${mark.callSign}`}
          className="playback-tick"
          style={{ insetInlineStart: part(mark.ms) }}
        />
      ))}
    </div>
  );
}

function waysOf(played: Played): MapShapes {
  const lines = played.tracks.flatMap((track) => track.lines);
  return { areas: [], points: [], lines: [{ lines, colour: "accent", width: 6 }] };
}

function marksOf(played: Played, ms: number): readonly UnitMark[] {
  return played.tracks.flatMap((track) => {
    const then = thenOf(track, ms);
    if (!then) return [];
    return [
      {
        id: track.unit,
        point: then.at,
        heading: then.heading,
        look: lookThen(played.marks, track.callSign, ms),
        divertible: false,
        callSign: track.callSign,
        ageS: then.gap ? then.ageS : 0,
        implausible: then.gap !== null,
      },
    ];
  });
}

/** An incident begins when the first unit is sent, a unit's past with its first position. */
function startOf(played: Played): number {
  const first = played.tracks[0];
  return (played.marks.length > 0 ? first?.from : first?.points[0]?.ms) ?? played.from;
}

const ROOM_DEG = 0.003;
function boundsOf(played: Played): readonly [number, number, number, number] | null {
  const points = [...played.tracks.flatMap((track) => track.points.map((each) => each.at))];
  if (played.point) points.push(played.point);
  if (points.length === 0) return null;
  const lons = points.map((each) => each[0]);
  const lats = points.map((each) => each[1]);
  return [
    Math.min(...lons) - ROOM_DEG,
    Math.min(...lats) - ROOM_DEG,
    Math.max(...lons) + ROOM_DEG,
    Math.max(...lats) + ROOM_DEG,
  ];
}
