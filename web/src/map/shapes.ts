/** Areas, streets and posts that a feature lays on the map, below its names. Written again whenever the style is. */

import type { Map as BaseMap, GeoJSONSource, LayerSpecification } from "maplibre-gl";
import type { LonLat } from "../core/units";

/** A colour of the tokens, without its dashes. */
export type ShapeColour = "accent" | "ok" | "text" | "edge" | "line" | "warn-edge" | "p1";

export interface AreaShape {
  /** Coordinates of a GeoJSON MultiPolygon. */
  readonly area: readonly (readonly (readonly LonLat[])[])[];
  readonly colour: ShapeColour;
  /** 0 to 1; an area inside another adds to it. */
  readonly fill: number;
  readonly dashed?: boolean;
  /** Written along the outline: nothing is said by colour alone. */
  readonly label?: string;
}
export interface LineShape {
  readonly lines: readonly (readonly LonLat[])[];
  readonly colour: ShapeColour;
  readonly width: number;
}
export interface PointShape {
  readonly point: LonLat;
  readonly sign: string;
  readonly colour: ShapeColour;
  /** Hollow: nobody is there. */
  readonly hollow: boolean;
  readonly label: string;
}
export interface MapShapes {
  readonly areas: readonly AreaShape[];
  readonly lines: readonly LineShape[];
  readonly points: readonly PointShape[];
}

const SOURCES = ["shape-areas", "shape-lines", "shape-points"] as const;
type Feature = { type: "Feature"; properties: Record<string, unknown>; geometry: unknown };

function layers(ground: string): readonly LayerSpecification[] {
  const font = ["Vazirmatn"];
  return [
    {
      id: "shape-fill",
      type: "fill",
      source: "shape-areas",
      paint: { "fill-color": ["get", "colour"], "fill-opacity": ["get", "fill"] },
    },
    {
      id: "shape-streets",
      type: "line",
      source: "shape-lines",
      layout: { "line-cap": "round" },
      paint: {
        "line-color": ["get", "colour"],
        // A town seen whole would be one patch of colour otherwise.
        "line-width": ["interpolate", ["linear"], ["zoom"], 11, ["*", 0.25, ["get", "width"]], 15, ["get", "width"]],
        "line-opacity": 0.75,
      },
    },
    {
      id: "shape-outline",
      type: "line",
      source: "shape-areas",
      filter: ["!", ["get", "dashed"]],
      paint: { "line-color": ["get", "colour"], "line-width": 2 },
    },
    {
      id: "shape-outline-dashed",
      type: "line",
      source: "shape-areas",
      filter: ["get", "dashed"],
      paint: { "line-color": ["get", "colour"], "line-width": 2, "line-dasharray": [3, 2] },
    },
    {
      id: "shape-outline-label",
      type: "symbol",
      source: "shape-areas",
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 320,
        "text-field": ["get", "label"],
        "text-font": font,
        "text-size": 12,
      },
      paint: { "text-color": ["get", "colour"], "text-halo-color": ground, "text-halo-width": 2 },
    },
    {
      id: "shape-post",
      type: "circle",
      source: "shape-points",
      paint: {
        "circle-radius": 12,
        "circle-color": ["case", ["get", "hollow"], ground, ["get", "colour"]],
        "circle-stroke-color": ["get", "colour"],
        "circle-stroke-width": 2,
      },
    },
    {
      id: "shape-post-sign",
      type: "symbol",
      source: "shape-points",
      layout: {
        "text-field": ["get", "sign"],
        "text-font": font,
        "text-size": 13,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ["case", ["get", "hollow"], ["get", "colour"], ground] },
    },
    {
      id: "shape-post-label",
      type: "symbol",
      source: "shape-points",
      layout: {
        "text-field": ["get", "label"],
        "text-font": font,
        "text-size": 12,
        "text-offset": [0, 1.7],
        "text-optional": true,
      },
      paint: { "text-color": ["get", "text"], "text-halo-color": ground, "text-halo-width": 2 },
    },
  ];
}

/** Show these shapes and no others. The map's style must be there. */
export function showShapes(map: BaseMap, shapes: MapShapes | null, colours: Readonly<Record<string, string>>): void {
  const colourOf = (name: ShapeColour): string => colours[name] ?? colours.text ?? "#000";
  const ground = colours["map-ground"] ?? "#fff";
  const features: Record<(typeof SOURCES)[number], Feature[]> = {
    "shape-areas": (shapes?.areas ?? []).map((each) => ({
      type: "Feature",
      properties: {
        colour: colourOf(each.colour),
        fill: each.fill,
        dashed: each.dashed ?? false,
        label: each.label ?? "",
      },
      geometry: { type: "MultiPolygon", coordinates: each.area },
    })),
    "shape-lines": (shapes?.lines ?? []).map((each) => ({
      type: "Feature",
      properties: { colour: colourOf(each.colour), width: each.width },
      geometry: { type: "MultiLineString", coordinates: each.lines },
    })),
    "shape-points": (shapes?.points ?? []).map((each) => ({
      type: "Feature",
      properties: {
        colour: colourOf(each.colour),
        text: colourOf("text"),
        hollow: each.hollow,
        sign: each.sign,
        label: each.label,
      },
      geometry: { type: "Point", coordinates: each.point },
    })),
  };
  const known = map.getSource(SOURCES[0]) !== undefined;
  if (!known && !shapes) return;
  for (const id of SOURCES) {
    const data = { type: "FeatureCollection", features: features[id] } as never;
    if (known) (map.getSource(id) as GeoJSONSource).setData(data);
    else map.addSource(id, { type: "geojson", data });
  }
  if (known) return;
  const names = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
  for (const layer of layers(ground)) map.addLayer(layer, layer.type === "symbol" ? undefined : names);
}
