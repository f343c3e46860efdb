"""The live stream over a WebSocket: who may open it, what it hears from a page, and what is written down of what it shows."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from nazdik.bootstrap.desk import Building, subscription_of
from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.entrance import SIMULATED, Entrance
from nazdik.dispatch.commands import RecordSeen
from nazdik.fleet.model import Heartbeat, Sound
from nazdik.kernel import Actor, CommandId, Context, IncidentId
from nazdik.organisation.model import Act, Posting
from nazdik.organisation.policy import has_act
from nazdik.platform.auth import SCREEN, FactorNeeded, ForeignOrigin, KeyProofNeeded, NotSignedIn, Session
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.http import LitestarSocket, own_send_of
from nazdik.platform.live import converse
from nazdik.platform.live.connection import CloseCode
from nazdik.published.offices import Tier

_SOUNDS = {sound.value: sound for sound in Sound}


@websocket("/v1/stream")
async def stream(socket: WebSocket[Any, Any, Any], entrance: NamedDependency[Entrance]) -> None:
    """The live stream; see docs/architecture.md."""
    try:
        session = await _session_of_socket(socket, entrance)
    except LogUnavailable:
        # Whether another node took the ticket nobody can say now: the page comes again with a new one.
        await socket.accept()
        await socket.close(code=CloseCode.TRY_LATER, reason="try again later")
        return
    await socket.accept()
    if session is None:
        await socket.close(code=4401, reason="not signed in")
        return
    posting = posting_of(session)
    building = entrance.building
    office = building.offices.find_office(posting.office)

    shown = entrance.shown
    assert shown is not None, "a server without a log has no stream"

    async def audited() -> None:
        await shown.begin(posting)

    async def noted(personal: Sequence[str]) -> None:
        await shown.note(posting, personal)

    async def health(message: Mapping[str, Any]) -> None:
        if posting.unit is not None:
            entrance.fleet.heartbeat(posting.unit, _heartbeat(message))

    async def seen(message: Mapping[str, Any]) -> None:
        if office is not None and posting.unit is None:
            await _record_seen(building, posting, office.tier, message)

    async def here(message: Mapping[str, Any]) -> None:
        entrance.screens.here(screen)

    simulated = session.grants.get(SIMULATED)
    at_desk = has_act(posting.role, Act.HAND_OVER) and not simulated
    if at_desk and not session.grants.get(SCREEN):
        await asyncio.to_thread(entrance.registry.note_screen, session.id)
    with entrance.screens.opened(posting.person if not simulated else "", at_desk=at_desk) as screen:
        await converse(
            LitestarSocket(socket, own_send_of(socket.scope)),
            entrance.hub,
            subscription_of(posting, building),
            building.clock,
            welcome={"scope": {"office": posting.office, "unit": posting.unit}, "role": posting.role},
            handlers={"health": health, "seen": seen, "here": here},
            before_data=audited,
            before_personal=noted,
            tag=session.id,
        )
    await shown.end(posting)


async def _session_of_socket(socket: WebSocket[Any, Any, Any], entrance: Entrance) -> Session | None:
    ticket = socket.query_params.get("ticket")
    if ticket is not None:
        # One after the other: when everybody comes back at once, tickets take one thread and not all of them.
        async with entrance.ticket_turn:
            session_id = await asyncio.to_thread(entrance.tickets.redeem, ticket)
        return entrance.registry.find_session_by_id(session_id) if session_id is not None else None
    with suppress(NotSignedIn, ForeignOrigin, KeyProofNeeded, FactorNeeded):
        if socket.headers.get("authorization") is None:
            entrance.check_origin(socket)
        return entrance.session_of(socket)
    return None


def _heartbeat(message: Mapping[str, Any]) -> Heartbeat:
    sound = message.get("sound")
    battery, gps_age_s = message.get("battery"), message.get("gps_age_s")
    version = message.get("app_version")
    return Heartbeat(
        sound=_SOUNDS.get(sound, Sound.UNKNOWN) if isinstance(sound, str) else Sound.UNKNOWN,
        battery=float(battery) if isinstance(battery, int | float) and 0 <= battery <= 1 else None,
        gps_age_s=float(gps_age_s) if isinstance(gps_age_s, int | float) and 0 <= gps_age_s < 1e7 else None,
        app_version=version[:40] if isinstance(version, str) else "",
    )


async def _record_seen(building: Building, posting: Posting, tier: Tier, message: Mapping[str, Any]) -> None:
    ids = message.get("incidents")
    for incident_id in ids[:200] if isinstance(ids, list) else ():
        room = building.rooms.get(str(incident_id).partition(".")[0])  # type: ignore[call-overload]
        incident = room.state.world.incidents.get(IncidentId(str(incident_id))) if room is not None else None
        if room is None or incident is None or tier in dict(incident.seen):
            continue
        actor = Actor(id=posting.person, role=posting.role, office_id=posting.office)
        command_id = CommandId(f"seen:{tier}:{incident_id}")
        ctx = Context(at=building.clock.now(), actor=actor, command_id=command_id)
        await room.submit(RecordSeen(incident_id=incident.id, tier=tier), ctx)


ROUTES: tuple[BaseRouteHandler, ...] = (stream,)
