"""One's own ways in: a telephone's codes, passkeys, removing them; and what an administrator does when all are lost."""

import asyncio
import io
from typing import TYPE_CHECKING, Any

import msgspec
import segno
from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody

from nazdik.bootstrap.administration.persons import person_of
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.factor import check_may_add, check_may_remove, settle
from nazdik.bootstrap.identity.hosts import find_key_host, key_host
from nazdik.bootstrap.identity.proofs import WITHOUT_PROOF
from nazdik.kernel import Conflict, Forbidden, NotFound, OfficeId, rfc3339
from nazdik.kernel.later import later
from nazdik.organisation.errors import PersonNotFound
from nazdik.organisation.model import Act
from nazdik.platform.auth import Passkey, Session, totp

if TYPE_CHECKING:
    from webauthn import helpers
else:
    helpers = later("webauthn.helpers")

LABEL = "Passkey"
AnyRequest = Request[Any, Any, Any]


class NotAPerson(Forbidden):
    """A seat of the demo or an enrolled handheld has no keys of its own."""

    code = "identity.not_a_person"


class KeyNotFound(NotFound):
    """There is no such key among one's own."""

    code = "identity.key_not_found"


class NotOnesOwn(Conflict):
    """One's own keys are reset by another administrator."""

    code = "identity.not_ones_own"


class KeyView(msgspec.Struct, frozen=True):
    """A passkey; `here` says whether it works by the name this page was opened by."""

    id: str
    label: str
    since: str
    used_at: str | None
    host: str
    here: bool


class TelephoneView(msgspec.Struct, frozen=True):
    """Since when a telephone makes codes, and how many codes on paper are left."""

    since: str
    recovery_left: int


class WaysInView(msgspec.Struct, frozen=True):
    """By what one signs in. `keys_here`: whether a passkey can be made by this address."""

    name: str
    password: bool
    telephone: TelephoneView | None
    keys: tuple[KeyView, ...]
    keys_here: bool


class SecretView(msgspec.Struct, frozen=True):
    """A secret for a telephone: to be typed, and the squares of its picture. It is shown this once."""

    secret: str
    modules: tuple[str, ...]


class TelephoneCodeBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the telephone shows."""

    code: str


class PaperView(msgspec.Struct, frozen=True):
    """Codes to be kept on paper, each good once. They are shown this once."""

    recovery: tuple[str, ...]


class AskedView(msgspec.Struct, frozen=True):
    """What `navigator.credentials` is to be asked, in WebAuthn's JSON."""

    options: dict[str, Any]


class NewKeyBody(msgspec.Struct, forbid_unknown_fields=True):
    """What `navigator.credentials.create` answered, and by what its person will know the key."""

    credential: dict[str, Any]
    label: str = ""


class ForgottenView(msgspec.Struct, frozen=True):
    """What a person had, and has no more."""

    keys: int
    telephone: bool


def person_behind(entrance: Entrance, session: Session) -> str:
    """Return the person of a session. Raises `NotAPerson`."""
    if session.by in WITHOUT_PROOF or not entrance.name_of(session):
        raise NotAPerson()
    return session.person


async def _note(entrance: Entrance, person: str, what: str, subject: str | None = None) -> None:
    """Write a change of ways in down before it is done."""
    audit = entrance.building.audit
    if audit is not None:
        await audit.record(actor=person, what=what, subject=subject or person, purpose="identity")


@get("/v1/session/keys")
async def get_ways_in(request: AnyRequest, entrance: NamedDependency[Entrance]) -> WaysInView:
    """Return by what one signs in. Refusals: identity.not_a_person (403)."""
    session = entrance.session_of(request)
    person, host = person_behind(entrance, session), find_key_host(request, entrance)
    factor = await asyncio.to_thread(entrance.identity.factors.find, person)
    keys = await asyncio.to_thread(entrance.identity.passkeys.list_of, person)
    return WaysInView(
        name=entrance.name_of(session),
        password=await asyncio.to_thread(entrance.registry.has_password, person),
        telephone=None if factor is None else TelephoneView(rfc3339(factor.since), factor.recovery_left),
        keys=tuple(_view(key, host) for key in keys),
        keys_here=host is not None,
    )


def _view(key: Passkey, host: str | None) -> KeyView:
    return KeyView(
        id=helpers.bytes_to_base64url(key.id),
        label=key.label or LABEL,
        since=rfc3339(key.since),
        used_at=None if key.used_at is None else rfc3339(key.used_at),
        host=key.host,
        here=key.host == host,
    )


@post("/v1/session/telephone", status_code=201)
async def begin_telephone(proved: NamedDependency[Session], entrance: NamedDependency[Entrance]) -> SecretView:
    """
    Return a secret for a telephone; it counts once a code of it has come back. The one before counts until then.

    Refusals: auth.proof_needed, identity.not_a_person (403).
    """
    person = person_behind(entrance, proved)
    await check_may_add(entrance, proved)
    secret = await asyncio.to_thread(entrance.identity.factors.begin, person)
    out = io.StringIO()
    address = totp.address(secret, issuer=entrance.settings.name, name=entrance.name_of(proved))
    segno.make(address, error="m", micro=False).save(out, kind="txt", border=0)
    return SecretView(totp.base32(secret), tuple(out.getvalue().split()))


