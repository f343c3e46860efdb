import { useState } from "react";
import type { Time } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Call } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Choice, Field } from "../../../ui";
import { useConsole } from "../context";
import type { CallForm } from "../store";
import { messages } from "./messages";
import { useTargetName, useTargets } from "./targets";
import "./transfer.css";

/** Where a call came from, with the way back; and where it is going. */
export function Handed({ call, form }: { readonly call: Call; readonly form: CallForm }) {
  const { acts } = useConsole();
  const t = useT(messages);
  const { time } = useFormats();
  const name = useTargetName();
  const { received, transfer } = call;
  if (transfer && transfer.done_at === null)
    return (
      <p className="handed" role="status">
        {t("transfer.moving", { name: name(transfer.target) })}
      </p>
    );
  if (!received) return null;
  const from = name(received.province);
  return (
    <div className="handed" role="status">
      <span>
        <b>{t("transfer.from", { name: from })}</b>
        {" · "}
        {t("transfer.firstRang", { time: time(msOf(received.presented_at as Time)) })}
        {received.note && (
          <>
            <br />
            {t("transfer.fromNote", { note: received.note })}
          </>
        )}
      </span>
      <Button onClick={() => void acts.calls.transfer(form, received.province, from, t("transfer.backNote"))}>
        {t("transfer.back")}
      </Button>
    </div>
  );
}

/** To whom, a word for them, and go. */
export function TransferPart({
  form,
  first,
  onClose,
}: {
  readonly form: CallForm;
  /** Chosen already; empty when not. */
  readonly first: string;
  readonly onClose: () => void;
}) {
  const { acts } = useConsole();
  const t = useT(messages);
  const targets = useTargets();
  const name = useTargetName();
  const [chosen, setChosen] = useState(first);
  const [note, setNote] = useState("");
  const [sending, setSending] = useState(false);
  const to = chosen || targets[0]?.id || "";
  const service = targets.find((each) => each.id === to)?.kind === "service";
  const send = () => {
    if (!to || sending) return;
    setSending(true);
    void acts.calls.transfer(form, to, name(to), note.trim()).then((done) => {
      if (!done) setSending(false);
    });
  };
  return (
    <fieldset className="choices transfer">
      <legend>{t("transfer.title")}</legend>
      <Choice
        label={t("transfer.to")}
        value={to}
        autoFocus
        options={targets.map((each) => [
          each.id,
          each.kind === "province" ? t("transfer.province", { name: name(each.id) }) : name(each.id),
        ])}
        onChange={setChosen}
      />
      <Field
        label={t("transfer.note")}
        value={note}
        maxLength={300}
        onChange={(event) => setNote(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.code !== "Enter" || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          send();
        }}
      />
      <p className="muted">{t("transfer.all")}</p>
      <div className="act-line">
        <Button look="primary" pending={sending} onClick={send}>
          {t("transfer.send")}
        </Button>
        {service && form.call && (
          <a
            className="btn"
            href={`/v1/calls/${encodeURIComponent(form.call)}/hand-over`}
            target="_blank"
            rel="noreferrer"
          >
            {t("transfer.sheet")}
          </a>
        )}
        <Button look="quiet" onClick={onClose}>
          {t("do.cancel")}
        </Button>
      </div>
    </fieldset>
  );
}
