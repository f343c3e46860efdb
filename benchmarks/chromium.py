"""
A real Chromium without a window, for the benchmarks of faces. Alone it measures nothing.

How the browser draws decides what is measured. A desk without a graphics card draws its page with the processor (software
compositing) and only WebGL through SwiftShader: that is what Chromium chooses by itself where it finds no card, and our default.
Told to use SwiftShader for everything, it takes it for a card and puts the whole page through it, text and all: no desk does
that, and it takes six times as long.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A desk is a window of its own (`--app`, docs/operations/running.md), which has no address bar. For it a tab prepares two
    # pages, as much work as one of ours and just when ours starts. The last such list counts: Playwright's own is in it.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,"
    "LensOverlay,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,PreconnectToSearch,"
    "ThirdPartyStoragePartitioning",
)
Drawing = Literal["no-card", "no-webgl", "pretended-card"]
DRAWING: dict[Drawing, tuple[str, ...]] = {
    "no-card": ("--disable-gpu", "--enable-unsafe-swiftshader"),
    "no-webgl": ("--disable-gpu", "--disable-webgl", "--disable-webgl2"),
    "pretended-card": ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
}


@contextmanager
def chromium(drawing: Drawing = "no-card") -> Iterator[Browser]:
    """Run a browser until the end of the block."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("Chromium is missing. Install it: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGS, *DRAWING[drawing]])
        try:
            yield browser
        finally:
            browser.close()


def how_it_draws(browser: Browser) -> dict[str, Any]:
    """Return what the browser says of its own drawing: compositing, raster, WebGL."""
    status: dict[str, Any] = (
        browser.new_browser_cdp_session().send("SystemInfo.getInfo")["gpu"].get("featureStatus", {})
    )
    return {name: status.get(name) for name in ("gpu_compositing", "rasterization", "webgl")}


def processor_s(browser: Browser) -> dict[str, float]:
    """Return how many seconds of processor each kind of the browser's processes has taken; the pages are `renderer`."""
    taken: dict[str, float] = {}
    for process in browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]:
        kind = str(process["type"]).lower()
        taken[kind] = taken.get(kind, 0.0) + float(process["cpuTime"])
    return taken


def signed_in(browser: Browser, address: str, token: str, *, width: int, height: int) -> BrowserContext:
    """Return a window's worth of browser, signed in with a session's token."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fa-IR")
    context.add_cookies([{"name": "nazdik_session", "value": token, "url": address}])
    return context
