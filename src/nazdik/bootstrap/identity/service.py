"""
A force's identity service as a way in: whom here it vouches for. It brings nobody in who is not posted here, and gives no right.

What a browser was sent there with is kept by that browser, sealed, with a word that is good once, so that none is answered twice.
"""

import asyncio
import logging
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from nazdik.bootstrap.identity.parts import Identity
from nazdik.bootstrap.identity.service_cookies import ASKED, cookie_of
from nazdik.bootstrap.identity.ways_in import WAIT_S_AT_KNOWN_PLACE, address_of
from nazdik.bootstrap.leaving import leave
from nazdik.kernel import NotFound, PersonId
from nazdik.organisation.store import Person
from nazdik.platform.auth import (
    WAIT_S_MAX,
    Oidc,
    OidcSettingsError,
    Question,
    ServiceRefused,
    ServiceStranger,
    Session,
    Subjects,
    Vouched,
    Words,
    read_oidc_settings,
)
from nazdik.platform.auth.seals import SealBroken
from nazdik.platform.clock import Clock
from nazdik.platform.settings import Settings, SettingsError

if TYPE_CHECKING:
    from nazdik.bootstrap.entrance import AnyConnection, Entrance

# How a session is called that was opened by the service, and what it carries of it.
BY = "oidc"
SUBJECT, SID, WORD, FACTOR = "service_subject", "service_sid", "service_word", "factor"
ASKED_LASTS_S = 600
LEFT_LASTS_S = 120
REMEMBERED_MAX = 5_000
_log = logging.getLogger(__name__)


class NoService(NotFound):
    """No identity service is configured here."""

    code = "auth.no_service"


class ServiceAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """What the service gave the browser on its way back; without a code when it gave none."""

    state: str
    code: str = ""
    iss: str | None = None


class _Sent(msgspec.Struct, frozen=True):
    """What a browser keeps while its person is at the service: the question, and for a proof whose session it is."""

    state: str
    nonce: str
    verifier: str
    at_s: int
    afresh: bool
    session: str
    word: bytes


def _asked(state: str) -> str:
    return f"service:{state}"


@dataclass(frozen=True, slots=True)
class Found:
    """A person of ours whom the service vouches for."""

    person: Person
    # What a session carries of the service: by what it ends when it ends there.
    grants: dict[str, Any]


