import { useEffect } from "react";
import { useApp, useVersion } from "../../../../app/hooks";
import { msOf } from "../../../../core/units";
import type { Message } from "../../../../core/views";
import { useFormats, useT } from "../../../../i18n/hooks";
import { Button } from "../../../../ui/Button";
import { useEntries, useField, useHere } from "../../hooks";
import { Choice, Sheet } from "../../parts";
import { useDraft } from "../../useDraft";
import { useUnread } from "../Talk";
import { threadOf } from "../thread";
import { messages } from "./messages";

const QUICK = ["understood", "onMyWay", "radio", "wait", "cannot", "done"] as const;

/** Everything said between the centre and this crew in the last day, and what to answer. */
export function TalkSheet({ onClose }: { readonly onClose: () => void }) {
  const t = useT(messages);
  const field = useField();
  const { world } = useApp();
  const { time } = useFormats();
  const { moving } = useHere();
  const entries = useEntries();
  useVersion(world.message);
  const [text, setText] = useDraft("talk");
  const lines = threadOf(field.unit, world.message.values(), entries);
  const fresh = useUnread();
  // Open on the screen is read.
  useEffect(() => {
    for (const message of fresh) field.readMessage(message.id);
  }, [fresh, field]);
  const send = (words: string) => {
    field.act({
      action: "message",
      path: `/v1/units/${field.unit}/messages`,
      body: { text: words },
      subject: field.unit,
    });
  };
  return (
    <Sheet title={t("talk.title")} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <ol className="talk" tabIndex={0} aria-label={t("talk.title")}>
        {lines.length === 0 && <li className="muted">{t("talk.none")}</li>}
        {/* Nobody reads a list at the wheel: the newest line, and answers that take one touch. */}
        {(moving ? lines.slice(-1) : lines.toReversed()).map((line) => (
          <li key={line.id} data-own={line.own || undefined}>
            <small className="num">
              {line.own ? t("talk.you") : t("talk.centre")} · {time(msOf(line.at as Message["at"]))}
              {line.incidentNumber !== null && ` · ${t("talk.about", { n: line.incidentNumber })}`}
            </small>
            <p className="pre">{line.text}</p>
            {line.own && <small>{t(`talk.mark.${line.mark}`)}</small>}
          </li>
        ))}
      </ol>
      <div className="grid2" role="group" aria-label={t("talk.quick")}>
        {QUICK.map((name) => (
          <Choice key={name} onClick={() => send(t(`talk.quick.${name}`))}>
            {t(`talk.quick.${name}`)}
          </Choice>
        ))}
      </div>
      {!moving && (
        <>
          <textarea
            className="input note"
            rows={2}
            maxLength={300}
            value={text}
            aria-label={t("talk.write")}
            placeholder={t("talk.write")}
            onChange={(event) => setText(event.target.value)}
          />
          {text.trim() && (
            <Button
              size="hand"
              look="primary"
              wide
              onClick={() => {
                send(text.trim());
                setText("");
              }}
            >
              {t("talk.send")}
            </Button>
          )}
        </>
      )}
    </Sheet>
  );
}
