import type { Time } from "../../../core/units";
import { msOf } from "../../../core/units";
import { useFormats, useT } from "../../../i18n/hooks";
import { useWords } from "../context";
import { messages } from "./messages";

/** Somebody looked before, and said what for. */
export interface Look {
  readonly at: Time;
  readonly by: string;
  readonly purpose: string;
}

/** Who looked before: nobody looks unseen. */
export function Looks({ looks }: { readonly looks: readonly Look[] | undefined }) {
  const t = useT(messages);
  const words = useWords();
  const { date, timeSeconds } = useFormats();
  if (!looks) return null;
  return (
    <details className="looks">
      <summary>{t("purpose.looks", { n: looks.length })}</summary>
      <ul>
        {looks.map((each) => (
          <li key={`${each.at} ${each.by}`}>
            <bdi dir="ltr" className="num">
              {date(msOf(each.at))} {timeSeconds(msOf(each.at))}
            </bdi>{" "}
            {words.person(each.by)}: <bdi className="words">{each.purpose}</bdi>
          </li>
        ))}
      </ul>
      <p className="muted">{t("purpose.yours")}</p>
    </details>
  );
}