class IdentityService:
    """The configured service, and who its accounts are here. Belongs to one event loop."""

    def __init__(self, oidc: Oidc, subjects: Subjects, words: Words) -> None:
        self.oidc = oidc
        self.subjects = subjects
        self._words = words
        self._logouts: OrderedDict[str, None] = OrderedDict()
        # The service's tokens, to sign out there by; only for this run.
        self._tokens: OrderedDict[str, str] = OrderedDict()

    async def begin(self, session: Session | None = None) -> tuple[str, str]:
        """Return where a browser goes, and what it keeps meanwhile; for a session, to prove its person. Raises `ServiceAway`."""
        question, address = await self.oidc.ask(proof=session is not None)
        sent = _Sent(
            question.state,
            question.nonce,
            question.verifier,
            question.at_s,
            question.afresh,
            "" if session is None else session.id,
            self._words.give(_asked(question.state), lasts_s=ASKED_LASTS_S),
        )
        return address, self._sealed(msgspec.json.encode(sent), "service")

    async def find(
        self, request: "AnyConnection", entrance: "Entrance", answer: ServiceAnswer, kept: str, session: Session | None
    ) -> Found:
        """
        Return the person of ours for whom the service answers.

        Args:
            kept: What the browser has kept.
            session: Whose person it has to be; None to sign in.

        Raises:
            ServiceRefused, ServiceAway, TooManyTries: As they say.
            ServiceStranger: It is nobody who may sign in here.
            LogUnavailable: It is not known whether another node has taken this answer.
        """
        key = f"service|{address_of(request)}"
        entrance.throttle.check(key)
        known = await asyncio.to_thread(entrance.registry.is_known_place, address_of(request))
        entrance.throttle.failed(key, wait_s_max=WAIT_S_AT_KNOWN_PLACE if known else WAIT_S_MAX)
        question = await self._question(kept, session)
        vouched = await self.oidc.take(question, state=answer.state, code=answer.code, issuer=answer.iss)
        person = await self._person(entrance, vouched)
        entrance.throttle.succeeded(key)
        word = secrets.token_hex(8)
        self._tokens[word] = vouched.id_token
        while len(self._tokens) > REMEMBERED_MAX:
            self._tokens.popitem(last=False)
        grants = {SUBJECT: vouched.subject, SID: vouched.sid, FACTOR: vouched.second_factor, WORD: word}
        return Found(person, grants)

    async def _question(self, kept: str, session: Session | None) -> Question:
        """Return the question that a browser was sent with; each is answered once. Raises `ServiceRefused`."""
        try:
            sent = msgspec.json.decode(self._opened(kept, "service"), type=_Sent)
        except (SealBroken, ValueError) as error:
            raise ServiceRefused(step="state") from error
        if sent.session != ("" if session is None else session.id):
            raise ServiceRefused(step="state")
        if not await asyncio.to_thread(self._words.use, sent.word, _asked(sent.state)):
            raise ServiceRefused(step="state")
        return Question(sent.state, sent.nonce, sent.verifier, sent.at_s, sent.afresh)

    async def _person(self, entrance: "Entrance", vouched: Vouched) -> Person:
        """Return whom an account belongs to: who it was bound to, or the first time whom the claim names."""
        issuer, people = self.oidc.settings.issuer, entrance.people
        bound = await asyncio.to_thread(self.subjects.find_person, issuer, vouched.subject)
        if bound is not None:
            person = await asyncio.to_thread(people.find_person, PersonId(bound))
        else:
            person = await asyncio.to_thread(people.find_by_name, vouched.name) if vouched.name else None
        if person is None or not person.active:
            await self._tell(entrance, vouched, person)
            raise ServiceStranger()
        if bound is None:
            audit = entrance.building.audit
            if audit is not None:
                await audit.record(actor=person.id, what="service_account_bound", subject=person.id, purpose="identity")
            if not await asyncio.to_thread(self.subjects.bind, issuer, vouched.subject, person.id):
                # The name belongs to another account there than the one that came in by it first.
                await self._tell(entrance, vouched, person)
                raise ServiceStranger()
        return person

    async def _tell(self, entrance: "Entrance", vouched: Vouched, person: Person | None) -> None:
        """Write down that an account was turned away. Names that are nobody's here stay out of every log."""
        _log.warning("an account of the identity service was turned away")
        audit = entrance.building.audit
        if audit is not None and person is not None:
            await audit.record(actor="system", what="service_account_refused", subject=person.id, purpose="security")

    # Signing out, here and there

    def left(self, entrance: "Entrance", session: Session) -> str:
        """Return what a browser keeps when its session has ended here, so that it can end there as well."""
        until_s = entrance.building.clock.now() // 1_000_000 + LEFT_LASTS_S
        return self._sealed(msgspec.json.encode((until_s, str(session.grants.get(WORD)))), "service-left")

    async def way_out(self, entrance: "Entrance", kept: str) -> str | None:
        """Return where a browser goes that has just signed out here, or None."""
        try:
            until_s, word = msgspec.json.decode(self._opened(kept, "service-left"), type=tuple[int, str])
        except (SealBroken, ValueError):
            return None
        if until_s < entrance.building.clock.now() // 1_000_000:
            return None
        return await self.oidc.way_out(self._tokens.pop(word, None))

    async def logged_out(self, entrance: "Entrance", token: str) -> int:
        """End the sessions of whoever signed out at the service, and return how many. Raises `ServiceRefused`."""
        subject, sid, jti = await self.oidc.logged_out(token)
        if jti in self._logouts:
            raise ServiceRefused(step="token")
        self._logouts[jti] = None
        while len(self._logouts) > REMEMBERED_MAX:
            self._logouts.popitem(last=False)
        ended = [
            session
            for session in entrance.registry.list_sessions()
            if session.by == BY
            and (not subject or session.grants.get(SUBJECT) == subject)
            and (not sid or session.grants.get(SID) == sid)
        ]
        audit = entrance.building.audit
        for session in ended:
            # First the line: should writing fail, nobody sees more than they may.
            entrance.hub.cut(session.id)
            await asyncio.to_thread(entrance.registry.close_session, session.id)
            await leave(entrance, session)
            if audit is not None:
                details = {"why": "signed_out_at_service", "role": session.role}
                await audit.record(
                    actor="system", what="end_session", subject=session.person, purpose="rights", details=details
                )
        return len(ended)

    def _sealed(self, said: bytes, what: str) -> str:
        return urlsafe_b64encode(self._words.seal(said, what)).decode()

    def _opened(self, kept: str, what: str) -> bytes:
        return self._words.open(urlsafe_b64decode(kept[:4_096].encode()), what)


async def find_by_service(
    request: "AnyConnection", entrance: "Entrance", answer: ServiceAnswer, session: Session | None = None
) -> Found:
    """Return the person for whom the identity service answers; see `IdentityService.find`. Raises `NoService`."""
    if entrance.service is None:
        raise NoService()
    return await entrance.service.find(request, entrance, answer, cookie_of(request, ASKED), session)


def open_service(settings: Settings, identity: Identity, clock: Clock) -> IdentityService | None:
    """Return the identity service that the settings name, or None. It is asked for nothing before somebody signs in by it."""
    if settings.oidc_file is None:
        return None
    try:
        told = read_oidc_settings(settings.oidc_file, public_url=settings.public_url)
    except OidcSettingsError as error:
        raise SettingsError(f"setting oidc_file: {error}") from error
    return IdentityService(Oidc(told, clock), identity.subjects, identity.words)
