import { useEffect, useRef, useState } from "react";
import { asProblem } from "../../../api/problem";
import { sameList, useApp, useDerived, useEvery, useItem } from "../../../app/hooks";
import { msOf } from "../../../core/units";
import type { Call } from "../../../core/views";
import { problemText, useT } from "../../../i18n/hooks";
import { Button, Ltr, Timer, useKeys } from "../../../ui";
import { useConsole } from "../context";
import { Panel, PendingDot } from "../parts";
import { play } from "../sound";
import { useDesk } from "../store";
import type { CallBackResult, Rung } from "./calls";
import { CALL_BACK_RESULTS, callBacksOf, isLate } from "./calls";
import { messages } from "./messages";
import { Caller } from "./RingingStrip";
import "./ringing.css";

const SHOWN = 4;
const CODES = ["Alt+KeyR", "Alt+KeyN", "Alt+KeyB"] as const;

/** Whom to call back, who has waited longest first. T takes the first; its result is one key or one press. */
export function CallBacks() {
  const { world } = useApp();
  const t = useT(messages);
  const now = useEvery(5);
  const muted = useDesk((desk) => desk.muted);
  const [open, setOpen] = useState<string | null>(null);
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
  const known = useRef<ReadonlySet<string>>(new Set());
  const fresh = late.filter((id) => !known.current.has(id));
  useEffect(() => {
    // Once for each: the list keeps saying it without a sound.
    if (fresh.length > 0 && !muted) play("warning");
    known.current = new Set(late);
  });
  useKeys([{ code: "KeyT", run: () => setOpen(ids[0] ?? null) }]);
  if (ids.length === 0) return null;
  const taken = open !== null && ids.includes(open) ? open : null;
  const shown = ids.slice(0, SHOWN);
  if (taken && !shown.includes(taken)) shown.push(taken);
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
        {shown.map((id, n) => (
          <Row key={id} id={id} first={n === 0} open={taken === id} onOpen={() => setOpen(id)} />
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
  readonly onOpen: () => void;
}

function Row({ id, first, open, onOpen }: RowProps) {
  const { world } = useApp();
  const t = useT(messages);
  const call = useItem(world.call, id) as Rung | undefined;
  if (!call) return null;
  const since = msOf(call.ended_at ?? call.presented_at);
  const by = msOf((call.call_back_by ?? call.presented_at) as never);
  return (
    <li className="call-back" data-open={open || undefined}>
      <Caller call={call} />
      <span className="muted">{t("back.tries", { n: call.call_back_tries })}</span>
      <PendingDot subject={id} />
      <Timer from={since} warnAt={by - 30_000} breachAt={by} />
      {open ? (
        <Results call={call} />
      ) : (
        <Button keyHint={first ? "T" : undefined} onClick={onOpen}>
          {t("back.call")}
        </Button>
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
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => first.current?.querySelector("button")?.focus(), []);
  const record = async (result: CallBackResult, note = "") => {
    const { say } = useDesk.getState();
    try {
      const url = `/v1/calls/${encodeURIComponent(call.id)}/call-back`;
      await api.command(url, { result, note }, { action: "call-back", subjects: [call.id] });
      say({ key: "said.callBack", values: { what: t(`back.${result}`) } });
      const now = world.call.get(call.id) ?? call;
      if (result === "reached") useDesk.getState().openForm(acts.formOf(now));
    } catch (error) {
      say(
        { key: "said.refused", values: { what: t("back.title"), why: problemText(t as never, asProblem(error)) } },
        true,
      );
    }
  };
  const choose = (result: CallBackResult) => (result === "not_needed" ? setWhy("") : void record(result));
  useKeys(CODES.map((code, n) => ({ code, inFields: true, run: () => choose(CALL_BACK_RESULTS[n] ?? "busy") })));
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
    </div>
  );
}
