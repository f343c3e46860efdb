"""A desk whose browser has no WebGL at all: the server draws the ground, the desk its units, and a click finds them."""

import math
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGS, CHROMIUM, PROVINCE, Site, go_home
from tests.browser.test_free_soon import Desk

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("NAZDIK_PICTURES")
PLACE, CAR = [51.4012, 35.7219], [51.3998, 35.7243]
# Of the ground's canvas: how many points have the colour of a street, how many that of the ground.
GROUND = """
(canvas) => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const found = {};
  for (let n = 0; n < data.length; n += 4) {
    const colour = (data[n] << 16) | (data[n + 1] << 8) | data[n + 2];
    found[colour] = (found[colour] || 0) + 1;
  }
  return {streets: found[0xffffff] || 0, nightStreets: found[0x3d4347] || 0, colours: Object.keys(found).length};
}
"""
# Whether anything is drawn on the canvas of units around a point of the page.
INKED = """
(canvas, [x, y]) => {
  const box = canvas.getBoundingClientRect();
  const {data} = canvas.getContext('2d').getImageData(x - box.x - 10, y - box.y - 10, 20, 20);
  return data.some((value, n) => n % 4 === 3 && value > 0);
}
"""


def look(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(1200)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def until(page: Page, true: Callable[[], bool], within_s: float = 20) -> None:
    """Look again until something is true; what is drawn on a canvas tells nobody."""
    for _ in range(round(within_s / 0.2)):
        if true():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"not within {within_s} s")


def middle_of(page: Page) -> float:
    """The longitude in the middle of the map."""
    west, _, east, _ = map(float, str(page.locator(".map-pictures").get_attribute("data-view")).split())
    return (west + east) / 2


def pixel_of(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a point stands on the page."""
    base = page.locator(".map-pictures")
    west, south, east, north = map(float, str(base.get_attribute("data-view")).split())
    box = base.bounding_box()
    assert box is not None
    y, low, high = (math.asinh(math.tan(math.radians(each))) for each in (lat, south, north))
    return box["x"] + (lon - west) / (east - west) * box["width"], box["y"] + (high - y) / (high - low) * box["height"]


def test_the_server_draws_the_map_and_a_click_finds_what_is_on_it(site: Site, browser: Browser) -> None:
    desk = Desk(site)
    # The last of them: others drive the first, and one that was elsewhere a moment ago is not believed here.
    unit = desk.http.get("/v1/units").json()["units"][-1]["id"]
    desk.act(f"/v1/units/{unit}/duty", {"on": True})
    crew = httpx.Client(base_url=site, timeout=60)
    token = crew.post("/v1/sessions", json={"seat": f"officer:{unit}"}).json()["token"]
    fix = {"lon": CAR[0], "lat": CAR[1], "at": datetime.now(UTC).isoformat()}
    crew.post("/v1/positions", json=[fix], headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    desk.act("/v1/incidents", {"kind": "noise", "point": PLACE, "priority": 4, "place": "میدان ولیعصر"})
    plain = [each for each in ARGS if "gl" not in each]
    without = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*plain, "--disable-webgl", "--disable-webgl2", "--disable-gpu"]
    )
    try:
        context = without.new_context(viewport={"width": 1600, "height": 900}, locale="fa-IR")
        page = context.new_page()
        page.request.post(f"{site}/v1/sessions", data={"seat": f"dispatcher:{PROVINCE}"})
        told: list[str] = []
        page.on("console", lambda said: told.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{site}/console")
        assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
        ground, marks = page.locator(".map-pictures canvas"), page.locator(".map-top")
        expect(ground).to_be_visible(timeout=20_000)
        expect(page.locator(".map-message")).to_have_count(0, timeout=20_000)
        page.locator(".q-row", has_text="سروصدا").first.click(timeout=20_000)
        until(page, lambda: abs(middle_of(page) - PLACE[0]) < 0.001)
        until(page, lambda: ground.evaluate(GROUND)["streets"] > 5000)
        until(page, lambda: bool(marks.evaluate(INKED, pixel_of(page, *CAR))))
        assert not marks.evaluate(INKED, pixel_of(page, PLACE[0] - 0.004, PLACE[1]))
        look(page, "pictures-day")

        # Somewhere else first, so that only the click can bring the incident back.
        page.keyboard.press("Escape")
        page.keyboard.press("F2")
        expect(page.locator(".detail")).to_have_count(0)
        page.keyboard.press("Escape")
        x, y = pixel_of(page, PLACE[0], PLACE[1])
        page.mouse.click(x, y - 20)
        expect(page.locator(".detail").first).to_contain_text("میدان ولیعصر", timeout=20_000)

        before = page.locator(".map-pictures").get_attribute("data-view")
        page.locator(".map-pictures").focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Equal")
        assert page.locator(".map-pictures").get_attribute("data-view") != before
        page.get_by_role("button", name="پوسته").click()
        until(page, lambda: ground.evaluate(GROUND)["nightStreets"] > 2000)
        look(page, "pictures-night")
        if PICTURES:
            page.get_by_role("button", name="English").click()
            look(page, "pictures-night-en")
        assert told == []
    finally:
        # It would be the nearest to what later tests open here.
        desk.act(f"/v1/units/{unit}/duty", {"on": False})
        without.close()
        go_home(site)
