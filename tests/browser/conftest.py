"""
A real server, a real browser. Pages sit down at seats as the first page would.

Playwright keeps an event loop running while it lives, under which no other asynchronous test can run: so the browser ends with
this folder's tests.
"""

import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PROVINCE = "tehran-central"
CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable") if (p := shutil.which(n))),
    None,
)
ARGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Machines that test have no graphics card: the page is drawn by the processor, as at such a desk, the map by software WebGL.
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    # Each window prepares two pages for its address bar, which cost as much as one of ours. The last such list counts, so it has
    # what Playwright switches off, too.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,"
    "LensOverlay,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,PreconnectToSearch,"
    "ThirdPartyStoragePartitioning",
]
Sit = Callable[..., Page]
# A machine that tests may be slow: what is expected is waited for, and how quick it is is measured in benchmarks/.
expect.set_options(timeout=20_000)


class Site(str):
    """The address of a running server, and its process."""

    process: "subprocess.Popen[bytes]"


def choose(within: Page | Locator, label: str, code: str) -> None:
    """Open a choice by its label and take one of its options."""
    page = within.page if isinstance(within, Locator) else within
    within.locator(".choice", has_text=label).get_by_role("button").click()
    page.locator(f'[role=option][data-key="{code}"]').click()


@contextmanager
def serving(data: Path, *provinces: str) -> Iterator[Site]:
    """Run a server of some provinces while the block runs; at its end nothing it said may tell of a fault."""
    from nazdik.geo.samples import build_samples

    for _ in build_samples(ROOT / "regions/sources", ROOT / "regions/built", only=provinces):
        pass
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (data / "server.txt").open("w")
    command = [sys.executable, "-m", "tests.browser.server_for_browsers", str(port), str(data), *provinces]
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    address = Site(f"http://127.0.0.1:{port}")
    address.process = process
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                if httpx.get(f"{address}/readyz", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            assert process.poll() is None and time.monotonic() < deadline, (data / "server.txt").read_text()
            time.sleep(0.2)
        yield address
        assert " 500 " not in (data / "server.txt").read_text()
    finally:
        process.terminate()
        process.wait(60)
        log.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running server; it ends with the tests."""
    with serving(tmp_path_factory.mktemp("browser"), PROVINCE) as running:
        yield running


@pytest.fixture(scope="package")
def browsers() -> Iterator[Callable[[bool], Browser]]:
    """Chromium without a window, with WebGL and without; started when first asked for."""
    assert CHROMIUM is not None, "Chromium is missing: apt-get install chromium"
    launched: dict[bool, Browser] = {}
    with sync_playwright() as playwright:

        def of(webgl: bool) -> Browser:
            if webgl not in launched:
                args = ARGS if webgl else [*ARGS, "--disable-3d-apis"]
                launched[webgl] = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
            return launched[webgl]

        yield of
        for each in launched.values():
            each.close()


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest, browsers: Callable[[bool], Browser]) -> Browser:
    """
    The browser of a file's tests. Where the processor draws the map through WebGL, a page takes half as long again to come: files
    that are about the map say `WEBGL = True`, in all others the server draws it, as at a desk without WebGL.
    """
    return browsers(getattr(request.module, "WEBGL", False))


def close_calls(desk: httpx.Client) -> None:
    """Close what rings or was answered, so that the next test's call is the only one."""
    for call in desk.get("/v1/calls").json()["calls"]:
        if call["state"] in ("ringing", "answered"):
            path = f"/v1/calls/{call['id']}/close"
            desk.post(path, json={"outcome": "test"}, headers={"Idempotency-Key": str(uuid.uuid4())})


def go_home(site: str) -> None:
    """Take what was handed over, close what rings, cancel what is open and end every duty: the next test's are the only ones."""
    with httpx.Client(base_url=site, timeout=60) as desk:
        token = desk.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        desk.headers["Authorization"] = f"Bearer {token}"
        close_calls(desk)

        def act(path: str, body: dict[str, object]) -> None:
            desk.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})

        # A desk of an earlier test whose page was closed was given to whoever comes.
        for given in desk.get("/v1/hand-overs").json()["hand_overs"]:
            act(f"/v1/hand-overs/{given['id']}/take", {})
        for incident in desk.get("/v1/incidents").json()["incidents"]:
            if incident["closed_at"] is None:
                act(f"/v1/incidents/{incident['id']}/cancel", {})
        for unit in desk.get("/v1/units").json()["units"]:
            if unit["emergency"]:
                act(f"/v1/units/{unit['id']}/emergency/end", {})
            if unit["on_duty"]:
                act(f"/v1/units/{unit['id']}/duty", {"on": False})
        assert not any(unit["on_duty"] for unit in desk.get("/v1/units").json()["units"])


@pytest.fixture
def sit(site: Site, browser: Browser) -> Iterator[Sit]:
    """Sit down at a seat and open its face; nothing that a page asks for may come from elsewhere."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []
    faults: list[str] = []

    def sit_down(
        seat: str, face: str, *, width: int = 1600, height: int = 900, at: tuple[float, float] | None = None
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="fa-IR")
        contexts.append(context)
        if at is not None:
            context.grant_permissions(["geolocation"], origin=site)
            context.set_geolocation({"longitude": at[0], "latitude": at[1], "accuracy": 5})
        page = context.new_page()
        page.on(
            "request",
            lambda r: (
                None
                if r.url.startswith((site, "data:", "blob:", site.replace("http", "ws")))
                else strangers.append(r.url)
            ),
        )
        page.on("pageerror", lambda error: faults.append(f"{seat}: {error}"))
        answer = page.request.post(f"{site}/v1/sessions", data={"seat": seat})
        assert answer.status == 201, answer.text()
        page.goto(f"{site}/{face}")
        return page

    yield sit_down
    for context in contexts:
        context.close()
    go_home(site)
    assert strangers == []
    assert faults == []
