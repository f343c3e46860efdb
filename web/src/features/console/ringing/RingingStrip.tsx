import { sameList, useApp, useDerived, useEvery, useItem, useLoad } from "../../../app/hooks";
import { usePractice } from "../../../app/practice";
import { msOf } from "../../../core/units";
import type { Call } from "../../../core/views";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import { Button, Ltr, Timer, Words } from "../../../ui";
import { useConsole, useWords } from "../context";
import { PendingDot } from "../parts";
import type { Rung } from "./calls";
import { isUnclaimed, justHungUp, takeableOf } from "./calls";
import { messages } from "./messages";
import "./ringing.css";

const SHOWN = innerHeight < 900 ? 2 : 3;

interface History {
  readonly total: number;
  readonly calls: readonly {
    readonly at: string;
    readonly state: string;
    readonly outcome: string | null;
    readonly kind: string | null;
    readonly incident_number: number | null;
  }[];
}

/** Above the map: who rings, who was answered at the exchange alone, and who has just hung up. */
export function RingingStrip() {
  const { world } = useApp();
  const t = useT(messages);
  const now = useEvery(5);
  const practised = usePractice((practice) => practice.call);
  const ids = useDerived(
    world.call,
    (calls: Iterable<Call>) => takeableOf(calls, practised).map((each) => each.id as string),
    [practised],
    sameList,
  );
  const gone = useDerived(
    world.call,
    (calls: Iterable<Call>) => [...calls].filter((each) => justHungUp(each, now)).map((each) => each.id as string),
    [now],
    sameList,
  );
  if (ids.length + gone.length === 0) return null;
  const shown = ids.slice(0, SHOWN);
  return (
    <section className="ringing" aria-label={t("ringing.title")}>
      <h2 className="visually-hidden">{t("ringing.title")}</h2>
      <ul>
        {shown.map((id, n) => (
          <RingingCall key={id} id={id} first={n === 0} practised={id === practised} />
        ))}
        {gone.slice(0, SHOWN - shown.length).map((id) => (
          <GoneCall key={id} id={id} />
        ))}
      </ul>
      {ids.length > SHOWN && <p className="muted ringing-more">{t("ringing.more", { n: ids.length - SHOWN })}</p>}
    </section>
  );
}

/** Where the call is that a free hand takes next, as far as it is known. */
export function useRungPlace(): { readonly point: Call["point"]; readonly accuracy: Call["accuracy_m"] } | null {
  const { world } = useApp();
  const practised = usePractice((practice) => practice.call);
  const first = useDerived(world.call, (calls: Iterable<Call>) => takeableOf(calls, practised)[0]?.id ?? null, [
    practised,
  ]);
  const call = useItem(world.call, first);
  return call ? { point: call.point, accuracy: call.accuracy_m } : null;
}

interface RingingCallProps {
  readonly id: string;
  readonly first: boolean;
  readonly practised: boolean;
}

function RingingCall({ id, first, practised }: RingingCallProps) {
  const { world } = useApp();
  const { acts, fly } = useConsole();
  const t = useT(messages);
  const words = useWords();
  const { id: number } = useFormats();
  const call = useItem(world.call, id) as Rung | undefined;
  if (!call) return null;
  const presented = msOf(call.presented_at);
  const point = call.point;
  return (
    <li
      className="ringing-call"
      data-first={first || undefined}
      data-test={call.is_test || undefined}
      data-practised={practised || undefined}
    >
      <span className="ring-mark" data-state={call.state} aria-hidden="true" />
      {call.is_test && <strong className="test-mark">{t("ringing.test")}</strong>}
      <Caller call={call} />
      <span className="muted">{words.t(`channel.${call.channel}`)}</span>
      <Timer from={presented} warnAt={presented + 10_000} breachAt={presented + 20_000} />
      <PendingDot subject={id} />
      <Button
        look={first ? "primary" : "plain"}
        keyHint={first ? "A" : undefined}
        onClick={() => void acts.calls.answer(call)}
      >
        {isUnclaimed(call) ? t("ringing.take") : t("ringing.answer")}
      </Button>
      <span className="ringing-about">
        {isUnclaimed(call) && <strong>{t("ringing.elsewhere")}</strong>}
        {point ? (
          <Button look="quiet" onClick={() => fly(point, 15)}>
            {call.place || t("ringing.near", { metres: number(Math.round(call.accuracy_m ?? 50)) })}
          </Button>
        ) : (
          <span className="muted">{t("ringing.noPlace")}</span>
        )}
        <Past call={call} />
        <Nuisance call={call} />
        <span className="truncate muted ringing-words">{call.narrative && <Words text={call.narrative} />}</span>
      </span>
    </li>
  );
}

