import { useState } from "react";
import { useApp, useEvery, useReference, useVersion } from "../../../app/hooks";
import { stageOf } from "../../../core/selectors";
import { msOf } from "../../../core/units";
import type { Call, HandOver, Incident } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Dialog, Ltr, PriorityGlyph, TextArea, Timer } from "../../../ui";
import { useConsole, useWords } from "../context";
import type { Due } from "./logic";
import { callsOf, dueOf, givenOf, openOf, ownOf, toTake } from "./logic";
import { messages } from "./messages";
import "./handover.css";

/** The desk at the end of a shift: whoever leaves gives it, whoever comes sees what is open and due, and takes it. */
export default function HandOverDialog({
  leaving,
  onClose,
}: {
  /** Somebody wants to sign out and still answers for something. */
  readonly leaving: boolean;
  readonly onClose: () => void;
}) {
  const { world } = useApp();
  const { session } = useReference();
  useVersion(world.hand_over);
  // What was opened stays what it is, also when another desk is given while it is read.
  const [take] = useState(() => (leaving ? null : (toTake(world.hand_over.values(), session.person)?.id ?? null)));
  const t = useT(messages);
  const given = world.hand_over.get(take);
  return (
    <Dialog title={t(take === null ? "desk.give" : "desk.take")} onClose={onClose}>
      {take === null ? (
        <Give leaving={leaving} onClose={onClose} />
      ) : given ? (
        <Take given={given} onClose={onClose} />
      ) : (
        <p>{t("desk.gone")}</p>
      )}
    </Dialog>
  );
}

function Give({ leaving, onClose }: { readonly leaving: boolean; readonly onClose: () => void }) {
  const app = useApp();
  const { world } = app;
  const { acts } = useConsole();
  const { session } = useReference();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const now = useEvery(5);
  const [note, setNote] = useState("");
  useVersion(world.incident);
  useVersion(world.call);
  const open = openOf(world.incident.values(), session.person, now);
  const calls = callsOf(world.call.values(), session.person, now);
  const own = ownOf(world.hand_over.values(), session.person);
  const give = () =>
    void acts.desk
      .give(
        open.map((each) => each.id),
        note.trim(),
      )
      .then((done) => {
        if (done) onClose();
        if (done && leaving) void app.signOut();
      });
  if (own)
    return (
      <>
        <p>
          {own.silent_since ? t("desk.silentOwn", { time: timeSeconds(msOf(own.silent_since)) }) : t("desk.waiting")}
        </p>
        <Button onClick={() => void acts.desk.withdraw(own).then(onClose)}>
          {t(own.silent_since ? "desk.silentBack" : "desk.back")}
        </Button>
      </>
    );
  return (
    // The dialog keeps its keys to itself, so this one is bound within.
    // biome-ignore lint/a11y/noStaticElementInteractions: a key for all of the form.
    <div className="hand-over" ref={AT_NOTE} onKeyDown={(event) => isSend(event) && give()}>
      {leaving && <p>{t("desk.leaving")}</p>}
      <Lists open={open} calls={calls} />
      <TextArea
        label={t("desk.note")}
        hint={t("desk.noteHint")}
        rows={3}
        maxLength={4000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <p className="muted">{t("desk.stays")}</p>
      <Button look="primary" keyHint="Ctrl+⏎" onClick={give}>
        {t(leaving ? "desk.giveLeave" : "desk.giveDo")}
      </Button>
    </div>
  );
}

/** Where a dialog begins when it opens: by itself it would begin at its edge. */
const beginAt = (selector: string) => (within: HTMLElement | null) =>
  within?.querySelector<HTMLElement>(selector)?.focus();
const AT_NOTE = beginAt("textarea");
const AT_BUTTON = beginAt(":scope > .btn");

const isSend = (event: React.KeyboardEvent): boolean =>
  event.ctrlKey && !event.repeat && (event.code === "Enter" || event.code === "NumpadEnter");

function Take({ given, onClose }: { readonly given: HandOver; readonly onClose: () => void }) {
  const { world } = useApp();
  const { acts } = useConsole();
  const { timeSeconds } = useFormats();
  const words = useWords();
  const t = useT(messages);
  const now = useEvery(5);
  useVersion(world.incident);
  useVersion(world.call);
  const take = () => void acts.desk.take(given).then((done) => done && onClose());
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a key for all of the list.
    <div className="hand-over" ref={AT_BUTTON} onKeyDown={(event) => isSend(event) && take()}>
      <p>
        {t(given.silent_since ? "desk.silentWho" : "desk.who", {
          who: words.person(given.by),
          time: timeSeconds(msOf(given.silent_since ?? given.at)),
        })}
        {given.note && <span className="hand-over-note words">{given.note}</span>}
      </p>
      <Lists open={givenOf(world.incident.values(), given, now)} calls={callsOf(world.call.values(), given.by, now)} />
      <Button look="primary" keyHint="Ctrl+⏎" onClick={take}>
        {t("desk.takeDo")}
      </Button>
    </div>
  );
}

function Lists({ open, calls }: { readonly open: readonly Incident[]; readonly calls: readonly Call[] }) {
  const { world } = useApp();
  const words = useWords();
  const t = useT(messages);
  const { id: write } = useFormats();
  useVersion(world.alarm);
  useVersion(world.call_back);
  const due = dueOf(open, world.alarm.values(), world.call_back.values());
  return (
    <>
      <h3>{t("desk.incidents", { n: open.length })}</h3>
      <ul
        className="hand-over-list"
        tabIndex={open.length > 8 ? 0 : undefined}
        aria-label={t("desk.incidents", { n: open.length })}
      >
        {open.map((incident) => {
          const stage = stageOf(incident);
          return (
            <li key={incident.id}>
              <PriorityGlyph priority={incident.priority} />
              <span className="num">{write(incident.number)}</span>
              <span className="truncate">
                {words.kind(incident.kind)} <bdi className="muted">{incident.place}</bdi>
              </span>
              <span className="muted">{words.t(`stage.${stage.name}`)}</span>
              <Timer from={stage.since} warnAt={stage.warnAt} breachAt={stage.breachAt} />
            </li>
          );
        })}
      </ul>
      {calls.length > 0 && (
        <>
          <h3>{t("desk.calls", { n: calls.length })}</h3>
          <ul className="hand-over-list" aria-label={t("desk.calls", { n: calls.length })}>
            {calls.map((call) => (
              <li key={call.id}>
                <Ltr className="num">{call.callback ?? call.number ?? words.t("value.unknownCaller")}</Ltr>
                <span className="truncate muted">{call.narrative || call.place}</span>
                <Timer from={msOf(call.presented_at)} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{t("desk.due")}</h3>
      {due.length === 0 ? (
        <p className="muted">{t("desk.dueNone")}</p>
      ) : (
        <ul className="hand-over-list" aria-label={t("desk.due")}>
          {due.map((each) => (
            <DueRow key={`${each.what} ${each.id}`} due={each} />
          ))}
        </ul>
      )}
    </>
  );
}

function DueRow({ due }: { readonly due: Due }) {
  const words = useWords();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  return (
    <li>
      <span className="num">{timeSeconds(due.at as never)}</span>
      <span className="truncate">
        {due.what === "alarm"
          ? t("desk.due.alarm", { alarm: words.alarm(due.alarm?.cause ?? "") })
          : t(`desk.due.${due.what}`)}
      </span>
      {due.sign && <Ltr className="unit-sign">{due.sign}</Ltr>}
      {due.incident && <span className="muted">{words.t("incident.numbered", { n: due.incident.number })}</span>}
    </li>
  );
}
