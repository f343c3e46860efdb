"""A hazard of a place: seen in the call form, acknowledged by a key, told on the handheld, and in nobody's way."""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit
from tests.browser.test_call_form import newest_call
from tests.browser.test_questions import open_form
from tests.browser.test_whole_loop import OFFER_WITHIN_MS, ready_handheld, seats

pytestmark = pytest.mark.browser
# For whoever wants to look: pictures of the handheld go here.
PICTURES = os.environ.get("NAZDIK_PICTURES")


@contextmanager
def warned(console: Page, site: str, point: list[float]) -> Iterator[str]:
    """Tell of a dog at a place, and no longer when the block has ended, well or not."""
    answer = console.request.post(
        f"{site}/v1/premises",
        data={
            "point": point,
            "hazard": "dog",
            "text": "سگ نگهبان باز است",
            "severe": True,
            "days": 2,
            "review_days": 1,
        },
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert answer.status == 200, answer.text()
    note = str(answer.json()["note_id"])
    try:
        yield note
    finally:
        forget(console, site, note)


def forget(console: Page, site: str, note: str) -> None:
    """Remove a note; one that is removed already is no fault."""
    gone = console.request.post(
        f"{site}/v1/premises/{note}/remove", data={}, headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert gone.status in (200, 404), gone.text()


def test_a_severe_hazard_is_acknowledged_by_a_key_and_reaches_the_crew(site: str, sit: Sit) -> None:
    car = next(s for s in seats(site) if s["role"] == "officer")
    handheld, seat = ready_handheld(site, sit, car)
    console = open_form(sit)
    with warned(console, site, seat) as note:
        time.sleep(2)
        console.keyboard.type(f"{seat[1]:.5f}, {seat[0]:.5f}")
        expect(console.locator("[role=option]").first).to_be_visible(timeout=20_000)
        console.keyboard.press("Enter")
        hazards = console.locator(".call-form .hazards")
        expect(hazards).to_contain_text("سگ نگهبان باز است", timeout=20_000)
        console.keyboard.type("نزاع و")
        expect(console.locator("[role=option]").first).to_be_visible(timeout=20_000)
        console.keyboard.press("Enter")
        expect(hazards.get_by_role("button", name="دیدم")).to_be_visible(timeout=20_000)
        console.keyboard.press("Alt+KeyH")
        expect(hazards).to_contain_text("دیده شد", timeout=20_000)
        console.keyboard.press("Control+Enter")
        expect(handheld.get_by_role("button", name="پذیرش")).to_be_visible(timeout=OFFER_WITHIN_MS)
        expect(handheld.locator(".hazard")).to_contain_text("سگ نگهبان باز است")
        call = newest_call(console, site)
        detail = console.request.get(f"{site}/v1/incidents/{call['incident']}/detail").json()
        assert [one["acknowledged_by"] for one in detail["premises"]] == [[f"seat:call_taker:{PROVINCE}"]]
        # The crew says that it has read it, while the offer rings on and may be accepted all the same.
        # A touch in the first moments was meant for the screen before, and does not count.
        handheld.wait_for_timeout(1_000)
        if PICTURES:
            handheld.screenshot(path=Path(PICTURES) / "hazard-offer.png")
        handheld.get_by_role("button", name="خطر را خواندم").click()
        expect(handheld.locator(".hazard")).to_contain_text("خوانده شد", timeout=20_000)
        expect(handheld.get_by_role("button", name="پذیرش")).to_be_enabled()
        if PICTURES:
            handheld.screenshot(path=Path(PICTURES) / "hazard-read.png")
        deadline = time.monotonic() + 30
        readers: list[str] = []
        while f"seat:{car['id']}" not in readers and time.monotonic() < deadline:
            detail = console.request.get(f"{site}/v1/incidents/{call['incident']}/detail").json()
            readers = detail["premises"][0]["acknowledged_by"]
        assert f"seat:{car['id']}" in readers, readers
        forget(console, site, note)
        expect(handheld.locator(".hazard")).to_have_count(0, timeout=20_000)
