import { useApp, useDerived, useEvery } from "../../app/hooks";
import { msOf } from "../../core/units";
import { useFormats, useT } from "../../i18n/hooks";
import { messages } from "./messages";

/** Warnings to the public that are in force, the newest first; nothing when there is none. */
export function Warnings() {
  const { world } = useApp();
  const t = useT(messages);
  const { time, date } = useFormats();
  const now = useEvery(5);
  const shown = useDerived(
    world.warning,
    (all) =>
      [...all]
        .filter((each) => each.state === "published" && each.kind !== "Cancel" && Date.parse(each.expires_at) > now)
        .sort((a, b) => ((a.published_at ?? "") < (b.published_at ?? "") ? 1 : -1)),
    [now],
    (a, b) => a.length === b.length && a.every((each, n) => each === b[n]),
  );
  if (shown.length === 0) return null;
  return (
    <section className="panel board-warnings" aria-label={t("board.warnings")}>
      <h2>{t("board.warnings")}</h2>
      <ul>
        {shown.map((each) => {
          const words = t.lang === "fa" ? each.fa : (each.en ?? each.fa);
          const ends = msOf(each.expires_at) ?? 0;
          return (
            <li key={each.id}>
              {each.status !== "Actual" && <b className="board-warning-mark">{t(`board.warning.${each.status}`)}</b>}{" "}
              <b>{words.headline}</b>
              <span className="muted">
                {" "}
                {words.area} · {t("board.warningUntil", { time: `${date(ends)} ${time(ends)}` })}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
