"""The day report is taken from the board of every tier, in both languages; what goes wrong is said and can be tried again."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit
from tests.browser.test_whole_loop import seats

pytestmark = pytest.mark.browser


def opened(site: str, sit: Sit, role: str) -> Page:
    """Return the board of a role with the report's dialog open, at the whole of the newest day."""
    seat = next(s for s in seats(site) if s["role"] == role and s["province"] in (PROVINCE, None))
    board = sit(seat["id"], "board")
    board.locator(".board-tools").wait_for(timeout=20_000)
    board.keyboard.press("r")
    dialog = board.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="تقویم را باز کن").click()
    dialog.locator(".calendar [role=button]:not([aria-disabled])").last.click()
    dialog.get_by_role("radio").last.click()
    return board


@pytest.mark.parametrize("role", ["station_desk", "county_desk", "province_desk", "national_desk"])
def test_a_board_gives_its_report(site: str, sit: Sit, role: str, tmp_path: Path) -> None:
    board = opened(site, sit, role)
    dialog = board.get_by_role("dialog")
    for name, begins in (("PDF", b"%PDF-"), ("CSV", b"\xef\xbb\xbf")):
        with board.expect_download() as download:
            dialog.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
        assert download.value.suggested_filename.endswith(f"-day.{name.lower()}")
        expect(dialog.get_by_role("status")).to_contain_text(download.value.suggested_filename)
    assert "شاخص" in (tmp_path / "CSV").read_text(encoding="utf-8-sig")


def test_the_days_are_jalali_and_the_shifts_the_servers(site: str, sit: Sit) -> None:
    board = opened(site, sit, "station_desk")
    dialog = board.get_by_role("dialog")
    starts = httpx.get(f"{site}/v1/server", timeout=60).json()["shift_starts"]
    expect(dialog.get_by_role("radio")).to_have_count(len(starts) + 1)
    expect(dialog.locator(".date-input")).to_contain_text("۱۴۰")
    expect(dialog.locator(".field-hint")).to_contain_text("۱۴۰")
    board.keyboard.press("Escape")
    expect(board.get_by_role("dialog")).to_have_count(0)
    board.keyboard.press("l")
    board.keyboard.press("r")
    expect(board.get_by_role("dialog")).to_contain_text("Day report")
    expect(board.get_by_role("dialog").locator(".date-input")).to_contain_text("20")
    expect(board.get_by_role("dialog").locator(".field-hint")).to_contain_text("· 140")


def test_what_goes_wrong_is_said_and_tried_again(site: str, sit: Sit) -> None:
    board = opened(site, sit, "station_desk")
    dialog = board.get_by_role("dialog")
    board.route("**/day-report**", lambda route: route.abort())
    dialog.get_by_role("button", name="PDF").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    board.unroute("**/day-report**")
    with board.expect_download():
        dialog.get_by_role("alert").get_by_role("button").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
