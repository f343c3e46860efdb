"""
What opens over the console: playback with its purpose, and pictures of a scene; both languages, by day and by night. What it says
of the fleet while nobody is on duty.
"""

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_accessibility import check_every_look, look
from tests.browser.test_handheld_offline import HERE, at_work
from tests.canaries import picture

pytestmark = pytest.mark.browser
WHY = "آزمون"


def crew_on_scene(site: Site, sit: Sit) -> None:
    """A crew with an event of its own, a picture of it, and somewhere to be seen."""
    crew = sit(f"officer:{PROVINCE}.u.A07", "field", width=412, height=915, at=(HERE[0], HERE[1]))
    incident = str(at_work(crew, site)["incident_id"])
    answer = crew.request.post(
        f"{site}/v1/incidents/{incident}/photos",
        data={"image": picture()},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert answer.status == 201, answer.text()


def dialog_looks(console: Page, what: str) -> list[str]:
    """Look at the open dialog, in Persian first and last."""
    expect(console.locator(".dialog")).to_be_visible()
    found = check_every_look(console, what, data=(WHY,), within=".dialog")
    look(console, "fa", "day")
    return found


def test_while_nobody_is_on_duty_nothing_is_said_of_their_handhelds(sit: Sit) -> None:
    fleet = sit(f"dispatcher:{PROVINCE}", "console", width=1280, height=800).locator(".fleet")
    expect(fleet).to_contain_text("هیچ واحدی در خدمت نیست", timeout=20_000)
    expect(fleet).not_to_contain_text("همه")


def test_what_opens_over_the_console_has_no_fault_by_day_or_night(site: Site, sit: Sit) -> None:
    crew_on_scene(site, sit)
    console = sit(f"dispatcher:{PROVINCE}", "console", width=1280, height=800)
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    console.locator(".pane-units [role=row]", has_text="A07").first.click()
    expect(console.get_by_role("button", name="بازپخش رد حرکت")).to_be_visible(timeout=20_000)
    console.evaluate("document.activeElement.blur()")
    console.keyboard.press("KeyV")
    found = dialog_looks(console, "purpose of a playback")
    console.keyboard.press("Enter")
    found += dialog_looks(console, "a playback without its purpose")
    console.keyboard.type(WHY)
    console.keyboard.press("Enter")
    expect(console.locator(".playback")).to_be_visible(timeout=20_000)
    found += dialog_looks(console, "playback of a unit")
    console.keyboard.press("Escape")
    expect(console.locator(".dialog")).to_have_count(0)
    console.locator("[role=row]", has_text="مشکوک").first.click()
    console.get_by_role("button", name="نمایش عکس‌ها").click()
    console.locator(".scene-photos li button").first.click()
    found += dialog_looks(console, "a picture of the scene")
    console.keyboard.press("Escape")
    console.locator(".scene-photos li button").last.click()
    found += dialog_looks(console, "why a picture is taken back")
    console.keyboard.press("Escape")
    expect(console.locator(".dialog")).to_have_count(0)
    assert found == [], "\n".join(found)
