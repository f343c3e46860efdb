// The desks' service worker keeps their files and nothing else: no page, no answer of the server. What a worker keeps the browser
// compiles whole, so that the next start runs scripts that need not be read again. A file's name says what is in it: an old desk cannot
// come of this. The page names its files, and what is not here comes from the server.
const CACHE = "nazdik-desk-__VERSION__";
const FILES = __PRECACHE__;

self.addEventListener("install", (event) => {
  // Where the browser can, it looks into the cache by itself; for this page the worker need not even start.
  event.addRoutes?.([
    { condition: { urlPattern: { pathname: "/assets/*" } }, source: "cache" },
    { condition: { urlPattern: { pathname: "/*" } }, source: "network" },
  ]);
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

// It never takes over from the one before: a desk that is open finds the files of its own version until it is closed.
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((name) => name.startsWith("nazdik-desk-") && name !== CACHE).map((name) => caches.delete(name)),
        ),
      ),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || !FILES.includes(pathname)) return;
  event.respondWith(caches.match(pathname, { cacheName: CACHE }).then((kept) => kept ?? fetch(event.request)));
});
