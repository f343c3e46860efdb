"""A board opens on its own ground: a station's on the station, a county's on the county, a province's on the province."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PROVINCE, Sit
from tests.browser.test_accessibility import keep, look
from tests.browser.test_map_without_webgl import until
from tests.browser.test_whole_loop import offices_of, open_incident, ready_handheld, seats

pytestmark = pytest.mark.browser
WEBGL = True
Bounds = tuple[float, float, float, float]


def view_of(board: Page) -> Bounds:
    """Return what the board's map shows above the words on where it is from: west, south, east, north."""
    shown = board.locator(".map-base[data-view]")
    shown.wait_for(state="attached", timeout=20_000)
    west, south, east, north = (float(n) for n in (shown.get_attribute("data-view") or "").split())
    whole, words = shown.bounding_box(), board.locator(".map-credit").bounding_box()
    assert whole is not None and words is not None
    return west, south + (north - south) * words["height"] / whole["height"], east, north


def covers(view: Bounds, area: Bounds) -> bool:
    return view[0] <= area[0] and view[1] <= area[1] and view[2] >= area[2] and view[3] >= area[3]


def is_tight(view: Bounds, area: Bounds) -> bool:
    """Whether the area fills the map in at least one direction, but for the margin."""
    wide = (area[2] - area[0]) / (view[2] - view[0])
    high = (area[3] - area[1]) / (view[3] - view[1])
    return max(wide, high) > 0.7


@pytest.mark.parametrize("role", ["station_desk", "county_desk", "province_desk"])
def test_a_board_opens_on_its_own_ground_on_a_desks_screen(site: str, sit: Sit, role: str) -> None:
    seat = next(s for s in seats(site) if s["role"] == role and s["province"] == PROVINCE)
    area = next(o["bounds"] for o in offices_of(site) if o["id"] == seat["office"])
    if role == "province_desk":
        provinces = httpx.get(f"{site}/v1/server", timeout=60).json()["provinces"]
        area = next(p["bounds"] for p in provinces if p["id"] == PROVINCE)
    board = sit(seat["id"], "board", width=1366, height=768)
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


def test_the_last_hour_and_an_incident_are_read_by_keyboard_and_left_for_where_one_was(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "province_desk" and s["province"] == PROVINCE)
    board = sit(seat["id"], "board", width=1366, height=600)
    console = sit(f"dispatcher:{PROVINCE}", "console")
    number = open_incident(site, console, next(o["seat"] for o in offices_of(site) if o["tier"] == "station"))
    expect(board.locator(".board-rows [role=row]", has_text=number).first).to_be_visible(timeout=20_000)
    board.keyboard.press("KeyH")
    expect(board.locator("[data-office]")).to_have_count(1, timeout=20_000)
    expect(board.locator(".trends")).to_be_focused()
    for _ in range(3):
        board.keyboard.press("ArrowDown")
    assert board.locator(".trends").evaluate("it => it.scrollTop") > 0
    board.keyboard.press("KeyH")
    for _ in range(2):  # Back from the last hour, then back from the incident.
        board.keyboard.press("Enter")
        expect(board.locator(".drawer")).to_be_focused()
        board.keyboard.press("Escape")
        expect(board.locator(".drawer")).to_have_count(0)


