"""Calls as call-takers and dispatchers see them: personal data."""

import msgspec

from nazdik.intake.model import Call
from nazdik.kernel import Instant, LonLat, rfc3339


class LocationView(msgspec.Struct, frozen=True):
    """One estimate of where the caller is."""

    source: str
    point: LonLat
    accuracy_m: float | None
    at: str


class CallView(msgspec.Struct, frozen=True):
    """One contact."""

    id: str
    number: str | None
    name: str | None
    callback: str | None
    channel: str
    state: str
    presented_at: str
    answered_at: str | None
    answered_by: str | None
    ended_at: str | None
    narrative: str
    kind: str | None
    priority: int | None
    point: LonLat | None
    accuracy_m: float | None
    place: str
    locations: tuple[LocationView, ...]
    incident: str | None
    outcome: str | None


def _stamp(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)


def call_view(call: Call) -> CallView:
    """Return a call; its point is the one the call-taker set, else the caller's newest location."""
    newest = call.locations[-1] if call.locations else None
    return CallView(
        id=call.id,
        number=call.number,
        name=call.name,
        callback=call.callback,
        channel=call.channel,
        state=call.state,
        presented_at=rfc3339(call.presented_at),
        answered_at=_stamp(call.answered_at),
        answered_by=call.answered_by,
        ended_at=_stamp(call.ended_at),
        narrative=call.narrative,
        kind=call.kind,
        priority=call.priority,
        point=call.point or (newest.point if newest is not None else None),
        accuracy_m=newest.accuracy_m if newest is not None and call.point is None else None,
        place=call.place,
        locations=tuple(
            LocationView(source=where.source, point=where.point, accuracy_m=where.accuracy_m, at=rfc3339(where.at))
            for where in call.locations
        ),
        incident=call.incident_id,
        outcome=call.outcome,
    )
