"""Which open incidents a call may be about: what is known of them, put before intake's rule."""

from collections.abc import Iterator

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import NoProvince
from nazdik.intake.model import Call
from nazdik.intake.numbers import tidy_number
from nazdik.intake.similar import Asked, Known, similar, telling_words, together
from nazdik.kernel import CallId, Instant, LonLat
from nazdik.organisation.model import Act

TEXT_MAX = 4_000


class SimilarBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a call tells so far; `call` is its id when it has one, so that its own draft is left out."""

    point: LonLat | None = None
    accuracy_m: float | None = None
    kind: str | None = None
    text: str = ""
    number: str | None = None
    call: str | None = None


class SimilarView(msgspec.Struct, frozen=True):
    """
    An incident that the call may be about (`proposed`), or one near it of another kind, with every reason.

    `callers` is how many calls are linked to it.
    """

    incident: str
    number: int
    score: float
    proposed: bool
    apart_m: float | None
    apart_s: float
    kind: str
    words: tuple[str, ...]
    same_number: bool
    callers: int


class SimilarsView(msgspec.Struct, frozen=True):
    """The likeliest first."""

    incidents: tuple[SimilarView, ...]


@post("/v1/calls/similar", status_code=200)
async def find_similar(data: JSONBody[SimilarBody], desk: NamedDependency[Desk]) -> SimilarsView:
    """
    Say which open incidents a call may be about, with the reasons; it links nothing.

    Near by place and time but unlike in kind is told with `proposed` false: something else in the same street.
    """
    desk.allow(Act.SEE_CALL)
    room = _room(desk)
    own = room.state.calls.get(CallId(data.call)) if data.call is not None else None
    asked = Asked(
        at=desk.house.clock.now(),
        point=data.point,
        doubt_m=max(0.0, data.accuracy_m or 0.0),
        kind=data.kind,
        words=telling_words(data.text[:TEXT_MAX]),
        number=tidy_number(data.number or "") or None,
    )
    found = similar(asked, _known(room, own))
    incidents = room.state.world.incidents
    await desk.note("similar", data.call or desk.posting.office)
    return SimilarsView(
        tuple(
            SimilarView(
                incident=p.incident_id,
                number=incidents[p.incident_id].number,
                score=p.score,
                proposed=p.proposed,
                apart_m=p.apart_m,
                apart_s=p.apart_s,
                kind=p.kind,
                words=p.words,
                same_number=p.same_number,
                callers=len(incidents[p.incident_id].calls),
            )
            for p in found
        )
    )


def _known(room: ControlRoom, own: Call | None) -> Iterator[Known]:
    """Every open incident with a place, but the draft that the call itself began."""
    calls = room.state.calls
    for incident in room.state.world.incidents.values():
        if incident.ended or incident.point is None or (own is not None and incident.id == own.incident_id):
            continue
        linked = [call for call_id in incident.calls if (call := calls.get(call_id)) is not None]
        yield Known(
            id=incident.id,
            kind=incident.kind,
            point=incident.point,
            last_at=Instant(max([incident.created_at, *(call.presented_at for call in linked)])),
            words=together([incident.narrative, *(call.narrative for call in linked)]),
            numbers=frozenset(tidy_number(call.number) for call in linked if call.number),
            radius_m=incident.radius_m,
        )


def _room(desk: Desk) -> ControlRoom:
    office = desk.house.offices.find_office(desk.posting.office)
    if office is None or office.province_id is None:
        raise NoProvince(office=desk.posting.office)
    return desk.house.room(office.province_id)


ROUTES: tuple[BaseRouteHandler, ...] = (find_similar,)
