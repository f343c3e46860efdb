import type { Ref } from "react";
import { useCallback } from "react";
import { sameList, useApp, useDerived, useEvery, useItem } from "../../app/hooks";
import type { CallId, IncidentId } from "../../core/units";
import { msOf } from "../../core/units";
import type { Call } from "../../core/views";
import type { GridHandle } from "../../ui";
import { Empty, Grid, Loading, Ltr, Panel, Timer } from "../../ui";
import { useConsole, useWords } from "./context";
import { PendingDot } from "./parts";
import { useHaveData } from "./Queues";
import { isCalm } from "./ringing/calls";
import { useDesk } from "./store";
import { justHandedOver, useTargetName } from "./transfer/targets";

/** Answered and still open, mine and others', ringing ones first; then reports that can wait, and what just went to others. */
function openCalls(calls: Iterable<Call>, now: number): readonly string[] {
  const rank = (call: Call): number =>
    call.state === "closed" ? 3 : isCalm(call) ? 2 : call.state === "ringing" ? 0 : 1;
  return [...calls]
    .filter((call) => call.state === "ringing" || call.state === "answered" || justHandedOver(call, now))
    .sort((a, b) => rank(a) - rank(b) || msOf(b.presented_at) - msOf(a.presented_at))
    .map((each) => each.id as string);
}

export function CallsPanel({ grid }: { readonly grid: Ref<GridHandle> }) {
  const { world } = useApp();
  const { acts } = useConsole();
  const { t } = useWords();
  const { have, at } = useHaveData();
  const now = useEvery(15);
  const ids = useDerived(world.call, (all: Iterable<Call>) => openCalls(all, now), [now], sameList);
  const open = useCallback(
    (id: string) => {
      const call = world.call.get(id);
      if (call && call.state !== "closed") void acts.calls.answer(call);
    },
    [world, acts],
  );
  const select = useCallback(
    (id: string) => {
      const incident = world.call.get(id)?.incident;
      if (incident) useDesk.getState().select(incident as IncidentId);
    },
    [world],
  );
  return (
    <Panel
      title={t("title.calls")}
      panel="calls"
      className="pane-calls"
      aside={have && t("count.items", { n: ids.length })}
    >
      <Grid
        ref={grid}
        label={t("title.calls")}
        ids={ids}
        rowHeight={28}
        freeze
        onOpen={open}
        onSelect={select}
        renderRow={(id) => <CallRow id={id as CallId} />}
        empty={have ? <Empty at={at}>{t("empty.calls")}</Empty> : <Loading rows={2} />}
      />
    </Panel>
  );
}

function CallRow({ id }: { readonly id: CallId }) {
  const { world } = useApp();
  const { t, kind } = useWords();
  const where = useTargetName();
  const call = useItem(world.call, id);
  const mine = useDesk((desk) => Object.values(desk.forms).some((each) => each.call === id));
  if (!call) return null;
  return (
    <div role="gridcell" className="q-row">
      <span className="call-state" data-state={call.state} aria-hidden="true" />
      <Ltr className="num">{call.number ?? t("value.unknownCaller")}</Ltr>
      <span className="q-what q-case muted">
        <span className="truncate">{call.kind ? kind(call.kind) : t(`channel.${call.channel}`)}</span>
        {call.place && (
          <>
            <span>—</span>
            <bdi className="truncate">{call.place}</bdi>
          </>
        )}
      </span>
      <PendingDot subject={id} />
      <span className="q-stage">
        {call.transfer && call.state === "closed"
          ? t("calls.gone", { where: where(call.transfer.target) })
          : mine
            ? t("call.mine")
            : t(`callState.${call.state}`)}
      </span>
      <Timer from={msOf(call.state === "ringing" ? call.presented_at : (call.answered_at ?? call.presented_at))} />
    </div>
  );
}
