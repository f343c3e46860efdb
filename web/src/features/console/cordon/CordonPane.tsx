import { useEffect, useRef } from "react";
import { useApp, useItem, useLoad } from "../../../app/hooks";
import type { ServerMs } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Incident } from "../../../core/views";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { Button, Choice, ErrorState, Loading, Ltr, MapName, NumberField, Segmented, Timer } from "../../../ui";
import { useConsole, useMay } from "../context";
import { useDesk } from "../store";
import { messages } from "./messages";
import type { Bearing, CordonPlan, PlanPost, Vehicle, Wishes } from "./plan";
import { BEARINGS, locked, manned, nextUnit, planBody, sendBody } from "./plan";
import { useCordon } from "./store";
import "./cordon.css";

/** The ring grows with the clock: it is reckoned anew this often. */
const AGAIN_MS = 4_000;
/** A key pressed just as the posts change must not send others than those that were read. */
const INERT_MS = 400;
const VEHICLES: readonly Vehicle[] = ["car", "motorcycle", "foot"];

/** One key: the ring, the posts and who holds each, to be looked over and sent in one act. */
export function CordonPane() {
  const { world } = useApp();
  const incident = useItem(
    world.incident,
    useDesk((desk) => desk.selected),
  );
  return incident ? <Cordon key={incident.id} incident={incident} /> : null;
}

function Cordon({ incident }: { readonly incident: Incident }) {
  const { api } = useApp();
  const parts = useConsole();
  const t = useT(messages);
  const { id: number, percent } = useFormats();
  const mayNot = useMay()("dispatch");
  const open = useCordon((cordon) => cordon.open);
  const wish = useCordon((cordon) => cordon.wish);
  const show = useCordon((cordon) => cordon.show);
  const wishes = useCordon((cordon) => cordon.wishes);
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    open(incident.id);
    root.current?.focus();
  }, [open, incident.id]);
  const { value, problem, again } = useLoad<CordonPlan>(
    (signal) => api.post<CordonPlan>("/v1/cordon-plans", planBody(incident.id, wishes), signal),
    [incident.id],
  );
  const asked = JSON.stringify(wishes);
  const lastAsked = useRef(asked);
  useEffect(() => {
    if (lastAsked.current === asked) return;
    lastAsked.current = asked;
    again();
  }, [asked, again]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
  const changedAt = useRef(0);
  const order = value?.posts.map((post) => `${post.node}${post.unit}`).join(" ");
  const lastOrder = useRef(order);
  if (lastOrder.current !== order) {
    lastOrder.current = order;
    changedAt.current = performance.now();
  }
  useEffect(() => {
    show(value);
    // Stay with the posts that were shown, so that nothing jumps under a finger; the times still run.
    const kept = useCordon.getState().wishes.keep;
    if (value && !kept && value.posts.length > 0) {
      lastAsked.current = JSON.stringify({ ...useCordon.getState().wishes, keep: keepOf(value) });
      wish({ keep: keepOf(value) });
    }
  }, [value, show, wish]);
  useEffect(() => () => show(null), [show]);

  const ready = manned(value);
  const why =
    mayNot ??
    ((incident.posts?.length ?? 0) > 0 ? t("why.cordonStands") : ready.length === 0 ? t("why.noPosts") : null);
  const send = () => {
    if (!value || why || performance.now() - changedAt.current < INERT_MS) return;
    void parts.acts.incidents
      .cordon(incident, sendBody(value, wishes, usePrefs.getState().lang), ready.length)
      .then((sent) => {
        if (sent) useDesk.getState().show("detail");
      });
  };
  useEffect(() => {
    parts.sendAdvised.current = send;
    return () => {
      parts.sendAdvised.current = null;
    };
  });
  const anew = (change: Partial<Wishes>) => wish({ ...change, keep: null });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the focus when its key is pressed, so that Enter is its own.
    <section className="cordon" aria-label={t("cordon.title", { n: number(incident.number) })} ref={root} tabIndex={0}>
      <header className="cordon-head">
        <h2>{t("cordon.title", { n: number(incident.number) })}</h2>
        <Timer from={(msOf((value?.offence_at ?? incident.created_at) as never) ?? 0) as ServerMs} />
      </header>
      <Asked incident={incident} wishes={wishes} onWish={anew} />
      {problem && <ErrorState problem={problem} onRetry={again} />}
      {!value && !problem && <Loading rows={4} />}
      {value && (
        <>
          <p className="cordon-says">
            <b>{t("cordon.held", { share: percent(value.held) })}</b>
            <span>{t("cordon.sealed", { share: percent(value.sealed) })}</span>
            {value.gone > 0.005 && <span>{t("cordon.gone", { share: percent(value.gone) })}</span>}
            {value.border_exits > 0 && <span>{t("cordon.border", { n: value.border_exits })}</span>}
            {value.enclosed && <span>{t("cordon.enclosed")}</span>}
            {value.free_units === 0 && <b>{t("cordon.noUnits")}</b>}
          </p>
          <ol className="cordon-posts" aria-label={t("cordon.posts")}>
            {value.posts.length === 0 && <li>{t("cordon.none")}</li>}
            {value.posts.map((post, n) => (
              <PostRow
                key={post.node}
                post={post}
                n={n + 1}
                onDrop={() => wish({ drop: [...wishes.drop, post.node], lock: without(wishes.lock, post.node) })}
                onLock={() => {
                  const unit = nextUnit(post);
                  if (unit) wish({ lock: locked(wishes.lock, post.node, unit) });
                }}
              />
            ))}
          </ol>
        </>
      )}
      <div className="act-line">
        <Button look="primary" keyHint="⏎" disabledReason={why} reasonBelow onClick={send}>
          {t("cordon.send", { n: ready.length })}
        </Button>
        <Button onClick={() => anew({ drop: [], lock: {} })}>{t("cordon.again")}</Button>
        <Button look="quiet" keyHint="Esc" onClick={() => useDesk.getState().show("detail")}>
          {t("cordon.close")}
        </Button>
      </div>
    </section>
  );
}

