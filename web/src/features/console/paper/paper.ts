/** Paper: pages that the server makes, printed from here, or kept in a file that opens without it. */

import type { Api } from "../../../api/client";

export const KEEP_EVERY_S = 60;
/** Positions that were opened together do not ask together. */
export const FIRST_WITHIN_S = 10;

/** The pack as it was read last, in this window's memory: what can be printed when the server is gone. */
export interface KeptPack {
  readonly html: string;
  readonly at: number;
}

/**
 * Read the pack within some seconds and then again and again. What cannot be read leaves the one before: that is what it is kept
 * for. Returns what ends it.
 */
export function keepFresh(
  read: () => Promise<string>,
  onRead: (html: string) => void,
  firstWithinS: number,
): () => void {
  let over = false;
  let timer: ReturnType<typeof setTimeout>;
  const next = async () => {
    try {
      const html = await read();
      if (!over) onRead(html);
    } catch {
      // The server is gone, or this is nobody's control room: asked again in its turn.
    }
    if (!over) timer = setTimeout(() => void next(), KEEP_EVERY_S * 1000);
  };
  timer = setTimeout(() => void next(), firstWithinS * 1000);
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/** How long printing waits for a fresh pack while there is an older one: a browser opens a window only soon after a click. */
const FRESH_WITHIN_MS = 2_500;

/** What `read` gives in time; without something to fall back on, whenever it comes. */
export function inTime(read: Promise<string>, hasOther: boolean): Promise<string> {
  if (!hasOther) return read;
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error("late")), FRESH_WITHIN_MS);
  });
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}

/** A page made for another answer, with the nonce of this one: a page opened from here lives under this page's policy. */
export const withNonce = (html: string, nonce: string): string =>
  html.replace(/(<style nonce=")[^"]*"/, (_, start: string) => `${start}${nonce}"`);

const ownNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

export async function readPage(api: Api, path: string, lang: string): Promise<string> {
  return (await api.file(path, { lang })).text();
}

/** Open a page in a window of its own and print it; false when the browser opened none. */
export function printPage(html: string): boolean {
  const page = new Blob([withNonce(html, ownNonce())], { type: "text/html;charset=utf-8" });
  const url = URL.createObjectURL(page);
  const opened = window.open(url, "_blank", "popup,width=900,height=1000");
  opened?.addEventListener("load", () => opened.print());
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return opened !== null;
}

/** A file that the user chose, to be written again and again. */
export interface KeptFile {
  createWritable(): Promise<{ write(text: string): Promise<void>; close(): Promise<void> }>;
}
interface Picker {
  showSaveFilePicker?: (options: unknown) => Promise<KeptFile>;
}

/** Whether this browser can write the same file again without asking. */
export const canKeep = (): boolean => typeof (window as Picker).showSaveFilePicker === "function";

/** Ask where the pack shall lie; null when the user thought better of it. */
export async function chooseFile(name: string): Promise<KeptFile | null> {
  try {
    const options = { suggestedName: name, types: [{ accept: { "text/html": [".html"] } }] };
    return (await (window as Picker).showSaveFilePicker?.(options)) ?? null;
  } catch {
    return null;
  }
}

/** The whole file or nothing: until `close` the old one stays. */
export async function writeFile(file: KeptFile, html: string): Promise<void> {
  const writing = await file.createWritable();
  await writing.write(html);
  await writing.close();
}

export function download(name: string, html: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([html], { type: "text/html;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
