/** The heavy half, loaded when a map is first shown: MapLibre, PMTiles and the overlay. Use `MapView`. */

import type { GestureOptions, StyleSpecification } from "maplibre-gl";
import { addProtocol, Map as BaseMap, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import { useEffect, useImperativeHandle, useRef, useState } from "react";
import { useApp } from "../app/hooks";
import type { LonLat } from "../core/units";
import { useT } from "../i18n/hooks";
import { usePrefs } from "../i18n/prefs";
import { boundsOf, joinBounds, marginsOf } from "./camera";
import { isSoftware } from "./choice";
import { Overlay, readColours } from "./overlay";
import { keepDrawing, sceneOf } from "./pulse";
import { showShapes } from "./shapes";
import { loadStyle } from "./style";
import type { DrawnProps } from "./types";

let ready = false;
function prepare(): void {
  if (ready) return;
  ready = true;
  setWorkerUrl(workerUrl);
  addProtocol("pmtiles", new Protocol().tile);
}

const REST_MS = 120;

interface Props extends DrawnProps {
  /** Draw as where the processor plays the card, or as where there is one; found out when it is not said. */
  readonly software?: boolean;
}

export default function MapCanvas(props: Props) {
  const { provinces, ref, onFailed, onReady } = props;
  const app = useApp();
  const t = useT();
  const own = usePrefs((prefs) => prefs.theme);
  const theme = props.theme ?? own;
  const lang = usePrefs((prefs) => prefs.lang);
  const box = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLCanvasElement>(null);
  const newest = useRef(props);
  newest.current = props;
  const [map, setMap] = useState<BaseMap | null>(null);
  const styled = useRef(false);
  // Without a graphics card each frame of a flight costs what a key should.
  const soft = useRef(false);
  const drawing = useRef<{ draw: () => void; restyle: () => void } | null>(null);
  const title = useRef(t("map.label"));
  const ids = provinces.map((each) => each.id).join(" ");
  // Another map of the same province has another style, with other addresses.
  const versions = provinces.map((each) => each.mapVersion).join(" ");

  // The map names itself once, when it is made; the language may change after that.
  useEffect(() => {
    box.current?.querySelector(".maplibregl-canvas")?.setAttribute("aria-label", t("map.label"));
  });

  useEffect(() => {
    const container = box.current;
    const canvas = top.current;
    if (!container || !canvas) return;
    prepare();
    let made: BaseMap;
    const gestures: { dragRotate: false; pitchWithRotate: false; touchPitch: GestureOptions | false } = {
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
    };
    const { initial, provinces: shown } = newest.current;
    const bounds = initial ?? joinBounds(shown.map((each) => each.bounds));
    try {
      made = new BaseMap({
        container,
        style: { version: 8, sources: {}, layers: [] },
        attributionControl: false,
        ...gestures,
        maxPitch: 0,
        minZoom: 3.5,
        maxZoom: 19,
        fadeDuration: 0,
        pixelRatio: devicePixelRatio * (newest.current.enlarged ?? 1),
        locale: { "Map.Title": title.current },
        ...(bounds
          ? {
              bounds: [bounds[0], bounds[1], bounds[2], bounds[3]] as [number, number, number, number],
              fitBoundsOptions: { padding: marginsOf(24, newest.current.coveredPx?.() ?? 0, container.clientHeight) },
            }
          : { center: [...(shown[0]?.centre ?? [48.68, 31.32])] as [number, number], zoom: 10 }),
      });
    } catch {
      onFailed(true);
      return;
    }
    made.touchZoomRotate.disableRotation();
    made.keyboard.disableRotation();

    const software = newest.current.software ?? isSoftware(made.getCanvas());
    soft.current = software;
    const overlay = new Overlay(canvas, software);
    const restyle = () =>
      overlay.restyle(readColours(container), Math.min(2, devicePixelRatio || 1) * (newest.current.enlarged ?? 1));
    restyle();
    let drawnMs = 0;
    const draw = () => {
      const p = newest.current;
      const now = performance.now();
      const centre = made.getCenter();
      drawnMs = now;
      overlay.draw(
        {
          centre: [centre.lng, centre.lat],
          zoom: made.getZoom(),
          width: container.clientWidth,
          height: container.clientHeight,
        },
        sceneOf(app, p, now),
      );
    };
    drawing.current = { draw, restyle };
    made.on("render", draw);

    const stopDrawing = keepDrawing(app, { draw, drawnMs: () => drawnMs, zoom: () => made.getZoom(), software });

    // What is in view, in words a test can read: the canvas itself shows it to eyes only.
    const tell = () => {
      container.dataset.view = made.getBounds().toArray().flat().join(" ");
    };
    tell();
    made.on("moveend", tell);

    made.on("click", (event) => {
      const hit = overlay.at(event.point.x, event.point.y);
      const p = newest.current;
      if (hit?.kind === "incident" && p.onIncident) p.onIncident(hit.id);
      else if (hit?.kind === "unit" && p.onUnit) p.onUnit(hit.id);
      else p.onPoint?.([event.lngLat.lng, event.lngLat.lat]);
    });
    // The map's own moves have no event of a person behind them.
    made.on("dragstart", () => newest.current.onMoved?.());
    made.on("movestart", (event) => {
      const by = (event as { originalEvent?: Event }).originalEvent;
      if (by instanceof KeyboardEvent && by.code.startsWith("Arrow")) newest.current.onMoved?.();
    });
    made.on("mousemove", (event) => {
      const hit = overlay.at(event.point.x, event.point.y);
      made.getCanvas().style.cursor = hit ? "pointer" : newest.current.onPoint ? "crosshair" : "";
    });
    const watcher = new ResizeObserver(() => {
      made.resize();
      draw();
    });
    watcher.observe(container);
    setMap(made);
    return () => {
      stopDrawing();
      watcher.disconnect();
      drawing.current = null;
      made.remove();
      setMap(null);
    };
  }, [app, onFailed]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the versions stand for what the server answers.
  useEffect(() => {
    if (!map) return;
    const stop = new AbortController();
    loadStyle(app.api, ids === "" ? [] : (ids.split(" ") as never), theme, lang, stop.signal).then(
      (style: StyleSpecification) => {
        if (stop.signal.aborted) return;
        styled.current = false;
        map.setStyle(style, { diff: false });
        drawing.current?.restyle();
        onReady();
      },
      () => {
        if (!stop.signal.aborted) onFailed(false);
      },
    );
    drawing.current?.restyle();
    drawing.current?.draw();
    return () => stop.abort();
  }, [map, app, ids, versions, theme, lang, onFailed, onReady]);

  // A new style comes without them; before it is there, nothing can be laid on it.
  useEffect(() => {
    if (!map) return;
    const lay = () => {
      styled.current = true;
      if (box.current) showShapes(map, newest.current.shapes ?? null, readColours(box.current));
    };
    map.on("style.load", lay);
    return () => {
      map.off("style.load", lay);
      styled.current = false;
    };
  }, [map]);
  useEffect(() => {
    if (map && styled.current && box.current) showShapes(map, props.shapes ?? null, readColours(box.current));
  }, [map, props.shapes]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the drawing shows.
  useEffect(() => {
    if (!soft.current) {
      drawing.current?.draw();
      return;
    }
    const rest = setTimeout(() => drawing.current?.draw(), REST_MS);
    return () => clearTimeout(rest);
  }, [props.selected, props.route, props.pin, props.pinAccuracyM, props.units, props.past, props.incidents]);

  useImperativeHandle(
    ref,
    () => ({
      fly: (point: LonLat, zoom?: number) => {
        map?.easeTo({
          center: [...point] as [number, number],
          zoom: zoom ?? Math.max(map.getZoom(), 14),
          duration: soft.current ? 0 : 150,
        });
      },
      fit: (points: readonly LonLat[]) => {
        const bounds = boundsOf(points);
        if (!map || !bounds) return false;
        map.fitBounds([...bounds] as [number, number, number, number], {
          padding: marginsOf(48, newest.current.coveredPx?.() ?? 0, map.getContainer().clientHeight),
          maxZoom: 16,
          duration: soft.current ? 0 : 150,
        });
        return true;
      },
      centreOn: (point: LonLat) => {
        map?.easeTo({ center: [...point] as [number, number], duration: soft.current ? 0 : 150 });
      },
      zoomBy: (step: number) => {
        map?.zoomTo(map.getZoom() + step, { duration: soft.current ? 0 : 120 });
      },
      centre: () => {
        const centre = map?.getCenter();
        return centre ? [centre.lng, centre.lat] : null;
      },
      bounds: () => {
        const shown = map?.getBounds();
        return shown ? [shown.getWest(), shown.getSouth(), shown.getEast(), shown.getNorth()] : null;
      },
    }),
    [map],
  );

  return (
    <>
      <div ref={box} className="map-base" />
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex takes no focus; the summary says what it shows. */}
      <canvas ref={top} className="map-top" aria-hidden="true" />
    </>
  );
}
