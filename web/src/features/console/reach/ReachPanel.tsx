import { useEffect } from "react";
import { useApp, useItem, useLoad, useReference } from "../../../app/hooks";
import type { LonLat, OfficeId } from "../../../core/units";
import { msOf } from "../../../core/units";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import type { MapHandle, MapShapes } from "../../../map";
import { Button } from "../../../ui";
import { useDesk } from "../store";
import { messages } from "./messages";
import { nextLayer, useReach } from "./store";
import "./reach.css";

const AGAIN_MS = 10_000;
const LOOK_MS = 1_000;
type Box = readonly [number, number, number, number];
/** The server draws streets for what a screen shows. */
const BOX_DEG_MAX = 0.35;

interface Shares {
  readonly total: number;
  readonly within: readonly (number | null)[];
}
interface Cover {
  readonly office: OfficeId;
  readonly people: Shares;
  readonly calls: Shares;
  readonly free_units: number;
}
interface ProvinceCover {
  readonly province: string;
  readonly counted_at: string;
  readonly limits_s: readonly number[];
  readonly people_known: boolean;
  readonly calls_days: number;
  readonly whole: Cover | null;
  readonly counties: readonly Cover[];
}
interface Isochrones {
  readonly bands: readonly {
    readonly minutes: number;
    readonly area: { readonly coordinates: readonly (readonly (readonly LonLat[])[])[] };
    readonly streets: readonly (readonly LonLat[])[];
  }[];
}

/** Go to the next layer: what the key and the button do. */
export function turnLayer(hasPlace: boolean): void {
  const { layer, set } = useReach.getState();
  set(nextLayer(layer, hasPlace));
}

/** Whether the screen shows ground that was not drawn finely: moved by half a screen, or zoomed to another scale. */
export function hasMoved(from: Box | null, to: Box | null): boolean {
  if (!from || !to) return from !== to;
  const width = from[2] - from[0];
  const moved = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[2] - from[2])) / width;
  return moved > 0.3 || Math.abs((to[2] - to[0]) / width - 1) > 0.3;
}

