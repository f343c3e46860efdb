/** While no incident is selected: how the fleet stands, and where nobody is free. */

import { useMemo } from "react";
import { useApp, useEvery } from "../../../app/hooks";
import { provinceOf } from "../../../core/units";
import { useFormats, useT } from "../../../i18n/hooks";
import { UnitGlyph } from "../../../ui";
import { useWords } from "../context";
import { lookOf } from "../Units";
import { countFleet } from "./counts";
import { messages } from "./messages";
import "./overview.css";

const STATIONS_SHOWN = 12;

export function FleetOverview() {
  const { world } = useApp();
  const words = useWords();
  const t = useT(messages);
  const { num } = useFormats();
  const now = useEvery(2);
  const counts = useMemo(
    () =>
      countFleet(world.unit.values(), {
        look: (unit) => lookOf(world, unit),
        ageS: (unit) => {
          const placed = world.positions.get(provinceOf(unit.id), unit.slot);
          return placed ? (now - placed.fixedAt) / 1000 : null;
        },
        health: (unit) => world.health.get(unit.id),
      }),
    [world, now],
  );
  const rest = counts.stations.length - STATIONS_SHOWN;
  return (
    <section className="fleet" aria-label={t("overview.title")}>
      <h3>{t("overview.title")}</h3>
      <ul className="fleet-looks">
        {counts.looks.map(([look, n]) => (
          <li key={look}>
            <UnitGlyph look={look} size={20} />
            <b className="num">{num(n)}</b>
            <span>{words.t(`look.${look}`)}</span>
          </li>
        ))}
      </ul>
      {/* Of nobody it is neither true nor false that all can be heard. */}
      {counts.stations.length > 0 && (
        <>
          <p className={counts.stale > 0 ? undefined : "muted"}>{t("overview.stale", { n: counts.stale })}</p>
          <p className={counts.mute > 0 ? undefined : "muted"}>{t("overview.mute", { n: counts.mute })}</p>
        </>
      )}
      {counts.stations.length === 0 ? (
        <p className="muted">{t("overview.none")}</p>
      ) : (
        <table className="fleet-stations">
          <caption>{t("overview.stations")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("overview.office")}</th>
              <th scope="col">{t("overview.free")}</th>
              <th scope="col">{t("overview.duty")}</th>
            </tr>
          </thead>
          <tbody>
            {counts.stations.slice(0, STATIONS_SHOWN).map(({ office, free, duty }) => (
              <tr key={office} data-none={free === 0 || undefined}>
                <th scope="row">{words.office(office)}</th>
                <td className="num">{num(free)}</td>
                <td className="num">{num(duty)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rest > 0 && <p className="muted">{t("overview.more", { n: rest })}</p>}
    </section>
  );
}
