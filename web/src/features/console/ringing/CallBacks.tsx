import { useEffect, useRef, useState } from "react";
import { asProblem } from "../../../api/problem";
import { sameList, useApp, useDerived, useEvery, useItem, useReference } from "../../../app/hooks";
import { useWho } from "../../../app/who";
import { msOf } from "../../../core/units";
import type { Call } from "../../../core/views";
import { problemText, useT } from "../../../i18n/hooks";
import { Button, Ltr, Panel, Timer, useKeys } from "../../../ui";
import { useConsole } from "../context";
import { PendingDot } from "../parts";
import { useDesk } from "../store";
import { TransferPart } from "../transfer/TransferPart";
import type { CallBackResult, Rung } from "./calls";
import { CALL_BACK_RESULTS, callBacksOf, isLate, nextToCallBack, takerOf } from "./calls";
import { messages } from "./messages";
import { Caller } from "./RingingStrip";
import "./ringing.css";

const SHOWN = 4;
const CODES = ["Alt+KeyR", "Alt+KeyN", "Alt+KeyB"] as const;

/** Whom to call back, who has waited longest first. T takes the first; its result is one key or one press. */
export function CallBacks() {
  const { world, clock } = useApp();
  const t = useT(messages);
  const now = useEvery(5);
  const { acts } = useConsole();
  const { session } = useReference();
  const open = useDesk((desk) => desk.callBack);
  const ids = useDerived(
    world.call,
    (calls: Iterable<Call>) => callBacksOf(calls).map((each) => each.id as string),
    [],
    sameList,
  );
  const late = useDerived(
    world.call,
    (calls: Iterable<Call>) =>
      callBacksOf(calls)
        .filter((each) => isLate(each, now))
        .map((each) => each.id as string),
    [now],
    sameList,
  );
  const take = () => {
    const next = nextToCallBack(world.call.values(), session.person, clock.now());
    if (next) void acts.callers.takeCallBack(next);
  };
  useKeys([{ code: "KeyT", run: take }]);
  if (ids.length === 0) return null;
  const taken = open !== null && ids.includes(open) ? open : null;
  const shown = ids.slice(0, SHOWN);
  if (taken && !shown.includes(taken)) shown.push(taken);
  const first = nextToCallBack(world.call.values(), session.person, now)?.id;
  const lateNumber = world.call.get(late[0])?.number ?? "";
  return (
    <Panel
      title={t("back.title")}
      panel="callbacks"
      className="pane-callbacks"
      aside={
        late.length > 0 ? (
          <strong className="late">{t("back.late", { n: late.length })}</strong>
        ) : (
          t("back.count", { n: ids.length })
        )
      }
    >
      <p className="visually-hidden" role="alert">
        {late.length > 0 ? t("back.announce", { number: lateNumber }) : ""}
      </p>
      <ul className="call-backs">
        {shown.map((id) => (
          <Row key={id} id={id} first={id === first} open={taken === id} />
        ))}
      </ul>
      {ids.length > shown.length && <p className="muted">{t("ringing.more", { n: ids.length - shown.length })}</p>}
    </Panel>
  );
}

interface RowProps {
  readonly id: string;
  readonly first: boolean;
  readonly open: boolean;
}

function Row({ id, first, open }: RowProps) {
  const { world } = useApp();
  const { acts } = useConsole();
  const { session } = useReference();
  const who = useWho();
  const t = useT(messages);
  const now = useEvery(5);
  const call = useItem(world.call, id) as Rung | undefined;
  if (!call) return null;
  const since = msOf(call.ended_at ?? call.presented_at);
  const by = msOf(call.call_back_by as never) as number | null;
  const taker = takerOf(call, now);
  const others = taker !== null && taker !== session.person;
  return (
    <li className="call-back" data-open={open || undefined} data-taken={others || undefined}>
      <Caller call={call} />
      {others ? (
        <span className="muted">{t("back.taken", { who: who(taker) })}</span>
      ) : (
        <span className="muted">{t("back.tries", { n: call.call_back_tries })}</span>
      )}
      <PendingDot subject={id} />
      <Timer from={since} warnAt={by && by - 30_000} breachAt={by} />
      {open ? (
        <Results call={call} />
      ) : (
        !others && (
          <Button keyHint={first ? "T" : undefined} onClick={() => void acts.callers.takeCallBack(call)}>
            {t("back.call")}
          </Button>
        )
      )}
    </li>
  );
}

/** How it went. Reached: the call goes on in a form; not needed wants a word why. */
function Results({ call }: { readonly call: Rung }) {
  const { api, world } = useApp();
  const { acts } = useConsole();
  const t = useT(messages);
  const [why, setWhy] = useState<string | null>(null);
  const [handing, setHanding] = useState(false);
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => first.current?.querySelector("button")?.focus(), []);
  const record = async (result: CallBackResult, note = "") => {
    const { say } = useDesk.getState();
    try {
      const url = `/v1/calls/${encodeURIComponent(call.id)}/call-back`;
      await api.command(url, { result, note }, { action: "call-back", subjects: [call.id] });
      say({ key: "said.callBack", values: { what: t(`back.${result}`) } });
      useDesk.getState().set({ callBack: null });
      const now = world.call.get(call.id) ?? call;
      if (result === "reached") useDesk.getState().openForm(acts.calls.formOf(now));
    } catch (error) {
      say(
        { key: "said.refused", values: { what: t("back.title"), why: problemText(t as never, asProblem(error)) } },
        true,
      );
    }
  };
  const choose = (result: CallBackResult) => (result === "not_needed" ? setWhy("") : void record(result));
  useKeys([
    ...CODES.map((code, n) => ({ code, inFields: true, run: () => choose(CALL_BACK_RESULTS[n] ?? "busy") })),
    { code: "Alt+KeyX", inFields: true, run: () => void acts.callers.leaveCallBack(call) },
  ]);
  if (handing) return <TransferPart first="" form={acts.calls.formOf(call)} onClose={() => setHanding(false)} />;
  if (why !== null)
    return (
      <form
        className="call-back-results"
        onSubmit={(event) => {
          event.preventDefault();
          void record("not_needed", why.trim());
        }}
      >
        <input
          className="input"
          aria-label={t("back.note")}
          placeholder={t("back.note")}
          maxLength={300}
          value={why}
          // biome-ignore lint/a11y/noAutofocus: the box opens because somebody asked for it.
          autoFocus
          onChange={(event) => setWhy(event.target.value)}
        />
        <Button disabledReason={why.trim() === "" ? t("back.note") : null} type="submit">
          {t("back.not_needed")}
        </Button>
      </form>
    );
  return (
    <div className="call-back-results" ref={first}>
      {call.number && (
        <a href={`tel:${call.callback ?? call.number}`}>
          <Ltr>{call.callback ?? call.number}</Ltr>
        </a>
      )}
      {CALL_BACK_RESULTS.map((result, n) => (
        <Button key={result} keyHint={["Alt+R", "Alt+N", "Alt+B"][n]} onClick={() => choose(result)}>
          {t(`back.${result}`)}
        </Button>
      ))}
      <Button look="quiet" onClick={() => setHanding(true)}>
        {t("back.handOver")}
      </Button>
      <Button look="quiet" keyHint="Alt+X" onClick={() => void acts.callers.leaveCallBack(call)}>
        {t("back.leave")}
      </Button>
    </div>
  );
}
