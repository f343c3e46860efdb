import { useMemo } from "react";
import { Problem } from "../../api/problem";
import { AppContext } from "../../app/hooks";
import type { Priority } from "../../core/views";
import { useFormats, useT } from "../../i18n/hooks";
import type { LinkState } from "../../live/client";
import {
  Empty,
  ErrorState,
  Grid,
  LinkStateBar,
  LinkStateText,
  Loading,
  Ltr,
  Panel,
  PendingMark,
  PriorityGlyph,
  Timer,
  UndoBar,
} from "../../ui";
import { Piece, State } from "./frame";
import { messages } from "./messages";
import { NOW, stillApp } from "./still";

const IDS = ["1", "2", "3", "4", "5"];
const LINKS: readonly LinkState[] = ["connecting", "live", "late", "lost", "signed_out"];
const nothing = () => undefined;

export function Lists() {
  const t = useT(messages);
  const { id, timeSeconds } = useFormats();
  const kinds = ["sample.injury", "sample.fire", "sample.theft", "sample.placeLong", "sample.injury"] as const;
  const row = (key: string) => {
    const n = Number(key);
    return (
      <span role="gridcell" className="sample-row">
        <PriorityGlyph priority={n as Priority} quiet />
        <span className="num">{id(1230 + n)}</span>
        <span className="truncate">{t(kinds[n - 1] ?? "sample.fire")}</span>
        <Ltr>A{n}2</Ltr>
        <Timer from={NOW - n * 41_000} warnAt={n < 3 ? NOW - 1000 : null} breachAt={n < 2 ? NOW - 500 : null} />
      </span>
    );
  };
  return (
    <>
      <Piece name="grid">
        <State name="chosen">
          <div className="sample-list">
            <Panel title={t("sample.queue")} aside={id(IDS.length)}>
              <Grid
                label={t("sample.queue")}
                ids={IDS}
                rowHeight={28}
                renderRow={row}
                selected="2"
                onSelect={nothing}
              />
            </Panel>
          </div>
        </State>
        <State name="focus" act="focus">
          <div className="sample-list">
            <Panel title={t("sample.kind")} aside={id(IDS.length)}>
              <Grid label={t("sample.queue")} ids={IDS} rowHeight={32} renderRow={row} selected={null} />
            </Panel>
          </div>
        </State>
        <State name="none">
          <div className="sample-list">
            <Panel title={t("sample.shift")} aside={id(0)}>
              <Grid
                label={t("sample.queue")}
                ids={[]}
                rowHeight={28}
                renderRow={row}
                empty={<Empty at={NOW}>{t("sample.noQueue")}</Empty>}
              />
            </Panel>
          </div>
        </State>
      </Piece>
      <Piece name="undo">
        <UndoBar until={NOW + 8_000} keyHint="Ctrl+Z" onUndo={nothing} onOver={nothing}>
          {t("sample.done")}
        </UndoBar>
        <UndoBar until={NOW + 8_000} size="hand" onUndo={nothing} onOver={nothing}>
          {t("sample.done")}
        </UndoBar>
      </Piece>
      <Piece name="states">
        <State name="busy">
          <Loading rows={4} onRetry={nothing} />
        </State>
        <State name="none">
          <Empty>{t("sample.noQueue")}</Empty>
        </State>
        <State name="wrong">
          <ErrorState problem={new Problem(503, {})} onRetry={nothing} />
        </State>
        <State name="busy">
          {(["sending", "retrying", "answered", "refused"] as const).map((state) => (
            <p key={state}>
              <PendingMark
                pending={{
                  id: state as never,
                  action: "note",
                  subjects: [],
                  state,
                  problem: state === "refused" ? new Problem(403, {}) : null,
                  sinceMs: 0,
                }}
                onDismiss={nothing}
              />
            </p>
          ))}
        </State>
        <State name="rest">
          <p className="num">{timeSeconds(NOW)}</p>
        </State>
      </Piece>
      <Piece name="link">
        {LINKS.map((state) => (
          <LinkIn key={state} state={state} />
        ))}
      </Piece>
    </>
  );
}

function LinkIn({ state }: { readonly state: LinkState }) {
  const app = useMemo(() => stillApp(state, state === "lost" ? 2 : 0), [state]);
  return (
    <AppContext value={app}>
      <div className="link-sample">
        <LinkStateText />
        <LinkStateBar />
      </div>
    </AppContext>
  );
}
