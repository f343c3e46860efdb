"""What happened on the road can be played back, by those who may, for a reason, and it is written down who did."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from nazdik.bootstrap.house import Running
from nazdik.kernel import Instant, LonLat, ProvinceId, distance_m, from_rfc3339, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.platform.audit import AuditUnavailable
from nazdik.platform.clock import VirtualClock
from tests.server import HERE, PROVINCE, inside, problem

NOON = Instant(1_795_223_702_000_000)
SIGN = "A03"
UNIT = f"{PROVINCE}.u.{SIGN}"
WHY = {"purpose": "complaint 12 of the family"}


@dataclass
class Room:
    """A server in this process, its clock, and everybody's sessions."""

    running: Running
    http: httpx.AsyncClient
    clock: VirtualClock
    tokens: dict[str, str] = field(default_factory=dict)
    keys: int = 0

    async def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request from a seat, or from a role of the province that is no seat of the demo."""
        if who not in self.tokens:
            answer = await self.http.post("/v1/sessions", json={"seat": who})
            if answer.status_code == 201:
                self.tokens[who] = answer.json()["token"]
            else:
                grants = {"office": PROVINCE, "by": "seat"}
                self.tokens[who], _ = self.running.entrance.registry.open_session(f"someone:{who}", who, grants)
            self.http.cookies.clear()
        self.keys += 1
        headers = {"authorization": f"Bearer {self.tokens[who]}", "idempotency-key": f"key-{self.keys}"}
        return await self.http.request(method, path, headers=headers, **more)

    async def get(self, path: str, who: str = f"dispatcher:{PROVINCE}", **params: str) -> httpx.Response:
        return await self.ask(who, "GET", path, params=params)

    async def act(self, path: str, body: dict[str, Any] | None = None, who: str = f"dispatcher:{PROVINCE}") -> Any:
        answer = await self.ask(who, "POST", path, json=body or {})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def report(self, lon: float, lat: float, **more: Any) -> None:
        fix = {"lon": lon, "lat": lat, "at": rfc3339(self.clock.now()), **more}
        assert (await self.ask(f"officer:{UNIT}", "POST", "/v1/positions", json=[fix])).status_code == 200


@pytest_asyncio.fixture
async def room(tmp_path: Path, built_region: Callable[[str], Path]) -> AsyncIterator[Room]:
    clock = VirtualClock(NOON)
    async with inside(tmp_path, built_region(PROVINCE), clock) as (running, client):
        client.headers.pop("authorization")
        yield Room(running, client, clock)


async def driven(room: Room) -> str:
    """A unit is sent, drives up a street with a stretch of silence, arrives and is cleared; return the incident."""
    await room.act(f"/v1/units/{UNIT}/duty", {"on": True}, f"officer:{UNIT}")
    incident = (await room.act("/v1/incidents", {"kind": "noise", "point": HERE}))["incident_id"]
    answer = await room.act(f"/v1/incidents/{incident}/assignments", {"units": [UNIT]})
    (assignment,) = answer["assignment_ids"]
    for step in ("accept", "en-route"):
        room.clock.advance_s(4)
        await room.act(f"/v1/assignments/{assignment}/{step}", {}, f"officer:{UNIT}")
    start = LonLat(HERE[0] - 0.004, HERE[1])
    road = room.running.entrance.building.roads[ProvinceId(PROVINCE)]
    route = road.route(start, LonLat(*HERE))
    for n, (lon, lat) in enumerate(zip(route.lons.tolist(), route.lats.tolist(), strict=True)):
        room.clock.advance_s(200 if n == len(route.lons) // 2 else 6)
        await room.report(lon, lat, speed_m_per_s=8.0)
    await room.report(0.0, 0.0)
    for step in ("on-scene", "clear"):
        room.clock.advance_s(5)
        await room.act(f"/v1/assignments/{assignment}/{step}", {}, f"officer:{UNIT}")
    room.clock.advance_s(60)
    await room.report(*HERE)
    return str(incident)


@pytest.mark.asyncio
async def test_an_incident_is_played_back_from_sent_to_cleared(room: Room) -> None:
    incident = await driven(room)
    said = (await room.get(f"/v1/incidents/{incident}/trail", **WHY)).json()
    (track,) = said["tracks"]
    trail, names = track["trail"], [mark["name"] for mark in said["marks"]]
    assert names[0] == "created" and names[-1] == "cleared"
    assert {"sent", "accepted", "en_route", "on_scene"} <= set(names)
    times = [mark["at"] for mark in said["marks"]]
    assert times == sorted(times)
    by_name = {mark["name"]: mark["at"] for mark in said["marks"]}
    assert (trail["since"], trail["until"]) == (by_name["sent"], by_name["cleared"])
    assert all(trail["since"] <= point["at"] < trail["until"] for point in trail["points"])
    assert [point["code"] for point in trail["points"]][-1] == "position.zero_island"
    assert "silent" in {gap["why"] for gap in trail["gaps"]}
    placed = [point for point in trail["points"] if point["code"] is None]
    assert len(placed) > 3
    for point in placed:
        assert distance_m(LonLat(*point["point"]), LonLat(*point["road"])) < 2
    assert sum(len(line) for line in trail["lines"]) >= len(placed) - 1
    assert (track["call_sign"], trail["unit"], said["point"]) == (SIGN, UNIT, list(HERE))


@pytest.mark.asyncio
async def test_raw_form_has_no_roads(room: Room) -> None:
    incident = await driven(room)
    said = (await room.get(f"/v1/incidents/{incident}/trail", form="raw", **WHY)).json()
    trail = said["tracks"][0]["trail"]
    assert trail["lines"] == [] and {point["road"] for point in trail["points"]} == {None}
    span = {"since": rfc3339(NOON), "until": rfc3339(room.clock.now()), **WHY}
    assert (await room.get(f"/v1/units/{UNIT}/trail", **span)).json()["lines"] == []
    assert (await room.get(f"/v1/units/{UNIT}/trail", form="matched", **span)).json()["lines"] != []
    problem(await room.get(f"/v1/units/{UNIT}/trail", form="pretty", **span), 422, "http.invalid_field")


@pytest.mark.asyncio
async def test_a_unit_still_on_its_way_is_shown_until_now(room: Room) -> None:
    await room.act(f"/v1/units/{UNIT}/duty", {"on": True}, f"officer:{UNIT}")
    incident = (await room.act("/v1/incidents", {"kind": "noise", "point": HERE}))["incident_id"]
    assert (await room.get(f"/v1/incidents/{incident}/trail", **WHY)).json()["tracks"] == []
    await room.act(f"/v1/incidents/{incident}/assignments", {"units": [UNIT]})
    room.clock.advance_s(30)
    (track,) = (await room.get(f"/v1/incidents/{incident}/trail", **WHY)).json()["tracks"]
    assert from_rfc3339(track["trail"]["until"]) == room.clock.now() // 1000 * 1000
    room.clock.advance_s(3 * 86_400)
    room.tokens.clear()  # sessions do not last that long
    (track,) = (await room.get(f"/v1/incidents/{incident}/trail", **WHY)).json()["tracks"]
    span = from_rfc3339(track["trail"]["until"]) - from_rfc3339(track["trail"]["since"])
    assert span == 86_400_000_000, "a unit that nobody cleared does not give its whole life away"


@pytest.mark.asyncio
async def test_what_a_crew_came_upon_itself_is_played_back_from_then_on(room: Room) -> None:
    officer = f"officer:{UNIT}"
    await room.act(f"/v1/units/{UNIT}/duty", {"on": True}, officer)
    began = rfc3339(room.clock.now())
    event = {"kind": "noise", "point": HERE}
    incident = (await room.act(f"/v1/units/{UNIT}/own-event", event, officer))["incident_id"]
    room.clock.advance_s(30)
    await room.report(*HERE)
    room.clock.advance_s(30)
    (track,) = (await room.get(f"/v1/incidents/{incident}/trail", **WHY)).json()["tracks"]
    assert (track["trail"]["since"], track["trail"]["unit"]) == (began, UNIT)
    assert len(track["trail"]["points"]) == 1


@pytest.mark.asyncio
async def test_who_may_and_for_a_reason_only(room: Room) -> None:
    incident = await driven(room)
    path = f"/v1/incidents/{incident}/trail"
    for purpose in ({}, {"purpose": "  "}, {"purpose": "x" * 201}):
        problem(await room.get(path, **purpose), 422, "organisation.purpose_needed")
    for who in (f"officer:{UNIT}", f"call_taker:{PROVINCE}", "administrator"):
        problem(await room.get(path, who, **WHY), 403, "organisation.role_may_not")
    problem(await room.get(f"/v1/incidents/{PROVINCE}.i0/trail", **WHY), 404, "dispatch.incident_not_found")
    problem(await room.get("/v1/incidents/fars.i0/trail", **WHY), 404, "organisation.province_not_found")
    assert (await room.get(path, "auditor", **WHY)).status_code == 200
    reads = (await room.get(f"/v1/units/{UNIT}/trail/reads", "auditor")).json()["reads"]
    assert [read["actor"] for read in reads] == ["someone:auditor"], "refused questions saw nothing"


@pytest.mark.asyncio
async def test_who_looked_is_shown_to_those_who_watch_the_watchers(room: Room) -> None:
    incident = await driven(room)
    span = {"since": rfc3339(plus_s(room.clock.now(), -60)), "until": rfc3339(room.clock.now())}
    assert (await room.get(f"/v1/units/{UNIT}/trail", **span, **WHY)).status_code == 200
    room.clock.advance_s(1)
    assert (await room.get(f"/v1/incidents/{incident}/trail", purpose="debriefing")).status_code == 200
    said = (await room.get(f"/v1/units/{UNIT}/trail/reads", "auditor")).json()
    assert [(read["purpose"], read["incident"]) for read in said["reads"]] == [
        ("debriefing", incident),
        (WHY["purpose"], None),
    ]
    assert said["reads"][1]["since"] == span["since"]
    for who in (f"dispatcher:{PROVINCE}", f"officer:{UNIT}"):
        problem(await room.get(f"/v1/units/{UNIT}/trail/reads", who), 403, "organisation.role_may_not")
    problem(await room.get(f"/v1/units/{PROVINCE}.u.Z99/trail/reads", "auditor"), 404, "fleet.unit_not_found")


@pytest.mark.asyncio
async def test_nothing_leaves_when_it_cannot_be_written_down(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = await driven(room)
    audit = room.running.entrance.building.audit
    assert audit is not None

    async def full(**given: object) -> int:
        await asyncio.sleep(0)
        raise audit_fault

    audit_fault = AuditUnavailable(retry_after_s=1.0)
    monkeypatch.setattr(audit, "record", full)
    problem(await room.get(f"/v1/incidents/{incident}/trail", **WHY), 503, "audit.unavailable")
