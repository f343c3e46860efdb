"""Pictures of 197's faces, from its own demo: `./run screenshots --part 197`. Everything in it is made up."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Browser, Page, expect

from nazdik.bootstrap.oversight.demo import PASSWORD
from tests.browser.conftest import ROOT

REGION = ROOT / "regions/built/khuzestan"
CAPITAL = "khuzestan.ahvaz"
PHONE, DESK = (390, 844), (1440, 900)
LOOKS = (("fa", "day"), ("en", "night"))
WITHIN_S = 120
Keep = Callable[[Page, str], None]


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """Run 197's demo while the block runs; give the citizens' address and the desks'."""
    ports = []
    for _ in range(2):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as data:
        command = ["nazdik", "oversight", "demo", str(REGION), "--data", data]
        asked = ["--port", str(ports[0]), "--desk-port", str(ports[1])]
        process = subprocess.Popen([*command, *asked], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        public, desk = (f"http://127.0.0.1:{port}" for port in ports)
        try:
            until = time.monotonic() + WITHIN_S
            while True:
                try:
                    if httpx.get(f"{public}/v1/figures", timeout=60).json()["releases"]:
                        break
                except httpx.TransportError:
                    pass
                assert time.monotonic() < until and process.poll() is None, "it does not start"
                time.sleep(0.2)
            yield public, desk
        finally:
            process.terminate()
            process.wait(30)


def take_all(browser: Browser, keep: Keep) -> None:
    """Take every picture; `keep` gets a page that is ready, and the picture's name."""
    with demo() as (public, desk):
        for lang, theme in LOOKS:
            query, name = f"lang={lang}&theme={theme}", f"{lang}-{theme}"
            of_citizens(_page(browser, PHONE), public, query, name, keep)
            of_desks(_page(browser, DESK), desk, query, name, keep)


def of_citizens(page: Page, public: str, query: str, name: str, keep: Keep) -> None:
    """The five choices, a receipt, the case by its code, a turn at a meeting, the queue, the published figures."""
    page.goto(f"{public}/?{query}")
    expect(page.locator(".choices button")).to_have_count(5)
    keep(page, f"197-citizen-{name}")
    page.locator(".choices button").first.click()
    page.locator("textarea").fill("ساختگی: گشت یک ساعت پس از تماس رسید.")
    page.locator("select").first.select_option(CAPITAL)
    page.locator("button[type=submit]").click()
    code = page.locator(".code").inner_text().replace(" ", "")
    keep(page, f"197-receipt-{name}")
    page.goto(f"{public}/follow?{query}#{code}")
    expect(page.locator(".msg").first).to_be_visible()
    keep(page, f"197-follow-{name}")
    page.goto(f"{public}/meet?{query}")
    expect(page.locator("section button.main").first).to_be_visible()
    keep(page, f"197-meet-{name}")
    page.goto(f"{public}/queue?{query}#demo-now")
    expect(page.locator(".number").first).not_to_have_text("—")
    keep(page, f"197-queue-{name}")
    page.set_viewport_size({"width": 900, "height": 900})
    page.goto(f"{public}/figures?{query}")
    expect(page.locator("table").first).to_be_visible()
    keep(page, f"197-figures-{name}")
    page.context.close()


def of_desks(page: Page, desk: str, query: str, name: str, keep: Keep) -> None:
    """A case at its desk, the meeting desk, the commander's overview."""
    sign_in(page, desk, f"desk.{CAPITAL}", query)
    page.locator("tbody button", has_text="یک ساعت پس از تماس با ۱۱۰").click()
    expect(page.locator(".msg.mine")).to_be_visible()
    keep(page, f"197-desk-{name}")
    page.locator("nav.tabs button").nth(4).click()
    page.locator('[data-k="open-demo-now"]').click()
    expect(page.locator("tr.in")).to_be_visible()
    keep(page, f"197-meetings-{name}")
    sign_in(page, desk, "chief.khuzestan", query)
    expect(page.locator("table").first).to_be_visible()
    keep(page, f"197-overview-{name}")
    page.context.close()


def sign_in(page: Page, desk: str, person: str, query: str) -> None:
    """Sit down at a desk, or as a commander."""
    page.goto(f"{desk}/?{query}")
    page.locator("input").nth(0).fill(person)
    page.locator("input").nth(1).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("nav.tabs").wait_for()


def _page(browser: Browser, size: tuple[int, int]) -> Page:
    ratio = 2 if size == PHONE else 1
    view = {"width": size[0], "height": size[1]}
    return browser.new_context(viewport=view, locale="fa-IR", device_scale_factor=ratio).new_page()  # type: ignore[arg-type]
