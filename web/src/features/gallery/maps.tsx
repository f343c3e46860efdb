/** The map as each of its three ways draws it, with every sign that can stand on it: see `map/MapView.tsx` for who chooses. */

import { lazy, Suspense, useMemo } from "react";
import { AppContext } from "../../app/hooks";
import { LOOKS_BY_URGENCY } from "../../core/selectors";
import type { IncidentId, LonLat, ProvinceId, Time } from "../../core/units";
import type { Incident, Priority, ProvinceInfo } from "../../core/views";
import type { UnitMark } from "../../map";
import { Piece, State } from "./frame";
import { NOW, stillApp } from "./still";

const MapCanvas = lazy(() => import("../../map/MapCanvas"));
const PictureMap = lazy(() => import("../../map/PictureMap"));

// The middle of the picture is where no province is: nothing but what is laid on it moves a piece of it.
const PX = 1 / 23_301;
const BOUNDS = [-0.0182, -0.004, 0.0182, 0.004] as const;
const AGES_S = [3, 60, 300] as const;
const place = (column: number, row: number): LonLat => [(column - 3.5) * 104 * PX, -row * PX] as unknown as LonLat;

const UNITS: readonly UnitMark[] = AGES_S.flatMap((ageS, row) =>
  LOOKS_BY_URGENCY.map((look, n) => ({
    id: `${look} ${ageS}`,
    point: place(n, row * 52 - 4),
    heading: 60,
    look,
    divertible: look === "busy",
    callSign: `A${row}${n}`,
    ageS,
    // One whose position cannot be true is grey, however new it is.
    implausible: ageS === 3 && look === "off",
  })),
);
const PRIORITIES: readonly (Priority | null)[] = [1, 2, 3, 4, 5, null];
const PROVINCE: ProvinceInfo = {
  id: "nowhere" as ProvinceId,
  mapVersion: "1",
  name: { fa: "", en: "" },
  centre: null,
  bounds: BOUNDS,
  notice: null,
  credits: [],
};
const ROADS = [
  [-0.03, 0.0006, 0.03, 0.0006],
  [-0.0062, -0.01, -0.0062, 0.01],
];

/** What a server would answer: a ground and two roads, as a style and as pictures. */
const SERVER = {
  get: async () => ({
    version: 8,
    sources: {
      roads: {
        type: "geojson",
        data: {
          type: "MultiLineString",
          coordinates: ROADS.map(([west, south, east, north]) => [
            [west, south],
            [east, north],
          ]),
        },
      },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colourOf("map-ground") } },
      { id: "roads", type: "line", source: "roads", paint: { "line-color": colourOf("raised"), "line-width": 6 } },
    ],
  }),
  picture: async () => {
    const canvas = new OffscreenCanvas(256, 256);
    const context = canvas.getContext("2d");
    if (context) {
      context.fillStyle = colourOf("raised");
      context.fillRect(0, 120, 256, 6);
      context.fillRect(120, 0, 6, 256);
    }
    return canvas.convertToBlob();
  },
};

function colourOf(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
}

function mapApp() {
  const app = stillApp();
  const incidents = PRIORITIES.map((priority, n): [string, Incident] => {
    const id = `nowhere.${n}` as IncidentId;
    const at = new Date(NOW).toISOString() as Time;
    return [
      id,
      {
        id,
        number: 1230 + n,
        priority,
        point: place(n, -62),
        status: "Waiting",
        assignments: [],
        created_at: at,
      } as never,
    ];
  });
  app.world.incident.apply(new Map(incidents));
  return Object.create(app, { api: { value: SERVER } }) as typeof app;
}

const nothing = () => undefined;

export function Maps() {
  const app = useMemo(mapApp, []);
  const all = {
    provinces: [PROVINCE],
    initial: BOUNDS,
    past: UNITS,
    selected: "nowhere.0",
    onFailed: nothing,
    onReady: nothing,
  };
  return (
    <AppContext value={app}>
      <Piece name="map">
        <Suspense>
          <State name="webgl" wide>
            <div className="map sample-map" inert>
              <MapCanvas {...all} software={false} />
            </div>
          </State>
          <State name="software" wide>
            <div className="map sample-map" inert>
              <MapCanvas {...all} software />
            </div>
          </State>
          <State name="pictures" wide>
            <div className="map sample-map" inert>
              <PictureMap {...all} />
            </div>
          </State>
        </Suspense>
      </Piece>
    </AppContext>
  );
}
