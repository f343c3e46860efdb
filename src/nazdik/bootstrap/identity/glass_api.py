"""Break-glass over HTTP: ask, agree, sit down, end. Each step is in the audit log before it is done."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.entrance import Entrance, SessionView, seated
from nazdik.bootstrap.identity.glass import (
    GLASS,
    OPEN_LASTS_S,
    Asked,
    BreakGlass,
    GlassNoSuchSeat,
    GlassNotFound,
    open_sessions,
)
from nazdik.bootstrap.identity.service import FACTOR, SID, SUBJECT, WORD
from nazdik.kernel import OfficeId, rfc3339
from nazdik.organisation.model import Role
from nazdik.platform.auth import Session

Glass = NamedDependency[SkipValidation[BreakGlass]]
AnyRequest = Request[Any, Any, Any]


class AskBody(msgspec.Struct, forbid_unknown_fields=True):
    """The seat that is needed, and why."""

    role: str
    office: str
    why: str


class AskedSeatView(msgspec.Struct, frozen=True):
    """A seat that is asked for, until when, and whether a second person has agreed."""

    id: str
    person: str
    role: str
    office: str
    why: str
    until: str
    agreed: bool


class OpenSeatView(msgspec.Struct, frozen=True):
    """Somebody sits behind broken glass. `ends` says whether the reader may end it."""

    id: str
    person: str
    role: str
    office: str
    until: str
    ends: bool


class GlassesView(msgspec.Struct, frozen=True):
    """What one asks for oneself, what one might agree to, and what is open."""

    mine: AskedSeatView | None
    waiting: tuple[AskedSeatView, ...]
    open: tuple[OpenSeatView, ...]


def _asked(one: Asked) -> AskedSeatView:
    posting = one.posting
    return AskedSeatView(
        one.id, one.person, posting.role, posting.office, one.why, rfc3339(one.until), one.second is not None
    )


async def _note(entrance: Entrance, actor: str, what: str, subject: str, asked: Asked) -> None:
    audit = entrance.building.audit
    assert audit is not None, "without an audit log there is no break-glass"
    details = {"glass": asked.id, "role": asked.posting.role, "office": asked.posting.office, "second": asked.second}
    await audit.record(actor=actor, what=what, subject=subject, purpose=asked.why, details=details)


@get("/v1/break-glass", sync_to_thread=False)
def list_glasses(request: AnyRequest, entrance: NamedDependency[Entrance], glass: Glass) -> GlassesView:
    """Return what is asked for and what is open, as far as it concerns whoever asks."""
    session = entrance.session_of(request)
    mine = glass.find_own(session.person)
    return GlassesView(
        mine=None if mine is None else _asked(mine),
        waiting=tuple(_asked(each) for each in glass.list_for(session)),
        open=tuple(
            OpenSeatView(
                id=str(each.grants[GLASS]),
                person=each.person,
                role=each.role,
                office=str(each.grants["office"]),
                until=rfc3339(each.expires_at),
                ends=True,
            )
            for each in open_sessions(entrance)
            if _may_end(entrance, session, each)
        ),
    )


def _may_end(entrance: Entrance, session: Session, opened: Session) -> bool:
    """Who sits there, and whoever's office the seat is in."""
    own = posting_of(session)
    within = entrance.building.offices.is_within(OfficeId(str(opened.grants["office"])), own.office)
    return session.person == opened.person or (within and GLASS not in session.grants and own.unit is None)


@post("/v1/break-glass", status_code=201)
async def ask_for_glass(
    data: JSONBody[AskBody], proved: NamedDependency[Session], entrance: NamedDependency[Entrance], glass: Glass
) -> AskedSeatView:
    """
    Ask for another's seat for half an hour; a second person has ten minutes to agree.

    Refusals: glass.why_missing, glass.no_such_seat (422), organisation.office_not_found (404), organisation.role_may_not,
    auth.proof_needed (403).
    """
    try:
        role = Role(data.role)
    except ValueError as error:
        raise GlassNoSuchSeat() from error
    asked = glass.ask(proved, role, OfficeId(data.office), data.why)
    await _note(entrance, proved.person, "break_glass_asked", asked.posting.office, asked)
    glass.keep(asked)
    glass.tell()
    return _asked(asked)


@post("/v1/break-glass/{glass_id:str}/agree", status_code=200)
async def agree_to_glass(
    glass_id: FromPath[str], proved: NamedDependency[Session], entrance: NamedDependency[Entrance], glass: Glass
) -> AskedSeatView:
    """
    Agree, as the second person.

    Refusals: glass.not_found (404), glass.second_person_needed (409), organisation.role_may_not, organisation.not_your_office,
    auth.proof_needed (403).
    """
    asked = glass.check_agree(proved, glass_id)
    await _note(entrance, proved.person, "break_glass_agreed", asked.person, asked)
    glass.agree(asked, proved.person)
    glass.tell()
    return _asked(glass.check_agree(proved, glass_id))


@post("/v1/break-glass/{glass_id:str}/open", status_code=201)
async def open_glass(
    request: AnyRequest,
    glass_id: FromPath[str],
    proved: NamedDependency[Session],
    entrance: NamedDependency[Entrance],
    glass: Glass,
) -> Response[SessionView]:
    """
    Sit down at the seat, for half an hour; every desk is told. The session so far ends.

    Refusals: glass.not_found (404), glass.second_person_needed (409), auth.proof_needed (403).
    """
    asked = glass.check_open(proved, glass_id)
    await _note(entrance, proved.person, "break_glass_opened", proved.person, asked)
    glass.drop(asked)
    view, headers = seated(
        request,
        entrance,
        asked.posting,
        by=proved.by,
        cookie_only=request.headers.get("authorization") is None,
        more={**_of_service(proved), GLASS: asked.id, "second": asked.second},
        lasts_s=OPEN_LASTS_S,
    )
    entrance.registry.close_session(proved.id)
    entrance.hub.cut(proved.id)
    glass.tell()
    return Response(view, status_code=201, headers=headers)


def _of_service(session: Session) -> dict[str, Any]:
    """What ends a session when its person signs out at the identity service; it stays with them at another's seat."""
    return {name: session.grants[name] for name in (SUBJECT, SID, WORD, FACTOR) if name in session.grants}


@post("/v1/break-glass/{glass_id:str}/end", status_code=204)
async def end_glass(
    request: AnyRequest, glass_id: FromPath[str], entrance: NamedDependency[Entrance], glass: Glass
) -> None:
    """End what is open, at once: who sits there, or whoever's office it is in. Refusals: glass.not_found (404)."""
    session = entrance.session_of(request)
    opened = [each for each in open_sessions(entrance) if each.grants[GLASS] == glass_id]
    if not opened or not _may_end(entrance, session, opened[0]):
        raise GlassNotFound()
    audit = entrance.building.audit
    if audit is not None:
        person = opened[0].person
        await audit.record(actor=session.person, what="break_glass_ended", subject=person, purpose="rights")
    for each in opened:
        entrance.registry.close_session(each.id)
        entrance.hub.cut(each.id)
    glass.tell()


ROUTES: tuple[BaseRouteHandler, ...] = (list_glasses, ask_for_glass, agree_to_glass, open_glass, end_glass)
