// Keeps the files of the service desk's page, and nothing of what is written or answered: the page opens without network.
const CACHE = "197-service-desk";
const FILES = ["/service-desk", "/fonts/Vazirmatn.woff2",
  ...["page.css", "base.js", "form.js", "recordings.js", "voice.js", "vault.js", "presence.js", "service_desk.js", "words.js", "recording_words.js", "service_desk_words.js", "help.js"].map((name) => `/pages/${name}`)];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The server's file whenever there is one, so that a mended page arrives; the kept one otherwise.
async function fresh(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(new URL(request.url).pathname, answer.clone());
    return answer;
  } catch (fault) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw fault;
  }
}

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === "GET" && FILES.includes(pathname)) event.respondWith(fresh(event.request));
});
