// The handheld's service worker: everything it needs to start is kept, so that it opens with the server gone.
// It never touches /v1 (the outbox in IndexedDB does that) and never takes over by itself: a new version waits
// until the person agrees, which the handheld does not ask during a mission.
const VERSION = "__VERSION__";
const CACHE = `nazdik-field-${VERSION}`;
const FILES = __PRECACHE__;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      await Promise.all(
        names.filter((name) => name.startsWith("nazdik-field-") && name !== CACHE).map((name) => caches.delete(name)),
      );
      await self.clients.claim();
    }),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === "/field") {
    event.respondWith(caches.match("/field", { cacheName: CACHE }).then((kept) => kept ?? fetch(event.request)));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname, { cacheName: CACHE }).then((kept) => kept ?? fetch(event.request)));
  }
});
