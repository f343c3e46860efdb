/** Moving a map of pictures by pointer, wheel, touch and keys. Zooms are whole: a picture is sharp at its own size only. */

import type { Camera } from "./camera";
import { mercatorX, mercatorY, TILE, unproject } from "./camera";
import { ZOOM_LEAST, ZOOM_MOST } from "./tiles";

export interface Held {
  readonly camera: () => Camera;
  readonly move: (centre: Camera["centre"], zoom: number) => void;
  readonly click: (x: number, y: number) => void;
  /** It was moved by hand; a zoom alone is no move. */
  readonly moved: () => void;
  readonly point: (x: number, y: number) => void;
}

const CLICK_PX = 4;
const KEY_PX = 100;
/** So much of a wheel, or so much wider or narrower a pinch, is one zoom. */
const WHEEL_STEP = 100;
const PINCH_STEP = 1.5;

/** The camera moved by pixels. */
export function panned(camera: Camera, dx: number, dy: number): Camera["centre"] {
  return unproject(camera, camera.width / 2 - dx, camera.height / 2 - dy);
}

/** The camera one or more zooms on, what is under a pixel staying there. */
export function zoomed(camera: Camera, step: number, x: number, y: number): { centre: Camera["centre"]; zoom: number } {
  const zoom = Math.max(ZOOM_LEAST, Math.min(ZOOM_MOST, camera.zoom + step));
  const [lon, lat] = unproject(camera, x, y);
  const size = TILE * 2 ** zoom;
  const offX = (x - camera.width / 2) / size;
  const offY = (y - camera.height / 2) / size;
  const my = mercatorY(lat) - offY;
  const centre = [(mercatorX(lon) - offX) * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * my))) * 180) / Math.PI];
  return { centre: centre as unknown as Camera["centre"], zoom };
}

/** Listen on an element; the function that is returned ends it. */
export function listen(element: HTMLElement, held: Held): () => void {
  const fingers = new Map<number, { x: number; y: number }>();
  let from: { x: number; y: number } | null = null;
  let dragged = false;
  let apart = 0;
  let wheel = 0;
  const at = (event: MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const zoom = (step: number, x: number, y: number) => {
    const next = zoomed(held.camera(), step, x, y);
    held.move(next.centre, next.zoom);
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  const end = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(name: K, run: (event: HTMLElementEventMap[K]) => void) =>
    element.addEventListener(name, run, { signal: end.signal, passive: false });

  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    from = at(event);
    dragged = fingers.size > 1;
    apart = spread();
  });
  on("pointermove", (event) => {
    const here = at(event);
    const before = fingers.get(event.pointerId);
    if (!before || !from) {
      held.point(here.x, here.y);
      return;
    }
    fingers.set(event.pointerId, here);
    if (fingers.size > 1) {
      const wide = spread();
      if (wide > apart * PINCH_STEP || wide < apart / PINCH_STEP) {
        zoom(wide > apart ? 1 : -1, here.x, here.y);
        apart = wide;
      }
      return;
    }
    if (!dragged && Math.hypot(here.x - from.x, here.y - from.y) < CLICK_PX) return;
    dragged = true;
    const camera = held.camera();
    held.move(panned(camera, here.x - before.x, here.y - before.y), camera.zoom);
    held.moved();
  });
  const up = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId)) return;
    if (event.type === "pointerup" && !dragged && fingers.size === 0) {
      const here = at(event);
      held.click(here.x, here.y);
    }
    if (fingers.size === 0) from = null;
  };
  on("pointerup", up);
  on("pointercancel", up);
  on("dblclick", (event) => zoom(1, at(event).x, at(event).y));
  on("wheel", (event) => {
    event.preventDefault();
    wheel += event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 33 : event.deltaY;
    if (Math.abs(wheel) < WHEEL_STEP) return;
    zoom(wheel > 0 ? -1 : 1, at(event).x, at(event).y);
    wheel = 0;
  });
  on("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const camera = held.camera();
    const pan = PANS[event.code];
    if (pan) {
      held.move(panned(camera, pan[0] * KEY_PX, pan[1] * KEY_PX), camera.zoom);
      held.moved();
    } else if (ZOOMS[event.code]) zoom(ZOOMS[event.code] ?? 0, camera.width / 2, camera.height / 2);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return () => end.abort();
}

const PANS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const ZOOMS: Readonly<Record<string, number>> = { Equal: 1, NumpadAdd: 1, Minus: -1, NumpadSubtract: -1 };
