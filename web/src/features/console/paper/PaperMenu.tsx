import { useEffect, useState } from "react";
import { asProblem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import { problemText, useFormats, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { Button } from "../../../ui";
import { messages } from "./messages";
import type { KeptFile } from "./paper";
import { canKeep, chooseFile, download, KEEP_EVERY_MIN, printPage, readPage, writeFile } from "./paper";

/** The paper pack: printed now, or kept in a file for the moment when the screens are dark. */
export function PaperMenu() {
  const { api, clock } = useApp();
  const { session } = useReference();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const lang = usePrefs((prefs) => prefs.lang);
  const [shown, setShown] = useState(false);
  const [file, setFile] = useState<KeptFile | null>(null);
  const [keptAt, setKeptAt] = useState<number | null>(null);
  const [bad, setBad] = useState<string | null>(null);
  useEffect(() => {
    if (!file) return;
    const keep = async () => {
      let html: string;
      try {
        html = await readPage(api, "/v1/paper", lang);
      } catch (error) {
        // The file keeps what it has: that is what it is for.
        setBad(problemText(t, asProblem(error)));
        return;
      }
      try {
        await writeFile(file, html);
        setKeptAt(clock.now());
        setBad(null);
      } catch {
        setBad(t("paper.lost"));
      }
    };
    void keep();
    const timer = setInterval(() => void keep(), KEEP_EVERY_MIN * 60_000);
    return () => clearInterval(timer);
  }, [file, api, lang, t, clock]);
  if (!session.acts.has("see_call") || !session.acts.has("see_detail")) return null;
  const use = (then: (html: string) => void) =>
    void readPage(api, "/v1/paper", lang).then(
      (html) => {
        setBad(null);
        then(html);
      },
      (error) => setBad(problemText(t, asProblem(error))),
    );
  const name = `${t("paper.file")}.html`;
  return (
    <span
      role="group"
      aria-label={t("paper.title")}
      onKeyDown={(event) => {
        if (event.code !== "Escape" || !shown) return;
        event.stopPropagation();
        setShown(false);
      }}
    >
      <Button look="quiet" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {t("paper.title")}
      </Button>
      {shown && (
        <span className="windows-list paper-list">
          <span className="muted">{t("paper.about")}</span>
          <Button onClick={() => use(printPage)}>{t("paper.print")}</Button>
          {file ? (
            <Button onClick={() => setFile(null)}>{t("paper.stop")}</Button>
          ) : canKeep() ? (
            <Button onClick={() => void chooseFile(name).then((chosen) => chosen && setFile(chosen))}>
              {t("paper.keep", { n: KEEP_EVERY_MIN })}
            </Button>
          ) : (
            <Button onClick={() => use((html) => download(name, html))}>{t("paper.save")}</Button>
          )}
          {keptAt !== null && (
            <span role="status">{t("paper.kept", { time: `\u2066${timeSeconds(keptAt)}\u2069` })}</span>
          )}
          {bad && <span role="alert">{t("paper.failed", { why: bad })}</span>}
        </span>
      )}
    </span>
  );
}
