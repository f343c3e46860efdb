"""
A town in which every personal word is a mark that occurs nowhere else, so that a mark in an answer shows what leaked.

One incident of one station, its call, notes, report, picture, messages, hazard, the crew on it and where the car has been; a
draft of a warning; a person in the list of people.
"""

import itertools
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from nazdik.bootstrap.house import Running
from nazdik.kernel import Instant, OfficeId, PersonId, UnitId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Posting, Role
from nazdik.platform.clock import VirtualClock
from tests.interfaces import samples
from tests.server import HERE, PROVINCE, inside
from tests.unit.platform.containers import webm

NOON = Instant(1_795_223_702_000_000)
# What is searched for in answers. Numbers are digits that occur nowhere else.
MARKS = {
    "number": "9127730451",
    "callback": "9127730452",
    "name": "QANARINAME",
    "call_words": "QANARICALLWORDS",
    "words": "QANARINARRATIVE",
    "hazards": "QANARIDANGER",
    "place": "QANARIPLACE",
    "note": "QANARINOTE",
    "report": "QANARIREPORT",
    "message": "QANARIMESSAGE",
    "hazard": "QANARIPREMISES",
    "draft": "QANARIWARNING",
    "person": "QANARIPERSON",
    "position": "51.403131",
}
OTHER_PROVINCE = "khuzestan"


