/** The credential and the key of an enrolled handheld. Loaded only where there is one, or a code for one. */

import { asProblem } from "../../../api/problem";
import type { App } from "../../../app/app";
import { line, token } from "../../../app/app";
import type { Waiting } from "../keep";
import { keep } from "../keep";
import { pocket } from "../pocket";
import { DEVICE } from "./Enrol";
import { makeKey, publicKey, signing } from "./signing";

/** In a dead zone the handheld must not wait longer than this before it opens with what it has. */
const PATIENCE_MS = 2_500;
/** So often the server's word is renewed while nothing else is asked, so that accepting an offer never waits for one. */
const RENEW_EVERY_MS = 240_000;
const STORE = "key";

export const credential = {
  get: (): string | null => {
    try {
      return localStorage.getItem(DEVICE);
    } catch {
      return null;
    }
  },
  set: (value: string | null): void => {
    try {
      if (value === null) localStorage.removeItem(DEVICE);
      else localStorage.setItem(DEVICE, value);
    } catch {
      // Without storage it is enrolled for this session only.
    }
  },
};

/** Run something with the place where the key lies; null when this browser keeps nothing. */
function withStore<T>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => { readonly result: T },
): Promise<T | null> {
  return new Promise((resolve) => {
    const opening = indexedDB.open("nazdik-device", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(STORE, mode);
      const asked = run(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => resolve(null);
    };
  });
}

const plain = line.fetch;

/** From here on every request of this page is signed. */
async function signBy(app: App, pair: CryptoKeyPair): Promise<void> {
  line.fetch = await signing(pair, plain);
  setInterval(() => {
    if (document.visibilityState === "visible") app.api.get("/v1/session").catch(() => undefined);
  }, RENEW_EVERY_MS);
}

/** Become a unit's handheld by a code, with a new key where the page may make one. */
export async function enrol(app: App, code: string): Promise<void> {
  // Keys are for pages that came safely; elsewhere the server says whether a handheld may do without.
  const pair = isSecureContext ? await makeKey() : null;
  line.fetch = plain;
  if (pair) await signBy(app, pair);
  const key = pair ? { key: await publicKey(pair) } : {};
  const { token: own } = await app.api.post<{ token: string }>("/v1/device-enrolments", { code, ...key });
  await withStore<unknown>("readwrite", (store) => (pair ? store.put(pair, STORE) : store.delete(STORE)));
  credential.set(own);
  // What a browser may throw away, a handheld would have to be enrolled for again.
  void navigator.storage?.persist?.();
  await signIn(app, own);
}

async function signIn(app: App, own: string): Promise<void> {
  token.set(null);
  try {
    const session = await app.api.post<{ token: string }>("/v1/sessions", { device: own });
    token.set(session.token);
  } catch (error) {
    // It was taken back, or is nobody's any more: whoever holds it now is to find nothing on it.
    if (asProblem(error).status === 403) await withdrawn();
    throw error;
  }
}

async function withdrawn(): Promise<void> {
  await pocket.forget(true);
  await keep.withdraw().catch(() => undefined);
}

/** Acts that are kept here for another unit than this device is now of: nobody can send them any more. */
export async function lostBy(app: App): Promise<readonly Waiting[]> {
  try {
    const waiting = await keep.unsent();
    if (waiting.length === 0) return [];
    const { unit } = await app.api.get<{ unit: string | null }>("/v1/session", {}, AbortSignal.timeout(PATIENCE_MS));
    return waiting.filter((each) => each.unit !== unit);
  } catch {
    return [];
  }
}

/** The code behind the # of the address, taken out of it so that it is not kept in the history. */
function codeOfAddress(): string | null {
  const code = /^#enrol=([\w-]{1,40})$/.exec(location.hash)?.[1] ?? null;
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}

/** Sign in by the code in the address, or by what this handheld was given before. */
export async function begin(app: App): Promise<void> {
  const code = codeOfAddress();
  if (code) return enrol(app, code);
  const own = credential.get();
  if (own === null) return;
  const pair = await withStore<CryptoKeyPair | undefined>("readonly", (store) => store.get(STORE));
  if (pair) await signBy(app, pair);
  try {
    await app.api.get("/v1/session", {}, AbortSignal.timeout(PATIENCE_MS));
  } catch (error) {
    // Without the network the handheld opens with what it has; only a session that is over is begun anew.
    if (asProblem(error).status === 401) await signIn(app, own);
  }
}
