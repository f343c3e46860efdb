import { MessageSquare } from "lucide-react";
import { useApp, useVersion } from "../../../app/hooks";
import type { Message } from "../../../core/views";
import { useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { useEntries, useField, useStillUnderFinger } from "../hooks";
import { messages } from "./messages";
import "./talk.css";
import { unread } from "./thread";

export function useUnread(): readonly Message[] {
  const field = useField();
  const { world } = useApp();
  useVersion(world.message);
  return unread(field.unit, world.message.values(), useEntries());
}

/** What the desk wrote, until it is read: short enough to be read at a red light, and never over an offer. */
export function TalkStrip() {
  const t = useT(messages);
  const field = useField();
  const [first] = useStillUnderFinger(useUnread());
  if (!first) return null;
  return (
    <section className="talk-strip" role="status" aria-label={t("talk.from")}>
      <MessageSquare size={28} aria-hidden="true" />
      <p>
        <small>{t("talk.from")}</small>
        <strong>{first.text}</strong>
      </p>
      <Button size="hand" onClick={() => field.readMessage(first.id)}>
        {t("talk.read")}
      </Button>
    </section>
  );
}

export function useTalkWords(): { readonly label: string; readonly fresh: boolean } {
  const t = useT(messages);
  const n = useUnread().length;
  return { label: n > 0 ? t("talk.new", { n }) : t("talk.title"), fresh: n > 0 };
}
