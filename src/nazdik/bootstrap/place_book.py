"""
What happened at a place before: an index that follows each province's log, and the route that asks it.

One thread does it, so that nobody waits; it is brought up to date when somebody asks.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from math import isfinite
from typing import Any, TypeVar

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.kinds import room_of_desk
from nazdik.bootstrap.looks import LookView, looks_at
from nazdik.bootstrap.province_state import decode
from nazdik.dispatch import events as d
from nazdik.kernel import LonLat, ProvinceId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Act
from nazdik.platform.auth import Session
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.entry import Entry
from nazdik.premises.past import Begun, Changed, PastIncident, PastIncidents

DAYS = 90
ENTRIES_AT_ONCE = 1_000
RADIUS_MIN_M, RADIUS_MAX_M = 10.0, 500.0
LISTED_MAX = 50
CELL_DIGITS = 4
_DAY_S = 86_400.0
_TOLD_BY = frozenset(
    str(event.__struct_config__.tag)
    for event in (
        d.IncidentDrafted,
        d.IncidentOpened,
        d.IncidentClassified,
        d.LateIncidentEntered,
        d.PlaceChanged,
        d.StationChanged,
        d.KindChanged,
        d.PriorityChanged,
        d.DispositionRecorded,
        d.IncidentCancelled,
        d.IncidentReopened,
    )
)
T = TypeVar("T")


class PlaceBook:
    """The index of every province of this server; belongs to one event loop."""

    def __init__(self, store: PastIncidents, rooms: Mapping[ProvinceId, ControlRoom], clock: Clock) -> None:
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="past-places")

    async def near(self, province: ProvinceId, point: LonLat, radius_m: float) -> list[PastIncident]:
        """Return what happened within a radius in the last ninety days, the newest first."""
        room, since = self._rooms[province], plus_s(self._clock.now(), -DAYS * _DAY_S)
        return await self._in_thread(lambda: self._near(room, point, radius_m, since))

    async def numbered(self, province: ProvinceId, number: int) -> PastIncident | None:
        """Return the incident of the last ninety days that people know by a number."""
        room = self._rooms[province]

        def look() -> PastIncident | None:
            self._read_all(room)
            return self._store.numbered(province, number)

        return await self._in_thread(look)

    async def catch_up(self) -> None:
        """Take in what the logs have that is not in the index yet, so that the first who asks need not wait."""
        for room in self._rooms.values():
            await self._in_thread(lambda room=room: self._read_all(room))  # type: ignore[misc]

    async def forget(self) -> None:
        """Read on, and forget what is older than ninety days."""
        await self.catch_up()
        before = plus_s(self._clock.now(), -DAYS * _DAY_S)
        await self._in_thread(lambda: self._store.forget(before))

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        await asyncio.to_thread(self._thread.shutdown)
        self._store.close()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _near(self, room: ControlRoom, point: LonLat, radius_m: float, since: Any) -> list[PastIncident]:
        self._read_all(room)
        return self._store.near(room.province, point, radius_m, since)

    def _read_all(self, room: ControlRoom) -> None:
        while self._read_on(room):
            pass

    def _read_on(self, room: ControlRoom) -> bool:
        """Take in the next part of a log; whether there was any."""
        head = room.log.head()
        after = self._store.read_to(room.province, head.epoch)
        if after > head.position:
            # The log was put back from a backup: what came after it never happened.
            after = 0
        entries = room.log.read(after, ENTRIES_AT_ONCE) if after != head.position else ()
        if not entries:
            return False
        facts = [fact for entry in entries if entry.kind in _TOLD_BY for fact in _facts(entry)]
        self._store.take(room.province, head.epoch, entries[-1].position, facts)
        return True


def _facts(entry: Entry) -> tuple[Begun | Changed, ...]:
    event = decode(entry.kind, entry.body)
    about = event.incident_id
    match event:
        case d.IncidentDrafted(number=number) | d.IncidentOpened(number=number):
            return (Begun(about, number, event.at),)
        case d.LateIncidentEntered():
            begun = Begun(about, event.number, event.received_at)
            changed = Changed(about, event.kind, event.priority, event.point, event.station, event.disposition)
            return (begun, changed)
        case d.IncidentClassified():
            return (Changed(about, event.kind, event.priority, event.point, event.station),)
        case d.PlaceChanged():
            return (Changed(about, point=event.point, station=event.station),)
        case d.StationChanged(station=station):
            return (Changed(about, station=station),)
        case d.KindChanged(kind=kind):
            return (Changed(about, kind=kind),)
        case d.PriorityChanged(priority=priority):
            return (Changed(about, priority=priority),)
        case d.DispositionRecorded(disposition=disposition):
            return (Changed(about, disposition=disposition),)
        case d.IncidentCancelled():
            return (Changed(about, cancelled=True),)
        case _:
            return (Changed(about, cancelled=False),)


class PastIncidentView(msgspec.Struct, frozen=True):
    """An earlier incident: when, what, how it ended, how far; nobody's name, number or words."""

    incident: str
    number: int
    at: str
    kind: str
    priority: int | None
    disposition: str | None
    cancelled: bool
    distance_m: float


