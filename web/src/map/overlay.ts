/**
 * Units and incidents on a canvas of their own above the map: a unit that moves never makes the map paint again.
 *
 * Glyphs are drawn once and kept; a frame only copies them to their places. What was drawn is remembered for pointing.
 */

import type { Freshness, UnitLook } from "../core/selectors";
import { freshness } from "../core/selectors";
import type { LonLat } from "../core/units";
import type { Priority } from "../core/views";
import type { Camera } from "./camera";
import { pixelsPerMetre, projector } from "./camera";

export interface UnitMark {
  readonly id: string;
  readonly point: LonLat;
  readonly heading: number | null;
  readonly look: UnitLook;
  readonly divertible: boolean;
  readonly callSign: string;
  readonly ageS: number;
  readonly implausible: boolean;
}

export interface IncidentMark {
  readonly id: string;
  readonly point: LonLat;
  readonly priority: Priority | null;
  /** The priority in the reader's digits. */
  readonly sign: string;
  /** The incident's number in the reader's digits. */
  readonly label: string;
}

export interface Scene {
  readonly units: readonly UnitMark[];
  readonly incidents: readonly IncidentMark[];
  readonly selected: string | null;
  readonly route: readonly LonLat[] | null;
  readonly pin: LonLat | null;
  readonly pinAccuracyM: number | null;
}

export interface Hit {
  readonly kind: "unit" | "incident";
  readonly id: string;
}

const LABELS_MOST = 300;
const LABELS_FROM_ZOOM = 10.5;
const REACH_PX = 8;
const SPRITES_MOST = 3000;
const SPOT_PX = 2;
/** More spots than any screen is wide. */
const SPOTS = 4096;

interface Colours {
  readonly [name: string]: string;
}
const NAMES = [
  "p1",
  "on-p1",
  "p2",
  "on-p2",
  "p2-edge",
  "p3",
  "on-p3",
  "p4",
  "on-p4",
  "p4-edge",
  "unit-available",
  "unit-moving",
  "unit-scene",
  "unit-busy",
  "unit-emergency",
  "on-unit",
  "accent",
  "raised",
  "ok",
  "warn-edge",
  "text",
  "line",
  "edge",
  "map-ground",
] as const;

