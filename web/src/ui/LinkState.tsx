import { useLink, usePending, useReference } from "../app/hooks";
import { useJournalOnly } from "../app/journalOnly";
import type { CommonKey, Translate } from "../i18n/catalogue";
import { spanText, useFormats, useNamed, useT } from "../i18n/hooks";
import type { Link } from "../live/client";

function words(t: Translate<CommonKey>, link: Link): string {
  switch (link.state) {
    case "late":
      return t("link.late", { n: link.silentS });
    case "lost":
      return `${t("link.lost")} · ${t("link.lostFor", { span: spanText(t, link.silentS) })}`;
    case "live":
      if (link.missed?.left) return t("link.missedComing", { n: link.missed.all });
      return link.missed ? t("link.missedHere", { n: link.missed.all }) : t("link.live");
    default:
      return t(`link.${link.state}`);
  }
}

/** The strip across the top: nothing while live; yellow and red in words otherwise. Place it first in the page. */
export function LinkStateBar() {
  const t = useT();
  const link = useLink();
  const queued = usePending().filter((each) => each.state === "sending" || each.state === "retrying").length;
  const journalOnly = useJournalOnly(link.state === "lost");
  const show = link.state === "late" || link.state === "lost" || link.state === "signed_out";
  return (
    <div role="status" aria-live="polite">
      {show && (
        <div className="link-bar" data-state={link.state}>
          {link.state === "signed_out" ? (
            <a href="/">{words(t, link)}</a>
          ) : (
            <span>{journalOnly ? t("link.journalOnly") : words(t, link)}</span>
          )}
          {journalOnly && <a href="/raw">{t("link.rawCalls")}</a>}
          {queued > 0 && <span>{t("link.queued", { n: queued })}</span>}
        </div>
      )}
    </div>
  );
}

/** For the status bar: live or not, and how old each stream's data is. Below `<SignedIn>` only. */
export function LinkStateText({ short }: { /** The strip above says the rest. */ readonly short?: boolean }) {
  const t = useT();
  const link = useLink();
  const lostFor = t("link.lostFor", { span: spanText(t, link.silentS) });
  return (
    <span className="link-dot" data-state={link.state}>
      {short && link.state === "lost" ? lostFor : words(t, link)}
    </span>
  );
}

/** Age of the data, a stream at a time; a stale stream is said in words. */
export function DataAge() {
  const t = useT();
  const link = useLink();
  const named = useNamed();
  const { timeSeconds } = useFormats();
  const { server } = useReference();
  return (
    <>
      {link.streams.map((stream) => {
        const province = server.provinces.find((each) => each.id === stream.stream);
        const name = province ? named(province.name) : stream.stream;
        if (stream.freshAt === null || stream.catchingUp) {
          return (
            <span key={stream.stream}>
              {name}: {t("link.catchingUp")}
            </span>
          );
        }
        return <span key={stream.stream}>{t("link.streamAge", { name, time: timeSeconds(stream.freshAt) })}</span>;
      })}
    </>
  );
}
