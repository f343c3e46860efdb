"""A road closed from the console: drawn, its victims read, confirmed, on the list and the map, lifted and taken back by undo."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, Site, choose

pytestmark = pytest.mark.browser
WEBGL = True
MIDDLE = (51.4089, 35.7156)
# For whoever wants to look: pictures of each step go here.
PICTURES = os.environ.get("NAZDIK_PICTURES")


def look(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(1500)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def on_map(page: Page, east: float, north: float) -> None:
    """Click so many pixels from the middle of the map."""
    box = page.locator(".map-pane canvas").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2 + east, box["y"] + box["height"] / 2 - north)


def test_a_street_is_closed_on_the_map_seen_by_others_and_opened_again(site: Site, sit: Sit) -> None:
    console, other = sit(f"dispatcher:{PROVINCE}", "console"), sit(f"call_taker:{PROVINCE}", "console")
    expect(console.locator(".map-pane canvas").first).to_be_visible(timeout=30_000)
    console.wait_for_timeout(2500)
    console.keyboard.press("b")
    roads = console.get_by_role("region", name="وضع راه‌ها")
    expect(roads).to_contain_text("هیچ راهی بسته یا کند نیست")
    roads.get_by_role("button", name="بستن یا کندی تازه").click()
    on_map(console, 0, 0)
    expect(roads.locator("form")).to_contain_text("متر", timeout=20_000)
    choose(roads, "دلیل", "bridge")
    roads.get_by_label("یادداشت").fill("شکست پایه")
    look(console, "roads-1-drawing")
    confirm = roads.locator(".roads-confirm input")
    if confirm.count():
        confirm.check()
    roads.get_by_role("button", name="ثبت").click()
    row = roads.locator(".roads-list > li").first
    expect(row).to_contain_text("خرابی پل", timeout=20_000)
    expect(row).to_contain_text("شکست پایه")
    expect(other.get_by_role("button", name="راه‌ها")).to_contain_text("۱", timeout=20_000)
    look(console, "roads-2-closed")
    # The call-taker sees it and may not lift it; the reason is said.
    other.keyboard.press("b")
    theirs = other.get_by_role("region", name="وضع راه‌ها")
    lift = theirs.get_by_role("button", name="بردار")
    expect(lift).to_have_attribute("aria-disabled", "true")
    row.get_by_role("button", name="بردار").click()
    expect(other.get_by_role("region", name="وضع راه‌ها")).to_contain_text("برداشته شد", timeout=20_000)
    look(console, "roads-3-lifted")
    expect(console.locator(".undo-bar")).to_be_visible()
    console.keyboard.press("Control+z")
    expect(roads.locator("[data-state=active]")).to_have_count(1, timeout=20_000)
    roads.locator("[data-state=active]").get_by_role("button", name="بردار").click()
    expect(roads.locator("[data-state=active]")).to_have_count(0, timeout=20_000)


def test_an_area_says_who_it_cuts_off_before_it_closes(site: Site, sit: Sit) -> None:
    console = sit(f"dispatcher:{PROVINCE}", "console")
    expect(console.locator(".map-pane canvas").first).to_be_visible(timeout=30_000)
    console.wait_for_timeout(2500)
    console.keyboard.press("b")
    roads = console.get_by_role("region", name="وضع راه‌ها")
    roads.get_by_role("button", name="بستن یا کندی تازه").click()
    roads.get_by_role("radio", name="در امتداد خط").click()
    for east, north in ((-60, -60), (60, -60), (60, 60), (-60, 60), (-60, -60)):
        on_map(console, east, north)
        console.wait_for_timeout(150)
    expect(roads.locator("form")).to_contain_text("متر", timeout=20_000)
    choose(roads, "دلیل", "cordon")
    look(console, "roads-4-line")
    cut = roads.locator(".roads-cut")
    if cut.count():
        expect(roads.get_by_role("button", name="ثبت")).to_have_attribute("aria-disabled", "true")
        roads.locator(".roads-confirm input").check()
    expect(roads.get_by_role("button", name="ثبت")).not_to_have_attribute("aria-disabled", "true")
    console.keyboard.press("Escape")
    expect(roads.locator("form")).to_have_count(0)
