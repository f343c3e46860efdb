"""
How long until a call that an exchange signals is on the screen of every free console, in real Chromium.

From the moment the INVITE leaves until the browser has the number in the page (seen by an observer inside the page, before its
paint). Run: python -m benchmarks.ringing --consoles 4 --calls 60
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from tests.browser.conftest import ARGS, CHROMIUM, PROVINCE
from tests.contract.test_telephone import Line
from tests.server import Server, free_port, served
from tests.unit.intake.test_sip import sip

REGION = Path("regions/built") / PROVINCE
WATCH = """() => { window.seen = {}; new MutationObserver(() => {
  for (const row of document.querySelectorAll('.ringing-call')) {
    const number = /\\+98918\\d{7}/.exec(row.textContent ?? '')?.[0];
    if (number && !(number in window.seen)) window.seen[number] = Date.now();
  } }).observe(document.body, {childList: true, subtree: true, characterData: true}); }"""


def open_console(browser: Any, server: Server, n: int) -> Page:
    """Sit down and wait until the console is live."""
    page: Page = browser.new_context(viewport={"width": 1600, "height": 900}).new_page()
    role = "call_taker" if n % 2 == 0 else "dispatcher"
    page.request.post(f"{server.address}/v1/sessions", data={"seat": f"{role}:{PROVINCE}"})
    page.goto(f"{server.address}/console")
    page.locator("[data-panel=calls]").wait_for()
    page.wait_for_timeout(4_000)
    page.evaluate(WATCH)
    return page


def main() -> None:
    """Ring, and print what was seen."""
    options = argparse.ArgumentParser()
    options.add_argument("--consoles", type=int, default=4)
    options.add_argument("--calls", type=int, default=60)
    given = options.parse_args()
    port = free_port()
    took: list[float] = []
    settings = {"NAZDIK_SIP_UDP_PORT": str(port)}
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), REGION, settings=settings) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        pages = [open_console(browser, server, n) for n in range(given.consoles)]
        trunk = Line("udp", port)
        for n in range(given.calls):
            number = f"+98918{n:07d}"
            raw = sip(call=f"ring{n}").replace(b"+989161112233", number.encode())
            sent_ms = time.time() * 1_000
            trunk.send(raw)
            for page in pages:
                deadline = time.monotonic() + 10
                while not page.evaluate("number => number in window.seen", number):
                    assert time.monotonic() < deadline, f"call {n} was not shown within ten seconds"
                    page.wait_for_timeout(20)
                took.append(page.evaluate("number => window.seen[number]", number) - sent_ms)
            trunk.send(raw.replace(b"INVITE urn", b"CANCEL urn").replace(b"1 INVITE", b"1 CANCEL"))
            for page in pages:
                page.wait_for_timeout(100)
        browser.close()
    took.sort()
    print(f"{given.calls} calls on {given.consoles} consoles: p50 {statistics.median(took):.0f} ms, ", end="")
    print(f"p99 {took[int(0.99 * len(took))]:.0f} ms, longest {took[-1]:.0f} ms")


if __name__ == "__main__":
    main()
