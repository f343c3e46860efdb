"""Roads change under units and around incidents: the desk reads how late a unit is, and which closure keeps everybody away."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_free_soon import Desk
from tests.browser.test_whole_loop import ready_handheld, seats

pytestmark = pytest.mark.browser
WEBGL = True
# For whoever wants to look: pictures of each step go here.
PICTURES = os.environ.get("NAZDIK_PICTURES")
# A block in the middle of the city; around a point that lies in it.
INSIDE = (51.4089, 35.7156)


def look(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(1200)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def ring(point: tuple[float, float], metres: float) -> list[tuple[float, float]]:
    east, north = metres / 90_300, metres / 111_000
    lon, lat = point
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return [(lon + x * east, lat + y * north) for x, y in corners]


def wall(point: tuple[float, float], metres: float) -> list[tuple[float, float]]:
    """An outline like a closed letter C: streets in the wall close, those in the court within stay open."""
    east, north = metres / 90_300, metres / 111_000
    slit = [
        (-1, -0.90),
        (-0.5, -0.90),
        (-0.5, 0.5),
        (0.5, 0.5),
        (0.5, -0.5),
        (-0.49, -0.5),
        (-0.49, -0.91),
        (-1, -0.91),
    ]
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), *slit, (-1, -1)]
    return [(point[0] + x * east, point[1] + y * north) for x, y in corners]


def park(desk: Desk, site: Site, point: tuple[float, float]) -> None:
    """Leave a car at a place, its crew off duty: it is near, and nobody who comes."""
    unit = desk.http.get("/v1/units").json()["units"][-1]["id"]
    desk.act(f"/v1/units/{unit}/duty", {"on": True})
    with httpx.Client(base_url=site, timeout=60) as crew:
        token = crew.post("/v1/sessions", json={"seat": f"officer:{unit}"}).json()["token"]
        fix = {"lon": point[0], "lat": point[1], "at": datetime.now(UTC).isoformat()}
        crew.post("/v1/positions", json=[fix], headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    desk.act(f"/v1/units/{unit}/duty", {"on": False})


def lift(desk: Desk, condition: dict[str, Any]) -> None:
    desk.act(f"/v1/road-conditions/{condition['condition_id']}/lift", {})


def test_traffic_and_closures_are_told_at_the_incident_they_touch(site: Site, sit: Sit) -> None:
    desk = Desk(site)
    park(desk, site, INSIDE)
    car = next(seat for seat in seats(site) if seat["role"] == "officer")
    handheld, stand = ready_handheld(site, sit, car)
    sign = car["call_sign"]
    goal = [stand[0] + 0.02, stand[1] - 0.01]
    desk.act("/v1/incidents", {"kind": "noise", "point": goal, "priority": 4})
    accept = handheld.get_by_role("button", name="پذیرش")
    expect(accept).to_be_visible(timeout=40_000)
    handheld.wait_for_timeout(600)  # A finger that was on the glass already accepts nothing.
    accept.click()
    expect(handheld.get_by_role("button", name="در صحنه‌ام")).to_be_visible(timeout=20_000)

    console = sit(f"dispatcher:{PROVINCE}", "console")
    console.locator(".q-row", has_text="سروصدا").first.click(timeout=20_000)
    card = console.locator(".assignment", has_text=sign)
    expect(card).to_be_visible(timeout=20_000)
    jam = desk.act(
        "/v1/road-conditions",
        {"polygon": ring((goal[0], goal[1]), 900), "reason": "congestion", "time_factor": 10},
    )
    expect(card).to_contain_text("راهش کند شد؛ زمان رسیدن اکنون", timeout=20_000)
    expect(console.locator(".q-slower")).to_contain_text("کند شده")
    look(console, "ways-1-slower")
    lift(desk, jam)
    expect(card).to_contain_text("وضع راه‌ها عوض شد؛ زمان رسیدن اکنون", timeout=20_000)

    # Streets close all around some that stay open; whoever is outside has no way in.
    outline = desk.act(
        "/v1/road-conditions",
        {"polygon": wall(INSIDE, 500), "reason": "flood", "note": "آب‌گرفتگی زیرگذر", "confirmed": True},
    )
    desk.act("/v1/incidents", {"kind": "fight", "point": INSIDE, "priority": 2})
    console.locator(".q-row", has_text="درگیری").first.click(timeout=20_000)
    note = console.locator(".barrier")
    expect(note).to_contain_text("هیچ واحدی به این رخداد راه ندارد", timeout=20_000)
    expect(note).to_contain_text("این بستن راه آن را جدا کرده است")
    expect(note).to_contain_text("آب‌گرفتگی زیرگذر")
    look(console, "ways-2-barrier")
    note.get_by_role("button", name="وضع راه‌ها").click()
    expect(console.get_by_role("region", name="وضع راه‌ها")).to_contain_text("آب‌گرفتگی زیرگذر")
    lift(desk, outline)
