/** A picture made small on the device: only its pixels leave, without what the telephone wrote beside them. */

import { base64 } from "../base64";

/** As much as the centre keeps; more would only wait longer for a network. */
export const EDGE_PX = 1600;
const QUALITY = 0.8;

export function fitted(
  width: number,
  height: number,
  edge = EDGE_PX,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, edge / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The picture upright and small, in base64; null when the file is no picture that this browser can read. */
export async function shrink(file: Blob): Promise<string | null> {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const { width, height } = fitted(picture.width, picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
    picture.close();
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob && (await base64(blob));
  } catch {
    return null;
  }
}
