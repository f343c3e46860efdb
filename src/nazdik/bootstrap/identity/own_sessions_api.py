"""One's own passphrase and sessions: change the one by the one before, see the others and end them."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody

from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.own_keys_api import person_behind
from nazdik.bootstrap.identity.ways_in import AGENT, FROM, SINCE, check_password
from nazdik.bootstrap.leaving import leave
from nazdik.kernel import Instant, NotFound, PersonId, rfc3339
from nazdik.platform.auth import Session, WrongPassword

AnyRequest = Request[Any, Any, Any]


class SessionNotFound(NotFound):
    """There is no such session among one's own."""

    code = "identity.session_not_found"


class OwnPasswordBody(msgspec.Struct, forbid_unknown_fields=True):
    """The passphrase so far, and the one from now on."""

    old: str
    new: str


class EndedView(msgspec.Struct, frozen=True):
    """How many of one's own sessions ended."""

    ended: int


class OwnSessionView(msgspec.Struct, frozen=True):
    """A session of one's own: by what it was opened, since when, from which address and browser; `here` is the one that asks."""

    id: str
    by: str
    role: str
    since: str | None
    until: str
    address: str
    agent: str
    here: bool


class OwnSessionsView(msgspec.Struct, frozen=True):
    """Every session of one's own, the one that asks first."""

    sessions: tuple[OwnSessionView, ...]


@post("/v1/session/password", status_code=200)
async def change_password(
    request: AnyRequest, data: JSONBody[OwnPasswordBody], entrance: NamedDependency[Entrance]
) -> EndedView:
    """
    Change one's own passphrase, by the one before it. The other sessions end.

    Refusals: auth.wrong_name_or_password (401), auth.weak_password, auth.common_password (422), identity.not_a_person (403),
    auth.too_many_tries (429), auth.busy (503).
    """
    session = entrance.session_of(request)
    person = PersonId(person_behind(entrance, session))
    if (await check_password(request, entrance, entrance.name_of(session), data.old)).id != person:
        raise WrongPassword()
    await asyncio.to_thread(entrance.registry.check_new, person, data.new)
    await _note(entrance, session, "password_changed", session.person)
    await asyncio.to_thread(entrance.people.set_password, person, data.new)
    return EndedView(await _end(entrance, _others(entrance, session)))


@get("/v1/session/places", sync_to_thread=False)
def list_own_sessions(request: AnyRequest, entrance: NamedDependency[Entrance]) -> OwnSessionsView:
    """Return where one is signed in. Refusals: identity.not_a_person (403)."""
    session = entrance.session_of(request)
    person_behind(entrance, session)
    return OwnSessionsView((_view(session, here=True), *(_view(one, here=False) for one in _others(entrance, session))))


@delete("/v1/session/places", status_code=200)
async def end_other_sessions(request: AnyRequest, entrance: NamedDependency[Entrance]) -> EndedView:
    """End every session of one's own but the one that asks. Refusals: identity.not_a_person (403)."""
    session = entrance.session_of(request)
    person_behind(entrance, session)
    await _note(entrance, session, "end_session", session.person)
    return EndedView(await _end(entrance, _others(entrance, session)))


@delete("/v1/session/places/{session_id:str}", status_code=204)
async def end_own_session(request: AnyRequest, session_id: FromPath[str], entrance: NamedDependency[Entrance]) -> None:
    """End one session of one's own, at once. Refusals: identity.session_not_found (404), identity.not_a_person (403)."""
    session = entrance.session_of(request)
    person_behind(entrance, session)
    found = [one for one in _others(entrance, session) if one.id == session_id]
    if not found:
        raise SessionNotFound()
    await _note(entrance, session, "end_session", session.person)
    await _end(entrance, found)


def _others(entrance: Entrance, session: Session) -> list[Session]:
    """Return the other sessions of a person, the newest first."""
    held = [one for one in entrance.registry.list_sessions_of(session.person) if one.id != session.id]
    return sorted(held, key=lambda one: (-one.expires_at, one.id))


async def _end(entrance: Entrance, sessions: list[Session]) -> int:
    for each in sessions:
        # First the line: should writing fail, nobody sees more than they may.
        entrance.hub.cut(each.id)
        await asyncio.to_thread(entrance.registry.close_session, each.id)
        await leave(entrance, each)
    return len(sessions)


async def _note(entrance: Entrance, session: Session, what: str, subject: str) -> None:
    audit = entrance.building.audit
    if audit is not None:
        details = {"why": "by_the_person", "role": session.role}
        await audit.record(actor=session.person, what=what, subject=subject, purpose="identity", details=details)


def _view(session: Session, *, here: bool) -> OwnSessionView:
    since = session.grants.get(SINCE)
    return OwnSessionView(
        id=session.id,
        by=session.by,
        role=session.role,
        since=None if since is None else rfc3339(Instant(int(since))),
        until=rfc3339(session.expires_at),
        address=str(session.grants.get(FROM, "")),
        agent=str(session.grants.get(AGENT, "")),
        here=here,
    )


ROUTES: tuple[BaseRouteHandler, ...] = (change_password, list_own_sessions, end_other_sessions, end_own_session)
