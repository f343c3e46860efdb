"""Of an incident that nobody takes, screens are told the newest offers; who opens it sees every one."""

import time
import uuid

import pytest
from playwright.sync_api import expect

from nazdik.dispatch.projections import VAIN_OFFERS_TOLD
from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_whole_loop import newest, open_incident, ready_handheld, seats

pytestmark = pytest.mark.browser
WITHIN_S = 20
OFFERS = VAIN_OFFERS_TOLD + 2


def test_a_desk_and_a_board_show_every_offer_of_what_is_opened(site: Site, sit: Sit) -> None:
    car = next(s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE)
    _, place = ready_handheld(site, sit, car)
    console = sit(f"dispatcher:{PROVINCE}", "console")
    desk = next(s["id"] for s in seats(site) if s["role"] == "province_desk" and s["province"] == PROVINCE)
    board = sit(desk, "board")
    number = open_incident(site, console, place)

    def act(path: str, body: dict[str, object]) -> None:
        answer = console.request.post(f"{site}{path}", data=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.ok, answer.text()

    def withdraw() -> str:
        """Take the unit off that was offered it; return the unit."""
        end = time.monotonic() + WITHIN_S
        while not (standing := [each for each in newest(site, console)["assignments"] if each["ended_at"] is None]):
            assert time.monotonic() < end
            time.sleep(0.1)
        (offer,) = standing
        act(f"/v1/assignments/{offer['id']}/withdraw", {"reason": "test"})
        return str(offer["unit"])

    unit = withdraw()
    for _ in range(OFFERS - 1):
        act(f"/v1/incidents/{newest(site, console)['id']}/assignments", {"units": [unit]})
        assert withdraw() == unit
    assert newest(site, console)["offers_left_out"] == OFFERS - VAIN_OFFERS_TOLD

    console.locator(".q-row", has_text="آزمون").first.click()
    expect(console.locator(".ended-list li")).to_have_count(OFFERS)
    board.locator(".board-rows [role=row]", has_text=number).first.click()
    board.keyboard.press("Enter")
    expect(board.locator(".drawer-units li")).to_have_count(OFFERS)
