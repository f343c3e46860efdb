"""
Real pictures of the faces, for README.md and docs: `./run screenshots`.

A demo is started with logs of its own and a fixed seed, lived in until there is something to see, and photographed in Persian and
in English, by day and by night. Everything in it is made up. Pictures are WebP, each within `BYTES_MOST`.
"""

import argparse
import io
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import oversight_pictures
from tests.browser.conftest import ARGS, CHROMIUM, ROOT
from tests.browser.test_accessibility import look

IMAGES = ROOT / "docs/images"
PROVINCE = "tehran-central"
BYTES_MOST = 150_000
DESK, HAND = (1600, 900), (412, 915)
LIVELY_WITHIN_S = 300


@contextmanager
def demo() -> Iterator[str]:
    """Run a demo while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        command = ["nazdik", "demo", "--port", str(port), "--data", data, "--fresh", "--seed", "7", "--multiple", "12"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def until(says: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LIVELY_WITHIN_S
    while True:
        try:
            if says():
                return
        except (httpx.HTTPError, KeyError):
            pass
        assert time.monotonic() < deadline, f"no {what} within {LIVELY_WITHIN_S} s"
        time.sleep(1)


class Studio:
    """Sits down at seats and takes pictures."""

    def __init__(self, browser: Browser, site: str, only: str) -> None:
        self.browser, self.site, self.only = browser, site, only
        self.seats: list[dict[str, Any]] = httpx.get(f"{site}/v1/seats", timeout=60).json()["seats"]

    def seat(self, role: str, province: str | None = PROVINCE) -> dict[str, Any]:
        return next(s for s in self.seats if s["role"] == role and (province is None or s["province"] == province))

    def sit(
        self,
        seat: str | None,
        face: str,
        size: tuple[int, int],
        at: tuple[float, float] | None = None,
        ratio: float = 1,
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="fa-IR",
            device_scale_factor=ratio,
            has_touch=at is not None,
        )
        if at is not None:
            context.grant_permissions(["geolocation"], origin=self.site)
            context.set_geolocation({"longitude": at[0], "latitude": at[1], "accuracy": 5})
        page = context.new_page()
        if seat is not None:
            assert page.request.post(f"{self.site}/v1/sessions", data={"seat": seat}).status == 201
        page.goto(f"{self.site}/{face}")
        return page

    def take(self, page: Page, name: str, lang: str, theme: str) -> None:
        """Write a picture, as sharp as its bytes allow."""
        if self.only not in name:
            return
        look(page, lang, theme)
        page.mouse.move(2, 2)
        page.wait_for_timeout(2_500)  # The map's own words and colours come after the page's.
        write(page, f"{name}-{lang}-{theme}")


def write(page: Page, name: str) -> None:
    """Write a picture of a page as it is, as sharp as its bytes allow."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for quality in (90, 82, 74, 66, 58, 50):
        kept = io.BytesIO()
        picture.save(kept, "WEBP", quality=quality, method=6)
        if kept.tell() <= BYTES_MOST:
            break
    else:
        raise AssertionError(f"{name} does not fit into {BYTES_MOST} bytes")
    file = IMAGES / f"{name}.webp"
    file.write_bytes(kept.getvalue())
    print(f"{file.relative_to(ROOT)}: {kept.tell() // 1024} KB, quality {quality}", flush=True)


def desk_and_boards(studio: Studio) -> None:
    until(lambda: is_lively(studio.site), "life in the demo")
    console = studio.sit(f"dispatcher:{PROVINCE}", "console", DESK)
    expect(console.locator(".map-base[data-view]")).to_be_visible(timeout=60_000)
    # The worst that is being worked on, with its units and those that could come besides.
    console.locator(".pane-working .grid-row").first.click()
    expect(console.locator(".detail-head")).to_be_visible(timeout=20_000)
    console.wait_for_timeout(3_000)
    studio.take(console, "console", "fa", "day")
    studio.take(console, "console", "en", "night")
    console.keyboard.press("F2")
    expect(console.locator(".call-form")).to_be_visible()
    studio.take(console, "call", "fa", "day")
    console.context.close()
    board = studio.sit(studio.seat("province_desk")["id"], "board", DESK)
    expect(board.locator(".board-rows [role=row]").first).to_be_visible(timeout=60_000)
    studio.take(board, "board", "fa", "night")
    studio.take(board, "board", "en", "day")
    look(board, "fa", "day")
    board.keyboard.press("r")
    board.get_by_role("button", name="تقویم را باز کن").click()
    studio.take(board, "day-report", "fa", "day")
    board.context.close()
    first = studio.sit(None, "", DESK)
    expect(first.locator(".seat-button").first).to_be_visible(timeout=20_000)
    studio.take(first, "welcome", "fa", "day")
    first.context.close()


