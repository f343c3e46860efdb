"""A board opens on its own ground: a station's on the station, a county's on the county, a province's on the province."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit
from tests.browser.test_whole_loop import offices_of, ready_handheld, seats

pytestmark = pytest.mark.browser
Bounds = tuple[float, float, float, float]


def view_of(board: Page) -> Bounds:
    """Return what the board's map shows: west, south, east, north."""
    shown = board.locator(".map-base[data-view]")
    shown.wait_for(state="attached", timeout=20_000)
    west, south, east, north = (float(n) for n in (shown.get_attribute("data-view") or "").split())
    return west, south, east, north


def covers(view: Bounds, area: Bounds) -> bool:
    return view[0] <= area[0] and view[1] <= area[1] and view[2] >= area[2] and view[3] >= area[3]


def is_tight(view: Bounds, area: Bounds) -> bool:
    """Whether the area fills the map in at least one direction, but for the margin."""
    wide = (area[2] - area[0]) / (view[2] - view[0])
    high = (area[3] - area[1]) / (view[3] - view[1])
    return max(wide, high) > 0.7


@pytest.mark.parametrize("role", ["station_desk", "county_desk", "province_desk"])
def test_a_board_opens_on_its_own_ground(site: str, sit: Sit, role: str) -> None:
    seat = next(s for s in seats(site) if s["role"] == role and s["province"] == PROVINCE)
    area = next(o["bounds"] for o in offices_of(site) if o["id"] == seat["office"])
    if role == "province_desk":
        provinces = httpx.get(f"{site}/v1/server", timeout=60).json()["provinces"]
        area = next(p["bounds"] for p in provinces if p["id"] == PROVINCE)
    board = sit(seat["id"], "board")
    view = view_of(board)
    assert covers(view, area) and is_tight(view, area), (view, area)
    board.wait_for_timeout(3_000)
    assert view_of(board) == view, "what comes in later does not move the map"


def test_one_key_shows_the_last_hour_and_the_offices_below(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "province_desk" and s["province"] == PROVINCE)
    board = sit(seat["id"], "board")
    expect(board.locator("body")).to_contain_text("برخط", timeout=20_000)
    board.keyboard.press("KeyH")
    expect(board.locator("[data-measure]")).to_have_count(7)
    expect(board.locator("[data-measure=response] .num").first).to_contain_text("رسیدن")
    expect(board.locator("[data-office]")).to_have_count(1)
    board.keyboard.press("KeyL")
    expect(board.locator(".trends")).to_contain_text("What changed in the last hour?")
    board.keyboard.press("Escape")
    expect(board.locator(".board-rows")).to_be_visible()


def test_a_wall_has_no_controls_comes_back_by_its_address_and_says_loudly_how_old_it_is(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "county_desk" and s["province"] == PROVINCE)
    board = sit(seat["id"], "board?wall=6")
    wall = board.locator(".wall")
    expect(wall.locator(".wall-age")).to_contain_text("داده‌ها تا", timeout=20_000)
    assert wall.locator("button, a, input").count() == 0
    board.reload()
    expect(wall.locator(".wall-numbers b")).to_have_count(6, timeout=20_000)
    expect(wall.locator(".wall-age")).to_contain_text("داده‌ها تا", timeout=20_000)
    board.context.set_offline(True)
    board.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(board.locator(".wall-lost")).to_contain_text("پیش است", timeout=30_000)
    expect(wall.locator(".wall-numbers b").first).to_be_visible()
    board.context.set_offline(False)
    expect(board.locator(".wall-lost")).to_have_count(0, timeout=30_000)
    board.keyboard.press("Escape")
    expect(board.locator(".board-tools")).to_be_visible()


def test_a_county_where_nobody_is_on_duty_is_said_to_be_so_on_the_map_and_in_its_row(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "province_desk" and s["province"] == PROVINCE)
    board = sit(seat["id"], "board")
    row, said = board.locator(".below-row").first, board.locator("[data-grounds]")
    expect(row).to_have_attribute("data-ground", "empty", timeout=40_000)
    expect(row).to_contain_text("کسی سر خدمت نیست")
    expect(said).to_contain_text("کسی سر خدمت نیست", timeout=20_000)
    board.keyboard.press("KeyL")
    expect(said).to_contain_text("nobody on duty")
    car = next(s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE)
    ready_handheld(site, sit, car)
    expect(row).to_have_attribute("data-ground", "fresh", timeout=40_000)
    expect(said).to_have_count(0)
