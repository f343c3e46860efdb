/** The map for machines without WebGL: the server's pictures on one canvas, units and incidents on another. Use `MapView`. */

import { useEffect, useImperativeHandle, useRef } from "react";
import { useApp } from "../app/hooks";
import type { LonLat } from "../core/units";
import { useT } from "../i18n/hooks";
import { usePrefs } from "../i18n/prefs";
import type { Camera } from "./camera";
import { boundsOf, fitted, joinBounds, projector, unproject } from "./camera";
import { listen, zoomed } from "./gestures";
import { Overlay, readColours } from "./overlay";
import { drawShapes } from "./pictureShapes";
import { keepDrawing, sceneOf } from "./pulse";
import type { PlacedTile } from "./tiles";
import { Pictures, tilesIn, touches, ZOOM_LEAST, ZOOM_MOST } from "./tiles";
import type { DrawnProps } from "./types";

const NOWHERE: LonLat = [48.68, 31.32];
const TRY_AGAIN_MS = 2_000;

interface Parts {
  readonly draw: () => void;
  readonly drawBase: () => void;
  readonly restyle: () => void;
  readonly camera: () => Camera;
  readonly move: (centre: LonLat, zoom: number) => void;
}

export default function PictureMap(props: DrawnProps) {
  const { provinces, ref, onFailed, onReady } = props;
  const app = useApp();
  const t = useT();
  const own = usePrefs((prefs) => prefs.theme);
  const theme = (props.theme ?? own) === "night" ? "night" : "day";
  const lang = usePrefs((prefs) => prefs.lang);
  const box = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const top = useRef<HTMLCanvasElement>(null);
  const newest = useRef(props);
  newest.current = props;
  const look = useRef({ theme, lang });
  look.current = { theme, lang };
  const parts = useRef<Parts | null>(null);

  useEffect(() => {
    const [container, below, above] = [box.current, base.current, top.current];
    const ground = below?.getContext("2d", { alpha: false });
    if (!container || !below || !above || !ground) {
      onFailed(true);
      return;
    }
    const overlay = new Overlay(above, true);
    let colours = readColours(container);
    let ratio = 1;
    let drawnMs = 0;
    let shown = false;
    // Until somebody moves it, the map shows what it began with, however the page is laid out meanwhile.
    let untouched = true;
    let place = { centre: NOWHERE, zoom: 10 };
    const camera = (): Camera => ({ ...place, width: container.clientWidth, height: container.clientHeight });

    const pictures = new Pictures<ImageBitmap>(
      async (name, signal) => {
        const [path = "", query = ""] = name.split("?");
        const picture = await app.api.picture(path, Object.fromEntries(new URLSearchParams(query)), signal);
        return createImageBitmap(picture);
      },
      (failed) => {
        if (failed && !shown) onFailed(false);
        if (!failed) asked();
      },
    );
    const nameOf = (province: string, version: string, { z, x, y }: PlacedTile): string =>
      `/v1/provinces/${province}/tiles/${z}/${x}/${y}?${new URLSearchParams({ ...look.current, scale: String(ratio), v: version })}`;

    const drawBase = () => {
      const view = camera();
      const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
      if (below.width !== width || below.height !== height) Object.assign(below, { width, height });
      ground.setTransform(ratio, 0, 0, ratio, 0, 0);
      ground.fillStyle = colours["map-ground"] || "#e6e6e3";
      ground.fillRect(0, 0, view.width, view.height);
      const wanted: string[] = [];
      for (const tile of tilesIn(view))
        for (const each of newest.current.provinces) {
          if (!touches(tile, each.bounds)) continue;
          const name = nameOf(each.id, each.mapVersion, tile);
          wanted.push(name);
          const picture = pictures.get(name);
          if (picture) ground.drawImage(picture, tile.left, tile.top, tile.size, tile.size);
        }
      pictures.want(wanted);
      if (newest.current.shapes) drawShapes(ground, newest.current.shapes, projector(view), colours, view.zoom);
      if (!shown && pictures.whole) {
        shown = true;
        onReady();
      }
    };
    let frame = 0;
    const asked = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(drawBase);
    };
    const draw = () => {
      drawnMs = performance.now();
      overlay.draw(camera(), sceneOf(app, newest.current, drawnMs));
    };
    const move = (centre: LonLat, zoom: number) => {
      untouched = false;
      place = { centre, zoom: Math.max(ZOOM_LEAST, Math.min(ZOOM_MOST, Math.round(zoom))) };
      const view = camera();
      // What is in view, in words a test can read: the canvas itself shows it to eyes only.
      const [[west, north], [east, south]] = [unproject(view, 0, 0), unproject(view, view.width, view.height)];
      container.dataset.view = [west, south, east, north].join(" ");
      asked();
      draw();
    };
    const restyle = () => {
      colours = readColours(container);
      ratio = devicePixelRatio * (newest.current.enlarged ?? 1) > 1.25 ? 2 : 1;
      overlay.restyle(colours, ratio);
      asked();
      draw();
    };
    const { initial, provinces: all } = newest.current;
    const bounds = initial ?? joinBounds(all.map((each) => each.bounds));
    const begin = () => {
      if (bounds) {
        const shown = fitted(bounds, camera(), 24, newest.current.coveredPx?.() ?? 0, ZOOM_MOST);
        move(shown.centre, shown.zoom);
      } else move(all[0]?.centre ?? NOWHERE, 10);
      untouched = true;
    };
    parts.current = { draw, drawBase: asked, restyle, camera, move };
    restyle();
    begin();

    const stopListening = listen(container, {
      camera,
      move,
      click: (x, y) => {
        const hit = overlay.at(x, y);
        const p = newest.current;
        if (hit?.kind === "incident" && p.onIncident) p.onIncident(hit.id);
        else if (hit?.kind === "unit" && p.onUnit) p.onUnit(hit.id);
        else p.onPoint?.(unproject(camera(), x, y));
      },
      moved: () => newest.current.onMoved?.(),
      point: (x, y) => {
        container.style.cursor = overlay.at(x, y) ? "pointer" : newest.current.onPoint ? "crosshair" : "grab";
      },
    });
    const stopDrawing = keepDrawing(app, { draw, drawnMs: () => drawnMs, zoom: () => place.zoom, software: true });
    const again = setInterval(() => {
      if (!document.hidden && !pictures.whole) asked();
    }, TRY_AGAIN_MS);
    const watcher = new ResizeObserver(() => {
      if (untouched) {
        begin();
        return;
      }
      asked();
      draw();
    });
    watcher.observe(container);
    return () => {
      stopListening();
      stopDrawing();
      clearInterval(again);
      cancelAnimationFrame(frame);
      watcher.disconnect();
      pictures.close();
      parts.current = null;
    };
  }, [app, onFailed, onReady]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the ground shows.
  useEffect(() => parts.current?.restyle(), [theme, lang, provinces]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the ground shows.
  useEffect(() => parts.current?.drawBase(), [props.shapes]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the drawing shows.
  useEffect(
    () => parts.current?.draw(),
    [props.selected, props.route, props.pin, props.pinAccuracyM, props.units, props.past, props.incidents],
  );

  useImperativeHandle(ref, () => ({
    fly: (point, zoom) => {
      const now = parts.current;
      now?.move(point, zoom ?? Math.max(now.camera().zoom, 14));
    },
    fit: (points) => {
      const bounds = boundsOf(points);
      const now = parts.current;
      if (!bounds || !now) return false;
      const shown = fitted(bounds, now.camera(), 48, newest.current.coveredPx?.() ?? 0, 16);
      now.move(shown.centre, shown.zoom);
      return true;
    },
    centreOn: (point) => {
      const now = parts.current;
      now?.move(point, now.camera().zoom);
    },
    zoomBy: (step) => {
      const now = parts.current;
      if (!now) return;
      const view = now.camera();
      const next = zoomed(view, step, view.width / 2, view.height / 2);
      now.move(next.centre, next.zoom);
    },
    centre: () => parts.current?.camera().centre ?? null,
    bounds: () => {
      const view = parts.current?.camera();
      if (!view) return null;
      const [[west, north], [east, south]] = [unproject(view, 0, 0), unproject(view, view.width, view.height)];
      return [west, south, east, north];
    },
  }));

  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrows and plus and minus move the map. */}
      <section ref={box} className="map-base map-pictures" aria-label={t("map.label")} tabIndex={0}>
        <canvas ref={base} />
      </section>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex takes no focus; the summary says what it shows. */}
      <canvas ref={top} className="map-top" aria-hidden="true" />
    </>
  );
}