export function readColours(element: Element): Colours {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export class Overlay {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  #colours: Colours = {};
  #ratio = 1;
  // Pictures, not canvases: a canvas is copied each time it is drawn, and thousands are drawn a second.
  readonly #sprites = new Map<string, ImageBitmap>();
  #drawn: (Hit & { readonly x: number; readonly y: number; readonly r: number })[] = [];

  /** @param software Nothing draws but the processor: then it had better draw here than through the map's own pretence. */
  constructor(canvas: HTMLCanvasElement, software = false) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { willReadFrequently: software });
  }

  /** Call when the theme, or the screen's density, changed. */
  restyle(colours: Colours, ratio: number): void {
    this.#colours = colours;
    this.#ratio = ratio;
    this.#forget();
  }

  draw(camera: Camera, scene: Scene): void {
    const context = this.#context;
    if (!context) return;
    const ratio = this.#ratio;
    const width = Math.round(camera.width * ratio);
    const height = Math.round(camera.height * ratio);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    if (this.#sprites.size > SPRITES_MOST) this.#forget();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    const project = projector(camera);
    const inView = (x: number, y: number) => x > -40 && y > -40 && x < camera.width + 40 && y < camera.height + 60;
    this.#drawn = [];

    if (scene.route && scene.route.length > 1) this.#line(context, scene.route, project);
    if (scene.pin) this.#pin(context, scene.pin, scene.pinAccuracyM, camera, project);

    const size = camera.zoom < 8 ? 9 : camera.zoom < 10.5 ? 13 : 20;
    const places: { mark: UnitMark; x: number; y: number }[] = [];
    for (const mark of scene.units) {
      const [x, y] = project(mark.point[0], mark.point[1]);
      if (inView(x, y)) places.push({ mark, x, y });
    }
    const labelled = camera.zoom >= LABELS_FROM_ZOOM && places.length <= LABELS_MOST;
    const taken = new Set<number>();
    const sprites: ImageBitmap[] = [];
    for (const { mark, x, y } of places) {
      const fresh: Freshness = mark.implausible ? "grey" : freshness(mark.ageS);
      const isSelected = mark.id === scene.selected;
      // Thousands of units look in a few dozen ways: a number for each, because a text for each unit costs more than its drawing.
      const way = (LOOKS.indexOf(mark.look) * 3 + FRESH.indexOf(fresh)) * 2 + (mark.divertible ? 1 : 0);
      if (camera.zoom < LABELS_FROM_ZOOM && !isSelected) {
        // A city seen from afar is a hundred equal dots on one spot: one of them shows as much.
        const spot = (way * SPOTS + Math.round(y / SPOT_PX)) * SPOTS + Math.round(x / SPOT_PX);
        if (taken.has(spot)) continue;
        taken.add(spot);
      }
      if (isSelected) this.#ring(context, x, y, size * 0.75 + 3);
      sprites[way] ??= this.#unit(mark.look, fresh, mark.divertible, size);
      const turn = mark.look === "en_route" && mark.heading !== null ? (mark.heading * Math.PI) / 180 : 0;
      this.#put(context, sprites[way], x, y, turn);
      if (labelled || isSelected) this.#put(context, this.#label(mark.callSign), x, y + size / 2 + 9, 0);
      this.#drawn.push({ kind: "unit", id: mark.id, x, y, r: size / 2 });
    }

    const pinSize = camera.zoom < 8 ? 18 : 26;
    const lift = pinSize / 2 + 7;
    const order = [...scene.incidents].sort((a, b) => rank(b, scene.selected) - rank(a, scene.selected));
    for (const mark of order) {
      const [x, y] = project(mark.point[0], mark.point[1]);
      if (!inView(x, y)) continue;
      context.strokeStyle = this.#colours.text ?? "#000";
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x, y - lift);
      context.stroke();
      context.beginPath();
      context.arc(x, y, 2.5, 0, 2 * Math.PI);
      context.fillStyle = this.#colours.text ?? "#000";
      context.fill();
      if (mark.id === scene.selected) this.#ring(context, x, y - lift, pinSize * 0.62 + 4);
      this.#put(context, this.#incident(mark.priority, mark.sign, pinSize), x, y - lift, 0);
      if (order.length <= LABELS_MOST && camera.zoom >= 9)
        this.#put(context, this.#label(mark.label), x, y - lift - pinSize / 2 - 8, 0);
      this.#drawn.push({ kind: "incident", id: mark.id, x, y: y - lift, r: pinSize / 2 });
    }
  }

  /** What lies under a pixel; the last drawn wins. */
  at(x: number, y: number): Hit | null {
    let best: Hit | null = null;
    let least = Infinity;
    for (const each of this.#drawn) {
      const off = Math.hypot(each.x - x, each.y - y) - each.r;
      if (off <= REACH_PX && off <= least) {
        best = each;
        least = off;
      }
    }
    return best && { kind: best.kind, id: best.id };
  }

  #put(context: CanvasRenderingContext2D, sprite: ImageBitmap, x: number, y: number, turn: number): void {
    const w = sprite.width / this.#ratio;
    const h = sprite.height / this.#ratio;
    // On whole pixels of the screen a picture is copied; between them each of its pixels is mixed of four anew.
    if (turn === 0) context.drawImage(sprite, this.#whole(x - w / 2), this.#whole(y - h / 2), w, h);
    else {
      context.save();
      context.translate(x, y);
      context.rotate(turn);
      context.drawImage(sprite, -w / 2, -h / 2, w, h);
      context.restore();
    }
  }

  #whole(px: number): number {
    return Math.round(px * this.#ratio) / this.#ratio;
  }

  #sprite(
    key: string,
    width: number,
    height: number,
    paint: (context: OffscreenCanvasRenderingContext2D) => void,
  ): ImageBitmap {
    let sprite = this.#sprites.get(key);
    if (sprite) return sprite;
    const canvas = new OffscreenCanvas(Math.ceil(width * this.#ratio), Math.ceil(height * this.#ratio));
    const context = canvas.getContext("2d");
    if (context) {
      context.scale(this.#ratio, this.#ratio);
      paint(context);
    }
    sprite = canvas.transferToImageBitmap();
    this.#sprites.set(key, sprite);
    return sprite;
  }

  #forget(): void {
    for (const sprite of this.#sprites.values()) sprite.close();
    this.#sprites.clear();
  }

  #unit(look: UnitLook, fresh: Freshness, divertible: boolean, size: number): ImageBitmap {
    const c = this.#colours;
    const box = size + 8;
    return this.#sprite(`u ${look} ${fresh} ${divertible} ${size}`, box, box, (context) => {
      const colour = fresh === "grey" ? c["unit-busy"] : c[UNIT_COLOUR[look]];
      const m = box / 2;
      const r = size / 2;
      context.beginPath();
      switch (look) {
        case "available":
        case "offered":
          context.arc(m, m, r - 1, 0, 2 * Math.PI);
          break;
        case "en_route":
          context.moveTo(m, m - r);
          context.lineTo(m + r * 0.9, m + r * 0.8);
          context.lineTo(m - r * 0.9, m + r * 0.8);
          context.closePath();
          break;
        case "emergency":
          context.moveTo(m, m - r - 2);
          context.lineTo(m + r + 2, m);
          context.lineTo(m, m + r + 2);
          context.lineTo(m - r - 2, m);
          context.closePath();
          break;
        default:
          context.rect(m - r + 1.5, m - r + 1.5, size - 3, size - 3);
      }
      // A rim of the ground's colour keeps the shape apart from streets and neighbours.
      context.lineWidth = 4;
      context.strokeStyle = c.raised ?? "#fff";
      context.stroke();
      const solid = look === "available" || look === "en_route" || look === "on_scene" || look === "emergency";
      context.fillStyle = solid && fresh === "fresh" ? (colour ?? "#000") : (c.raised ?? "#fff");
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = colour ?? "#000";
      if (look === "offered") context.setLineDash([3.5, 2.2]);
      context.stroke();
      context.setLineDash([]);
      if (look === "emergency" && size > 12) {
        context.font = `800 ${size * 0.62}px Vazirmatn, sans-serif`;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillStyle = (fresh === "fresh" ? c["on-unit"] : colour) ?? "#fff";
        context.fillText("!", m, m + 1);
      }
      if (divertible && look !== "available") {
        context.beginPath();
        context.arc(m + r - 1, m - r + 1, 3.2, 0, 2 * Math.PI);
        context.fillStyle = c["unit-available"] ?? "#080";
        context.fill();
        context.lineWidth = 1;
        context.strokeStyle = c.raised ?? "#fff";
        context.stroke();
      }
    });
  }

  #incident(priority: Priority | null, sign: string, size: number): ImageBitmap {
    const c = this.#colours;
    const box = size + 8;
    return this.#sprite(`i ${priority} ${sign} ${size}`, box, box, (context) => {
      const m = box / 2;
      const r = size / 2;
      context.beginPath();
      if (priority === 1) {
        context.moveTo(m, m - r - 2);
        context.lineTo(m + r + 2, m);
        context.lineTo(m, m + r + 2);
        context.lineTo(m - r - 2, m);
        context.closePath();
      } else if (priority === 2) context.rect(m - r + 1, m - r + 1, size - 2, size - 2);
      else context.arc(m, m, r - 1, 0, 2 * Math.PI);
      context.lineWidth = 3.5;
      context.strokeStyle = c.raised ?? "#fff";
      context.stroke();
      const fill = priority === 1 ? c.p1 : priority === 2 ? c.p2 : priority === 3 ? c.p3 : c.p4;
      const ink = priority === 1 ? c["on-p1"] : priority === 2 ? c["on-p2"] : priority === 3 ? c["on-p3"] : c["on-p4"];
      const edge = priority === 2 ? c["p2-edge"] : priority === 1 ? c.p1 : priority === 3 ? c.p3 : c["p4-edge"];
      context.fillStyle = fill ?? "#fff";
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = edge ?? "#000";
      if (priority === null) context.setLineDash([3, 3]);
      context.stroke();
      context.font = `800 ${Math.round(size * 0.58)}px Vazirmatn, sans-serif`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillStyle = ink ?? "#000";
      context.fillText(sign, m, m + 1);
    });
  }

  #label(text: string): ImageBitmap {
    const c = this.#colours;
    const font = "600 12px Vazirmatn, sans-serif";
    const width = Math.max(16, text.length * 9 + 8);
    return this.#sprite(`t ${text}`, width, 20, (context) => {
      context.font = font;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = 3.5;
      context.strokeStyle = c["map-ground"] ?? "#fff";
      context.strokeText(text, width / 2, 11);
      context.fillStyle = c.text ?? "#000";
      context.fillText(text, width / 2, 11);
    });
  }

  #ring(context: CanvasRenderingContext2D, x: number, y: number, r: number): void {
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.lineWidth = 6;
    context.strokeStyle = this.#colours.raised ?? "#fff";
    context.stroke();
    context.lineWidth = 3;
    context.strokeStyle = this.#colours.accent ?? "#00f";
    context.stroke();
  }

  #line(
    context: CanvasRenderingContext2D,
    route: readonly LonLat[],
    project: (lon: number, lat: number) => readonly [number, number],
  ): void {
    context.beginPath();
    route.forEach(([lon, lat], n) => {
      const [x, y] = project(lon, lat);
      if (n === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.lineJoin = "round";
    context.lineCap = "round";
    context.lineWidth = 8;
    context.strokeStyle = this.#colours.raised ?? "#fff";
    context.stroke();
    context.lineWidth = 4.5;
    context.strokeStyle = this.#colours.accent ?? "#00f";
    context.stroke();
  }

  #pin(
    context: CanvasRenderingContext2D,
    point: LonLat,
    accuracyM: number | null,
    camera: Camera,
    project: (lon: number, lat: number) => readonly [number, number],
  ): void {
    const [x, y] = project(point[0], point[1]);
    const accent = this.#colours.accent ?? "#00f";
    if (accuracyM !== null && accuracyM > 0) {
      context.beginPath();
      context.arc(x, y, Math.max(6, accuracyM * pixelsPerMetre(point[1], camera.zoom)), 0, 2 * Math.PI);
      context.globalAlpha = 0.16;
      context.fillStyle = accent;
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = 1.5;
      context.setLineDash([6, 4]);
      context.strokeStyle = accent;
      context.stroke();
      context.setLineDash([]);
    }
    context.beginPath();
    context.moveTo(x - 12, y);
    context.lineTo(x + 12, y);
    context.moveTo(x, y - 12);
    context.lineTo(x, y + 12);
    context.lineWidth = 5;
    context.strokeStyle = this.#colours.raised ?? "#fff";
    context.stroke();
    context.lineWidth = 2.5;
    context.strokeStyle = accent;
    context.stroke();
  }
}

/** Drawn from the highest rank down: the selected and the urgent last, on top. */
const rank = (mark: IncidentMark, selected: string | null): number => (mark.id === selected ? 0 : (mark.priority ?? 2));

const UNIT_COLOUR: Readonly<Record<UnitLook, string>> = {
  available: "unit-available",
  offered: "unit-moving",
  en_route: "unit-moving",
  on_scene: "unit-scene",
  busy: "unit-busy",
  returning: "unit-busy",
  off: "unit-busy",
  emergency: "unit-emergency",
};
const LOOKS = Object.keys(UNIT_COLOUR) as readonly UnitLook[];
const FRESH: readonly Freshness[] = ["fresh", "hollow", "grey"];
