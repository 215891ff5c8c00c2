// The service worker. SHELL and NAME are put before this by the server (pages/shell.py).
// Kept: styles, scripts, icons, and one page that says that there is no line. Nothing else ever is:
// a page or a recording is asked of the house each time, or not had.
const OFFLINE = "/offline";

self.addEventListener("install", event => {
  event.waitUntil(
    caches
      .open(NAME)
      .then(cache => cache.addAll(SHELL).then(() => keepOffline(cache)))
      .then(() => self.skipWaiting()),
  );
});

// Asked for without cookies: the page that is kept is nobody's.
async function keepOffline(cache) {
  const answer = await fetch(OFFLINE, { credentials: "omit" });
  if (answer.ok) await cache.put(OFFLINE, answer);
}

self.addEventListener("activate", event => {
  event.waitUntil(
    caches
      .keys()
      .then(names => Promise.all(names.filter(each => each !== NAME).map(each => caches.delete(each))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then(kept => kept ?? fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  }
});
