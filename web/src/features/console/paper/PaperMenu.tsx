import { useEffect, useRef, useState } from "react";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import { problemText, useFormats, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { Button, useKeys } from "../../../ui";
import { messages } from "./messages";
import type { KeptFile, KeptPack } from "./paper";
import {
  canKeep,
  chooseFile,
  download,
  FIRST_WITHIN_S,
  inTime,
  KEEP_EVERY_S,
  keepFresh,
  printPage,
  readPage,
  writeFile,
} from "./paper";

/** The paper pack: read again every minute, so that it can be printed, or lies in a file, when the server is gone. */
export function PaperMenu() {
  const { api, clock } = useApp();
  const { session } = useReference();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const lang = usePrefs((prefs) => prefs.lang);
  const may = session.acts.has("see_call") && session.acts.has("see_detail");
  const [shown, setShown] = useState(false);
  const [file, setFile] = useState<KeptFile | null>(null);
  const [pack, setPack] = useState<KeptPack | null>(null);
  const [keptAt, setKeptAt] = useState<number | null>(null);
  const [bad, setBad] = useState<string | null>(null);
  useEffect(() => {
    if (!may) return;
    return keepFresh(
      () => readPage(api, "/v1/paper", lang),
      (html) => setPack({ html, at: clock.now() }),
      Math.random() * FIRST_WITHIN_S,
    );
  }, [may, api, lang, clock]);
  useEffect(() => {
    const chosen = file;
    if (!chosen || !pack) return;
    writeFile(chosen, pack.html).then(
      () => {
        setKeptAt(pack.at);
        setBad(null);
      },
      () => setBad(t("paper.lost")),
    );
  }, [file, pack, t]);
  useKeys([{ code: "Alt+KeyI", inFields: true, run: () => may && setShown(!shown) }]);
  // Opened by key, it is used by key.
  const list = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (shown) list.current?.querySelector("button")?.focus();
  }, [shown]);
  if (!may) return null;
  const time = (at: number) => `\u2066${timeSeconds(at)}\u2069`;
  const use = (then: (html: string) => void) =>
    void inTime(readPage(api, "/v1/paper", lang), pack !== null).then(
      (html) => {
        const read = { html, at: clock.now() };
        setPack(read);
        setBad(null);
        then(html);
      },
      (error) => {
        // The server is gone: this is the moment that it was kept for.
        setBad(
          pack ? t("paper.old", { time: time(pack.at) }) : t("paper.failed", { why: problemText(t, asProblem(error)) }),
        );
        if (pack) then(pack.html);
      },
    );
  const name = `${t("paper.file")}.html`;
  return (
    <span
      role="group"
      aria-label={t("paper.title")}
      onBlur={(event) => {
        // Two of these would lie upon each other.
        if (!event.currentTarget.contains(event.relatedTarget)) setShown(false);
      }}
      onKeyDown={(event) => {
        if (event.code !== "Escape" || !shown) return;
        event.stopPropagation();
        setShown(false);
      }}
    >
      <Button look="quiet" keyHint="Alt+I" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {t("paper.title")}
      </Button>
      {shown && (
        <span className="windows-list paper-list" ref={list}>
          <span className="muted">{t("paper.about")}</span>
          <Button onClick={() => use((html) => !printPage(html) && setBad(t("paper.blocked")))}>
            {t("paper.print")}
          </Button>
          {file ? (
            <Button onClick={() => setFile(null)}>{t("paper.stop")}</Button>
          ) : canKeep() ? (
            <Button onClick={() => void chooseFile(name).then((chosen) => chosen && setFile(chosen))}>
              {t("paper.keep", { n: KEEP_EVERY_S })}
            </Button>
          ) : (
            <Button onClick={() => use((html) => download(name, html))}>{t("paper.save")}</Button>
          )}
          <span role="status">
            {file && keptAt !== null
              ? t("paper.kept", { time: time(keptAt) })
              : pack
                ? t("paper.ready", { time: time(pack.at), n: KEEP_EVERY_S })
                : t("paper.none")}
          </span>
          {bad && <span role="alert">{bad}</span>}
        </span>
      )}
    </span>
  );
}
