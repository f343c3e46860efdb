/** Who draws the map: this machine through WebGL, or the server, whose pictures need nothing but a canvas. */

import { create } from "zustand";
import { persist } from "zustand/middleware";

let webgl: boolean | null = null;
let software = false;

/** Asked once: since Chrome 139 a machine without a graphics card may have no WebGL at all. */
export function hasWebgl(): boolean {
  if (webgl === null) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("webgl2");
    webgl = context !== null;
    software = webgl && isSoftware(canvas);
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return webgl;
}

/** Whether WebGL is drawn by the processor: then glide slowly. */
export function isSoftware(canvas: HTMLCanvasElement): boolean {
  const gl = canvas.getContext("webgl2");
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  const name = gl && info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "";
  return /swiftshader|llvmpipe|software|basic render|warp/i.test(name);
}

/** Only at a machine that draws WebGL with its processor is there something to choose. */
export const hasChoice = (): boolean => hasWebgl() && software;

interface MapDrawing {
  /** The server's pictures are wanted although this machine could draw. */
  readonly pictures: boolean;
  readonly setPictures: (pictures: boolean) => void;
}

/** Kept at the machine, like its language and theme: it is a matter of the machine and not of who sits there. */
export const useMapDrawing = create<MapDrawing>()(
  persist((set) => ({ pictures: false, setPictures: (pictures) => set({ pictures }) }), { name: "nazdik.map" }),
);
