import type { Ref } from "react";
import { msOf } from "../../../core/units";
import { useT } from "../../../i18n/hooks";
import { ErrorState, Loading } from "../../../ui";
import { Age } from "./Age";
import { Compare } from "./Compare";
import { LastHour } from "./LastHour";
import { messages } from "./messages";
import { useTrends } from "./useTrends";
import "./trends.css";

/** What changed in the last hour here, and the offices below beside one another. */
export function TrendsPanel({
  office,
  station,
  ref,
}: {
  readonly office: string;
  readonly station: boolean;
  readonly ref?: Ref<HTMLElement>;
}) {
  const t = useT(messages);
  const { value, problem, again } = useTrends(office);
  return (
    // Longer than the screen it is scrolled by the arrows; nothing in it would take the focus.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
    <section ref={ref} className="trends" aria-label={t("trends.open")} tabIndex={0}>
      <header>
        <h2>{t("trends.changed")}</h2>
        {value && <Age at={msOf(value.at as never) ?? 0} />}
      </header>
      {problem && <ErrorState problem={problem} onRetry={again} />}
      {value ? <LastHour trend={value.office.trend} /> : !problem && <Loading rows={7} onRetry={again} />}
      <p className="muted">{t("trends.own")}</p>
      {value && !station && (
        <>
          <h2>{t("trends.compare")}</h2>
          {value.below.length === 0 ? <p className="muted">{t("trends.none")}</p> : <Compare below={value.below} />}
          <p className="muted">{t("trends.greyed")}</p>
        </>
      )}
    </section>
  );
}
