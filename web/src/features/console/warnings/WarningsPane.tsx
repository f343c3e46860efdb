import { useEffect, useMemo, useRef, useState } from "react";
import { useApp, useDerived, useEvery, useReference } from "../../../app/hooks";
import type { LonLat, ServerMs } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { PublicWarning } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Empty, Field, Timer } from "../../../ui";
import { Reading } from "../../warnings/Reading";
import { useConsole, useMay } from "../context";
import { useDesk } from "../store";
import { draftFrom, inForce, NOTHING } from "./draft";
import { messages } from "./messages";
import { NewWarning } from "./NewWarning";
import { useWarnings } from "./store";
import "./warnings.css";

const OVER_MAX = 5;

/** Warnings to the public: written here, read and published by a second person, updated, cancelled. */
export function WarningsPane() {
  const { world } = useApp();
  const t = useT(messages);
  const now = useEvery(5);
  const root = useRef<HTMLElement>(null);
  const { writing, write, clear, look } = useWarnings();
  const mayNot = useMay()("warn");
  useEffect(() => {
    root.current?.focus();
    return () => {
      clear();
      look(null);
    };
  }, [clear, look]);
  const all = useDerived(
    world.warning,
    (each) => [...each].sort((a, b) => (a.drafted_at < b.drafted_at ? 1 : -1)),
    [],
    (a, b) => a.length === b.length && a.every((v, n) => v === b[n]),
  );
  const drafts = useMemo(() => all.filter((each) => each.state === "draft"), [all]);
  const out = useMemo(() => all.filter((each) => inForce(each, now)), [all, now]);
  const over = useMemo(
    () => all.filter((each) => each.state !== "draft" && !inForce(each, now)).slice(0, OVER_MAX),
    [all, now],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the focus when its key is pressed.
    <section className="roads warnings" aria-label={t("warnings.title")} ref={root} tabIndex={0}>
      <header className="cordon-head">
        <h2>{t("warnings.title")}</h2>
      </header>
      {writing ? (
        <NewWarning mayNot={mayNot} />
      ) : (
        <div className="act-line">
          <Button look="primary" disabledReason={mayNot} reasonBelow onClick={() => write(NOTHING)}>
            {t("warnings.new")}
          </Button>
          <Button look="quiet" keyHint="Esc" onClick={() => useDesk.getState().show("detail")}>
            {t("warnings.back")}
          </Button>
        </div>
      )}
      {drafts.length > 0 && <List title={t("warnings.waiting")} of={drafts} mayNot={mayNot} now={now} />}
      {out.length === 0 && drafts.length === 0 && !writing && <Empty>{t("warnings.none")}</Empty>}
      {out.length > 0 && <List title={t("warnings.out")} of={out} mayNot={mayNot} now={now} />}
      {over.length > 0 && <List title={t("warnings.over")} of={over} mayNot={mayNot} now={now} />}
    </section>
  );
}

function List({
  title,
  of,
  mayNot,
  now,
}: {
  readonly title: string;
  readonly of: readonly PublicWarning[];
  readonly mayNot: string | null;
  readonly now: number;
}) {
  return (
    <>
      <h3 className="muted">{title}</h3>
      <ul className="roads-list">
        {of.map((each) => (
          <Row key={each.id} warning={each} mayNot={mayNot} now={now} />
        ))}
      </ul>
    </>
  );
}

