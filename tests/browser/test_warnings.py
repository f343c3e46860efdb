"""A warning to the public: written at one desk, read and published at another, seen on a board, cancelled in the same way."""

import os
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.server import Seat

pytestmark = pytest.mark.browser
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


def test_a_warning_goes_from_one_desk_by_another_to_the_board_and_is_cancelled(site: Site, sit: Sit) -> None:
    writer, reader = sit(f"call_taker:{PROVINCE}", "console"), sit(f"dispatcher:{PROVINCE}", "console")
    board = sit(f"province_desk:{PROVINCE}", "board")
    expect(writer.locator(".map-pane canvas").first).to_be_visible(timeout=30_000)
    writer.wait_for_timeout(2500)
    Seat(site, f"dispatcher:{PROVINCE}").incident()
    writer.get_by_role("row", name="سروصدا").first.click()
    writer.keyboard.press("p")
    pane = writer.get_by_role("region", name="هشدارهای همگانی")
    expect(pane).to_contain_text("هیچ هشدار همگانی برقرار نیست")
    pane.get_by_role("button", name="هشدار تازه").click()
    save = pane.get_by_role("button", name="بده نفر دوم بخواند")
    expect(save).to_have_attribute("aria-disabled", "true")
    # By keys alone: the form has the focus, and the chosen incident can be the middle of the circle.
    expect(pane.locator("form")).to_be_focused()
    around = pane.get_by_role("button", name="گرد رخداد")
    around.press("Enter")
    expect(around).to_have_attribute("aria-pressed", "true")
    pane.get_by_role("radio", name="محدوده").click()
    for east, north in ((-90, -60), (90, -60), (90, 60), (-90, 60)):
        on_map(writer, east, north)
    farsi = pane.get_by_role("group", name="به فارسی")
    farsi.get_by_label("چه شده").fill("آتش‌سوزی انبار")
    farsi.get_by_label("در یک خط").fill("از پیرامون میدان دوری کنید")
    farsi.get_by_label("کجا").fill("میدان ولی‌عصر و خیابان‌های پیرامون")
    farsi.get_by_label("چه کنند").fill("پنجره‌ها را ببندید.")
    english = pane.get_by_role("group", name="به انگلیسی")
    english.get_by_label("در یک خط").fill("Keep away from the square")
    expect(pane).to_contain_text("انگلیسی نیمه‌کاره است")
    english.get_by_label("چه شده").fill("Warehouse fire")
    english.get_by_label("کجا").fill("Valiasr Square")
    look(writer, "warnings-1-writing")
    save.click()
    row = pane.locator(".roads-list > li").first
    expect(row).to_contain_text("از پیرامون میدان دوری کنید", timeout=20_000)
    publish = row.get_by_role("button", name="خواندم؛ منتشر شود")
    expect(publish).to_have_attribute("aria-disabled", "true")

    expect(reader.get_by_role("button", name="هشدار همگانی")).to_contain_text("۱ پیش‌نویس", timeout=20_000)
    assert not httpx.get(f"{site}/cap/feeds/{PROVINCE}", timeout=60).text.count("<entry>")
    reader.keyboard.press("p")
    theirs = reader.get_by_role("region", name="هشدارهای همگانی")
    theirs.get_by_role("button", name="روی نقشه").click()
    expect(theirs).to_contain_text("Keep away from the square")
    look(reader, "warnings-2-reading")
    theirs.get_by_role("button", name="خواندم؛ منتشر شود").click()
    expect(theirs.locator("[data-state=published]")).to_contain_text("از پیرامون میدان", timeout=20_000)
    assert "Keep away from the square" in httpx.get(f"{site}/cap/feeds/{PROVINCE}", timeout=60).text
    expect(board.get_by_role("region", name="هشدارهای همگانی")).to_contain_text("از پیرامون میدان", timeout=20_000)
    look(board, "warnings-3-board")

    theirs.get_by_role("button", name="لغو").click()
    theirs.get_by_label("چرا، به فارسی").fill("آتش خاموش شد")
    theirs.get_by_label("چرا، به انگلیسی").fill("The fire is out")
    theirs.get_by_role("button", name="بده نفر دوم بخواند").click()
    expect(theirs.locator("[data-state=draft]")).to_contain_text("لغو شد: از پیرامون میدان", timeout=20_000)
    look(reader, "warnings-4-cancelling")
    # The dispatcher wrote it, so the province's desk reads it on its board and lets it go.
    expect(theirs.get_by_role("button", name="خواندم؛ منتشر شود")).to_have_attribute("aria-disabled", "true")
    waiting = board.get_by_role("region", name="در انتظار نفر دوم")
    everything = waiting.get_by_role("region", name="همهٔ آنچه منتشر می‌شود")
    expect(everything).to_contain_text("آتش خاموش شد", timeout=20_000)
    expect(everything).to_contain_text("The fire is out")
    expect(everything).to_contain_text("شدت")
    waiting.get_by_role("button", name="روی نقشه").click()
    look(board, "warnings-4b-board")
    waiting.get_by_role("button", name="خواندم؛ منتشر شود").click()
    expect(waiting).to_have_count(0, timeout=20_000)
    expect(theirs.locator("[data-state=cancelled]")).to_contain_text("از پیرامون میدان", timeout=20_000)
    expect(board.get_by_role("region", name="هشدارهای همگانی")).to_have_count(0, timeout=20_000)
    reader.get_by_role("button", name="English").click()
    reader.get_by_role("button", name="Theme").click()
    expect(reader.get_by_role("region", name="Warnings to the public")).to_contain_text("Cancelled: Keep away")
    look(reader, "warnings-5-english")
