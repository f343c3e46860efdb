"""
After the log is mended: what the journal has of the time without one goes into the log.

Exchanges' calls and callers' messages are read again by their own doors, as after a crash. Here are the other two: calls that
somebody signed in presented, and what was written down as taken care of. Then, and not before, the mark of that time is taken away.
"""

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.door import House
from nazdik.bootstrap.journal_only.mark import Mark, end_mark
from nazdik.intake import commands as c
from nazdik.intake.api import CallBody
from nazdik.intake.callers.envelope import NOBODY, Came, unwrap
from nazdik.intake.callers.service import Callers
from nazdik.intake.errors import CallExists, CallNotFound
from nazdik.intake.exchange import Exchange, came_then
from nazdik.intake.model import CallBack, CallBackResult, RingingEnd
from nazdik.intake.raw import Care, read_care, read_raw
from nazdik.intake.records import KeptRecord
from nazdik.kernel import Actor, CallId, CommandId, Context, Invalid, OfficeId, ProvinceId, Rejected, Unavailable
from nazdik.platform.journal import read_recent

AGAIN_S = 1.0
_log = logging.getLogger(__name__)
_decode = msgspec.json.Decoder(CallBody).decode


async def bring_in(
    data: Path, mark: Mark, journal: Path, house: House, callers: Callers, exchange: Exchange | None
) -> None:
    """Put all of it into the log and take the mark away; what fails is tried again at the next start."""
    try:
        for record in read_recent(journal, mark.since):
            came = unwrap(record.data)
            room = house.rooms.get(came.province) if came is not None else None
            if came is not None and room is not None and came.door == "call":
                await _alone(f"the record at {record.offset}", _present(house, room, came, record))
        for province in house.rooms:
            await callers.settled(province)
        if exchange is not None:
            await exchange.settled()
        for care, call_id in _cared_for(read_recent(journal, mark.since)):
            await _alone(f"the care of {care.of}", _take_care(house, care, call_id))
        end_mark(data)
        _log.warning("what came without a log is in the log")
    except Exception:
        _log.exception("what came without a log is not all in the log; it is tried again at the next start")


async def _alone(what: str, work: Awaitable[None]) -> None:
    """Do one thing; when it fails, say so and let the others come: one that we cannot digest must not keep them out."""
    try:
        await work
    except Exception:
        _log.critical("%s is not in the log; the raw calls show it as it came", what, exc_info=True)


def signer(role: str, person: str) -> str:
    """Return how the journal names who presented a call."""
    return f"{role}:{person}"


async def _present(house: House, room: ControlRoom, came: Came, record: KeptRecord) -> None:
    role, known, person = came.note.partition(":")
    if not known or came.gateway == NOBODY:
        return  # Its sender was refused, and told so.
    try:
        body = _decode(came.body)
    except (msgspec.MsgspecError, UnicodeError):
        return
    command = c.PresentCall(
        call_id=CallId(came.gateway),
        channel=body.channel,
        number=body.number,
        name=body.name,
        narrative=body.narrative,
        point=body.point,
        accuracy_m=body.accuracy_m,
    )
    actor = Actor(id=person, role=role, office_id=OfficeId(str(room.province)))
    key = f"journal:{record.offset}"
    try:
        await _surely(house, room, came_then(command, record.at), key, actor)
    except CallExists:
        return
    except Invalid:
        # Whatever is wrong with it, somebody called.
        plain = c.PresentCall(
            call_id=command.call_id,
            channel=body.channel,
            number=(body.number or "")[:40] or None,
            narrative=body.narrative[:4_000],
        )
        await _surely(house, room, came_then(plain, record.at), f"{key}:plain", actor)


def _cared_for(records: Iterable[KeptRecord]) -> list[tuple[Care, CallId]]:
    """Return what was taken care of, oldest first, with the call that it was."""
    calls: dict[int, CallId] = {}
    cares: list[Care] = []
    for record in records:
        care = read_care(record)
        if care is not None:
            cares.append(care)
        elif (raw := read_raw(record)).begins and raw.call_id is not None:
            calls[record.offset] = raw.call_id
    return [(care, calls[care.of]) for care in cares if care.of in calls]


async def _take_care(house: House, care: Care, call_id: CallId) -> None:
    """It rings no more and need not be called back; the words are kept with it."""
    room = house.rooms.get(ProvinceId(call_id.partition(".")[0]))
    if room is None:
        return
    actor = Actor(id=care.by, role="call_taker", office_id=OfficeId(str(room.province)))
    said = f"{care.by}: {care.words}" if care.words else care.by
    key = f"care:{care.of}:{care.at}"
    try:
        ended = c.EndRinging(call_id=call_id, how=RingingEnd.ELSEWHERE, reason=said[:300])
        await _surely(house, room, ended, key, actor)
        call = room.state.calls.get(call_id)
        if call is not None and call.call_back is CallBack.DUE:
            settled = c.TryCallBack(call_id=call_id, result=CallBackResult.NOT_NEEDED, note=said[:300])
            await _surely(house, room, settled, f"{key}:call-back", actor)
    except CallNotFound:
        _log.warning("what was taken care of is no call: %s", call_id)
    except Rejected as refused:
        _log.info("that %s was taken care of was refused: %s", call_id, refused.code)


async def _surely(house: House, room: ControlRoom, command: Any, key: str, actor: Actor) -> None:
    while True:
        try:
            await room.submit(command, Context(at=house.clock.now(), actor=actor, command_id=CommandId(key)))
            return
        except Unavailable as away:
            _log.error("the log cannot take a call now: %s", away)
            await asyncio.sleep(AGAIN_S)