function GoneCall({ id }: { readonly id: string }) {
  const { world } = useApp();
  const t = useT(messages);
  const call = useItem(world.call, id) as Rung | undefined;
  if (!call) return null;
  return (
    <li className="ringing-call" data-gone>
      <span className="ring-mark" data-state="abandoned" aria-hidden="true" />
      <Caller call={call} />
      <span className="ringing-words">{call.call_back === "due" ? t("ringing.hungUp") : t("ringing.hungUpPlain")}</span>
    </li>
  );
}

/** The number; a mark and its words say whether the network vouches for it. */
export function Caller({ call }: { readonly call: Rung }) {
  const t = useT(messages);
  const words = useWords();
  if (!call.number) return <span>{words.t("value.unknownCaller")}</span>;
  const vouched = t(call.asserted ? "ringing.asserted" : "ringing.notAsserted");
  return (
    <span className="caller" data-tip={vouched}>
      <Ltr className="num">{call.number}</Ltr>
      {call.channel === "telephone" && (
        <span className="vouched" data-vouched={call.asserted} role="img" aria-label={vouched}>
          {call.asserted ? "✓" : "?"}
        </span>
      )}
      {call.name && <span className="truncate"> {call.name}</span>}
    </span>
  );
}

interface Hint {
  readonly level: "none" | "some" | "often";
  readonly reasons: readonly {
    readonly finding: "hoax" | "unfounded" | "real";
    readonly count: number;
    readonly last_at: string;
  }[];
}

/** That a number called for nothing before, with every reason. It comes after the ring and changes nothing about it. */
export function Nuisance({ call }: { readonly call: Call }) {
  const { api, clock } = useApp();
  const t = useT(messages);
  const { value } = useLoad(
    async (signal) =>
      call.number ? await api.get<Hint>(`/v1/calls/${encodeURIComponent(call.id)}/nuisance`, {}, signal) : null,
    [api, call.id, call.number],
  );
  if (!value || value.level === "none") return null;
  const ago = (at: string) => spanText(t, Math.max(0, (clock.now() - msOf(at as never)) / 1000));
  const reasons = value.reasons.map((each) =>
    t(`nuisance.${each.finding}`, { n: each.count, span: ago(each.last_at) }),
  );
  return (
    <span className="nuisance">
      <b>{t(`nuisance.${value.level}`)}</b> {reasons.join(t("nuisance.and"))}
    </span>
  );
}

/** What this number called about before; each look is written down. */
function Past({ call }: { readonly call: Rung }) {
  const { api } = useApp();
  const t = useT(messages);
  const words = useWords();
  const { timeSeconds } = useFormats();
  const { value } = useLoad(
    async (signal) =>
      call.number ? await api.get<History>(`/v1/calls/${encodeURIComponent(call.id)}/history`, {}, signal) : null,
    [api, call.id, call.number],
  );
  const last = value?.calls[0];
  if (!value || !last) return null;
  const what = last.outcome
    ? (words.t.maybe(`outcome.${last.outcome}`) ?? last.outcome)
    : last.kind
      ? words.kind(last.kind)
      : (words.t.maybe(`callState.${last.state}`) ?? last.state);
  return (
    <span className="past">
      {t("ringing.history", { n: value.total })} —{" "}
      {t("ringing.last", { what, time: timeSeconds(msOf(last.at as never)) })}
    </span>
  );
}
