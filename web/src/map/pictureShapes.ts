/** Areas, streets and posts of `shapes.ts` on a plain canvas, for a map that is made of pictures. */

import type { LonLat } from "../core/units";
import type { MapShapes, ShapeColour } from "./shapes";

type Project = (lon: number, lat: number) => readonly [x: number, y: number];
type Colours = Readonly<Record<string, string>>;

export function drawShapes(
  context: CanvasRenderingContext2D,
  shapes: MapShapes,
  project: Project,
  colours: Colours,
  zoom: number,
): void {
  const ink = (name: ShapeColour): string => colours[name] ?? colours.text ?? "#000";
  const ground = colours["map-ground"] ?? "#fff";
  for (const each of shapes.areas) {
    const path = new Path2D();
    for (const polygon of each.area) for (const ring of polygon) trace(path, ring, project, true);
    context.fillStyle = ink(each.colour);
    context.globalAlpha = each.fill;
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
    context.strokeStyle = ink(each.colour);
    context.lineWidth = 2;
    context.setLineDash(each.dashed ? [6, 4] : []);
    context.stroke(path);
    context.setLineDash([]);
    const top = each.label ? topOf(each.area, project) : null;
    if (each.label && top) write(context, each.label, top[0], top[1] - 10, ink(each.colour), ground);
  }
  context.lineCap = "round";
  context.globalAlpha = 0.75;
  for (const each of shapes.lines) {
    const path = new Path2D();
    for (const line of each.lines) trace(path, line, project, false);
    context.strokeStyle = ink(each.colour);
    // A town seen whole would be one patch of colour otherwise.
    context.lineWidth = each.width * Math.max(0.25, Math.min(1, 0.25 + (zoom - 11) * 0.1875));
    context.stroke(path);
  }
  context.globalAlpha = 1;
  for (const each of shapes.points) {
    const [x, y] = project(each.point[0], each.point[1]);
    context.beginPath();
    context.arc(x, y, 12, 0, 2 * Math.PI);
    context.fillStyle = each.hollow ? ground : ink(each.colour);
    context.fill();
    context.strokeStyle = ink(each.colour);
    context.lineWidth = 2;
    context.stroke();
    write(context, each.sign, x, y + 1, each.hollow ? ink(each.colour) : ground, null, 13);
    if (each.label) write(context, each.label, x, y + 24, colours.text ?? "#000", ground);
  }
}

function trace(path: Path2D, line: readonly LonLat[], project: Project, closed: boolean): void {
  line.forEach(([lon, lat], n) => {
    const [x, y] = project(lon, lat);
    if (n === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  if (closed) path.closePath();
}

/** The northernmost point of an area: its name is written above it. */
function topOf(area: MapShapes["areas"][number]["area"], project: Project): readonly [number, number] | null {
  let top: LonLat | null = null;
  for (const polygon of area) for (const point of polygon[0] ?? []) if (!top || point[1] > top[1]) top = point;
  return top && project(top[0], top[1]);
}

function write(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  halo: string | null,
  size = 12,
): void {
  context.font = `600 ${size}px Vazirmatn, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  if (halo) {
    context.lineWidth = 4;
    context.strokeStyle = halo;
    context.strokeText(text, x, y);
  }
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
