"""Guided exercises of a new officer and a new dispatcher, from first page to end: every step is done for real, and marked."""

import time
from typing import Any

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
    go_home(site)
    # In the living demo the car is driving already: whoever takes it gets it ready all the same.
    desk = Seat(site, f"dispatcher:{PROVINCE}")
    car: Any = next(s for s in desk.get("/v1/seats").json()["seats"] if s["role"] == "officer")
    desk.done(f"/v1/units/{car['unit']}/duty", {"on": True})
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
    hold(page, ".sheet-body .backup-routine")
    step(page, "report")
    page.get_by_role("button", name="پایان مأموریت").first.click()
    page.locator(".sheet-body button:not([aria-label])").first.click()
    expect(page.locator(".exercise-verdicts li")).to_have_count(4, timeout=20_000)
    expect(page.locator(".exercise-verdicts li[data-well=true]")).not_to_have_count(0)
    found += check_every_look(page, "the end of the exercise", TWO, within=".exercise")
    until = time.monotonic() + 30
    while any(each["closed_at"] is None for each in desk.get("/v1/incidents").json()["incidents"]):
        assert time.monotonic() < until
        time.sleep(0.2)
    context.close()
    go_home(site)
    assert found == []
    # The way is asked for before the first position has arrived: that is refused, and asked again.
    assert [fault for fault in faults if "/route: " not in fault] == []


def test_a_dispatchers_exercise_is_done_by_keyboard_and_its_incident_is_closed(site: Site, browser: Browser) -> None:
    go_home(site)
    desk = Seat(site, f"dispatcher:{PROVINCE}")

    def ring() -> str:
        call = {"channel": "telephone", "number": "02155550199", "narrative": "تماس دیگر"}
        return str(desk.done("/v1/calls", call)["call_id"])

    # Others ring already when it begins, more than the strip has room for.
    others = [ring() for _ in range(4)]
    cars: list[Any] = [s for s in desk.get("/v1/seats").json()["seats"] if s["role"] == "officer"][30:32]
    for car in cars:
        desk.done(f"/v1/units/{car['id'].removeprefix('officer:')}/duty", {"on": True})
    first, second = (car["call_sign"] for car in cars)
    context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="fa-IR")
    page = context.new_page()
    faults = listening(page, site)
    keys = page.keyboard

    def command(line: str) -> None:
        keys.press("F3")
        keys.type(line)
        # As one who reads the preview: what came before has to be on this screen too.
        expect(page.locator(".command-box")).to_have_attribute("data-state", "ready", timeout=30_000)
        keys.press("Enter")

    page.goto(site)
    page.locator(".welcome-new .btn").first.click()
    step(page, "answer")
    own = page.locator(".ringing-call[data-practised]")
    expect(own).to_contain_text("تمرین", timeout=30_000)
    # And others ring after it: newer ones, that A would take on any other day.
    shown = page.locator(".ringing-more")
    expect(shown).to_be_visible()
    before = shown.inner_text()
    others += [ring() for _ in range(4)]
    expect(shown).not_to_have_text(before, timeout=30_000)
    expect(page.locator(".ringing-call[data-first]")).to_have_attribute("data-practised", "true")
    keys.press("KeyA")
    step(page, "place")
    expect(own).to_have_count(0)
    expect(page.locator(".call-form [data-field=place] input")).to_be_focused(timeout=15_000)
    for words in ("35.71500, 51.41000", "دعوا"):
        keys.type(words)
        expect(page.locator("[role=option]").first).to_be_visible(timeout=30_000)
        keys.press("Enter")
    keys.press("Control+Enter")
    step(page, "send")
    command(f"D . {first}")
    # The exercise itself is the crew that refuses.
    step(page, "alarm")
    # The next crew hears its offer and waits, for as long as the alarm is not seen to.
    command(f"D . {second}")
    expect(page.locator(".assignment", has_text=second).first).to_contain_text("زنگ خورد", timeout=30_000)
    until = time.monotonic() + 30
    while page.locator(".exercise-do").get_attribute("data-step") == "alarm":
        assert time.monotonic() < until, "no key acknowledges it"
        keys.press("Control+Enter")
        page.wait_for_timeout(300)
    # Then it accepts by itself.
    step(page, "close")
    command(f"C {second} 3")
    expect(page.locator(".exercise-verdicts li")).to_have_count(4, timeout=30_000)
    assert all(each["closed_at"] for each in desk.get("/v1/incidents").json()["incidents"])
    context.close()
    for other in others:
        desk.done(f"/v1/calls/{other}/close", {"outcome": "hoax"})
    go_home(site)
    # The second crew has no handheld and so no position: there is no way to draw.
    assert [fault for fault in faults if "/route: " not in fault] == []
