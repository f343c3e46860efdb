import type { Ref } from "react";
import type { LonLat } from "../core/units";
import type { Incident, ProvinceInfo, Unit } from "../core/views";
import type { Theme } from "../i18n/prefs";
import type { UnitMark } from "./overlay";
import type { MapShapes } from "./shapes";

export interface MapHandle {
  /** Centre a point; keeps the zoom when it is near enough already. */
  fly(point: LonLat, zoom?: number): void;
  /** Show all these points; false while the map is not there yet. */
  fit(points: readonly LonLat[]): boolean;
  /** Centre a point at the zoom that is shown. */
  centreOn(point: LonLat): void;
  zoomBy(step: number): void;
  centre(): LonLat | null;
  /** West, south, east, north of what is shown. */
  bounds(): readonly [number, number, number, number] | null;
}

export interface MapViewProps {
  /** Whose base maps are shown; their notices and credit are always on the map. */
  readonly provinces: readonly ProvinceInfo[];
  /** Which units of the world: all on duty by default, those that a stable function accepts, or none. */
  readonly units?: ((unit: Unit) => boolean) | false;
  /** Units as they were at a moment of the past, drawn instead of the present ones. */
  readonly past?: readonly UnitMark[] | null;
  /** Which open incidents. */
  readonly incidents?: ((incident: Incident) => boolean) | false;
  /** Id of an incident or unit. */
  readonly selected?: string | null;
  readonly route?: readonly LonLat[] | null;
  /** Areas, streets and posts below the names; null takes them off. */
  readonly shapes?: MapShapes | null;
  /** A place being chosen, with the circle of its accuracy. */
  readonly pin?: LonLat | null;
  readonly pinAccuracyM?: number | null;
  /** West, south, east, north at the start; otherwise the provinces' bounds. */
  readonly initial?: readonly [number, number, number, number] | null;
  readonly onIncident?: (id: string) => void;
  readonly onUnit?: (id: string) => void;
  /** A click on the ground. */
  readonly onPoint?: (point: LonLat) => void;
  /** The map was moved by hand, by pointer or key; a zoom alone is none. */
  readonly onMoved?: () => void;
  /** The page's own when it is not the person's. */
  readonly theme?: Theme;
  /** Nobody is there to move it: it has no buttons. */
  readonly still?: boolean;
  /** How many times larger than it is laid out it is seen, so that it is drawn sharp. */
  readonly enlarged?: number;
  readonly ref?: Ref<MapHandle>;
}

/** What both ways to draw a map are given besides. */
export interface DrawnProps extends MapViewProps {
  readonly onFailed: (forGood: boolean) => void;
  readonly onReady: () => void;
  /** How many pixels at the foot are under the words about where the map is from: what is to be seen is shown above them. */
  readonly coveredPx?: (() => number) | undefined;
}
