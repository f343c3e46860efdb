"""People as administrators see them, and the code by which somebody sets a password of their own."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from nazdik.bootstrap.administration.persons import person_of, subject_of
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.ways_in import take_code
from nazdik.kernel import OfficeId, PersonId, rfc3339
from nazdik.organisation.errors import PersonNotFound
from nazdik.organisation.model import Act
from nazdik.platform.auth import Codes, Session

PASSWORD = "password"  # noqa: S105 - what a code is for
CODE_LASTS_S = 24 * 3600.0


class PersonView(msgspec.Struct, frozen=True):
    """Somebody who may sign in, or might: what holds now; `subject` names their setting."""

    id: str
    subject: str
    role: str
    office: str
    unit: str | None
    active: bool
    signed_in: int


class PeopleView(msgspec.Struct, frozen=True):
    """Everyone posted to an office or below it."""

    people: tuple[PersonView, ...]


class CodeView(msgspec.Struct, frozen=True):
    """A code that is good once, until `expires_at`. It is shown this once and kept nowhere."""

    code: str
    expires_at: str


class PasswordBody(msgspec.Struct, forbid_unknown_fields=True):
    """A code, and the password whoever was handed it wants to sign in with from now on."""

    code: str
    password: str


class PasswordView(msgspec.Struct, frozen=True):
    """The name to sign in by."""

    name: str


def codes_of(entrance: Entrance) -> Codes:
    """Return the one-time codes; where there is no log, no administrator signs in and nobody asks."""
    assert entrance.codes is not None, "administration needs a log"
    return entrance.codes


@get("/v1/people")
async def list_people(
    office: FromQuery[str], desk: NamedDependency[Desk], entrance: NamedDependency[Entrance]
) -> PeopleView:
    """Return who may sign in at an office and those below it. The reading is written down."""
    root = OfficeId(office)
    desk.allow(Act.MANAGE_PEOPLE, offices=frozenset({root}))
    await desk.note("people", root)
    province = desk.house.room(office).province
    everyone = await asyncio.to_thread(entrance.people.list_people)
    held = [person for person in everyone if desk.house.offices.is_within(person.posting.office, root)]
    return PeopleView(
        tuple(
            PersonView(
                id=person.id,
                subject=subject_of(province, person.id),
                role=person.posting.role,
                office=person.posting.office,
                unit=person.posting.unit,
                active=person.active,
                signed_in=len(entrance.registry.list_sessions_of(person.id)),
            )
            for person in held
        )
    )


@post("/v1/people/{subject:str}/code", status_code=201)
async def give_password_code(
    subject: FromPath[str],
    desk: NamedDependency[Desk],
    entrance: NamedDependency[Entrance],
    proved: NamedDependency[Session],
) -> CodeView:
    """
    Make the code by which a person sets a password of their own, good once and for a day; an earlier one is no longer good.

    Refusals: organisation.person_not_found (404), auth.proof_needed (403).
    """
    person_id = person_of(subject)
    room = desk.house.room(subject)
    desk.allow(Act.MANAGE_PEOPLE, offices=frozenset({OfficeId(str(room.province))}))
    if person_id is None:
        raise PersonNotFound(person_id=subject[:80])
    person = await asyncio.to_thread(entrance.people.get_person, person_id)
    desk.allow(Act.MANAGE_PEOPLE, offices=frozenset({person.posting.office}))
    await desk.note("password_code", person.id)
    code = await asyncio.to_thread(
        codes_of(entrance).issue, PASSWORD, person.id, by=desk.posting.person, lasts_s=CODE_LASTS_S
    )
    return CodeView(code.text, rfc3339(code.expires_at))


@post("/v1/passwords", status_code=201)
async def set_own_password(
    request: Request[Any, Any, Any], data: JSONBody[PasswordBody], entrance: NamedDependency[Entrance]
) -> PasswordView:
    """
    Set a password with a code that an administrator has handed over. It ends the person's open sessions.

    Refusals: auth.code_invalid (401), auth.too_many_tries (429), auth.weak_password (422): then the code is used up all the same.
    """
    person = await take_code(request, entrance, PASSWORD, data.code)
    person_id = PersonId(person)
    await asyncio.to_thread(entrance.people.set_password, person_id, data.password)
    for ended in await asyncio.to_thread(entrance.registry.close_sessions_of, person):
        entrance.hub.cut(ended)
    return PasswordView(person)


ROUTES: tuple[BaseRouteHandler, ...] = (list_people, give_password_code, set_own_password)
