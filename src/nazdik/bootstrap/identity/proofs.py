"""A fresh proof for what safety rests on, and the sign that somebody is still at the desk."""

from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.factor import settle
from nazdik.bootstrap.identity.service import FACTOR, ServiceAnswer, find_by_service
from nazdik.bootstrap.identity.ways_in import by_passkey, check_code, check_password
from nazdik.platform.auth import KeyRefused, ProofNeeded, ServiceStranger, Session, WrongPassword

# By what sessions are opened in which nobody has anything to prove: a seat of the demo, an enrolled handheld.
WITHOUT_PROOF = frozenset({"seat", "device"})


class PresenceView(msgspec.Struct, frozen=True):
    """After how many seconds without anybody at it this session ends (null: only with its time), and how fresh its proof is."""

    idle_s: float | None
    by: str
    proof_needed: bool


class ProofBody(msgspec.Struct, forbid_unknown_fields=True):
    """Of whoever is signed in: the password, or a code of their telephone, or what their key or the identity service answered."""

    password: str | None = None
    code: str | None = None
    passkey: dict[str, Any] | None = None
    service: ServiceAnswer | None = None


def is_fresh(entrance: Entrance, session: Session) -> bool:
    """Whether the person of a session has proved within the last minutes who they are."""
    if session.by in WITHOUT_PROOF:
        return True
    at = session.proved_at
    return at is not None and entrance.building.clock.now() - at <= entrance.settings.proof_minutes * 60_000_000


def check_fresh(entrance: Entrance, session: Session) -> Session:
    """Return a session whose person has proved lately who they are. Raises `ProofNeeded`."""
    if not is_fresh(entrance, session):
        raise ProofNeeded(by=session.by)
    return session


def _view(entrance: Entrance, session: Session) -> PresenceView:
    return PresenceView(session.idle_s, session.by, not is_fresh(entrance, session))


@post("/v1/session/presence", status_code=200, sync_to_thread=False)
def tell_presence(request: Request[Any, Any, Any], entrance: NamedDependency[Entrance]) -> PresenceView:
    """Say that somebody is at this session: their page has seen a key or a hand. Refusals: auth.not_signed_in (401)."""
    session = entrance.session_of(request)
    entrance.registry.heard(session.id)
    return _view(entrance, session)


@post("/v1/session/proof", status_code=200)
async def prove(
    request: Request[Any, Any, Any], data: JSONBody[ProofBody], entrance: NamedDependency[Entrance]
) -> PresenceView:
    """
    Prove once more who is at this session, for the acts that ask for it.

    Refusals: auth.wrong_name_or_password, auth.wrong_code, auth.key_refused, auth.key_copied (401), auth.no_keys_here (409),
    auth.no_service (404), auth.service_refused (401), auth.service_stranger (403), auth.service_away (503),
    auth.too_many_tries (429), auth.busy (503).
    """
    session, factor = entrance.session_of(request), True
    if data.passkey is not None:
        person = (await by_passkey(request, entrance, data.passkey)).id
        if person != session.person:
            raise KeyRefused()
    elif data.service is not None:
        found = await find_by_service(request, entrance, data.service, session)
        person, factor = found.person.id, bool(found.grants[FACTOR])
        if person != session.person:
            raise ServiceStranger()
    elif data.code is not None:
        await check_code(request, entrance, session.person, data.code)
    else:
        person = (await check_password(request, entrance, entrance.name_of(session), data.password or "")).id
        factor = False
        if person != session.person:
            raise WrongPassword()
    entrance.registry.prove(session.id)
    if factor:
        await settle(entrance, session)
    entrance.registry.heard(session.id)
    proved = entrance.registry.find_session_by_id(session.id)
    assert proved is not None, "it was heard of just now"
    return _view(entrance, proved)


ROUTES: tuple[BaseRouteHandler, ...] = (tell_presence, prove)