function Row({
  warning,
  mayNot,
  now,
}: {
  readonly warning: PublicWarning;
  readonly mayNot: string | null;
  readonly now: number;
}) {
  const { world } = useApp();
  const { fly } = useConsole();
  const t = useT(messages);
  const { date, time } = useFormats();
  const [cancelling, setCancelling] = useState(false);
  const { write, look, looked } = useWarnings();
  const words = t.lang === "fa" ? warning.fa : (warning.en ?? warning.fa);
  const live = inForce(warning, now);
  const state = warning.state !== "published" || live ? warning.state : warning.kind === "Cancel" ? "sent" : "expired";
  const ends = msOf(warning.expires_at as never) ?? 0;
  /** A seat of the demo by its role, a person by their name for signing in. */
  const who = (actor: string) => {
    const role = /^seat:([a-z_]+):/.exec(actor)?.[1];
    return role ? (t.maybe(`role.${role}`) ?? role) : actor;
  };
  const replaced = world.warning.get(warning.replaces);
  const since = msOf(warning.published_at as never);
  const point = warning.polygons[0]?.[0] ?? warning.circles[0]?.centre;
  return (
    <li data-state={state} data-status={warning.status}>
      <div className="roads-row">
        <b className="roads-kind">{t(`warnings.kind.${warning.kind}`)}</b>
        {warning.status !== "Actual" && <b className="warnings-status">{t(`warnings.status.${warning.status}`)}</b>}
        <span className="warnings-headline">{words.headline}</span>
        {live && since !== null && <Timer from={since as ServerMs} />}
      </div>
      {warning.state === "draft" ? (
        <Reading warning={warning} />
      ) : (
        <p>
          {words.event} · {words.area}
          {words.description && (
            <>
              <br />
              {words.description}
            </>
          )}
          {words.instruction && (
            <>
              <br />
              {words.instruction}
            </>
          )}
        </p>
      )}
      <p className="muted">
        {t(`warnings.state.${state}`)} · {t("warnings.until", { time: `${date(ends)} ${time(ends)}` })} ·{" "}
        {t("warnings.by", { who: warning.authors.map(who).join(t("list.and")) })}
        {warning.published_by && ` · ${t("warnings.publishedBy", { who: who(warning.published_by) })}`}
        {warning.state === "draft" &&
          replaced &&
          ` · ${t("warnings.replacing", { headline: (t.lang === "fa" ? replaced.fa : (replaced.en ?? replaced.fa)).headline })}`}
      </p>
      {cancelling ? (
        <Cancel warning={warning} mayNot={mayNot} onClose={() => setCancelling(false)} />
      ) : (
        <div className="act-line">
          {point && (
            <Button
              look="quiet"
              aria-pressed={looked === warning.id}
              onClick={() => {
                look(looked === warning.id ? null : warning.id);
                fly(point as LonLat, 13);
              }}
            >
              {t("warnings.show")}
            </Button>
          )}
          {warning.state === "draft" && <DraftActs warning={warning} mayNot={mayNot} />}
          {live && (
            <>
              <Button disabledReason={mayNot} onClick={() => write(draftFrom(warning, "update"))}>
                {t("warnings.update")}
              </Button>
              <Button disabledReason={mayNot} onClick={() => setCancelling(true)}>
                {t("warnings.cancel")}
              </Button>
            </>
          )}
        </div>
      )}
    </li>
  );
}

function DraftActs({ warning, mayNot }: { readonly warning: PublicWarning; readonly mayNot: string | null }) {
  const { acts } = useConsole();
  const { session } = useReference();
  const t = useT(messages);
  const write = useWarnings((now) => now.write);
  const mayNotPublish = useMay()("publish");
  const own = warning.authors.includes(session.person) ? t("why.warningOwn") : null;
  const path = `/v1/warnings/${encodeURIComponent(warning.id)}`;
  return (
    <>
      <Button
        look="primary"
        disabledReason={mayNotPublish ?? own}
        reasonBelow
        onClick={() => void acts.places.warning(`${path}/publish`, { version: warning.version }, "said.warningOut")}
      >
        {t("warnings.publish")}
      </Button>
      {warning.kind !== "Cancel" && (
        <Button look="quiet" disabledReason={mayNot} onClick={() => write(draftFrom(warning, "revision"))}>
          {t("warnings.revise")}
        </Button>
      )}
      <Button
        look="quiet"
        disabledReason={mayNot}
        onClick={() => void acts.places.warning(`${path}/discard`, {}, "said.warningGone")}
      >
        {t("warnings.discard")}
      </Button>
    </>
  );
}

function Cancel({
  warning,
  mayNot,
  onClose,
}: {
  readonly warning: PublicWarning;
  readonly mayNot: string | null;
  readonly onClose: () => void;
}) {
  const { acts } = useConsole();
  const t = useT(messages);
  const [fa, setFa] = useState("");
  const [en, setEn] = useState("");
  const why = mayNot ?? (fa.trim() ? null : t("why.warningReason"));
  const send = () => {
    if (why) return;
    const path = `/v1/warnings/${encodeURIComponent(warning.id)}/cancel`;
    const body = { reason_fa: fa.trim(), reason_en: en.trim() };
    void acts.places.warning(path, body, "said.warningDrafted").then((done) => {
      if (done) onClose();
    });
  };
  return (
    <form
      className="roads-new"
      aria-label={t("warnings.cancelTitle")}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field
        label={t("warnings.reasonFa")}
        value={fa}
        maxLength={500}
        autoFocus
        onChange={(event) => setFa(event.currentTarget.value)}
      />
      {warning.en && (
        <Field
          label={t("warnings.reasonEn")}
          value={en}
          maxLength={500}
          onChange={(event) => setEn(event.currentTarget.value)}
        />
      )}
      <div className="act-line">
        <Button look="primary" disabledReason={why} reasonBelow onClick={send}>
          {t("warnings.save")}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {t("warnings.clear")}
        </Button>
      </div>
    </form>
  );
}