@dataclass
class Town:
    """A running server with everything in it, and everybody's sessions."""

    running: Running
    http: httpx.AsyncClient
    clock: VirtualClock
    ids: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Posting] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    keys: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def sign_in(self, who: str, posting: Posting) -> None:
        """Let somebody in under a name."""
        registry = self.running.entrance.registry
        grants = {"office": posting.office, "unit": posting.unit}
        self.people[who] = posting
        self.tokens[who], session = registry.open_session(posting.person, posting.role, grants)
        # What safety rests on, and what is personal, asks for a fresh proof; here it is the policy that is tried.
        registry.change_grants(session.id, {"proved_at": plus_s(self.clock.now(), 86_400.0)})

    async def ask(self, who: str | None, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request as somebody."""
        headers = {"idempotency-key": f"key-{next(self.keys)}", **more.pop("headers", {})}
        if who is not None:
            headers["authorization"] = f"Bearer {self.tokens[who]}"
        return await self.http.request(method, path, headers=headers, **more)

    async def act(self, who: str, path: str, body: Any = None) -> dict[str, Any]:
        """Do something that must succeed."""
        answer = await self.ask(who, "POST", path, json=body or {})
        assert answer.status_code in (200, 201), (path, answer.text)
        said: dict[str, Any] = answer.json()
        return said


@asynccontextmanager
async def town(data: Path, region: Path) -> AsyncIterator[Town]:
    """Run a server with the town in it."""
    clock = VirtualClock(NOON)
    async with inside(data, region, clock) as (running, client):
        client.headers.pop("authorization")
        made = Town(running, client, clock)
        await _fill(made)
        yield made


def _everyone(station: str, other: str, unit: str, mate: str, gone: str) -> dict[str, Posting]:
    """Return a posting for each role in each relation to the incident."""

    def at(role: Role, office: str, unit: str | None = None) -> Posting:
        name = f"{role}@{unit or office}"
        return Posting(PersonId(name), role, OfficeId(office), UnitId(unit) if unit else None)

    county = station.rpartition(".")[0]
    return {
        "call_taker": at(Role.CALL_TAKER, PROVINCE),
        "dispatcher": at(Role.DISPATCHER, PROVINCE),
        "crew on it": at(Role.OFFICER, station, unit),
        "crew beside": at(Role.OFFICER, station, mate),
        "crew called off": at(Role.OFFICER, station, gone),
        "its station": at(Role.STATION_DESK, station),
        "other station": at(Role.STATION_DESK, other),
        "its county": at(Role.COUNTY_DESK, county),
        "other county": at(Role.COUNTY_DESK, f"{OTHER_PROVINCE}.ahvaz"),
        "its province": at(Role.PROVINCE_DESK, PROVINCE),
        "other province": at(Role.PROVINCE_DESK, OTHER_PROVINCE),
        "nation": at(Role.NATIONAL_DESK, "iran"),
        "administrator": at(Role.ADMINISTRATOR, PROVINCE),
        "auditor": at(Role.AUDITOR, PROVINCE),
        "gateway": at(Role.GATEWAY, PROVINCE),
        "other call_taker": at(Role.CALL_TAKER, OTHER_PROVINCE),
        "other dispatcher": at(Role.DISPATCHER, OTHER_PROVINCE),
        "other auditor": at(Role.AUDITOR, OTHER_PROVINCE),
        "other administrator": at(Role.ADMINISTRATOR, OTHER_PROVINCE),
    }


async def _fill(town: Town) -> None:
    room = next(iter(town.running.entrance.building.rooms.values()))
    town.sign_in("dispatcher", Posting(PersonId("dispatcher@x"), Role.DISPATCHER, OfficeId(PROVINCE)))
    town.sign_in("call_taker", Posting(PersonId("call_taker@x"), Role.CALL_TAKER, OfficeId(PROVINCE)))
    call = (await town.act("call_taker", "/v1/calls", {"number": MARKS["number"], "narrative": MARKS["call_words"]}))[
        "call_id"
    ]
    await town.act("call_taker", f"/v1/calls/{call}/answer")
    learnt = {"name": MARKS["name"], "callback": MARKS["callback"]}
    await town.act("call_taker", f"/v1/calls/{call}/caller", learnt)
    told = {
        "kind": "noise",
        "point": HERE,
        "place": MARKS["place"],
        "narrative": MARKS["words"],
        "hazards": MARKS["hazards"],
    }
    incident = (await town.act("call_taker", f"/v1/calls/{call}/classification", told))["incident_id"]
    station = str(room.state.world.incidents[incident].station)
    units = sorted(str(unit.id) for unit in room.state.world.units.values() if unit.office == station)
    stations = {str(unit.office) for unit in room.state.world.units.values()} - {station}
    unit, mate, gone = units[:3]
    for who, posting in _everyone(station, min(stations), unit, mate, gone).items():
        town.sign_in(who, posting)
    for crew, who in ((unit, "crew on it"), (mate, "crew beside"), (gone, "crew called off")):
        await town.act(who, f"/v1/units/{crew}/duty", {"on": True})
    await _drive(town, unit)
    (given_up,) = (await town.act("dispatcher", f"/v1/incidents/{incident}/assignments", {"units": [gone]}))[
        "assignment_ids"
    ]
    await town.act("crew called off", f"/v1/assignments/{given_up}/accept")
    await town.act("dispatcher", f"/v1/assignments/{given_up}/withdraw", {"reason": "not_needed"})
    begun = await town.act("dispatcher", f"/v1/incidents/{incident}/assignments", {"units": [unit]})
    (assignment,) = begun["assignment_ids"]
    for step in ("accept", "en-route", "on-scene"):
        town.clock.advance_s(3)
        await town.act("crew on it", f"/v1/assignments/{assignment}/{step}")
    await _tell(town, incident, assignment, unit)
    detail = (await town.ask("dispatcher", "GET", f"/v1/incidents/{incident}/detail")).json()
    town.ids = {
        "call_id": call, "incident_id": incident, "assignment_id": assignment, "unit_id": unit, "mate": mate,
        "photo_id": detail["photos"][0]["id"],
        "voice_id": detail["voices"][0]["id"], "office_id": station, "other": min(stations), "incident": incident,
    }  # fmt: skip


async def _drive(town: Town, unit: str) -> None:
    """Let the car report where it is, up to a place that nobody else is at."""
    for lon in (51.4020, 51.4025, float(MARKS["position"])):
        town.clock.advance_s(5)
        fix = {"lon": lon, "lat": 35.7212, "at": rfc3339(town.clock.now()), "speed_m_per_s": 8.0}
        assert (await town.ask("crew on it", "POST", "/v1/positions", json=[fix])).status_code == 200
    town.running.trail.flush()


async def _tell(town: Town, incident: str, assignment: str, unit: str) -> None:
    """Write down everything that can be written down of an incident and around it."""
    await town.act("crew on it", f"/v1/incidents/{incident}/notes", {"text": MARKS["note"]})
    await town.act("crew on it", f"/v1/incidents/{incident}/photos", {"image": picture()})
    await town.act("crew on it", f"/v1/incidents/{incident}/voices", {"sound": voice(), "seconds": 3})
    report = {"text": MARKS["report"], "people": 2, "vehicles": 1}
    await town.act("crew on it", f"/v1/assignments/{assignment}/report", {"report": report})
    await town.act("dispatcher", f"/v1/units/{unit}/messages", {"text": MARKS["message"]})
    await town.act("dispatcher", f"/v1/incidents/{incident}/messages", {"text": MARKS["message"]})
    await town.act("dispatcher", "/v1/premises", {"point": HERE, "hazard": "dog", "text": MARKS["hazard"]})
    warning = json.loads(samples("cap", "json")[0])
    warning["expires_at"] = rfc3339(plus_s(town.clock.now(), 3600.0))
    warning["fa"]["headline"] = MARKS["draft"]
    await town.act("dispatcher", "/v1/warnings", warning)
    seat = Posting(PersonId(MARKS["person"]), Role.DISPATCHER, OfficeId(PROVINCE))
    town.running.entrance.people.add(seat.person, MARKS["person"], "a long enough password", seat)


def picture() -> str:
    """Return a small picture as a handheld sends it."""
    out = BytesIO()
    Image.new("RGB", (320, 200), (10, 90, 40)).save(out, "JPEG")
    return b64encode(out.getvalue()).decode()


def voice() -> str:
    """Return a voice note as a handheld sends it."""
    return b64encode(webm(picture=False)).decode()
