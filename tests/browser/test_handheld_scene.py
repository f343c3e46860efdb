"""What a crew reads and asks on scene: services that the desk asked for, and whether our own records name a car."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_accessibility import complaints, look
from tests.browser.test_handheld_offline import HERE, at_work, command

LOOKS = (("fa", "day"), ("en", "night"))


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 568)])
def test_a_crew_sees_who_else_is_coming_and_asks_for_a_plate(site: Site, sit: Sit, width: int, height: int) -> None:
    page = sit(f"officer:{PROVINCE}.u.A07", "field", width=width, height=height, at=(HERE[0], HERE[1]))
    desk = sit(f"dispatcher:{PROVINCE}", "")
    incident = str(at_work(page, site)["incident_id"])
    for service in ("ambulance-115", "fire-125"):
        command(desk, f"{site}/v1/incidents/{incident}/services", {"service": service})
    lines = page.locator(".mission-services p")
    expect(lines.filter(has_text="مرکز خواست")).to_contain_text("آتش‌نشانی ۱۲۵")
    expect(lines.filter(has_text="مرکز خواست")).to_contain_text("اورژانس ۱۱۵")
    command(desk, f"{site}/v1/incidents/{incident}/services/release", {"service": "ambulance-115"})
    expect(lines.filter(has_text="دیگر نمی‌آید")).to_contain_text("اورژانس ۱۱۵")
    # Loaded anew, the crew is still told that nobody comes, and not left to wait.
    page.reload()
    expect(lines.filter(has_text="دیگر نمی‌آید")).to_contain_text("اورژانس ۱۱۵")
    expect(lines.filter(has_text="مرکز خواست")).to_contain_text("آتش‌نشانی ۱۲۵")
    expect(lines.filter(has_text="مرکز خواست")).not_to_contain_text("اورژانس ۱۱۵")
    found = each_look(page)
    named = {"kind": "noise", "point": HERE, "narrative": "پژوی سفید ۲۴ ب ۳۵۷ ایران ۱۴"}
    command(desk, f"{site}/v1/incidents", named)
    found += asks_for_a_plate(page)
    assert found == []


def asks_for_a_plate(page: Page) -> list[str]:
    page.get_by_role("button", name="بیشتر").click()
    page.get_by_role("button", name="پرسش پلاک").click()
    ask = page.get_by_role("button", name="خودروی متوقف‌شده")
    expect(ask).to_have_attribute("aria-disabled", "true")
    boxes = page.locator(".plate-boxes input")
    boxes.nth(0).fill("24")
    page.locator(".plate-pad button", has_text=re.compile("^ب$")).click()
    boxes.nth(2).fill("357")
    found = each_look(page)
    boxes.nth(3).fill("14")
    ask.click()
    expect(page.locator(".plate-found li").first).to_be_visible()
    expect(page.locator(".plate-found")).not_to_contain_text("پژو")
    return found + each_look(page)


def each_look(page: Page) -> list[str]:
    """Return what axe says of this page in two looks, and what hangs over its edge."""
    found: list[str] = []
    for lang, theme in LOOKS:
        look(page, lang, theme)
        found += [f"{lang} {theme}: {each}" for each in complaints(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{lang} {theme}: wider than the screen")
    look(page, "fa", "day")
    return found
