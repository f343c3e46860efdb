"""What a caller called about before, and how often for nothing: for whoever may see calls, each look written down."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, QueryParameter

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.looks import LookView, looks_at
from nazdik.bootstrap.past_calls import CallBook
from nazdik.intake.errors import CallNotFound
from nazdik.intake.model import Call
from nazdik.intake.past import PastCall
from nazdik.kernel import CallId, IncidentId, OfficeId, rfc3339
from nazdik.organisation.model import Act

CALLS_MAX = 20
PAST_MAX = 50


class PastCallView(msgspec.Struct, frozen=True):
    """One earlier call, and the incident that it made or joined."""

    id: str
    at: str
    channel: str
    state: str
    outcome: str | None
    kind: str | None
    incident: str | None
    incident_number: int | None
    is_test: bool


class CallHistoryView(msgspec.Struct, frozen=True):
    """
    Newest first, the newest of `total`.

    Without a purpose those in memory: of the last day, and those still open. With one also those before, as far as they are kept.
    """

    total: int
    calls: tuple[PastCallView, ...]
    # Who looked before at what this number called about, and what for.
    looks: tuple[LookView, ...] = ()


class ReasonView(msgspec.Struct, frozen=True):
    """So many past calls of one finding (`hoax`, `unfounded`, `real`), the newest when, what they add together today."""

    finding: str
    count: int
    last_at: str
    adds: float


class NuisanceView(msgspec.Struct, frozen=True):
    """A hint, with every reason: `level` is none, some or often. It stops nothing."""

    score: float
    level: str
    reasons: tuple[ReasonView, ...]


@get("/v1/calls/{call_id:str}/history")
async def get_call_history(
    call_id: FromPath[str],
    desk: NamedDependency[Desk],
    call_book: NamedDependency[CallBook],
    purpose: Annotated[
        str, QueryParameter(description="Why calls before the last day are looked up; kept in the audit log.")
    ] = "",
) -> CallHistoryView:
    """
    Return the other calls of a call's number: the last day's, or with a purpose all that are kept.

    Refusals: intake.call_not_found (404), organisation.purpose_needed (422), organisation.* (403).
    """
    room, call = _call(desk, call_id, Act.SEE_CALL)
    numbers = _numbers(call)
    if purpose:
        own = frozenset({OfficeId(str(room.province))})
        what_for = desk.allow(Act.SEE_PAST_CALLS, offices=own, purpose=purpose)
        total, past = await call_book.calls_of(room.province, numbers, PAST_MAX + 1)
        looks = await looks_at(desk, "past_calls", (call_id, *(each.id for each in past)))
        await desk.note("past_calls", call_id, what_for)
        others = [each for each in past if each.id != call.id][:PAST_MAX]
        incidents = await call_book.numbers_of([each.incident for each in others if each.incident is not None])
        return CallHistoryView(max(0, total - 1), tuple(_past_view(each, incidents) for each in others), looks)
    await desk.note("call_history", call_id)
    calls = room.state.calls
    found = [other for other in calls.values() if other.id != call.id and numbers & {other.number, other.callback}]
    found.sort(key=lambda other: (other.presented_at, other.id), reverse=True)
    return CallHistoryView(len(found), tuple(_view(room, past) for past in found[:CALLS_MAX]))


@get("/v1/calls/{call_id:str}/nuisance")
async def get_nuisance(
    call_id: FromPath[str], desk: NamedDependency[Desk], call_book: NamedDependency[CallBook]
) -> NuisanceView:
    """
    Return how often a call's number called for nothing, with the reasons. A hint: the call rings whatever it says.

    Refusals: intake.call_not_found (404), organisation.* (403).
    """
    room, call = _call(desk, call_id, Act.SEE_CALLER_RECORD)
    await desk.note("nuisance", call_id)
    found = await call_book.nuisance_of(room.province, _numbers(call))
    reasons = tuple(ReasonView(r.finding, r.count, rfc3339(r.last_at), r.adds) for r in found.reasons)
    return NuisanceView(found.score, found.level, reasons)


def _call(desk: Desk, call_id: str, act: Act) -> tuple[ControlRoom, Call]:
    room = desk.house.room(call_id)
    desk.allow(act, offices=frozenset({OfficeId(str(room.province))}))
    call = room.state.calls.get(CallId(call_id))
    if call is None:
        raise CallNotFound(call_id=call_id[:120])
    return room, call


def _numbers(call: Call) -> set[str]:
    return {number for number in (call.number, call.callback) if number}


def _view(room: ControlRoom, past: Call) -> PastCallView:
    incident = room.state.world.incidents.get(past.incident_id) if past.incident_id is not None else None
    return PastCallView(
        id=past.id,
        at=rfc3339(past.presented_at),
        channel=past.channel,
        state=past.state,
        outcome=past.outcome,
        kind=past.kind,
        incident=past.incident_id,
        incident_number=incident.number if incident is not None else None,
        is_test=past.is_test,
    )


def _past_view(past: PastCall, incidents: dict[IncidentId, int]) -> PastCallView:
    return PastCallView(
        id=past.id,
        at=rfc3339(past.at),
        channel=past.channel,
        state=past.state,
        outcome=past.outcome,
        kind=past.kind,
        incident=past.incident,
        incident_number=incidents.get(past.incident) if past.incident is not None else None,
        is_test=past.is_test,
    )


ROUTES: tuple[BaseRouteHandler, ...] = (get_call_history, get_nuisance)
