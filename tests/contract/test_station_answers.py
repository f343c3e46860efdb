"""A station's own desk answers an incident: it hands it up and takes it back, is given one and gives it back, writes a note."""

from typing import Any

from tests.contract.test_day_report import Room, room
from tests.server import HERE, PROVINCE, problem

__all__ = ["room"]  # the fixture


def sit(room: Room, role: str, office: str) -> None:
    """Sit down at a desk; the demo has no seat at every station."""
    token, _ = room.running.entrance.registry.open_session(f"someone:{office}", role, {"office": office})
    room.http.headers["authorization"] = f"Bearer {token}"


async def offices_of(room: Room, incident: str) -> dict[str, str]:
    told: dict[str, Any] = (await room.http.get(f"/v1/incidents/{incident}")).json()
    return {each["office"]: each["mode"] for each in told["offices"]}


async def test_a_station_hands_up_takes_back_gives_back_and_writes(room: Room) -> None:
    incident = (await room.done("/v1/incidents", {"kind": "noise", "point": HERE}))["incident_id"]
    tree = room.running.entrance.building.offices
    stations = [o.id for o in tree.list_offices() if o.tier == "station" and o.province_id == PROVINCE]
    (own,) = [each for each in stations if each in await offices_of(room, incident)]
    county, other = own.rpartition(".")[0], next(each for each in stations if each != own)
    path = f"/v1/incidents/{incident}/taskings"

    sit(room, "station_desk", own)
    await room.done(path, {"act": "delegate", "office": county})
    assert (await offices_of(room, incident))[county] == "manage"
    await room.done(path, {"act": "take_back", "office": county})
    assert county not in await offices_of(room, incident)
    await room.done(f"/v1/incidents/{incident}/notes", {"text": "the gate is open"})
    await room.done(path, {"act": "delegate", "office": other})

    sit(room, "station_desk", other)
    await room.done(path, {"act": "pass_on", "office": own})
    after = await offices_of(room, incident)
    assert (after[own], after[other]) == ("manage", "monitor"), "given back; who gave it back only watches"

    sit(room, "county_desk", county)
    refused = await room.http.post(
        f"/v1/incidents/{incident}/notes", json={"text": "from above"}, headers={"idempotency-key": "note"}
    )
    problem(refused, 403, "organisation.role_may_not")
