"""The first two administrators: two, because whatever safety rests on takes two people."""

from dataclasses import dataclass

from nazdik.bootstrap.administration.people_api import CODE_LASTS_S as PASSWORD_LASTS_S
from nazdik.bootstrap.administration.people_api import PASSWORD, codes_of
from nazdik.bootstrap.administration.persons import person_of, subject_of
from nazdik.bootstrap.entrance import Entrance
from nazdik.kernel import Conflict, Invalid, OfficeId, PersonId
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.store import Dated, folded_name
from nazdik.platform.auth import Code, Codes

PURPOSE, SUBJECT = "first_administrator", "first"
CODE_LASTS_S = 7 * 24 * 3600.0
# Changes of a person in the log are numbered from 1. These come before: as they were made, and as a region was chosen.
MADE, SETTLED = -1, 0


class FirstRunDone(Conflict):
    """Somebody may sign in here already; who else may is for administrators to say."""

    code = "first_run.done"


class NameUnfit(Invalid):
    """A name to sign in by is letters, digits and `.-_@`, at most 40; and the two are two."""

    code = "first_run.name_unfit"


@dataclass(frozen=True, slots=True)
class Administrators:
    """Who was made: the first has a password, the second gets theirs by a code."""

    first: PersonId
    second: PersonId
    code: Code


def is_needed(entrance: Entrance) -> bool:
    """Whether nobody at all may sign in here, and this is no demo."""
    return not entrance.settings.demo and entrance.codes is not None and entrance.people.is_empty()


def issue_code(codes: Codes) -> Code:
    """Return a new code for the terminal; the one before is no longer good."""
    return codes.issue(PURPOSE, SUBJECT, by="terminal", lasts_s=CODE_LASTS_S)


def make(entrance: Entrance, code: str, office: OfficeId, *, name: str, password: str, second: str) -> Administrators:
    """
    Make the first two administrators. Blocking: a password is hashed.

    Raises:
        FirstRunDone: There is somebody already.
        NameUnfit, WeakPassword, CommonPassword: The code stays good.
        CodeInvalid: It is not the one in the terminal.
    """
    if not is_needed(entrance):
        raise FirstRunDone()
    one, two = _person("name", name), _person("second", second)
    if one == two:
        raise NameUnfit(field="second")
    entrance.registry.check_new(one, password)
    codes = codes_of(entrance)
    codes.redeem(PURPOSE, code)
    for person in (one, two):
        entrance.people.put(person, [Dated(_administrator(person, office))], active=True, number=MADE)
    entrance.people.set_password(one, password)
    return Administrators(one, two, codes.issue(PASSWORD, two, by=one, lasts_s=PASSWORD_LASTS_S))


def settle(entrance: Entrance, office: OfficeId) -> None:
    """Post the first administrators to the province that was chosen."""
    for person in entrance.people.list_people():
        posting = _administrator(person.id, office)
        entrance.people.put(person.id, [Dated(posting)], active=person.active, number=SETTLED)


def _administrator(person: PersonId, office: OfficeId) -> Posting:
    return Posting(person, Role.ADMINISTRATOR, office)


def _person(field: str, name: str) -> PersonId:
    person = person_of(subject_of("", folded_name(name)))
    if person is None:
        raise NameUnfit(field=field)
    return person