class PlaceHistoryView(msgspec.Struct, frozen=True):
    """The newest fifty of `total` within `radius_m`, of the last `days` days."""

    days: int
    radius_m: float
    total: int
    incidents: tuple[PastIncidentView, ...]
    # Who looked here before, and what for.
    looks: tuple[LookView, ...] = ()


@get("/v1/premises/history")
async def get_place_history(
    desk: NamedDependency[Desk],
    place_book: NamedDependency[PlaceBook],
    proved: NamedDependency[Session],
    lon: FromQuery[float],
    lat: FromQuery[float],
    radius_m: FromQuery[float] = 60.0,
    leave_out: FromQuery[str | None] = None,
    purpose: FromQuery[str] = "",
) -> PlaceHistoryView:
    """
    Return what happened at a place before, within the session's office; `leave_out` is the incident one comes from.

    `purpose` says what for; it is written down in the audit log. Refusals: organisation.purpose_needed (422),
    auth.proof_needed (403).
    """
    what_for = desk.allow(Act.SEE_PLACE_HISTORY, purpose=purpose)
    room = room_of_desk(desk)
    radius = min(max(radius_m, RADIUS_MIN_M), RADIUS_MAX_M) if isfinite(radius_m) else RADIUS_MIN_M
    if room is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return PlaceHistoryView(DAYS, radius, 0, ())
    looks = await looks_at(desk, "place_history", _cells(lon, lat))
    await desk.note("place_history", _cell(lon, lat), what_for)
    found = await place_book.near(room.province, LonLat(lon, lat), radius)
    tree = desk.house.offices
    seen = [one for one in found if one.id != leave_out and tree.is_within(one.station, desk.posting.office)]
    return PlaceHistoryView(
        days=DAYS,
        radius_m=radius,
        total=len(seen),
        incidents=tuple(
            PastIncidentView(
                incident=one.id,
                number=one.number,
                at=rfc3339(one.at),
                kind=one.kind,
                priority=one.priority,
                disposition=one.disposition,
                cancelled=one.cancelled,
                distance_m=one.distance_m,
            )
            for one in seen[:LISTED_MAX]
        ),
        looks=looks,
    )


def _cell(lon: float, lat: float) -> str:
    """Return the name under which looks at a place are written down: ten metres or so, whichever spot of it was asked about."""
    return f"{lon:.{CELL_DIGITS}f},{lat:.{CELL_DIGITS}f}"


def _cells(lon: float, lat: float) -> list[str]:
    """Return the names of a place and of all around it."""
    step = 10.0**-CELL_DIGITS
    return [_cell(lon + east * step, lat + north * step) for east in (-1, 0, 1) for north in (-1, 0, 1)]


ROUTES: tuple[BaseRouteHandler, ...] = (get_place_history,)
