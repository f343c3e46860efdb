"""Fifty telephones ring about one crash: all of them in one view, reachable, and the odd one out pulled out with a key."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PROVINCE
from tests.browser.test_accessibility import complaints
from tests.contract.test_telephone import Line, of_number
from tests.server import free_port, served
from tests.unit.intake.test_sip import CIRCLE, PIDF, sip

pytestmark = pytest.mark.browser
WAIT_MS = 20_000
CALLERS = 50
LOCATED = "Geolocation: <cid:x>\r\nContent-Type: application/pidf+xml\r\n"
CRASHES = ("تصادف شده، دو نفر زخمی شده‌اند", "دو ماشین تصادف کرده‌اند، زخمی دارند", "تصادف شدید، آمبولانس هم بفرستید")
ROBBERY = "با چاقو زورگیری کردند و کیفم را بردند"


def invite(n: int) -> tuple[str, bytes]:
    """An INVITE with the caller's place, within some steps of Valiasr Square."""
    number = f"+98918700{n:04d}"
    shape = CIRCLE.replace("31.3183 48.6706", f"{35.7156 + n % 7 * 1e-4:.5f} {51.4089 + n % 5 * 1e-4:.5f}")
    raw = sip(call=f"fifty{n}", more=LOCATED, body=PIDF.format(shape=shape))
    return number, raw.replace(b"+989161112233", number.encode())


def test_fifty_callers_of_one_crash_in_one_view(
    tmp_path: Path, built_region: Callable[[str], Path], browser: Browser
) -> None:
    port = free_port()
    with served(tmp_path, built_region(PROVINCE), settings={"NAZDIK_SIP_UDP_PORT": str(port)}) as server:
        desk = server.seat(f"dispatcher:{PROVINCE}")
        trunk = Line("udp", port)
        incident, odd = "", ""
        for n in range(CALLERS):
            number, raw = invite(n)
            trunk.send(raw)
            call = of_number(server, number, state="ringing")["id"]
            desk.done(f"/v1/calls/{call}/answer")
            words = ROBBERY if n == 31 else CRASHES[n % 3]
            desk.done(f"/v1/calls/{call}/draft", {"narrative": words})
            if n == 0:
                body = {"kind": "crash_injury", "point": [51.4089, 35.7156], "narrative": words}
                incident = desk.done(f"/v1/calls/{call}/classification", body)["incident_id"]
            else:
                desk.done(f"/v1/calls/{call}/link", {"incident": incident})
            if n == 31:
                odd = number
            if n in (2, 3):
                desk.done(f"/v1/calls/{call}/texts-agreed", {"agreed": True})
        context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="fa-IR")
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.request.post(f"{server.address}/v1/sessions", data={"seat": f"call_taker:{PROVINCE}"})
        page.goto(f"{server.address}/console")
        expect(page.locator("body")).to_contain_text("برخط", timeout=WAIT_MS)
        page.locator("[role=row]", has_text="تصادف").first.click()
        page.keyboard.press("g")
        pane = page.locator("[data-panel=callers]")
        expect(pane.get_by_role("grid")).to_have_attribute("aria-rowcount", str(CALLERS), timeout=WAIT_MS)
        row = pane.locator(".caller-row[data-odd]", has_text=odd)
        expect(row).to_contain_text("شاید رخدادی دیگر")
        expect(pane.locator(".pane-head")).to_contain_text("۱ نفر شاید از این رخداد نباشد")
        pane.get_by_role("button", name="فرستادن به ۲ نفر").wait_for()
        page.keyboard.press("Alt+w")
        page.keyboard.type("کمک در راه است")
        page.keyboard.press("Enter")
        expect(page.locator("body")).to_contain_text("پیام به ۲ نفر فرستاده شد", timeout=WAIT_MS)
        page.keyboard.press("Escape")
        page.keyboard.press("g")
        expect(row).to_be_visible(timeout=WAIT_MS)
        page.keyboard.press("o")
        expect(pane.get_by_role("grid")).to_have_attribute("aria-rowcount", str(CALLERS - 1), timeout=WAIT_MS)
        expect(page.locator("[data-panel=calls]")).to_contain_text(odd)
        page.keyboard.press("Control+z")
        expect(pane.get_by_role("grid")).to_have_attribute("aria-rowcount", str(CALLERS), timeout=WAIT_MS)
        expect(row).to_be_visible(timeout=WAIT_MS)
        row.click()
        page.keyboard.press("l")
        expect(page.locator(".call-back", has_text=odd)).to_be_visible(timeout=WAIT_MS)
        said = complaints(page)
        page.keyboard.press("Enter")
        past = page.locator(".caller-past")
        past.locator("summary").click()
        past.get_by_role("textbox").fill("پیش‌تر هم تماس گرفته است")
        past.get_by_role("button", name="دیدن").click()
        expect(past).to_contain_text("تماس دیگری نگه داشته نشده است", timeout=WAIT_MS)
        said += complaints(page)
        assert said == [], "\n".join(said)
        assert faults == []
        context.close()