/** The layer on the map: areas by minutes, and near enough the streets themselves, each cut where the limit falls. */
export function useReachShapes(map: { readonly current: MapHandle | null }): MapShapes | null {
  const { api, world } = useApp();
  const t = useT(messages);
  const { session } = useReference();
  const layer = useReach((reach) => reach.layer);
  const incident = useItem(
    world.incident,
    useDesk((desk) => desk.selected),
  );
  const { id: number } = useFormats();
  const point = layer === "incident" ? (incident?.point ?? null) : null;
  const shown = layer === "fleet" || point !== null;
  const { value, again } = useLoad<Isochrones | null>(
    (signal) => {
      if (!shown) return Promise.resolve(null);
      const box = map.current?.bounds() ?? null;
      const near = box && box[2] - box[0] <= BOX_DEG_MAX && box[3] - box[1] <= BOX_DEG_MAX;
      return api.get<Isochrones>(
        "/v1/reach/isochrones",
        {
          source: point ? `${point[0]},${point[1]}` : "fleet",
          province: session.province ?? null,
          box: near ? box.map((each) => each.toFixed(4)).join(",") : null,
        },
        signal,
      );
    },
    [shown, point?.[0], point?.[1]],
  );
  useEffect(() => {
    if (!shown) return;
    let ticks = 0;
    let drawn = map.current?.bounds() ?? null;
    const timer = setInterval(() => {
      const now = map.current?.bounds() ?? null;
      const due = ++ticks * LOOK_MS >= AGAIN_MS;
      if (document.visibilityState !== "visible" || !(due || hasMoved(drawn, now))) return;
      ticks = 0;
      drawn = now;
      again();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [shown, again, map]);
  if (!shown || !value) return null;
  const widest = value.bands.length;
  return {
    areas: [...value.bands].reverse().map((band) => ({
      area: band.area.coordinates,
      colour: "ok",
      fill: 0.08,
      label: t("reach.minutes", { n: number(band.minutes) }),
    })),
    lines: value.bands.map((band, n) => ({ lines: band.streets, colour: "ok", width: 1 + (widest - n) * 0.8 })),
    points: [],
  };
}

/** The numbers of the layer, above the map: shares of people and of past calls, and where they are lowest. */
export function ReachPanel() {
  const { api, world } = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { offices, session } = useReference();
  const { percent, id: number, timeSeconds } = useFormats();
  const layer = useReach((reach) => reach.layer);
  const selected = useItem(
    world.incident,
    useDesk((desk) => desk.selected),
  );
  const { value, again } = useLoad<readonly ProvinceCover[]>(
    async (signal) =>
      layer === "off"
        ? []
        : (
            await api.get<{ readonly provinces: readonly ProvinceCover[] }>(
              "/v1/reach/coverage",
              { province: session.province ?? null },
              signal,
            )
          ).provinces,
    [layer === "off"],
  );
  useEffect(() => {
    if (layer === "off") return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [layer, again]);
  const turn = () => turnLayer(selected?.point != null);
  if (layer === "off")
    return (
      <Button className="reach-open" keyHint="R" onClick={turn}>
        {t("reach.show")}
      </Button>
    );
  const cover = value?.[0];
  const share = (each: number | null | undefined) => (each == null ? "—" : percent(each));
  const middle = cover ? Math.min(1, cover.limits_s.length - 1) : 0;
  const lowest = cover
    ? [...cover.counties]
        .filter((each) => each.people.total > 0)
        .sort((a, b) => (a.people.within[middle] ?? 0) - (b.people.within[middle] ?? 0))
        .slice(0, 4)
    : [];
  return (
    <section className="reach-panel" aria-label={t("reach.title")}>
      <header>
        <h3>
          {layer === "incident" && selected ? t("reach.titlePoint", { n: number(selected.number) }) : t("reach.title")}
        </h3>
        <Button look="quiet" keyHint="R" onClick={turn}>
          {t("reach.next")}
        </Button>
      </header>
      {layer === "fleet" && !cover && <p className="muted">{t("reach.none")}</p>}
      {layer === "fleet" && cover?.whole && (
        <table className="num">
          <thead>
            <tr>
              <td />
              {cover.limits_s.map((limit) => (
                <th key={limit} scope="col">
                  {t("reach.minutes", { n: number(limit / 60) })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t(cover.people_known ? "reach.people" : "reach.streets")}</th>
              {cover.whole.people.within.map((each, n) => (
                <td key={cover.limits_s[n]}>{share(each)}</td>
              ))}
            </tr>
            <tr>
              <th scope="row">{t("reach.calls", { days: number(cover.calls_days) })}</th>
              {cover.whole.calls.total > 0 ? (
                cover.whole.calls.within.map((each, n) => <td key={cover.limits_s[n]}>{share(each)}</td>)
              ) : (
                <td colSpan={cover.limits_s.length}>{t("reach.noCalls")}</td>
              )}
            </tr>
          </tbody>
        </table>
      )}
      {layer === "fleet" && cover && cover.counties.length > 1 && (
        <>
          <h4>
            {t("reach.lowest")}{" "}
            <span className="muted">{t("reach.minutes", { n: number((cover.limits_s[middle] ?? 0) / 60) })}</span>
          </h4>
          <ul>
            {lowest.map((each) => {
              const office = offices.find(each.office);
              return (
                <li key={each.office}>
                  <span className="truncate">{office ? named(office.name) : each.office}</span>
                  <b className="num">{share(each.people.within[middle])}</b>
                  <span className="muted">{t("reach.free", { n: each.free_units })}</span>
                </li>
              );
            })}
          </ul>
        </>
      )}
      {layer === "fleet" && cover && (
        <p className="muted num">
          {cover.whole && `${t("reach.free", { n: cover.whole.free_units })} · `}
          {t("reach.counted", { time: timeSeconds(msOf(cover.counted_at as never) ?? 0) })}
        </p>
      )}
    </section>
  );
}