const keepOf = (plan: CordonPlan): Wishes["keep"] => ({
  nodes: plan.posts.map((post) => post.node),
  span: plan.span_s,
});

function without(lock: Wishes["lock"], node: number): Wishes["lock"] {
  const { [node]: _gone, ...others } = lock;
  return others;
}

/** How long ago, by what, towards where, with how many: each starts the choice of posts anew. */
function Asked({
  incident,
  wishes,
  onWish,
}: {
  readonly incident: Incident;
  readonly wishes: Wishes;
  readonly onWish: (change: Partial<Wishes>) => void;
}) {
  const { clock } = useApp();
  const t = useT(messages);
  const since = msOf((wishes.offenceAt ?? incident.created_at) as never) ?? 0;
  const minutes = Math.max(0, Math.round((clock.now() - since) / 60_000));
  const bearing = (Object.keys(BEARINGS) as Bearing[]).find((each) => BEARINGS[each] === wishes.bearing) ?? "any";
  return (
    <div className="cordon-asked">
      <NumberField
        label={t("cordon.since")}
        value={minutes}
        min={0}
        max={120}
        onChange={(now) => onWish({ offenceAt: new Date(clock.now() - now * 60_000).toISOString() })}
      />
      <NumberField
        label={t("cordon.units")}
        value={wishes.unitsMost}
        min={1}
        max={24}
        onChange={(unitsMost) => onWish({ unitsMost })}
      />
      <Choice
        label={t("cordon.bearing")}
        value={bearing}
        options={(Object.keys(BEARINGS) as Bearing[]).map((each) => [each, t(`cordon.bearing.${each}`)])}
        onChange={(chosen) => onWish({ bearing: BEARINGS[chosen as Bearing] })}
      />
      <div>
        <span className="field-label">{t("cordon.vehicle")}</span>
        <Segmented
          label={t("cordon.vehicle")}
          value={wishes.vehicle}
          options={VEHICLES.map((each) => ({ value: each, label: t(`cordon.vehicle.${each}`) }))}
          onChange={(vehicle) => onWish({ vehicle })}
        />
      </div>
    </div>
  );
}

function PostRow({
  post,
  n,
  onDrop,
  onLock,
}: {
  readonly post: PlanPost;
  readonly n: number;
  readonly onDrop: () => void;
  readonly onLock: () => void;
}) {
  const t = useT(messages);
  const { id: number, percent, lang } = useFormats();
  const place = lang === "fa" ? post.place_fa || post.place_en : post.place_en || post.place_fa;
  const late = post.margin_s !== null && post.margin_s < 0;
  return (
    <li className="cordon-post" data-open={post.unit === null || undefined}>
      <span className="cordon-sign num">{number(n)}</span>
      <span className="cordon-where">
        <span className="truncate" data-tip={place}>
          {place ? <MapName text={place} /> : t("cordon.post", { n: number(n) })}
        </span>
        <span className="muted num">
          {t("cordon.share", { share: percent(post.share) })}
          {post.at_border && ` · ${t("cordon.atBorder")}`}
        </span>
      </span>
      <span className="cordon-who num">
        {post.call_sign ? <Ltr className="unit-sign">{post.call_sign}</Ltr> : t("cordon.unmanned")}
        <span className="muted">
          {post.margin_s !== null
            ? t(late ? "cordon.late" : "cordon.margin", { time: spanText(t as never, Math.abs(post.margin_s)) })
            : t(post.near.some((each) => each.margin_s >= 0) ? "cordon.oneMore" : "cordon.unreachable")}
          {post.unit === null && post.late_by_s !== null && post.late_by_s > 0
            ? ` · ${t("cordon.late", { time: spanText(t as never, post.late_by_s) })}`
            : ""}
          {post.locked && ` · ${t("cordon.locked")}`}
        </span>
      </span>
      <span className="cordon-acts">
        <Button
          look="quiet"
          aria-label={t("cordon.lock", { n: number(n) })}
          data-tip={t("cordon.lock", { n: number(n) })}
          onClick={onLock}
        >
          ⇄
        </Button>
        <Button
          look="quiet"
          aria-label={t("cordon.drop", { n: number(n) })}
          data-tip={t("cordon.drop", { n: number(n) })}
          onClick={onDrop}
        >
          ✕
        </Button>
      </span>
    </li>
  );
}

/** In the incident: that its cordon stands, and the act that takes it back. */
export function CordonLine({ incident }: { readonly incident: Incident }) {
  const { acts } = useConsole();
  const t = useT(messages);
  const mayNot = useMay()("dispatch");
  const posts = incident.posts?.length ?? 0;
  if (posts === 0) return null;
  return (
    <div className="act-line cordon-line">
      <b>{t("cordon.sentIs", { n: posts })}</b>
      <Button disabledReason={mayNot} onClick={() => void acts.incidents.withdrawCordon(incident)}>
        {t("cordon.withdraw")}
      </Button>
    </div>
  );
}