@post("/v1/session/telephone/confirm", status_code=200)
async def confirm_telephone(
    data: JSONBody[TelephoneCodeBody], proved: NamedDependency[Session], entrance: NamedDependency[Entrance]
) -> PaperView:
    """Take the telephone by its first code. Refusals: auth.wrong_code (401), auth.proof_needed (403)."""
    person = person_behind(entrance, proved)
    await check_may_add(entrance, proved)
    await _note(entrance, person, "telephone_added")
    paper = PaperView(await asyncio.to_thread(entrance.identity.factors.confirm, person, data.code))
    await settle(entrance, proved)
    return paper


@delete("/v1/session/telephone", status_code=204)
async def remove_telephone(
    request: AnyRequest, proved: NamedDependency[Session], entrance: NamedDependency[Entrance]
) -> None:
    """Sign in without a telephone from now on. Refusals: auth.proof_needed (403), identity.last_factor (409)."""
    person = person_behind(entrance, proved)
    await check_may_remove(request, entrance, proved)
    await _note(entrance, person, "telephone_removed")
    await asyncio.to_thread(entrance.identity.factors.remove, person)


@post("/v1/session/keys/options", status_code=200)
async def ask_for_key(
    request: AnyRequest, proved: NamedDependency[Session], entrance: NamedDependency[Entrance]
) -> AskedView:
    """
    Return what a browser is asked for a new key.

    Refusals: auth.no_keys_here, auth.too_many_keys (409), auth.proof_needed (403).
    """
    person = person_behind(entrance, proved)
    await check_may_add(entrance, proved)
    host, name = key_host(request, entrance), entrance.name_of(proved)
    return AskedView(await asyncio.to_thread(entrance.identity.passkeys.ask_to_add, person, name, host.name))


@post("/v1/session/keys", status_code=201)
async def add_key(
    request: AnyRequest,
    data: JSONBody[NewKeyBody],
    proved: NamedDependency[Session],
    entrance: NamedDependency[Entrance],
) -> KeyView:
    """Keep a new key. Refusals: auth.key_refused (401), auth.proof_needed (403), auth.no_keys_here (409)."""
    person, host = person_behind(entrance, proved), key_host(request, entrance)
    await check_may_add(entrance, proved)
    await _note(entrance, person, "passkey_added")
    passkeys = entrance.identity.passkeys
    key = await asyncio.to_thread(
        lambda: passkeys.add(person, data.credential, host=host.name, origin=host.origin, label=data.label)
    )
    await settle(entrance, proved)
    return _view(key, host.name)


@delete("/v1/session/keys/{key_id:str}", status_code=204)
async def remove_key(
    request: AnyRequest,
    key_id: FromPath[str],
    proved: NamedDependency[Session],
    entrance: NamedDependency[Entrance],
) -> None:
    """
    Forget one of one's own keys.

    Refusals: identity.key_not_found (404), auth.proof_needed (403), identity.last_factor (409).
    """
    person = person_behind(entrance, proved)
    await check_may_remove(request, entrance, proved)
    await _note(entrance, person, "passkey_removed")
    try:
        raw = helpers.base64url_to_bytes(key_id)
    except ValueError as error:
        raise KeyNotFound() from error
    if not await asyncio.to_thread(entrance.identity.passkeys.remove, person, raw):
        raise KeyNotFound()


@post("/v1/passkeys/options", status_code=200)
async def ask_for_sign_in(request: AnyRequest, entrance: NamedDependency[Entrance]) -> AskedView:
    """
    Return what a browser is asked when somebody signs in with a key, or proves it again. Nothing of it is kept here.

    Refusals: auth.no_keys_here (409).
    """
    return AskedView(entrance.identity.passkeys.ask_to_sign_in(key_host(request, entrance).name))


@post("/v1/people/{subject:str}/forget-keys", status_code=200)
async def forget_keys(
    subject: FromPath[str],
    desk: NamedDependency[Desk],
    entrance: NamedDependency[Entrance],
    proved: NamedDependency[Session],
) -> ForgottenView:
    """
    Forget every key and the telephone of somebody who has lost them; their sessions end. They come in by a password code.

    Refusals: organisation.person_not_found (404), identity.not_ones_own (409), auth.proof_needed (403).
    """
    person_id = person_of(subject)
    room = desk.house.room(subject)
    desk.allow(Act.MANAGE_PEOPLE, offices=frozenset({OfficeId(str(room.province))}))
    if person_id is None:
        raise PersonNotFound(person_id=subject[:80])
    person = await asyncio.to_thread(entrance.people.get_person, person_id)
    desk.allow(Act.MANAGE_PEOPLE, offices=frozenset({person.posting.office}))
    if person.id == desk.posting.person:
        raise NotOnesOwn()
    await desk.note("keys_forgotten", person.id, "identity")
    keys, telephone = await asyncio.to_thread(entrance.identity.forget, person.id)
    for ended in await asyncio.to_thread(entrance.registry.close_sessions_of, person.id):
        entrance.hub.cut(ended)
    return ForgottenView(keys, telephone)


ROUTES: tuple[BaseRouteHandler, ...] = (
    get_ways_in,
    begin_telephone,
    confirm_telephone,
    remove_telephone,
    ask_for_key,
    add_key,
    remove_key,
    ask_for_sign_in,
    forget_keys,
)