def handheld(studio: Studio) -> None:
    car = [s for s in studio.seats if s["role"] == "officer" and s["province"] == PROVINCE][-1]
    offices = httpx.get(f"{studio.site}/v1/offices", timeout=60).json()["offices"]
    lon, lat = next(o["seat"] for o in offices if o["id"] == car["office"])
    page = studio.sit(car["id"], "field", HAND, (lon, lat), ratio=2)
    page.locator(".gate-act .accept").click(timeout=30_000)
    studio.take(page, "self-test", "fa", "day")
    look(page, "fa", "day")
    page.locator(".gate-act .btn").last.click()
    expect(page.locator(".home-sign")).to_have_text(car["call_sign"], timeout=60_000)
    studio.take(page, "handheld", "fa", "night")
    desk = studio.sit(f"dispatcher:{PROVINCE}", "", DESK)
    body = {
        "kind": "fight",
        "priority": 1,
        "point": [lon + 0.004, lat + 0.003],
        "place": "خیابان آزمون، پلاک ۱۲",
    }
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = desk.request.post(f"{studio.site}/v1/incidents", data=body, headers=headers)
    assert answer.ok, answer.text()
    # Another car of the demo may be nearer: this one is sent as well then, and refused when it has the offer already.
    sent = f"{studio.site}/v1/incidents/{answer.json()['incident_id']}/assignments"
    desk.request.post(sent, data={"units": [car["unit"]]}, headers={"Idempotency-Key": str(uuid.uuid4())})
    expect(page.locator(".offer .accept")).to_be_visible(timeout=60_000)
    studio.take(page, "offer", "fa", "day")
    if page.locator(".offer .accept").is_visible():
        page.locator(".offer .accept").click()
    expect(page.locator(".mission")).to_be_visible(timeout=30_000)
    studio.take(page, "mission", "en", "night")
    studio.take(page, "mission", "fa", "glare")
    page.context.close()
    desk.context.close()


def administration(studio: Studio) -> None:
    """The list of kinds with one of them opened."""
    admin = studio.sit(f"administrator:{PROVINCE}", "admin", DESK)
    admin.evaluate("location.hash = 'kinds'")
    expect(admin.locator(".kind-row").first).to_be_visible(timeout=60_000)
    admin.locator(".kind-row").nth(2).click()
    studio.take(admin, "administration", "fa", "day")
    studio.take(admin, "administration", "en", "night")
    admin.context.close()


def asking_for_help(studio: Studio) -> None:
    page = studio.sit(None, "sos", (390, 780), (51.4089, 35.7156), ratio=2)
    expect(page.locator("main")).to_be_visible(timeout=20_000)
    page.wait_for_timeout(1_000)
    file = IMAGES / "sos-fa.webp"
    if studio.only in "sos":
        Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(file, "WEBP", quality=82, method=6)
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KB")
    page.context.close()


def public_oversight(browser: Browser, only: str) -> None:
    """197 is a server of its own, with a demo of its own."""

    def keep(page: Page, name: str) -> None:
        if only in name:
            page.mouse.move(2, 2)
            page.wait_for_timeout(400)
            write(page, name)

    oversight_pictures.take_all(browser, keep)


OVERSIGHT = "197"
PARTS = {"sos": asking_for_help, "hand": handheld, "desk": desk_and_boards, "admin": administration}


def main() -> int:
    """Take all pictures, or those of a part, or those with some letters in their names."""
    words = argparse.ArgumentParser(description="Pictures of the faces from a running demo, into docs/images.")
    words.add_argument("--part", choices=[OVERSIGHT, *sorted(PARTS)], nargs="*", help="only these parts")
    words.add_argument("--only", default="", help="only pictures with this in their names")
    words.add_argument("--site", help="a demo that runs already, instead of one of its own")
    asked = words.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        if asked.part is None or OVERSIGHT in asked.part:
            public_oversight(browser, asked.only)
        if asked.part == [OVERSIGHT]:
            pass
        elif asked.site:
            photograph(Studio(browser, asked.site, asked.only), asked.part)
        else:
            with demo() as site:
                until(lambda: httpx.get(f"{site}/readyz", timeout=5).status_code == 200, "server")
                photograph(Studio(browser, site, asked.only), asked.part)
        browser.close()
    return 0


def is_lively(site: str) -> bool:
    """Whether incidents of several kinds of state are on a desk."""
    with httpx.Client(base_url=site, timeout=60) as desk:
        token = desk.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        found = desk.get("/v1/incidents", headers={"Authorization": f"Bearer {token}"}).json()["incidents"]
    open_ones = [each for each in found if each["closed_at"] is None]
    return len(open_ones) >= 6 and len({each["status"] for each in open_ones}) >= 3


def photograph(studio: Studio, parts: list[str] | None) -> None:
    for name, take in PARTS.items():
        if parts is None or name in parts:
            take(studio)


if __name__ == "__main__":
    sys.exit(main())
