/** What both kinds of map draw of the live world, and how often. */

import type { App } from "../app/app";
import { FORMATS } from "../i18n/formats";
import { usePrefs } from "../i18n/prefs";
import { incidentMarks, unitMarks } from "./marks";
import type { Scene } from "./overlay";
import type { MapViewProps } from "./types";

const GLIDE_GPU_MS = 100;
const GLIDE_SOFTWARE_MS = 500;
const IDLE_MS = 1000;
// Seen from so far that a car drives less than a pixel a second, nothing glides: half as many pictures show the same.
const FAR_ZOOM = 12;
const FAR_MS = 500;
const FAR_SOFTWARE_MS = 1000;
/** Without a graphics card whoever types comes first: the map waits for a pause, but not for long. */
const TYPING_MS = 800;
const TYPING_MOST_MS = 3000;

export function sceneOf(app: App, props: MapViewProps, steadyMs: number): Scene {
  const formats = FORMATS[usePrefs.getState().lang];
  const units =
    props.past ?? (props.units === false ? [] : unitMarks(app.world, app.clock.now(), steadyMs, props.units ?? null));
  return {
    units,
    incidents: props.incidents === false ? [] : incidentMarks(app.world, formats, props.incidents ?? null),
    selected: props.selected ?? null,
    route: props.route ?? null,
    pin: props.pin ?? null,
    pinAccuracyM: props.pinAccuracyM ?? null,
  };
}

export interface Drawn {
  readonly draw: () => void;
  /** Steady ms of the last drawing. */
  readonly drawnMs: () => number;
  readonly zoom: () => number;
  /** Nothing draws but the processor. */
  readonly software: boolean;
}

/** Glide between two frames of positions and stand still otherwise; the function that is returned ends it. */
export function keepDrawing(app: App, { draw, drawnMs, zoom, software }: Drawn): () => void {
  let heardMs = 0;
  let keyMs = Number.NEGATIVE_INFINITY;
  const hear = () => {
    heardMs = performance.now();
  };
  const onKey = () => {
    keyMs = performance.now();
  };
  const { positions, incident, unit } = app.world;
  const ends = [positions.subscribe(hear), incident.subscribeAll(hear), unit.subscribeAll(hear)];
  if (software) addEventListener("keydown", onKey, { capture: true });
  const timer = setInterval(
    () => {
      if (document.hidden) return;
      const now = performance.now();
      const since = now - drawnMs();
      if (now - keyMs < TYPING_MS && since < TYPING_MOST_MS) return;
      if (zoom() < FAR_ZOOM && since < (software ? FAR_SOFTWARE_MS : FAR_MS)) return;
      if (now - heardMs < 1100 || since >= IDLE_MS) requestAnimationFrame(draw);
    },
    software ? GLIDE_SOFTWARE_MS : GLIDE_GPU_MS,
  );
  return () => {
    clearInterval(timer);
    removeEventListener("keydown", onKey, { capture: true });
    for (const end of ends) end();
  };
}
