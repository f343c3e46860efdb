"""A new officer's guided exercise, from the first page to its end: each step is done at the real handheld, and marked."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, go_home
from tests.browser.test_accessibility import check_every_look, look
from tests.browser.test_first_run import listening
from tests.server import PROVINCE, Seat

pytestmark = pytest.mark.browser
TWO = (("fa", "day"), ("en", "glare"))


def step(page: Page, name: str) -> None:
    expect(page.locator(".exercise-do")).to_have_attribute("data-step", name, timeout=30_000)


def hold(page: Page, selector: str) -> None:
    box = page.locator(selector).last.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(1_900)
    page.mouse.up()


def test_an_officers_exercise_goes_on_by_what_is_done_and_leaves_nothing_open(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 400, "height": 900}, locale="fa-IR", permissions=["geolocation"])
    page = context.new_page()
    faults = listening(page, site)
    page.goto(site)
    page.locator(".welcome-new .btn").last.click()
    step(page, "ready")
    found = check_every_look(page, "the exercise", TWO, within=".exercise")
    look(page, "fa", "day")
    context.set_geolocation({"longitude": 51.41, "latitude": 35.715, "accuracy": 5})
    page.locator(".gate-act .accept").click()
    accept = page.locator(".offer .accept")
    expect(accept).to_be_visible(timeout=30_000)
    step(page, "accept")
    expect(page.locator(".offer")).to_contain_text("تمرین")
    # Left and taken up again: the tab is loaded anew, the exercise stands where it was.
    page.wait_for_timeout(600)
    accept.click()
    step(page, "scene")
    page.reload()
    step(page, "scene")
    page.locator(".mission [data-size=main]").first.click()
    step(page, "backup")
    page.get_by_role("button", name="نیروی کمکی").first.click()
    hold(page, ".sheet-body button")
    step(page, "report")
    page.get_by_role("button", name="پایان مأموریت").first.click()
    page.locator(".sheet-body button:not([aria-label])").first.click()
    expect(page.locator(".exercise-verdicts li")).to_have_count(4, timeout=20_000)
    expect(page.locator(".exercise-verdicts li[data-well=true]")).not_to_have_count(0)
    found += check_every_look(page, "the end of the exercise", TWO, within=".exercise")
    desk = Seat(site, f"dispatcher:{PROVINCE}")
    until = time.monotonic() + 10
    while any(each["closed_at"] is None for each in desk.get("/v1/incidents").json()["incidents"]):
        assert time.monotonic() < until
        time.sleep(0.2)
    context.close()
    go_home(site)
    assert found == []
    # The way is asked for before the first position has arrived: that is refused, and asked again.
    assert [fault for fault in faults if "/route: " not in fault] == []
