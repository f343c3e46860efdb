import { useEffect, useRef, useState } from "react";
import { asProblem, type Problem } from "../../../api/problem";
import { useApp, useEvery, useItem } from "../../../app/hooks";
import type { IncidentId } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Incident } from "../../../core/views";
import { distanceText, listText, problemText, useFormats, useT } from "../../../i18n/hooks";
import { Button, Empty, Grid, type GridHandle, Loading, Ltr, Panel, useKeys } from "../../../ui";
import { useConsole, useWords } from "../context";
import { PendingDot } from "../parts";
import { Caller } from "../ringing/RingingStrip";
import { useDesk } from "../store";
import type { CallerOf, Callers } from "./list";
import { firstOf, inOrder, meant, whyNotPull } from "./list";
import { messages } from "./messages";
import { useCallers } from "./store";
import "./callers.css";

const ROW = 60;

/** Everybody who called about an incident, each still reachable. O pulls out the one that is chosen, and undo puts it back. */
export function CallersPane() {
  const { world } = useApp();
  const incident = useItem(
    world.incident,
    useDesk((desk) => desk.selected),
  );
  return incident ? <Shown key={incident.id} incident={incident} /> : null;
}

function Shown({ incident }: { readonly incident: Incident }) {
  const { world } = useApp();
  const { acts, fly } = useConsole();
  const t = useT(messages);
  const { id: write } = useFormats();
  const [purpose, setPurpose] = useState("");
  const problem = useLoaded(incident.id, incident.calls, purpose);
  const here = useCallers((now) => now.incident) === incident.id;
  const callers = useCallers((now) => now.callers);
  const past = useCallers((now) => now.past);
  const current = useCallers((now) => now.current);
  const marked = useCallers((now) => now.marked);
  const { choose, mark } = useCallers.getState();
  const grid = useRef<GridHandle>(null);
  useEffect(() => grid.current?.focus(), []);
  const chosen = callers.find((each) => each.call.id === current);
  const live = useItem(world.call, current);
  const why = whyNotPull(chosen, live);
  const some = meant(callers, marked);
  const pull = () => {
    if (!why && chosen) void acts.callers.partCall(live ?? chosen.call, incident);
  };
  const agree = () => {
    const call = live ?? chosen?.call;
    if (call && !chosen?.past) void acts.callers.agreeToTexts(call, !call.takes_texts);
  };
  const callBack = () => {
    const who = marked.size > 0 ? some : chosen && !chosen.past ? [chosen] : [];
    if (who.length > 0) void acts.callers.askCallBacks(who.map((each) => each.call.id));
  };
  const open = () => live && useDesk.getState().openForm(acts.calls.formOf(live));
  useKeys([
    { code: "KeyO", run: pull },
    { code: "KeyX", run: () => current && mark(current) },
    { code: "KeyY", run: agree },
    { code: "KeyL", run: callBack },
  ]);
  if (!here) return problem ? <p className="empty">{problemText(t as never, problem)}</p> : <Loading rows={4} />;
  const odd = callers.filter((each) => each.odd).length;
  return (
    <Panel
      title={t("callers.title", { n: write(incident.number) })}
      panel="callers"
      className="callers"
      aside={odd > 0 ? <b>{t("callers.odd", { n: odd })}</b> : t("callers.count", { n: callers.length })}
    >
      <Grid
        ref={grid}
        label={t("callers.title", { n: write(incident.number) })}
        ids={callers.map((each) => each.call.id)}
        rowHeight={ROW}
        selected={current}
        onSelect={(id) => {
          choose(id);
          const point = callers.find((each) => each.call.id === id)?.call.point;
          if (point) fly(point);
        }}
        onOpen={open}
        renderRow={(id) => <Row id={id} />}
        empty={<Empty>{t("callers.none")}</Empty>}
      />
      <div className="callers-acts">
        <Button keyHint="O" look={chosen?.odd ? "primary" : "plain"} disabledReason={why && t(why)} onClick={pull}>
          {t("callers.pull")}
        </Button>
        <Button keyHint="X" onClick={() => current && mark(current)}>
          {t("callers.mark")}
        </Button>
        <Button keyHint="Y" onClick={agree}>
          {t((live ?? chosen?.call)?.takes_texts ? "callers.disagree" : "callers.agree")}
        </Button>
        <Button keyHint="L" onClick={callBack}>
          {t("callers.callBack", { n: marked.size > 0 ? some.length : 1 })}
        </Button>
        <Button look="quiet" keyHint="⏎" onClick={open}>
          {t("callers.open")}
        </Button>
      </div>
      <Message to={some} />
      {past > 0 && <Past n={past} onLook={setPurpose} />}
      {problem && (
        <p className="callers-problem" role="alert">
          {problemText(t as never, problem)}
        </p>
      )}
    </Panel>
  );
}

/** Read who called; again when another does. Each look is written down by the server. */
function useLoaded(incident: IncidentId, calls: number, purpose: string): Problem | null {
  const { api } = useApp();
  const [problem, setProblem] = useState<Problem | null>(null);
  const turn = useEvery(60);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another caller, or another minute, asks anew.
  useEffect(() => {
    const stop = new AbortController();
    const query = purpose ? { purpose } : {};
    api.get<Callers>(`/v1/incidents/${encodeURIComponent(incident)}/callers`, query, stop.signal).then(
      ({ callers, past }) => {
        setProblem(null);
        const { show, choose, current } = useCallers.getState();
        show(incident, inOrder(callers), past);
        if (!callers.some((each) => each.call.id === current)) choose(firstOf(callers));
      },
      (error) => stop.signal.aborted || setProblem(asProblem(error)),
    );
    return () => stop.abort();
  }, [api, incident, calls, purpose, turn]);
  return problem;
}

