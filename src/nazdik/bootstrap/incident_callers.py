"""Everybody who called about one incident, each still reachable; and which of them may not belong, with the reasons."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, QueryParameter

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.past_calls import CallBook
from nazdik.bootstrap.views import late_at
from nazdik.dispatch.errors import IncidentNotFound
from nazdik.guide.guessing import TEXT_MAX, Guesser
from nazdik.intake.estimates import best_of
from nazdik.intake.model import Call, CallState
from nazdik.intake.odd_one import Odd, Told, odd_one
from nazdik.intake.projections import CallView, call_view
from nazdik.intake.shapes import apart_m
from nazdik.kernel import CallId, IncidentId, Instant, OfficeId
from nazdik.organisation.model import Act

CALLERS_MAX = 200
# A guess of one stray word is no reason to think that somebody does not belong.
GUESS_FROM = 3.0


class OddView(msgspec.Struct, frozen=True):
    """Why a caller may not belong: `kind` (their words speak of `told_kind`, and which words), `far`, or both."""

    reasons: tuple[str, ...]
    told_kind: str | None
    words: tuple[str, ...]


class CallerOfView(msgspec.Struct, frozen=True):
    """
    One caller: the call, how far from the incident they are, and whether they may not belong.

    `began` is the call that the incident was made of: it cannot be pulled out. `past` is one that the server no longer holds in
    memory: it is read from the log.
    """

    call: CallView
    apart_m: float | None
    began: bool
    past: bool
    odd: OddView | None


class CallersView(msgspec.Struct, frozen=True):
    """Oldest first, at most 200. `past` says how many more there are that only a look with a purpose shows."""

    callers: tuple[CallerOfView, ...]
    past: int


@get("/v1/incidents/{incident_id:str}/callers")
async def get_callers(
    incident_id: FromPath[str],
    desk: NamedDependency[Desk],
    call_book: NamedDependency[CallBook],
    purpose: Annotated[
        str, QueryParameter(description="Why calls that ended long ago are looked up; kept in the audit log.")
    ] = "",
) -> CallersView:
    """
    Return everybody who called about an incident; with a purpose also those whom only the log still has.

    Refusals: dispatch.incident_not_found (404), organisation.purpose_needed (422), organisation.* (403).
    """
    room = desk.house.room(incident_id)
    own = frozenset({OfficeId(str(room.province))})
    desk.allow(Act.SEE_CALL, offices=own)
    incident = room.state.world.incidents.get(IncidentId(incident_id))
    wanted = desk.allow(Act.SEE_PAST_CALLS, offices=own, purpose=purpose) if purpose else ""
    if incident is None and not wanted:
        raise IncidentNotFound(incident_id=incident_id[:120])
    await desk.note("past_callers" if wanted else "callers", incident_id, wanted or "duty")
    known = [c for call_id in (incident.calls if incident is not None else ()) if (c := room.state.calls.get(call_id))]
    absent = [p.id for p in await call_book.callers_of(IncidentId(incident_id), CALLERS_MAX)]
    absent = [call_id for call_id in absent if all(call.id != call_id for call in known)]
    past: list[Call] = []
    if wanted:
        past = [c for call_id in absent if (c := await call_book.read_back(call_id)) is not None]
        absent = []
    if incident is None and not past:
        raise IncidentNotFound(incident_id=incident_id[:120])
    every = sorted([*past, *known], key=lambda call: (call.presented_at, call.id))[-CALLERS_MAX:]
    return CallersView(_views(desk, room, incident_id, every, frozenset(call.id for call in past)), len(absent))


def _views(
    desk: Desk, room: ControlRoom, incident_id: str, calls: list[Call], past: frozenset[CallId]
) -> tuple[CallerOfView, ...]:
    incident = room.state.world.incidents.get(IncidentId(incident_id))
    guesser, _ = desk.house.guessers.of(room)
    told = [_told(call, guesser) for call in calls]
    views = []
    for n, call in enumerate(calls):
        began = call.state is CallState.CLASSIFIED
        odd = None
        if incident is not None and not began:
            odd = odd_one(told[n], incident.kind, incident.point, incident.radius_m, told[:n] + told[n + 1 :])
        point, place = told[n].point, incident.point if incident is not None else None
        apart = apart_m(point, place) if point is not None and place is not None else None
        views.append(
            CallerOfView(
                call=call_view(call, late_at(room.state.world, call)),
                apart_m=None if apart is None else round(apart),
                began=began,
                past=call.id in past,
                odd=_odd_view(odd),
            )
        )
    return tuple(views)


def _told(call: Call, guesser: Guesser) -> Told:
    best = best_of(call.locations, call.locations[-1].at if call.locations else Instant(call.presented_at))
    point = call.point or (best.point if best is not None else None)
    doubt_m = (best.accuracy_m or 0.0) if best is not None and call.point is None else 0.0
    words = " ".join([call.narrative, *(text.text for text in call.texts if text.by is None)]).strip()
    # The kind of a call is often the kind of what it was linked to: its own words say more, where there are any.
    spoken = spoken_kind(words, guesser)
    return Told(point, doubt_m, *spoken) if spoken is not None else Told(point, doubt_m, call.kind)


def spoken_kind(words: str, guesser: Guesser) -> tuple[str, tuple[str, ...]] | None:
    """Return the one kind that words speak of, and which words; None when they do not say it plainly."""
    guesses = guesser.guess(words[:TEXT_MAX], 2).guesses if words else ()
    sure = guesses and guesses[0].score >= GUESS_FROM and (len(guesses) < 2 or guesses[0].score > guesses[1].score)
    return (guesses[0].code, tuple(dict.fromkeys(s.typed for s in guesses[0].spoken))) if sure else None


def _odd_view(odd: Odd | None) -> OddView | None:
    return None if odd is None else OddView(odd.reasons, odd.told_kind, odd.spoken)


ROUTES: tuple[BaseRouteHandler, ...] = (get_callers,)
