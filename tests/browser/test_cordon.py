"""The cordon on one key: seen, sent with Enter, at the handheld of the patrol, and taken back in one act."""

import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit
from tests.browser.test_whole_loop import open_incident, ready_handheld, seats

pytestmark = pytest.mark.browser
WEBGL = True


def test_one_key_opens_the_cordon_and_enter_sends_it_to_the_handheld(site: str, sit: Sit) -> None:
    cars = [s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE]
    first_of_stations = list({car["office"]: car for car in reversed(cars)}.values())[:4]
    crews = [ready_handheld(site, sit, car) for car in first_of_stations]
    # In the middle of them: one goes to the scene, the others are around it.
    place = [sum(seat[axis] for _, seat in crews) / len(crews) for axis in (0, 1)]
    console = sit(f"dispatcher:{PROVINCE}", "console")
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    time.sleep(3)  # Heartbeats and positions are on their way as on any day.
    number = open_incident(site, console, place, priority=3)
    console.locator("[role=row]", has_text="نزاع").first.click()
    expect(console.locator(".detail-head")).to_contain_text(number, timeout=20_000)
    console.evaluate("document.activeElement.blur()")
    console.keyboard.press("KeyC")
    pane = console.locator(".cordon")
    expect(pane).to_be_visible()
    # Four cars do not close a city to a car; to somebody on foot they do.
    pane.get_by_role("radio", name="پای پیاده").click()
    expect(pane.locator(".cordon-post:not([data-open])").first).to_be_visible(timeout=20_000)
    pane.focus()
    time.sleep(1)  # Keys are inert for a moment when the posts change.
    posts = pane.locator(".cordon-post:not([data-open])").count()
    console.keyboard.press("Enter")
    expect(console.locator(".cordon-line")).to_be_visible(timeout=20_000)

    incident = newest(site, console)
    at_posts = [a for a in incident["assignments"] if a["post"] is not None]
    assert len(incident["posts"]) == len(at_posts) == posts
    assert len({a["unit"] for a in incident["assignments"]}) == len(incident["assignments"])

    console.locator(".cordon-line button").click()
    expect(console.locator(".cordon-line")).to_have_count(0, timeout=20_000)
    after = newest(site, console)
    assert after["posts"] == []
    states = {a["state"] for a in after["assignments"] if a["post"] is not None}
    assert states == {"withdrawn"}


def newest(site: str, page: Page) -> dict:  # type: ignore[type-arg]
    found: dict = page.request.get(f"{site}/v1/incidents?limit=1").json()["incidents"][0]  # type: ignore[type-arg]
    return found


def test_a_plan_asked_for_nonsense_is_refused_in_words(site: str, sit: Sit) -> None:
    console = sit(f"dispatcher:{PROVINCE}", "console")
    place = [51.41, 35.71]
    for body, code in (
        ({"point": place, "offence_at": "2020-01-01T00:00:00Z"}, "geo.elapsed_invalid"),
        ({"point": place, "offence_at": "2999-01-01T00:00:00Z"}, "geo.elapsed_invalid"),
        ({"point": place, "slowest": 2.0, "fastest": 1.0}, "geo.factors_invalid"),
        ({"point": place, "drop": [-1]}, "geo.posts_invalid"),
        ({"point": place, "units_most": 0}, "geo.posts_invalid"),
        ({"point": [10.0, 10.0]}, "geo.outside_region"),
        ({}, "dispatch.place_missing"),
    ):
        answer = console.request.post(f"{site}/v1/cordon-plans", data=body)
        assert (answer.status, answer.json()["code"]) == (422, code), answer.text()
        assert any("\u0600" <= letter <= "\u06ff" for letter in answer.json()["title"])
    for query in ("minutes=15,5", "minutes=0", "minutes=x", "box=1,2,3", "box=0,0,9,9", "box=nan,0,1,1"):
        answer = console.request.get(f"{site}/v1/reach/isochrones?source=51.41,35.71&{query}")
        assert (answer.status, answer.json()["code"]) == (422, "geo.reach_invalid"), query
    key = {"Idempotency-Key": str(uuid.uuid4())}
    sent = console.request.post(
        f"{site}/v1/incidents/{PROVINCE}.inone/cordon", data={"posts": [], "offence_at": "x"}, headers=key
    )
    assert sent.status in (404, 422)
