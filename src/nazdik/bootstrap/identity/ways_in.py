"""Signing in by password or key: slow for whoever guesses, never shut for whoever sits at a desk of the force."""

import asyncio
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from nazdik.bootstrap.identity.hosts import key_host
from nazdik.kernel import PersonId
from nazdik.organisation.model import Role
from nazdik.organisation.store import Person, folded_name
from nazdik.platform.auth import WAIT_S_MAX, CodeNeeded, KeyCopied, KeyRefused, WrongPassword

if TYPE_CHECKING:
    from nazdik.bootstrap.entrance import AnyConnection, Entrance

# From where people of the force sign in, a mistyped password costs seconds at most, whatever others have typed there.
WAIT_S_AT_KNOWN_PLACE = 10.0
# So many failures for one name are written down, and then each time they have doubled.
TOLD_FROM = 10
# In the grants of a session: by what its person knows it again.
SINCE, FROM, AGENT = "since", "from", "agent"
AGENT_MAX = 200
# Who sits at a screen that shows callers and officers; a handheld is held, and a telephone exchange is nobody.
AT_A_DESK = frozenset(Role) - {Role.OFFICER, Role.TRACKER, Role.GATEWAY}


def address_of(request: "AnyConnection") -> str:
    """Return from where a request came."""
    return request.client.host if request.client is not None else "unknown"


async def by_password(
    request: "AnyConnection", entrance: "Entrance", name: str, password: str, code: str | None = None
) -> tuple[Person, bool]:
    """
    Return the person who signs in with a name and a password, and with a code where they have a telephone that makes them; and
    whether they had one.

    Failures count for the name at this address, so that nobody elsewhere can make a dispatcher wait. An address from which
    nobody of the force has signed in yet also counts as a whole.

    Raises:
        WrongPassword, WrongCode, TooManyTries, SignInBusy: As they say.
        CodeNeeded: The password is right; there was no code.
    """
    person = await check_password(request, entrance, name, password)
    if await asyncio.to_thread(entrance.identity.factors.find, person.id) is None:
        return person, False
    if not code:
        raise CodeNeeded()
    await check_code(request, entrance, person.id, code)
    return person, True


async def check_password(request: "AnyConnection", entrance: "Entrance", name: str, password: str) -> Person:
    """Return the person with a name and a password. Raises `WrongPassword`, `TooManyTries`, `SignInBusy`."""
    address, folded = address_of(request), folded_name(name)[:120]
    known = await asyncio.to_thread(entrance.registry.is_known_place, address)
    keys = (f"{folded}|{address}",) if known else (f"{folded}|{address}", f"from:{address}")
    entrance.throttle.check(*keys)
    # Counted before it is checked: tries sent all at once must not slip past the brake together.
    failures = entrance.throttle.failed(*keys, wait_s_max=WAIT_S_AT_KNOWN_PLACE if known else WAIT_S_MAX)
    person = None
    if name and password:
        person = await entrance.hashing.run(lambda: entrance.people.find_by_password(name, password), known_place=known)
    if person is None:
        await _tell(entrance, folded, failures)
        raise WrongPassword()
    entrance.throttle.succeeded(*keys)
    return person


async def check_code(request: "AnyConnection", entrance: "Entrance", person: str, code: str) -> None:
    """Take a code of a person's telephone. A million codes are few: here the wait grows everywhere. Raises `WrongCode`."""
    key = f"code|{person}|{address_of(request)}"
    entrance.throttle.check(key)
    entrance.throttle.failed(key)
    await asyncio.to_thread(entrance.identity.factors.check, person, code)
    entrance.throttle.succeeded(key)


async def take_code(request: "AnyConnection", entrance: "Entrance", purpose: str, code: str) -> str:
    """
    Return whom a one-time code was made for. Misses make the next one wait, for whoever sends it from the same address and at
    codes alone: nobody is kept from signing in by it. Raises `CodeInvalid`, `TooManyTries`.
    """
    address = address_of(request)
    known = await asyncio.to_thread(entrance.registry.is_known_place, address)
    key = f"one-time|{address}"
    entrance.throttle.check(key)
    entrance.throttle.failed(key, wait_s_max=WAIT_S_AT_KNOWN_PLACE if known else WAIT_S_MAX)
    assert entrance.codes is not None, "there are no codes without a log"
    subject = await asyncio.to_thread(entrance.codes.redeem, purpose, code)
    entrance.throttle.succeeded(key)
    return subject


async def by_passkey(request: "AnyConnection", entrance: "Entrance", answer: Mapping[str, Any]) -> Person:
    """Return the active person whose key has answered. Raises `KeyRefused`, `KeyCopied`, `NoKeysHere`."""
    host, passkeys = key_host(request, entrance), entrance.identity.passkeys
    try:
        key = await asyncio.to_thread(lambda: passkeys.take(answer, host=host.name, origin=host.origin))
    except KeyCopied as copied:
        audit = entrance.building.audit
        if audit is not None:
            whose = str(copied.details["person"])
            await audit.record(actor="system", what="passkey_copied", subject=whose, purpose="security")
        raise KeyCopied() from copied
    person = entrance.people.find_person(PersonId(key.person))
    if person is None or not person.active:
        raise KeyRefused()
    return person


async def _tell(entrance: "Entrance", name: str, failures: int) -> None:
    """Write down that somebody's password is being guessed. A name that is nobody's may be a password typed too early."""
    audit = entrance.building.audit
    if audit is None or failures < TOLD_FROM or (failures // TOLD_FROM).bit_count() != 1 or failures % TOLD_FROM:
        return
    person = entrance.people.find_by_name(name)
    if person is not None:
        await audit.record(
            actor="system",
            what="password_guessed",
            subject=person.id,
            purpose="security",
            details={"failures": failures},
        )


def grants_of(request: "AnyConnection", entrance: "Entrance", role: Role, by: str) -> Mapping[str, Any]:
    """Return what a session of a person carries: by what it was opened, when, and how long it may be left alone."""
    now = entrance.building.clock.now()
    agent = request.headers.get("user-agent", "")
    grants: dict[str, Any] = {
        "by": by,
        "proved_at": now,
        SINCE: now,
        FROM: address_of(request),
        AGENT: agent[:AGENT_MAX],
    }
    minutes = entrance.settings.idle_minutes
    if minutes and role in AT_A_DESK and not is_secure_room(address_of(request), entrance.settings.secure_rooms):
        grants["idle_s"] = minutes * 60
    return grants


def is_secure_room(address: str, rooms: tuple[str, ...]) -> bool:
    """Whether an address is in a dispatch room that was declared secure: doors, people and cameras watch its desks."""
    try:
        at = ip_address(address)
    except ValueError:
        return False
    return any(at in ip_network(room) for room in rooms)
