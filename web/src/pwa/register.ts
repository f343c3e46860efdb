/** Registers the handheld's service worker and tells when a newer version waits for the person's word. */

export interface Update {
  /** Switch to the waiting version and reload. Never call this during a mission. */
  readonly apply: () => void;
}

export function registerOffline(onUpdate: (update: Update) => void): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  void navigator.serviceWorker.register("/field-sw.js", { scope: "/field" }).then((registration) => {
    const offer = (waiting: ServiceWorker) =>
      onUpdate({
        apply: () => {
          navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
          waiting.postMessage("take-over");
        },
      });
    if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming?.addEventListener("statechange", () => {
        if (coming.state === "installed" && navigator.serviceWorker.controller) offer(coming);
      });
    });
  });
}
