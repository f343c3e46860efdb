import { useEffect, useRef, useState } from "react";
import { useApp, useReference, useVersion } from "../../../app/hooks";
import { isEnded } from "../../../core/selectors";
import { msOf } from "../../../core/units";
import type { Incident, Message, Unit } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Ltr, TextArea, Words } from "../../../ui";
import { useDesk } from "../store";
import { messages } from "./messages";
import "./talk.css";

const SHOWN = 12;
const QUICK = ["where", "call", "status"] as const;

/** Everything said with one unit in the last day, newest first, and writing to it. */
export function UnitTalk({ unit }: { readonly unit: Unit }) {
  const t = useT(messages);
  const { world, api } = useApp();
  const { session } = useReference();
  useVersion(world.message);
  const said = [...world.message.values()]
    .filter((each) => each.from_unit === unit.id || each.to.some((to) => to.unit === unit.id))
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, SHOWN);
  const told = useRef(new Set<string>());
  // On the screen of a desk is read; the first who does is written down.
  useEffect(() => {
    for (const message of said) {
      if (message.from_unit !== unit.id || message.read_at || told.current.has(message.id)) continue;
      told.current.add(message.id);
      api
        .command(`/v1/units/${unit.id}/messages/${message.id}/receipts`, { stage: "read" }, { action: "receipt" })
        .catch(() => told.current.delete(message.id));
    }
  });
  if (!session.acts.has("send_message")) return null;
  return (
    <section aria-label={t("talk.title")} className="talk-part">
      <h3>{t("talk.title")}</h3>
      <Write
        key={unit.id}
        label={t("talk.write", { unit: unit.call_sign })}
        path={`/v1/units/${encodeURIComponent(unit.id)}/messages`}
        quick
      />
      <ul className="notes">
        {said.map((message) => (
          <Said key={message.id} message={message} unit={unit} />
        ))}
      </ul>
    </section>
  );
}

function Said({ message, unit }: { readonly message: Message; readonly unit: Unit }) {
  const t = useT(messages);
  const { timeSeconds, time } = useFormats();
  const to = message.to.find((each) => each.unit === unit.id);
  const at = (stamp: Message["at"]) => time(msOf(stamp));
  const mark = to?.read_at
    ? t("talk.read", { time: at(to.read_at) })
    : to?.delivered_at
      ? t("talk.delivered", { time: at(to.delivered_at) })
      : t("talk.sent");
  return (
    <li data-own={to ? undefined : true}>
      <span className="num muted">{timeSeconds(msOf(message.at))}</span>{" "}
      <b>{to ? t("talk.desk") : <Ltr>{unit.call_sign}</Ltr>}</b>{" "}
      <span className="words">
        <Words text={message.text} />
      </span>
      {to && (
        <span className="muted num">
          {" "}
          — {mark} {message.to.length > 1 && t("talk.more", { n: message.to.length - 1 })}
        </span>
      )}
    </li>
  );
}

/** Write to every unit on an incident at once. */
export function IncidentTalk({ incident }: { readonly incident: Incident }) {
  const t = useT(messages);
  const { session } = useReference();
  const anybody = incident.assignments.some((each) => !isEnded(each) && each.state !== "reserved");
  if (!session.acts.has("send_message") || !anybody) return null;
  return (
    <section aria-label={t("talk.writeAll")} className="talk-part">
      <Write
        key={incident.id}
        label={t("talk.writeAll")}
        path={`/v1/incidents/${encodeURIComponent(incident.id)}/messages`}
      />
    </section>
  );
}

function Write({ label, path, quick }: { readonly label: string; readonly path: string; readonly quick?: boolean }) {
  const t = useT(messages);
  const { api } = useApp();
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(false);
  const send = (words: string) => {
    setFailed(false);
    api.command(path, { text: words }, { action: "message" }).then(
      () => setText(""),
      () => setFailed(true),
    );
  };
  return (
    <div className="talk-write">
      <TextArea
        id={`talk-${path}`}
        label={label}
        hideLabel
        rows={1}
        placeholder={label}
        maxLength={300}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.code !== "Enter" || event.shiftKey) return;
          event.preventDefault();
          event.stopPropagation();
          if (text.trim()) send(text.trim());
        }}
      />
      <Button keyHint="⏎" disabledReason={text.trim() ? null : t("talk.empty")} onClick={() => send(text.trim())}>
        {t("talk.send")}
      </Button>
      {failed && <p role="alert">{t("talk.failed")}</p>}
      {quick && (
        <div className="talk-quick" role="group" aria-label={t("talk.quick")}>
          {QUICK.map((name) => (
            <Button key={name} look="quiet" onClick={() => send(t(`talk.quick.${name}`))}>
              {t(`talk.quick.${name}`)}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

/** In the status bar: who wrote and has not been read. Silent: an offer and an alarm sound, a message waits. */
export function UnreadMessages() {
  const t = useT(messages);
  const { world } = useApp();
  useVersion(world.message);
  const unread = [...world.message.values()]
    .filter((each) => each.from_unit && !each.read_at)
    .sort((a, b) => a.at.localeCompare(b.at));
  const [first] = unread;
  if (!first?.from_unit) return null;
  const unit = first.from_unit;
  const n = unread.filter((each) => each.from_unit === unit).length;
  return (
    <Button look="quiet" className="talk-unread" onClick={() => useDesk.getState().selectUnit(unit)}>
      {t("talk.unread", { n, unit: first.from_call_sign ?? "" })}
    </Button>
  );
}