def test_an_office_below_is_looked_at_alone_and_left_again_by_keyboard(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "province_desk" and s["province"] == PROVINCE)
    board = sit(seat["id"], "board", width=1366, height=768)
    tree = offices_of(site)
    stations = [o for o in tree if o["tier"] == "station" and o["id"].startswith(PROVINCE)]
    here = stations[0]
    away = next((o for o in stations if o["parent"] != here["parent"]), stations[-1])
    console = sit(f"dispatcher:{PROVINCE}", "console")
    numbers = [open_incident(site, console, one["seat"]) for one in (here, away)]
    rows = [
        board.locator(".board-rows [role=row]").filter(
            has=board.locator(".c-incident .muted", has_text=re.compile(f"^{number}(?![۰-۹])"))
        )
        for number in numbers
    ]
    for row in rows:
        expect(row).to_have_count(1, timeout=20_000)
    county = next(o for o in tree if o["id"] == here["parent"])
    below = board.locator(".board-below")
    below.get_by_role("button", name=county["name_fa"], exact=True).click()
    expect(board.locator(".drill")).to_contain_text(county["name_fa"])
    expect(below.locator("h2")).to_have_text("کلانتری‌ها")
    expect(rows[0]).to_have_count(1)
    expect(rows[1]).to_have_count(int(away["parent"] == here["parent"]))
    station = below.locator("[role=row]", has_text=here["name_fa"])
    below.locator("[role=grid]").focus()
    for _ in stations:
        if station.get_attribute("data-active"):
            break
        board.keyboard.press("ArrowDown")
    board.keyboard.press("Enter")
    expect(board.locator(".drill")).to_contain_text(here["name_fa"])
    expect(below.locator("h2")).to_have_text("واحدها")
    expect(rows[0]).to_have_count(1)
    expect(rows[1]).to_have_count(0)
    until(board, lambda: not covers(view_of(board), county["bounds"]))
    assert covers(view_of(board), here["bounds"])
    # The map comes back to the same ground after an incident was read in its place.
    board.keyboard.press("KeyJ")
    board.keyboard.press("Enter")
    expect(board.locator(".drawer")).to_be_visible()
    board.keyboard.press("Escape")
    until(board, lambda: not covers(view_of(board), county["bounds"]))
    for _ in range(2):
        board.keyboard.press("Escape")
    expect(board.locator(".drill")).to_have_count(0)
    for row in rows:
        expect(row).to_have_count(1)


def reached(route: Route) -> None:
    """An hour in which as many were reached as a median takes."""
    told = route.fetch().json()
    told["office"]["trend"]["hour"]["response"] = {"n": 33, "median_s": 754.0}
    told["office"]["trend"]["hour"]["aimed"] = {"aim_s": 480.0, "n": 33, "within": 12}
    told["office"]["trend"]["series"]["response_median_s"] = [700.0] * 12
    route.fulfill(json=told)


@pytest.mark.parametrize("role", ["station_desk", "province_desk"])
def test_what_stands_now_takes_one_line_of_a_desks_screen(site: str, sit: Sit, role: str) -> None:
    seat = next(s for s in seats(site) if s["role"] == role and s["province"] == PROVINCE)
    board = sit(seat["id"], "board", width=1366, height=768)
    board.route("**/trends", reached)
    board.reload()
    expect(board.locator(".counts [data-breach]")).to_contain_text("۱۲:۳۴", timeout=20_000)
    # Every value has two hours of it: eight, one of them of five priorities.
    expect(board.locator(".counts .spark")).to_have_count(7 + 5)
    for lang in ("fa", "en"):
        look(board, lang, "day")
        for part in (".counts > div", ".board-head > *"):
            boxes = [one.bounding_box() for one in board.locator(part).all()]
            assert len(boxes) > 3
            middles = [box["y"] + box["height"] / 2 for box in boxes if box]
            assert max(middles) - min(middles) < 12, (lang, part, middles)
        wide = board.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (lang, wide)
        cut = board.locator(".counts > div").evaluate_all(
            "all => all.filter(it => it.scrollWidth > it.clientWidth).length"
        )
        assert cut == 0, (lang, cut)
    look(board, "fa", "night")
    board.set_viewport_size({"width": 1920, "height": 1080})
    assert board.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def aged(route: Route) -> None:
    """A count that was made five minutes ago."""
    told = route.fetch().json()
    told["at"] = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    route.fulfill(json=told)


