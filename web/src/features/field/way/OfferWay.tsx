import { distanceText, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import type { Route } from "../route";
import { turnsAhead } from "../turns/turns";
import { inBox } from "./inBox";
import "./way.css";

const WIDTH = 380;
const HEIGHT = 170;

/** The way in one glance before it is accepted: its line, north up, and the first turn in words. Drawn where there is room. */
export default function OfferWay({ route }: { readonly route: Route }) {
  const t = useT();
  const lang = usePrefs((prefs) => prefs.lang);
  const points = inBox(route.geometry, WIDTH, HEIGHT);
  const first = turnsAhead(route, null)[0];
  const [start, end] = [points[0], points.at(-1)];
  if (!start || !end) return null;
  return (
    <figure className="offer-way">
      {first && (
        <figcaption>
          <b className="num">{distanceText(t, first.atM)}</b>
          {" — "}
          {lang === "fa" ? first.manoeuvre.text_fa : first.manoeuvre.text_en}
        </figcaption>
      )}
      <svg viewBox={`-18 -18 ${WIDTH + 36} ${HEIGHT + 36}`} aria-hidden="true">
        <polyline points={points.map((point) => point.join(",")).join(" ")} />
        <circle cx={start[0]} cy={start[1]} r="9" />
        <path d={`M${end[0]} ${end[1] - 15}l15 15-15 15-15-15z`} />
      </svg>
    </figure>
  );
}
