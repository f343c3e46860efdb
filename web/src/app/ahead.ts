/** What `public/ahead.js` asked for before this script was here: each is taken once, and then asked for anew like anything else. */

import type { Socket } from "../live/client";
import type { WaysOut } from "./app";

interface Ahead {
  readonly reads: Record<string, Promise<Response>>;
  socket: Promise<Socket> | null;
}

declare global {
  interface Window {
    nazdikAhead?: Ahead;
  }
}

const OPEN = 1;
/** A desk shows news ten times a second. `ahead.js` asks for as much. */
const TOGETHER_MS = 40;

/** Fetch; what is on its way already is waited for, no longer than this reader would wait. */
const fetchAhead: typeof fetch = (input, init) => {
  const reads = window.nazdikAhead?.reads;
  const coming = typeof input === "string" && (init?.method ?? "GET") === "GET" ? reads?.[input] : undefined;
  if (!reads || !coming) return fetch(input, init);
  delete reads[input as string];
  const signal = init?.signal;
  if (!signal) return coming;
  return Promise.race([
    coming,
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
  ]);
};

/** The stream that was opened already, with what it has said; null when there is none to use. */
async function socketAhead(): Promise<Socket | null> {
  const asked = window.nazdikAhead;
  const coming = asked?.socket;
  if (!asked || !coming) return null;
  asked.socket = null;
  const socket = await coming.catch(() => null);
  return socket && socket.readyState <= OPEN ? socket : null;
}

/** For a page that loads `ahead.js`. */
export const ahead: WaysOut = { fetch: fetchAhead, socket: socketAhead, togetherMs: TOGETHER_MS };