def test_figures_that_nobody_counts_any_more_say_so_among_the_live_ones(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "province_desk" and s["province"] == PROVINCE)
    for address, figures in (("board", ".counts b"), ("board?wall", ".wall-numbers b")):
        board = sit(seat["id"], address)
        expect(board.locator(figures).first).to_be_visible(timeout=20_000)
        expect(board.locator(".board-stale", has_text="یک ساعت گذشته")).to_have_count(0)
        board.route("**/trends", aged)
        board.reload()
        expect(board.locator(".board-stale", has_text="شمار یک ساعت گذشته ۵")).to_be_visible(timeout=20_000)
        board.unroute("**/trends")
        board.route("**/trends", lambda route: route.fulfill(status=503, json={"code": "http.unavailable"}))
        board.reload()
        said = board.locator(".board-stale", has_text="شمار یک ساعت گذشته نرسید").first
        expect(said).to_be_visible(timeout=20_000)
        box, main = said.bounding_box(), board.locator("main").bounding_box()
        assert box and main and box["height"] < 80 and main["height"] > 450, (box, main)
        expect(board.locator(figures).first).to_be_visible()


def test_a_wall_above_a_station_says_whose_an_incident_is_and_no_address(site: str, sit: Sit) -> None:
    console = sit(f"dispatcher:{PROVINCE}", "console")
    desk = next(s for s in seats(site) if s["role"] == "station_desk" and s["province"] == PROVINCE)
    station = next(o for o in offices_of(site) if o["id"] == desk["office"])
    # Of priority 1 and with nobody to send: the page of the worst stays.
    number = open_incident(site, console, station["seat"], priority=1)
    for role, says in (("station_desk", "آزمون"), ("province_desk", station["name_fa"])):
        seat = next(s for s in seats(site) if s["role"] == role and s["province"] == PROVINCE)
        wall = sit(seat["id"], "board?wall").locator(".wall")
        row = wall.locator(".wall-row").filter(has=wall.page.locator(".wall-what", has_text=re.compile(f"^{number} ·")))
        expect(row.locator(".wall-where")).to_have_text(says, timeout=90_000)
    expect(wall).not_to_contain_text("آزمون")


CUT = """() => [...document.querySelectorAll(".wall h1, .wall-numbers > div, .wall-numbers :is(dt, b, small)")]
  .filter((each) => {
    const { left, right, bottom } = each.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1 || bottom > innerHeight + 1 || each.scrollWidth > each.clientWidth + 1;
  })
  .map((each) => each.innerText)"""


def test_a_wall_has_no_controls_comes_back_by_its_address_and_says_loudly_how_old_it_is(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "county_desk" and s["province"] == PROVINCE)
    board = sit(seat["id"], "board?wall=6")
    wall = board.locator(".wall")
    expect(wall.locator(".wall-age")).to_contain_text("داده‌ها تا", timeout=20_000)
    assert wall.locator("button, a, input").count() == 0
    board.reload()
    expect(wall.locator(".wall-numbers b")).to_have_count(6, timeout=20_000)
    expect(wall.locator(".wall-age")).to_contain_text("داده‌ها تا", timeout=20_000)
    # Read from six metres six figures and their words fill it, and none is cut.
    # Its theme is the hour's, whatever the person at it has chosen.
    theme = board.evaluate("document.documentElement.dataset.theme")
    other = {"day": "night", "night": "day"}[theme]
    for lang in ("en", "fa"):
        keep(board, lang, other)
        board.wait_for_timeout(150)
        expect(board.locator("html")).to_have_attribute("data-theme", theme)
        assert board.evaluate(CUT) == [], lang
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


def test_before_anything_has_come_no_figure_is_a_zero(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "province_desk" and s["province"] == PROVINCE)
    board = sit(seat["id"], "board")
    board.context.route_web_socket("**/*", lambda _: None)
    board.reload()
    expect(board.locator(".counts b")).to_have_text(["—"] * 6 + ["—"] * 5, timeout=20_000)
    expect(board.locator(".board-below .num").first).to_have_text("—")
    for part in (".board-alarms", ".board-rows"):
        expect(board.locator(part)).to_contain_text("هنوز پاسخی نرسیده")
        expect(board.locator(part)).not_to_contain_text("نیست")
    board.goto(f"{site}/board?wall")
    expect(board.locator(".wall-row, .wall-none")).to_have_text("هنوز داده‌ای نرسیده است", timeout=20_000)
    expect(board.locator(".wall-numbers b").first).to_have_text("—")
    expect(board.locator(".wall-numbers")).not_to_contain_text("تأیید")
