"""What a caller called about before: earlier calls of the same number, for whoever may see calls."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from nazdik.bootstrap.desk import Desk
from nazdik.intake.errors import CallNotFound
from nazdik.intake.model import Call
from nazdik.kernel import CallId, OfficeId, rfc3339
from nazdik.organisation.model import Act

CALLS_MAX = 20


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
    """Newest first, the newest 20 of `total`: the calls in memory, those of the last day and those still open."""

    total: int
    calls: tuple[PastCallView, ...]


@get("/v1/calls/{call_id:str}/history")
async def get_call_history(call_id: FromPath[str], desk: NamedDependency[Desk]) -> CallHistoryView:
    """Return the other calls of a call's number. Refusals: intake.call_not_found (404), organisation.* (403)."""
    room = desk.house.room(call_id)
    desk.allow(Act.SEE_CALL, offices=frozenset({OfficeId(str(room.province))}))
    calls = room.state.calls
    call = calls.get(CallId(call_id))
    if call is None:
        raise CallNotFound(call_id=call_id[:120])
    await desk.note("call_history", call_id)
    numbers = {number for number in (call.number, call.callback) if number}
    found = [other for other in calls.values() if other.id != call.id and numbers & {other.number, other.callback}]
    found.sort(key=lambda other: (other.presented_at, other.id), reverse=True)

    def view(past: Call) -> PastCallView:
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

    return CallHistoryView(len(found), tuple(view(past) for past in found[:CALLS_MAX]))


ROUTES: tuple[BaseRouteHandler, ...] = (get_call_history,)
