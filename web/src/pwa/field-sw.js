// The handheld's service worker: everything it needs to start is kept, so that it opens with the server gone.
// Of maps it hands out what the device carries (`features/field/offmap/keep.ts` fetched it), and asks for the rest.
// Besides a map's style it never touches /v1 (the outbox in IndexedDB does that) and never takes over by itself: a new version waits
// until the person agrees, which the handheld does not ask during a mission.
const VERSION = "__VERSION__";
const CACHE = `nazdik-field-${VERSION}`;
const FILES = __PRECACHE__;
const MAPS = "nazdik-maps";
const INDEX = "/kept-map";

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
  if (url.pathname.startsWith("/maps/")) {
    event.respondWith(keptPart(event.request, url).then((part) => part ?? fetch(event.request)));
  } else if (/^\/v1\/provinces\/[^/]+\/style$/.test(url.pathname)) {
    event.respondWith(
      fetch(event.request).catch(
        async () =>
          (await caches.match(`${url.pathname}${url.search}`, { cacheName: MAPS, ignoreVary: true })) ??
          Response.error(),
      ),
    );
  } else if (event.request.mode === "navigate" && url.pathname === "/field") {
    event.respondWith(caches.match("/field", { cacheName: CACHE }).then((kept) => kept ?? fetch(event.request)));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname, { cacheName: CACHE }).then((kept) => kept ?? fetch(event.request)));
  }
});

// The part of a map that was asked for, out of the stretches that are kept; null when it is not among them.
async function keptPart(request, url) {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
  const listed = range && !request.headers.has("X-Nazdik-Fresh") && (await caches.match(INDEX, { cacheName: MAPS }));
  if (!listed) return null;
  const kept = await listed.json();
  const [first, last] = [Number(range[1]), Math.min(Number(range[2]), kept.size - 1)];
  const run = kept.runs.find(([begin, end]) => begin <= first && last <= end);
  if (!run || kept.address !== url.pathname + url.search) return null;
  const name = `${INDEX}${url.pathname}/${run[0]}-${run[1]}${url.search}`;
  const part = await caches.match(name, { cacheName: MAPS });
  if (!part) return null;
  const bytes = (await part.blob()).slice(first - run[0], last - run[0] + 1);
  const headers = { "Content-Range": `bytes ${first}-${last}/${kept.size}`, "Content-Type": "application/vnd.pmtiles" };
  if (kept.etag) headers.ETag = kept.etag;
  return new Response(bytes, { status: 206, headers });
}
