"""The whole loop in a real browser: typed by keyboard, sounding on the handheld, seen live on all four boards."""

import time

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit

pytestmark = pytest.mark.browser
BOARDS = ("station_desk", "county_desk", "province_desk", "national_desk")


def seats(site: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = httpx.get(f"{site}/v1/seats").json()["seats"]
    return found


def wait_for_row(board: Page, number: str, words: str, within_s: float) -> None:
    expect(board.locator(".board-rows [role=row]", has_text=number).first).to_contain_text(
        words, timeout=within_s * 1000
    )


def test_a_call_typed_by_keyboard_reaches_the_handheld_and_all_four_boards(site: str, sit: Sit) -> None:
    every = seats(site)
    station = next(s for s in every if s["role"] == "station_desk")
    car = next(s for s in every if s["role"] == "officer" and s["office"] == station["office"])
    offices = sit(f"call_taker:{PROVINCE}", "console").request.get(f"{site}/v1/offices").json()["offices"]
    seat = next(o["seat"] for o in offices if o["id"] == station["office"])

    handheld = sit(car["id"], "field", width=412, height=915, at=(seat[0], seat[1]))
    handheld.get_by_role("button", name="آمادهٔ خدمت").click()
    # The self-test says in words what a headless browser cannot do (keep the screen on); the officer starts all the same.
    handheld.get_by_role("button", name="شروع").click()
    expect(handheld.locator(".home-sign")).to_have_text(car["call_sign"], timeout=15_000)

    boards = {role: sit(next(s["id"] for s in every if s["role"] == role), "board") for role in BOARDS}
    for board in boards.values():
        expect(board.locator(".board-head")).to_be_visible(timeout=10_000)

    console = sit(f"call_taker:{PROVINCE}", "console")
    expect(console.locator("body")).to_contain_text("برخط", timeout=10_000)
    time.sleep(2)  # The handheld's heartbeat and position are on their way as on any day.
    console.keyboard.press("F2")
    expect(console.locator(".call-form")).to_be_visible()
    console.keyboard.type(f"{seat[1]:.5f}, {seat[0]:.5f}")
    expect(console.locator("[role=option]").first).to_be_visible(timeout=5_000)
    console.keyboard.press("Enter")  # takes the place and goes on to the kind
    console.keyboard.type("دعوا")
    expect(console.locator("[role=option]").first).to_be_visible(timeout=5_000)
    console.keyboard.press("Enter")
    console.keyboard.press("Control+Enter")

    accept = handheld.get_by_role("button", name="پذیرش")
    expect(accept).to_be_visible(timeout=10_000)
    number = latest_number(site, console)
    for board in boards.values():
        expect(board.locator(".board-rows [role=row]", has_text=number).first).to_be_visible(timeout=1_000)
    handheld.wait_for_timeout(600)  # An offer is inert at first, so that no stray touch accepts it.
    accept.click()
    for board in boards.values():
        wait_for_row(board, number, "در مسیر", 2)

    stamps = assignment(site, console)
    assert stamps["delivered_at"] and stamps["sounded_at"], "the tone really played"
    handheld.get_by_role("button", name="در صحنه").click()
    for board in boards.values():
        wait_for_row(board, number, "در صحنه", 15)
    handheld.get_by_role("button", name="پایان").click()
    handheld.get_by_role("button", name="در محل حل شد").click()
    for board in boards.values():
        expect(board.locator(".board-rows [role=row]", has_text=number)).to_have_count(0, timeout=15_000)


def latest_number(site: str, page: Page) -> str:
    """Return the newest incident's number in Persian digits."""
    incidents = page.request.get(f"{site}/v1/incidents?limit=1").json()["incidents"]
    return str(incidents[0]["number"]).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


def assignment(site: str, page: Page) -> dict[str, str | None]:
    incidents = page.request.get(f"{site}/v1/incidents?limit=1").json()["incidents"]
    found: dict[str, str | None] = incidents[0]["assignments"][0]
    return found
