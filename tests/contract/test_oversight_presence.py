"""A desk of 197 that was left alone is shut by the server; whoever is there keeps it, and a room may be watched otherwise."""

from pathlib import Path

import pytest

from nazdik.bootstrap.oversight.house import build_oversight, desk_app
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import PASSWORD, Doors, settle
from tests.unit.oversight.town import BEGIN

MINUTE_S = 60


@pytest.mark.parametrize(("idle_minutes", "shut"), [(15, True), (0, False)])
async def test_a_desk_that_was_left_alone_is_shut(tmp_path: Path, idle_minutes: int, shut: bool) -> None:
    clock = VirtualClock(BEGIN)
    house = build_oversight(tmp_path / "197", clock=clock, idle_minutes=idle_minutes)
    await house.open()
    try:
        await settle(house)
        house.registry.set_password("desk-a", PASSWORD)
        desk = Doors(house, clock).client(desk_app(house))
        answer = (await desk.post("/v1/session", json={"person": "desk-a", "password": PASSWORD})).json()
        assert answer["idle_s"] == (idle_minutes * MINUTE_S or None)
        desk.headers["Authorization"] = f"Bearer {answer['token']}"
        for _ in range(3):
            clock.advance_s(14 * MINUTE_S)
            assert (await desk.get("/v1/session")).status_code == 200, "whoever is there keeps it open"
        clock.advance_s(16 * MINUTE_S)
        refused = await desk.get("/v1/cases")
        assert (refused.status_code == 401) is shut
    finally:
        await house.close()
