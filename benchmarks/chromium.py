"""A real Chromium without a window, for the benchmarks of faces. Alone it measures nothing."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No graphics card: the map draws in software, which is the slowest machine that a desk can have.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser until the end of the block."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("Chromium is missing. Install it: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        try:
            yield browser
        finally:
            browser.close()


def signed_in(browser: Browser, address: str, token: str, *, width: int, height: int) -> BrowserContext:
    """Return a window's worth of browser, signed in with a session's token."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fa-IR")
    context.add_cookies([{"name": "nazdik_session", "value": token, "url": address}])
    return context
