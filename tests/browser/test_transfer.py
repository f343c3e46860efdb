"""A call handed over from one province's desk to another's and given back: both see where it went."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PROVINCE, Site, serving

pytestmark = pytest.mark.browser
OTHER = "khuzestan"
# For whoever wants to look: pictures of each step go here.
PICTURES = os.environ.get("NAZDIK_PICTURES")


def look(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(1500)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path, PROVINCE, OTHER) as running:
        yield running


@pytest.fixture
def desks(country: Site, browser: Browser) -> Iterator[dict[str, Page]]:
    """A call-taker of each province, in windows of their own."""
    contexts: list[BrowserContext] = []
    pages: dict[str, Page] = {}
    faults: list[str] = []
    for province in (PROVINCE, OTHER):
        context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="fa-IR")
        contexts.append(context)
        page = pages[province] = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        assert page.request.post(f"{country}/v1/sessions", data={"seat": f"call_taker:{province}"}).status == 201
        page.goto(f"{country}/console")
    yield pages
    for context in contexts:
        context.close()
    assert faults == []


def test_a_call_goes_to_the_other_province_with_one_key_and_comes_back(country: Site, desks: dict[str, Page]) -> None:
    here, there = desks[PROVINCE], desks[OTHER]
    expect(here.get_by_role("region", name="تماس‌ها")).to_contain_text("تماس بازی نیست", timeout=30_000)
    here.keyboard.press("F2")
    form = here.locator(".call-form")
    form.get_by_label("شرح").fill("دو نفر کنار پل دعوا می‌کنند")
    form.get_by_label("چه خطری هست؟").fill("یکی چاقو دارد")
    form.get_by_label("شماره").fill("+15555550143")
    here.keyboard.press("F7")
    part = form.locator(".transfer")
    expect(part.get_by_label("به کجا")).to_be_focused()
    expect(part.get_by_label("به کجا")).to_contain_text("خوزستان")
    part.get_by_label("یادداشت برای گیرنده").fill("رو به اهواز")
    look(here, "transfer-1-asking")
    part.get_by_label("یادداشت برای گیرنده").press("Enter")
    expect(here.locator(".call-form")).to_have_count(0, timeout=20_000)
    expect(here.locator(".pane-calls")).to_contain_text("سپرده به خوزستان", timeout=20_000)
    look(here, "transfer-2-gone")

    there.bring_to_front()
    there.get_by_role("button", name="پاسخ").first.click(timeout=20_000)
    handed = there.locator(".call-form .handed")
    expect(handed).to_contain_text("تهران", timeout=20_000)
    expect(handed).to_contain_text("رو به اهواز")
    expect(there.locator(".call-form").get_by_label("شرح")).to_have_value(
        "خطر: یکی چاقو دارد\nدو نفر کنار پل دعوا می‌کنند"
    )
    look(there, "transfer-3-received")
    there.get_by_role("button", name="English").click()
    there.get_by_role("button", name="Theme").click()
    look(there, "transfer-4-english")
    handed.get_by_role("button", name="Give back").click()
    expect(there.locator(".pane-calls")).to_contain_text("to Tehran", timeout=20_000)

    here.bring_to_front()
    here.get_by_role("button", name="پاسخ").first.click(timeout=20_000)
    expect(here.locator(".call-form .handed")).to_contain_text("از خوزستان سپرده شده است", timeout=20_000)
    look(here, "transfer-5-back")
    here.keyboard.press("F8")
    expect(here.locator(".transfer").get_by_label("به کجا")).to_contain_text("اورژانس")
    sheet = here.locator(".transfer").get_by_role("link", name="برگهٔ سپردن")
    with here.expect_popup() as opened:
        sheet.click()
    expect(opened.value.locator("body")).to_contain_text("دو نفر کنار پل دعوا می‌کنند")
    look(opened.value, "transfer-6-sheet")
    opened.value.close()
    here.locator(".transfer").get_by_role("button", name="بسپار").click()
    expect(here.locator(".pane-calls")).to_contain_text("سپرده به اورژانس", timeout=20_000)
    assert httpx.get(f"{country}/readyz", timeout=60).status_code == 200
