"""A station's own desk at work, by keyboard: it logs a crew on, takes an alarm, hands an incident up, and takes it back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit
from tests.browser.test_whole_loop import offices_of, open_incident, seats

pytestmark = pytest.mark.browser
TABS_MOST = 80


def tab_to(page: Page, words: str) -> None:
    """Go on with the tabulator until what it stands on has these words."""
    for _ in range(TABS_MOST):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement?.textContent ?? ''"):
            return
    raise AssertionError(f"the keyboard does not come to {words}")


def test_a_station_logs_its_crew_on_takes_an_alarm_and_hands_on_by_keyboard(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "station_desk" and s["province"] == PROVINCE)
    offices = {o["id"]: o for o in offices_of(site)}
    station = offices[seat["office"]]
    county = offices[station["parent"]]
    board = sit(seat["id"], "board")
    expect(board.locator(".board-head")).to_be_visible(timeout=20_000)

    # Nobody is on duty anywhere: it is an alarm at once, and this desk takes it with one key.
    number = open_incident(site, sit(f"dispatcher:{PROVINCE}", "console"), station["seat"], priority=1)
    row = board.locator(".board-rows [role=row]", has_text=number).first
    expect(row).to_be_visible(timeout=20_000)
    acknowledge = board.locator(".board-ack button")
    expect(acknowledge).not_to_have_attribute("aria-disabled", "true", timeout=90_000)
    board.keyboard.press("KeyC")
    expect(board.locator(".board-side")).to_contain_text("تأیید شد", timeout=20_000)

    board.keyboard.press("KeyS")
    expect(board.locator(".crew-form input").first).to_be_focused()
    board.keyboard.type("7101 7102")
    board.keyboard.press("Enter")
    expect(board.locator(".dialog [role=status]").last).to_contain_text("7101 7102", timeout=20_000)
    board.keyboard.press("Escape")
    expect(board.locator(".board-below .below-row")).to_have_count(1, timeout=20_000)

    board.keyboard.press("KeyJ")
    board.keyboard.press("Enter")
    tab_to(board, f"واگذاری به {county['name_fa']}")
    board.keyboard.press("Enter")
    expect(board.locator(".answer [role=status]")).to_have_text("انجام شد", timeout=20_000)
    expect(board.locator(".answer")).to_contain_text(f"پس گرفتن از {county['name_fa']}", timeout=20_000)
    above = sit(next(s["id"] for s in seats(site) if s["role"] == "county_desk" and s["province"] == PROVINCE), "board")
    expect(above.locator(".board-rows [role=row]", has_text=number).first).to_be_visible(timeout=20_000)
    tab_to(board, f"پس گرفتن از {county['name_fa']}")
    board.keyboard.press("Enter")
    expect(board.locator(".answer")).to_contain_text(f"واگذاری به {county['name_fa']}", timeout=20_000)


def test_f1_helps_in_a_dialog_too_and_goes_back_to_it(site: str, sit: Sit) -> None:
    board = sit(next(s["id"] for s in seats(site) if s["role"] == "station_desk"), "board")
    expect(board.locator(".board-head")).to_be_visible(timeout=20_000)
    board.keyboard.press("KeyR")
    expect(board.locator(".dialog")).to_have_count(1)
    board.keyboard.press("KeyW")
    expect(board.locator(".wall")).to_have_count(0)
    board.keyboard.press("F1")
    expect(board.locator(".help")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator(".help")).to_have_count(0)
    expect(board.locator(".dialog")).to_have_count(1)
