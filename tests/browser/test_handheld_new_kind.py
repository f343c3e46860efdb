"""A kind that was added while a crew was on duty: its offer is named, and rings until it is answered."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_handheld_offline import HERE, on_duty
from tests.server import Seat

pytestmark = pytest.mark.browser
KINDS = f"/v1/settings/kinds/{PROVINCE}"
KIND = {"code": "kite", "name_fa": "بادبادک", "name_en": "Kite", "priority": 2, "common": "KITE", "words": []}


def add_kind(site: Site) -> None:
    """One administrator drafts it, another publishes it."""
    one, two = Seat(site, f"administrator:{PROVINCE}"), Seat(site, f"administrator:{PROVINCE}:2")
    rows: list[Any] = one.get(KINDS).json()["inherited"]["rows"]
    one.done(f"{KINDS}/draft", {"value": {"rows": [*rows, KIND]}, "why": "آزمون"})
    held = two.get(KINDS).json()
    two.done(f"{KINDS}/publish", {"revision": held["draft"]["revision"], "over": held["over"]})


def test_an_offer_of_a_kind_that_is_new_is_named_and_the_crew_stays_ready(site: Site, sit: Sit) -> None:
    unit = f"{PROVINCE}.u.A07"
    page = sit(f"officer:{unit}", "field", width=360, height=740, at=(HERE[0], HERE[1]))
    page.get_by_role("button", name="آمادهٔ خدمت").click()
    page.get_by_role("button", name="شروع").click()
    expect(page.locator(".home-sign")).to_have_text("A07", timeout=30_000)
    on_duty(page, site)
    desk = Seat(site, f"dispatcher:{PROVINCE}")
    add_kind(site)
    try:
        desk.done("/v1/incidents", {"kind": "kite", "point": [HERE[0] + 0.002, HERE[1]], "priority": 4})
        expect(page.locator(".offer .accept")).to_be_visible(timeout=40_000)
        expect(page.locator(".offer-band")).to_contain_text("بادبادک")
        # Its loudspeaker is still open, so what rings goes on ringing.
        expect(page.locator(".offer")).not_to_contain_text("زنگ بسته است")
        page.wait_for_timeout(600)  # Inert at first, so that no stray touch refuses it.
        page.get_by_role("button", name="نمی‌توانم").click()
        page.wait_for_timeout(
            600
        )  # Its reasons are inert at first, so that the second half of a double tap gives none.
        page.get_by_role("button", name="خدمه کامل نیست").click()
        expect(page.locator(".home-sign")).to_have_text("A07")
    finally:
        Seat(site, f"administrator:{PROVINCE}").done(f"{KINDS}/roll-back", {"to": 0, "why": "پایان آزمون"})
