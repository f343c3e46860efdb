"""
197 in a browser: somebody complains by keyboard on a telephone, follows it by code, a desk answers, and a receipt is checked
offline. axe has nothing to say, no cookie is set, and the first load stays small.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.test_accessibility import complaints

pytestmark = pytest.mark.browser
FIRST_LOAD_BYTES_MAX = 200_000
KHUZESTAN = ROOT / "regions/built/khuzestan"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The citizens' address and the desks', over the demo's register and cases."""
    from nazdik.geo.samples import build_samples

    for _ in build_samples(ROOT / "regions/sources", ROOT / "regions/built", only=("khuzestan",)):
        pass
    ports = free_port(), free_port()
    folder = tmp_path_factory.mktemp("197")
    command = ["nazdik.cli", "oversight", "demo", str(KHUZESTAN), "--data", str(folder)]
    asked = ["--port", str(ports[0]), "--desk-port", str(ports[1])]
    process = subprocess.Popen([sys.executable, "-m", *command, *asked])
    public, desk = (f"http://127.0.0.1:{port}" for port in ports)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{public}/v1/offices")
                break
            except httpx.TransportError:
                assert time.monotonic() < until and process.poll() is None, "it does not start"
                time.sleep(0.1)
        yield public, desk
    finally:
        process.terminate()
        process.wait(20)


def audible(page: Page, faults: list[str]) -> Page:
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


def test_from_a_complaint_to_an_answer_and_a_receipt_that_holds(
    browser: Browser, sites: tuple[str, str], tmp_path: Path
) -> None:
    public, desk = sites
    faults: list[str] = []
    loaded: list[int] = []
    context = browser.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True)
    page = audible(context.new_page(), faults)
    page.on("response", lambda answer: loaded.append(len(answer.body())))
    page.goto(f"{public}/?lang=fa&theme=day")
    expect(page.locator(".choices button")).to_have_count(5)
    page.wait_for_load_state("networkidle")
    assert sum(loaded) <= FIRST_LOAD_BYTES_MAX
    assert complaints(page) == []
    # By keyboard alone: the five choices come after the links and the number to call.
    page.locator(".choices button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.type("آزمون: مأمور با من تند حرف زد و شماره‌ام ۰۹۱۲۳۴۵۶۷۸۹ است")
    page.locator("select").first.select_option("khuzestan.ahvaz")
    station = page.locator("select").nth(1).locator("option").nth(2).get_attribute("value")
    page.locator("select").nth(1).select_option(station)
    expect(page.locator(".note")).to_contain_text("شمارهٔ تلفن")
    expect(page.locator(".card")).to_contain_text("اهواز")
    assert complaints(page) == []
    page.locator("button[type=submit]").focus()
    page.keyboard.press("Enter")
    code = page.locator(".code").inner_text()
    assert len(code.replace(" ", "")) == 17
    with page.expect_download() as download:
        page.locator("a.button").click()
    receipt = tmp_path / "receipt.json"
    download.value.save_as(receipt)

    case_id = answer_at_desk(audible(browser.new_page(), faults), desk)
    assert case_id

    page.goto(f"{public}/follow?lang=en&theme=night#{code.replace(' ', '')}")
    expect(page.locator(".msg")).to_have_count(2)
    assert code.replace(" ", "") not in page.url, "a code stays in no history"
    assert complaints(page) == []
    assert context.cookies() == [] and page.evaluate("localStorage.length + sessionStorage.length") == 0

    page.goto(f"{public}/meet?lang=fa&theme=day")
    page.locator("section button.main").click()
    turn = page.locator("section.card .code")
    expect(turn).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("button", name="پس دادن نوبت").click()
    expect(page.locator("section.card", has_text="پس داده شد")).to_be_visible()

    page.goto(f"{public}/verify?lang=en")
    context.set_offline(True)
    page.set_input_files("#receipt", receipt)
    expect(page.locator("#result .good")).to_have_text("Everything holds.")
    forged = json.loads(receipt.read_text(encoding="utf-8"))
    forged["facts"][0]["said"] = forged["facts"][0]["said"].replace('"n":0', '"n":1')
    receipt.write_text(json.dumps(forged), encoding="utf-8")
    page.set_input_files("#receipt", [])
    page.set_input_files("#receipt", receipt)
    expect(page.locator("#result .bad").first).to_have_text("This receipt does not hold.")
    assert complaints(page) == []
    assert faults == []


def answer_at_desk(page: Page, desk: str) -> str:
    from nazdik.bootstrap.oversight.demo import PASSWORD

    page.goto(f"{desk}/?lang=en&theme=night")
    page.locator("input").nth(0).fill("desk.khuzestan.ahvaz")
    page.locator("input").nth(1).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("tbody button", has_text="آزمون").click()
    page.locator("textarea").first.fill("دیده شد؛ می‌پرسیم.")
    page.get_by_role("button", name="Record", exact=True).last.click()
    expect(page.locator(".msg", has_text="می‌پرسیم")).to_be_visible()
    assert complaints(page) == []
    chosen = page.locator('tr[aria-selected="true"]')
    expect(chosen).to_have_count(1)
    text = chosen.inner_text()
    page.close()
    return text
