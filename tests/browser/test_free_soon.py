"""A crew says when it is free, the desk sees it and waits for it, and the crew gets the next assignment the moment it is."""

import os
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_whole_loop import ready_handheld, seats

pytestmark = pytest.mark.browser
# For whoever wants to look: pictures of each step go here.
PICTURES = os.environ.get("NAZDIK_PICTURES")


def look(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(1200)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


class Desk:
    """A dispatcher without a face."""

    def __init__(self, site: str) -> None:
        self.http = httpx.Client(base_url=site, timeout=60)
        token = self.http.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def act(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code < 300, answer.text
        done: dict[str, Any] = answer.json()
        return done


def test_a_busy_crew_is_waited_for_and_sent_when_it_is_free(site: Site, sit: Sit) -> None:
    desk = Desk(site)
    car = next(seat for seat in seats(site) if seat["role"] == "officer")
    handheld, stand = ready_handheld(site, sit, car)
    sign, unit = car["call_sign"], f"{PROVINCE}.u.{car['call_sign']}"
    own = desk.act(f"/v1/units/{unit}/own-event", {"kind": "suspicious", "point": stand})
    expect(handheld.get_by_role("button", name="پایان مأموریت")).to_be_visible(timeout=20_000)
    handheld.get_by_role("button", name="کِی آزاد می‌شوید؟").click()
    look(handheld, "soon-1-handheld-choose")
    handheld.get_by_role("button", name="تا ۵ دقیقه دیگر").click()
    expect(handheld.get_by_role("button", name="گفته‌اید ۵ دقیقه دیگر آزادید")).to_be_visible(timeout=20_000)
    look(handheld, "soon-2-handheld-said")

    console = sit(f"dispatcher:{PROVINCE}", "console")
    incident = desk.act("/v1/incidents", {"kind": "noise", "point": [stand[0] + 0.004, stand[1]], "priority": 4})
    number = incident["incident_number"]
    console.locator(".q-row", has_text="سروصدا").first.click(timeout=20_000)
    row = console.locator(".rec-row", has_text=sign)
    expect(row).to_contain_text("دیگر آزاد می‌شود", timeout=20_000)
    expect(row).to_contain_text("رسیدن در")
    look(console, "soon-3-console-listed")
    expect(console.get_by_role("button", name="انتظار برای گزینهٔ ۱")).to_be_visible()
    console.wait_for_timeout(500)
    row.click()
    awaits = console.locator(".awaits")
    expect(awaits).to_contain_text(sign, timeout=20_000)
    expect(awaits).to_contain_text("به انتخاب اعزام‌کننده")
    expect(console.locator(".detail").first).to_contain_text("واحدی که به‌زودی آزاد می‌شود")
    look(console, "soon-4-console-waits")
    console.evaluate("document.documentElement.dataset.theme = 'night'")
    look(console, "soon-5-console-night")

    desk.act(f"/v1/assignments/{own['assignment_ids'][0]}/clear", {"disposition": "no_report"})
    expect(handheld.get_by_text(str(number)).or_(handheld.locator(".offer")).first).to_be_visible(timeout=20_000)
    expect(awaits).to_have_count(0, timeout=20_000)
    expect(console.locator(".assignment", has_text=sign)).to_be_visible(timeout=20_000)
