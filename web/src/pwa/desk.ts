/** Registers the desks' service worker once a desk has come to rest: its first start has enough to do. */

const REST_MS = 8_000;

export function keepDesk(face: "/console" | "/board"): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  setTimeout(() => {
    // Without it the desk starts as before.
    navigator.serviceWorker.register("/desk-sw.js", { scope: face }).catch(() => undefined);
  }, REST_MS);
}
