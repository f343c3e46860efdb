import { useEffect, useMemo, useRef } from "react";
import { useApp, useDerived, useLoad } from "../../../app/hooks";
import type { LonLat, Metres, Seconds, ServerMs } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { RoadCondition } from "../../../core/views";
import { distanceText, listText, spanText, useFormats, useT } from "../../../i18n/hooks";
import { Button, Check, Choice, Empty, ErrorState, Field, Ltr, Segmented, Timer } from "../../../ui";
import { useConsole, useMay } from "../context";
import { useDesk } from "../store";
import { messages } from "./messages";
import { conditionBody, REASONS, shapeBody } from "./shape";
import type { CutOff, Preview } from "./store";
import { isCutOff, useRoads } from "./store";
import { inForce } from "./useRoadShapes";
import "./roads.css";

const STARTS = [0, 15, 30, 60, 180] as const;
const LASTS = [30, 60, 120, 240, 480, 1440, null] as const;
const FACTORS = [1.5, 2, 3, 5, 10] as const;
const NAMES_MAX = 3;
const OVER_MAX = 5;

type T = ReturnType<typeof useT<keyof typeof messages.fa>>;

/** What is closed or slow, for how long, and by whom; and a new one drawn on the map. */
export function RoadsPane() {
  const { api, world } = useApp();
  const t = useT(messages);
  const root = useRef<HTMLElement>(null);
  const drawing = useRoads((roads) => roads.drawing);
  const draw = useRoads((roads) => roads.draw);
  const clear = useRoads((roads) => roads.clear);
  const mayNot = useMay()("roads");
  useEffect(() => {
    root.current?.focus();
    return () => clear();
  }, [clear]);
  const all = useDerived(
    world.condition,
    (each) => [...each],
    [],
    (a, b) => a.length === b.length && a.every((v, n) => v === b[n]),
  );
  const { value: lost } = useLoad<{ readonly lost: Readonly<Record<string, number>> }>(
    (signal) => api.get("/v1/road-conditions", {}, signal),
    [all.length],
  );
  const standing = useMemo(
    () =>
      all
        .filter((each) => inForce(each) || each.state === "planned")
        .sort((a, b) => (a.starts_at < b.starts_at ? 1 : -1)),
    [all],
  );
  const over = useMemo(
    () =>
      all
        .filter((each) => each.over_at !== null)
        .sort((a, b) => ((a.over_at ?? "") < (b.over_at ?? "") ? 1 : -1))
        .slice(0, OVER_MAX),
    [all],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the focus when its key is pressed.
    <section className="roads" aria-label={t("roads.title")} ref={root} tabIndex={0}>
      <header className="cordon-head">
        <h2>{t("roads.title")}</h2>
        <span className="muted">{t("roads.count", { n: standing.filter(inForce).length })}</span>
      </header>
      {standing.length === 0 ? (
        <Empty>{t("roads.none")}</Empty>
      ) : (
        <ul className="roads-list">
          {standing.map((each) => (
            <ConditionRow key={each.id} condition={each} lost={lost?.lost[each.id] ?? 0} mayNot={mayNot} />
          ))}
        </ul>
      )}
      {drawing ? (
        <NewCondition mayNot={mayNot} />
      ) : (
        <div className="act-line">
          <Button look="primary" disabledReason={mayNot} reasonBelow onClick={() => draw(true)}>
            {t("roads.new")}
          </Button>
          <Button look="quiet" keyHint="Esc" onClick={() => useDesk.getState().show("detail")}>
            {t("roads.back2")}
          </Button>
        </div>
      )}
      {over.length > 0 && (
        <>
          <h3 className="muted">{t("roads.over")}</h3>
          <ul className="roads-list roads-over">
            {over.map((each) => (
              <ConditionRow key={each.id} condition={each} lost={0} mayNot={mayNot} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function namesOf(t: T, streets: RoadCondition["streets"]): string {
  const names = [...new Set(streets.map((each) => (t.lang === "fa" ? each.fa : each.en || each.fa)).filter(Boolean))];
  if (names.length === 0) return t("roads.nameless");
  const shown = listText(t, names.slice(0, NAMES_MAX));
  return names.length > NAMES_MAX ? `${shown} ${t("roads.more", { n: names.length - NAMES_MAX })}` : shown;
}

function ConditionRow({
  condition,
  lost,
  mayNot,
}: {
  readonly condition: RoadCondition;
  readonly lost: number;
  readonly mayNot: string | null;
}) {
  const { acts, fly } = useConsole();
  const t = useT(messages);
  const { date, time, id: number } = useFormats();
  const over = condition.over_at !== null;
  const when = (text: RoadCondition["starts_at"] | null) => {
    const ms = msOf(text as never) ?? 0;
    return `${date(ms)} ${time(ms)}`;
  };
  const since = msOf((condition.started_at ?? condition.starts_at) as never);
  const names = namesOf(t, condition.streets);
  const middle = condition.lines[Math.floor(condition.lines.length / 2)];
  return (
    <li data-kind={condition.kind} data-state={condition.state}>
      <div className="roads-row">
        <b className="roads-kind">
          {condition.kind === "closure"
            ? t("roads.closure")
            : t("roads.traffic", { n: number(condition.time_factor ?? 1) })}
        </b>
        <span className="truncate">{names}</span>
        {condition.state === "active" && since !== null && <Timer from={since as ServerMs} />}
      </div>
      <p className="muted">
        {t.maybe(`roads.reason.${condition.reason}`) ?? condition.reason}
        {condition.note && ` · ${condition.note}`}
        {" · "}
        {condition.state === "planned" && `${t("roads.planned", { time: when(condition.starts_at) })} `}
        {over
          ? `${t(condition.state === "lifted" ? "roads.lifted" : "roads.ended")} ${when(condition.over_at)}`
          : condition.ends_at
            ? t("roads.until", { time: when(condition.ends_at) })
            : t("roads.untilLifted")}
      </p>
      {lost > 0 && <p className="roads-warn">{t("roads.lost", { n: lost })}</p>}
      <div className="act-line">
        {middle && (
          <Button look="quiet" onClick={() => fly(middle[Math.floor(middle.length / 2)] as LonLat, 15)}>
            {t("roads.show")}
          </Button>
        )}
        {over ? (
          condition.state === "lifted" && (
            <Button disabledReason={mayNot} onClick={() => void acts.places.restoreRoad(condition.id)}>
              {t("roads.restore")}
            </Button>
          )
        ) : (
          <>
            {condition.ends_at && (
              <Button
                look="quiet"
                disabledReason={mayNot}
                onClick={() => void acts.places.roadUntil(condition.id, condition.ends_at, 60)}
              >
                {t("roads.longer")}
              </Button>
            )}
            <Button disabledReason={mayNot} onClick={() => void acts.places.liftRoad(condition.id, names)}>
              {t("roads.lift")}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}

function NewCondition({ mayNot }: { readonly mayNot: string | null }) {
  const { api, clock } = useApp();
  const { acts } = useConsole();
  const t = useT(messages);
  const { id: number } = useFormats();
  const draft = useRoads((roads) => roads.draft);
  const change = useRoads((roads) => roads.change);
  const show = useRoads((roads) => roads.show);
  const clear = useRoads((roads) => roads.clear);
  const shape = shapeBody(draft);
  const asked = JSON.stringify(shape);
  const { value, problem, loading } = useLoad<Preview | null>(
    (signal) => (shape ? api.post<Preview>("/v1/road-conditions/preview", shape, signal) : Promise.resolve(null)),
    [asked],
  );
  useEffect(() => {
    show(value);
    return () => show(null);
  }, [value, show]);
  const cuts = draft.what === "close" && value !== null && isCutOff(value.cut_off);
  const why =
    mayNot ??
    (!shape || !value ? t("why.roadsShape") : null) ??
    (draft.reason ? null : t("why.roadsReason")) ??
    (cuts && !draft.confirmed ? t("why.roadsConfirm") : null);
  const send = () => {
    const body = conditionBody(draft, clock.now());
    if (!body || !value || why) return;
    void acts.places.setRoad(body, namesOf(t, value.streets)).then((done) => {
      if (done) clear();
    });
  };
  const span = (minutes: number) =>
    minutes < 60 ? t("roads.minutes", { n: number(minutes) }) : t("roads.hours", { n: number(minutes / 60) });
  return (
    <form
      className="roads-new"
      aria-label={t("roads.new")}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <h3>{t("roads.new")}</h3>
      <div className="roads-two">
        <Segmented
          label={t("roads.what")}
          value={draft.what}
          options={[
            { value: "close", label: t("roads.close") },
            { value: "slow", label: t("roads.slow") },
          ]}
          onChange={(what) => change({ what })}
        />
        <Segmented
          label={t("roads.where")}
          value={draft.shape}
          options={[
            { value: "point", label: t("roads.point") },
            { value: "line", label: t("roads.line") },
            { value: "area", label: t("roads.area") },
          ]}
          onChange={(kind) => change({ shape: kind, points: [], confirmed: false })}
        />
      </div>
      <p className="roads-hint">{t(`roads.pick.${draft.shape}`)}</p>
      {draft.shape !== "point" && draft.points.length > 0 && (
        <div className="act-line">
          <Button look="quiet" onClick={() => change({ points: draft.points.slice(0, -1), confirmed: false })}>
            {t("roads.back")}
          </Button>
          {draft.shape === "line" && (
            <Check checked={draft.oneWay} onChange={(oneWay) => change({ oneWay, confirmed: false })}>
              {t("roads.oneWay")}
            </Check>
          )}
        </div>
      )}
      {problem && shape && <ErrorState problem={problem} onRetry={() => change({ points: [] })} />}
      {value && (
        <p aria-busy={loading}>
          {t("roads.streets", {
            names: namesOf(t, value.streets),
            length: distanceText(t, value.length_m as Metres),
          })}
        </p>
      )}
      {value && draft.what === "close" && <WhoIsCutOff cut={value.cut_off} />}
      {cuts && (
        <div className="roads-confirm">
          <Check checked={draft.confirmed} onChange={(confirmed) => change({ confirmed })}>
            {t("roads.confirm")}
          </Check>
        </div>
      )}
      {draft.what === "slow" && (
        <Choice
          label={t("roads.factor")}
          value={String(draft.factor)}
          options={FACTORS.map((each) => [String(each), number(each)])}
          onChange={(factor) => change({ factor: Number(factor) })}
        />
      )}
      <div className="roads-three">
        <Choice
          label={t("roads.reason")}
          value={draft.reason}
          options={[["", "—"], ...REASONS.map((each) => [each, t(`roads.reason.${each}`)] as const)]}
          onChange={(reason) => change({ reason })}
        />
        <Choice
          label={t("roads.from")}
          value={String(draft.startsIn)}
          options={STARTS.map((each) => [
            String(each),
            each === 0
              ? t("roads.now")
              : each < 60
                ? t("roads.inMinutes", { n: number(each) })
                : t("roads.inHours", { n: number(each / 60) }),
          ])}
          onChange={(minutes) => change({ startsIn: Number(minutes) })}
        />
        <Choice
          label={t("roads.for")}
          value={String(draft.lasts)}
          options={LASTS.map((each) => [String(each), each === null ? t("roads.untilLifted") : span(each)])}
          onChange={(minutes) => change({ lasts: minutes === "null" ? null : Number(minutes) })}
        />
      </div>
      <Field
        label={t("roads.note")}
        value={draft.note}
        maxLength={300}
        onChange={(event) => change({ note: event.currentTarget.value })}
      />
      <div className="act-line">
        <Button look="primary" disabledReason={why} reasonBelow onClick={send}>
          {t("roads.send")}
        </Button>
        <Button look="quiet" keyHint="Esc" onClick={clear}>
          {t("roads.clear")}
        </Button>
      </div>
    </form>
  );
}

function WhoIsCutOff({ cut }: { readonly cut: CutOff }) {
  const t = useT(messages);
  if (!isCutOff(cut)) return <p className="muted">{t("roads.nobody")}</p>;
  return (
    <div className="roads-cut" role="alert">
      <b>{t("roads.cutTitle")}</b>
      <ul>
        {cut.junctions > 0 && <li>{t("roads.cutJunctions", { n: cut.junctions })}</li>}
        {cut.streets > 0 && <li>{t("roads.cutStreets", { n: cut.streets, names: listText(t, cut.street_names) })}</li>}
        {cut.places.length > 0 && <li>{t("roads.cutPlaces", { places: cut.places.join(" · ") })}</li>}
        {cut.units.length > 0 && (
          <li>
            {t("roads.cutUnits", { units: "" })}
            <Ltr>{cut.units.map((each) => each.split(".").at(-1)).join(", ")}</Ltr>
          </li>
        )}
        {cut.slower > 0 && (
          <li>
            {t("roads.slower", { n: cut.slower, time: spanText(t, cut.slower_worst_s as Seconds) })}
            {cut.slower_places.length > 0 && ` (${cut.slower_places.join(" · ")})`}
          </li>
        )}
      </ul>
    </div>
  );
}
