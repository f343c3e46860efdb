import { useApp, useEvery, useLoad } from "../../../app/hooks";
import type { Incident, TimelineEntry } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Ltr, Timer } from "../../../ui";
import { messages } from "./messages";
import type { Aims, Interval } from "./stamps";
import { intervalsOf, STANDARD_AIMS, standing } from "./stamps";
import "./stamps.css";

/** What each part took beside what was promised; what still runs counts on. */
export function Intervals({
  incident,
  entries,
}: {
  readonly incident: Incident;
  readonly entries: readonly TimelineEntry[];
}) {
  const t = useT(messages);
  useEvery(5);
  const found = intervalsOf(incident, entries, useAims(incident.station));
  if (found.length === 0) return null;
  const groups = [...new Set(found.map((each) => each.unit))];
  return (
    <details className="intervals">
      <summary>
        <h3>{t("stamps.title")}</h3>
      </summary>
      <table>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t("stamps.name")}</th>
            <th scope="col">{t("stamps.took")}</th>
            <th scope="col">{t("stamps.limit")}</th>
          </tr>
        </thead>
        {groups.map((unit) => (
          <tbody key={unit ?? ""}>
            {unit && (
              <tr className="intervals-unit">
                <th scope="rowgroup" colSpan={3}>
                  <Ltr className="unit-sign">{unit}</Ltr>
                </th>
              </tr>
            )}
            {found
              .filter((each) => each.unit === unit)
              .map((each) => (
                <Row key={`${each.part}${each.from}`} interval={each} />
              ))}
          </tbody>
        ))}
      </table>
      <p className="muted">{t("stamps.aims")}</p>
    </details>
  );
}

/** What the station of an incident aims at; the server's own while that is not known. */
function useAims(station: string | null): Aims {
  const { api } = useApp();
  const { value } = useLoad(
    (signal) =>
      station === null
        ? Promise.resolve(null)
        : api.get<{ readonly rules: { readonly aims?: Aims } }>(
            `/v1/offices/${encodeURIComponent(station)}/rules`,
            {},
            signal,
          ),
    [api, station],
  );
  return value?.rules.aims ?? STANDARD_AIMS;
}

function Row({ interval }: { readonly interval: Interval }) {
  const { clock } = useApp();
  const t = useT(messages);
  const { timer } = useFormats();
  const now = clock.now();
  const stands = standing(interval, now);
  const { from, to, limit, limitS } = interval;
  const over = limitS === null ? 0 : (to ?? now) - from - limitS * 1000;
  return (
    <tr>
      <th scope="row">{t(`stamps.part.${interval.part}`)}</th>
      <td className="num" dir="ltr">
        {to === null ? (
          <Timer from={from} breachAt={limitS === null ? null : from + limitS * 1000} />
        ) : (
          timer(to - from)
        )}
      </td>
      <td className="intervals-limit" data-stands={stands ?? undefined}>
        {limit && limitS !== null && (
          <span className="muted">{t(`stamps.${limit}`, { time: `\u2066${timer(limitS * 1000)}\u2069` })} · </span>
        )}
        {stands === "over" && <b>{t("stamps.over", { time: `\u2066${timer(over)}\u2069` })}</b>}
        {stands === "within" && (to === null ? t("stamps.running") : t("stamps.within"))}
        {stands === null && to === null && t("stamps.running")}
      </td>
    </tr>
  );
}
