"""Callers' messages, connected: each province's log, the gateways, the journal."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from nazdik.bootstrap.administration.message_texts import text_in_force
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.geo.region import Region
from nazdik.intake.callers.gateways import Gateways
from nazdik.intake.callers.line import Line
from nazdik.intake.callers.pages import Origins
from nazdik.intake.callers.sending import Sending
from nazdik.intake.callers.service import Callers, Desk
from nazdik.intake.callers.subscribers import Subscribers, located
from nazdik.intake.commands import LocateCall
from nazdik.intake.model import Call, Calls
from nazdik.kernel import Actor, CallId, CommandId, Context, LonLat, OfficeId, ProvinceId
from nazdik.platform.audit import Audit
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.machine import Batch
from nazdik.platform.journal import Journal


class _Calls:
    """The calls of a control room."""

    def __init__(self, room: ControlRoom) -> None:
        self.province = room.province
        self._room = room

    @property
    def calls(self) -> Calls:
        return self._room.state.calls


def callers(
    data: Path,
    rooms: Mapping[ProvinceId, ControlRoom],
    regions: Mapping[ProvinceId, Region],
    journal: Journal,
    clock: Clock,
    audit: Audit,
    urgency: Callable[[ProvinceId, str], int],
) -> Callers:
    """Return the doors of callers' messages; `data` is where gateways and lines are kept."""
    gateways = Gateways(data / "gateways.sqlite", clock=clock)
    lines = Subscribers(data / "subscribers.sqlite")
    desks = {name: _desk(room, gateways, lines, audit, clock, urgency) for name, room in rooms.items()}
    made = Callers(
        desks,
        gateways=gateways,
        origins=Origins(data / "origins.key"),
        keep=journal.append,
        clock=clock,
        province_at=lambda point: province_at(regions, point),
        lines=lines,
    )
    for name, room in rooms.items():
        room.listeners.append(_listener(made, name))
        room.when_writing.append(partial(made.begin_to_decide, name))
    return made


def province_at(regions: Mapping[ProvinceId, Region], point: LonLat | None) -> ProvinceId:
    """Return the province whose box holds a point and whose middle is nearest; the first one when none does."""

    def off(name: ProvinceId) -> tuple[bool, float]:
        assert point is not None
        region = regions[name]
        west, south, east, north = region.bounds
        inside = west <= point.lon <= east and south <= point.lat <= north
        return (not inside, abs(region.centre.lon - point.lon) + abs(region.centre.lat - point.lat))

    return next(iter(regions)) if point is None else min(regions, key=off)


def _desk(
    room: ControlRoom,
    gateways: Gateways,
    lines: Subscribers,
    audit: Audit,
    clock: Clock,
    urgency: Callable[[ProvinceId, str], int],
) -> Desk:
    actor = Actor(id=f"callers:{room.province}", role="gateway", office_id=OfficeId(str(room.province)))
    calls = _Calls(room)

    async def submit(command: Any, key: str) -> object:
        return await room.submit(command, Context(at=clock.now(), actor=actor, command_id=CommandId(f"callers:{key}")))

    def aml_key(name: str) -> str:
        gateway = gateways.find_by_name(name)
        return gateway.aml_key if gateway is not None else ""

    def is_over(call: Call) -> bool:
        incident = room.state.world.incidents.get(call.incident_id) if call.incident_id is not None else None
        return call.over and incident is not None and incident.ended

    async def look_up(call_id: CallId, number: str) -> list[LocateCall]:
        found = lines.find(room.province, number)
        if found:
            details = {"kinds": [line.kind for line in found]}
            await audit.record(actor=actor.id, what="subscriber", subject=call_id, purpose="call", details=details)
        return [located(call_id, line) for line in found]

    return Desk(
        line=Line(calls, submit=submit, aml_key=aml_key, urgency=lambda words: urgency(room.province, words)),
        sending=Sending(calls, submit=submit, clock=clock, carrier=lambda: gateways.carrier_of(room.province)),
        calls=lambda: room.state.calls,
        submit=submit,
        is_over=is_over,
        look_up=look_up,
        decides=lambda: room.writes,
        decided_here=room.check_follows_nobody,
        place_link=lambda: text_in_force(room.state.settings, "place_link"),
    )


def _listener(made: Callers, province: ProvinceId) -> Callable[[Batch[ProvinceState]], None]:
    def hear(batch: Batch[ProvinceState]) -> None:
        made.hear(province, (fact for commit in batch.commits for fact in commit.events))

    return hear