function Row({ id }: { readonly id: string }) {
  const { world } = useApp();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const caller = useCallers((now) => now.callers.find((each) => each.call.id === id));
  const marked = useCallers((now) => now.marked.has(id));
  const live = useItem(world.call, id);
  if (!caller) return null;
  const call = live ?? caller.call;
  const said =
    call.narrative ||
    call.texts
      .filter((each) => each.by === null)
      .map((each) => each.text)
      .join(" ");
  return (
    <div
      role="gridcell"
      className="caller-row"
      data-odd={caller.odd !== null || undefined}
      data-marked={marked || undefined}
    >
      <span className="caller-line">
        <span aria-hidden="true">{marked ? "☑" : "☐"}</span>
        {marked && <span className="visually-hidden">{t("callers.mark")}</span>}
        <Ltr className="num muted">{timeSeconds(msOf(call.presented_at))}</Ltr>
        <Caller call={call as never} />
        <span className="muted">
          {caller.apart_m === null
            ? t("callers.noPlace")
            : t("callers.apart", { distance: distanceText(t as never, caller.apart_m) })}
        </span>
        {caller.odd && <States caller={caller} call={call} />}
        <PendingDot subject={id} />
      </span>
      <span className="caller-line">
        {caller.odd ? (
          <OddWhy caller={caller} said={said} />
        ) : (
          <>
            {caller.began && <b>{t("callers.began")}</b>}
            <span className="truncate caller-said" dir="auto" data-tip={said}>
              {said || t("callers.noWords")}
            </span>
            <States caller={caller} call={call} />
          </>
        )}
      </span>
    </div>
  );
}

function OddWhy({ caller, said }: { readonly caller: CallerOf; readonly said: string }) {
  const t = useT(messages);
  const words = useWords();
  const { odd, apart_m } = caller;
  if (!odd) return null;
  const because = odd.reasons.map((reason) =>
    reason === "kind"
      ? t("callers.oddKind", { kind: words.kind(odd.told_kind) })
      : t("callers.oddFar", { distance: apart_m === null ? "" : distanceText(t as never, apart_m) }),
  );
  const heard = odd.words.length > 0 ? ` ${t("callers.oddWords", { words: listText(t, odd.words) })}` : "";
  return (
    <b className="caller-odd" data-tip={said}>
      {because.join(" · ")}
      {odd.reasons.includes("kind") ? heard : ""}
    </b>
  );
}

/** Called back or not, written to or not, and whether they may be. */
function States({ caller, call }: { readonly caller: CallerOf; readonly call: CallerOf["call"] }) {
  const t = useT(messages);
  const last = call.texts[call.texts.length - 1];
  const parts = [
    caller.past ? t("callers.past") : null,
    call.call_back === "due" ? t("callers.toCallBack") : call.call_back === "done" ? t("callers.calledBack") : null,
    call.call_back_tries ? t("callers.tried", { n: call.call_back_tries }) : null,
    last ? t(last.by === null ? "callers.text.theirs" : `callers.text.${last.carried ?? "waiting"}`) : null,
    call.takes_texts ? t("callers.agreed") : null,
  ].filter((part) => part !== null);
  return <span className="muted caller-states">{parts.join(" · ")}</span>;
}

/** One message to all that are meant and agreed; the server passes over whoever did not. */
function Message({ to }: { readonly to: readonly CallerOf[] }) {
  const { world } = useApp();
  const { acts } = useConsole();
  const t = useT(messages);
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useKeys([{ code: "Alt+KeyW", inFields: true, run: () => field.current?.focus() }]);
  useCallers((now) => now.callers);
  useEvery(5);
  const agreed = to.filter((each) => (world.call.get(each.call.id) ?? each.call).takes_texts);
  const send = () => {
    if (text.trim() === "" || agreed.length === 0) return;
    void acts.callers
      .textCallers(
        agreed.map((each) => each.call.id),
        text.trim(),
      )
      .then((done) => done && setText(""));
  };
  return (
    <form
      className="callers-write"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <input
        ref={field}
        className="input"
        maxLength={1000}
        aria-label={t("callers.write")}
        placeholder={t("callers.write")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button
        type="submit"
        keyHint="⏎"
        disabledReason={agreed.length === 0 ? t("callers.writeNobody") : text.trim() === "" ? t("callers.write") : null}
      >
        {t("callers.send", { n: agreed.length })}
      </Button>
    </form>
  );
}

/** Callers that only the log has: shown for a stated purpose. */
function Past({ n, onLook }: { readonly n: number; readonly onLook: (purpose: string) => void }) {
  const t = useT(messages);
  const [why, setWhy] = useState("");
  return (
    <form
      className="callers-write"
      onSubmit={(event) => {
        event.preventDefault();
        onLook(why.trim());
      }}
    >
      <span className="callers-more">{t("callers.more", { n })}</span>
      <input
        className="input"
        maxLength={200}
        aria-label={t("callers.purpose")}
        placeholder={t("callers.purpose")}
        value={why}
        onChange={(event) => setWhy(event.target.value)}
      />
      <Button type="submit" disabledReason={why.trim().length < 4 ? t("callers.purpose") : null}>
        {t("callers.look")}
      </Button>
    </form>
  );
}
