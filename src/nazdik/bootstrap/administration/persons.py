"""A person as a setting: who may sit where, from when until when."""

import re
from typing import TYPE_CHECKING, Any

import msgspec

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.book_lines import SKILLS as SKILL_NAMES
from nazdik.bootstrap.administration.fields import Choice, Field, Text
from nazdik.dispatch.errors import UnitIsRetired
from nazdik.kernel import Instant, OfficeId, PersonId, Rejected, UnitId, rfc3339
from nazdik.kernel.instant import from_rfc3339
from nazdik.kernel.text import code_of
from nazdik.organisation.errors import OfficeNotFound, PersonExists, UnitNotFound
from nazdik.organisation.model import Act, Posting, Role
from nazdik.organisation.store import Dated, People
from nazdik.published.sight import SKILLS

if TYPE_CHECKING:
    from nazdik.bootstrap.desk import Desk

NAME = "person"
POSTINGS_MAX = 20
_MARK = ".p."
_ID = re.compile(r"\w[\w.@-]{0,39}\Z")
NUMBER_MOST = 20
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,19}\Z")


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A seat of a person: a role at an office, for an officer with their unit; `since` and `until` are RFC 3339 or empty."""

    role: Role
    office: OfficeId
    unit: UnitId | None = None
    since: str = ""
    until: str = ""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    Whether somebody may sign in and where they sit; for those who crew units their number in the force and their skills.
    """

    active: bool = True
    seats: tuple[Seat, ...] = ()
    number: str = ""
    skills: tuple[str, ...] = ()


GROUPS = {"person": Text("فرد", "Person"), "crew": Text("خدمهٔ واحد", "Crew of a unit")}
FIELDS = (
    Field(
        name="active",
        group="person",
        label=Text("اجازهٔ ورود", "May sign in"),
        help=Text(
            "بی این اجازه، نشست‌های باز هم در دو ثانیه بسته می‌شود.",
            "Without it open sessions end within two seconds too.",
        ),
        type="flag",
    ),
    Field(
        name="seats",
        group="person",
        label=Text("جایگاه‌ها", "Seats"),
        help=Text(
            "تازه‌ترین جایگاهی که آغاز شده برقرار است. مأمور گشت واحد هم دارد.",
            "The newest one that has begun holds. A patrol officer has a unit too.",
        ),
        type="seats",
    ),
    Field(
        name="number",
        group="crew",
        label=Text("شمارهٔ پرسنلی", "Number in the force"),
        help=Text(
            "با آن در آغاز نوبت بر واحد می‌نشیند؛ حرف لاتین و رقم. کلانتری‌ای که چنین کسانی دارد، شمارهٔ ناشناس نمی‌پذیرد.",
            "By it they log on to a unit; Latin letters and digits. A station that has such people takes no unknown numbers.",
        ),
        type="text",
        least=0,
        most=NUMBER_MOST,
    ),
    Field(
        name="skills",
        group="crew",
        label=Text("مهارت‌های خودش", "Their own skills"),
        help=Text("واحدی که با آن در خدمت است این‌ها را هم دارد.", "The unit they are on duty with has these too."),
        type="skills",
        choices=tuple(Choice(skill, SKILL_NAMES[skill]) for skill in SKILLS),
    ),
)
ROLES = {
    Role.CALL_TAKER.value: Text("تلفن‌گیر", "call-taker"),
    Role.DISPATCHER.value: Text("اعزام‌کننده", "dispatcher"),
    Role.OFFICER.value: Text("مأمور گشت", "patrol officer"),
    Role.STATION_DESK.value: Text("میز کلانتری", "station desk"),
    Role.COUNTY_DESK.value: Text("میز شهرستان", "county desk"),
    Role.PROVINCE_DESK.value: Text("میز استان", "province desk"),
    Role.NATIONAL_DESK.value: Text("فرماندهی کشور", "national command"),
    Role.GATEWAY.value: Text("مرکز تلفن", "telephone exchange"),
    Role.ADMINISTRATOR.value: Text("مدیر سامانه", "administrator"),
    Role.AUDITOR.value: Text("بازرس", "auditor"),
}
EMPTY: Value = {"active": False, "seats": [], "number": "", "skills": []}


def subject_of(province: str, person: str) -> str:
    """Return the subject of a person's setting."""
    return f"{province}{_MARK}{person}"


def person_of(subject: str) -> PersonId | None:
    """Return whose setting it is, None when it is nobody's."""
    _, mark, name = subject.partition(_MARK)
    return PersonId(name) if mark and _ID.match(name) else None


def tidy(value: Value | None) -> Value | None:
    """Return a value as it is stored. Raises `ValueInvalid` for a seat that cannot be."""
    if value is None:
        return None
    person = _read(value)
    if len(person.seats) > POSTINGS_MAX:
        raise ValueInvalid(field="seats", what=f"more than {POSTINGS_MAX}")
    seats = tuple(_tidied(n, seat) for n, seat in enumerate(person.seats, start=1))
    if len({seat.since for seat in seats}) < len(seats):
        raise _wrong(0, "دو جایگاه در یک زمان آغاز می‌شود", "two seats begin at the same moment")
    number = code_of(person.number)
    if number and not _NUMBER.match(number):
        fa, en = "۲ تا ۲۰ حرف لاتین و رقم", "2 to 20 Latin letters, digits and hyphens"
        raise ValueInvalid(field="number", what=en, fa=fa, en=en)
    unknown = sorted(set(person.skills) - set(SKILLS))
    if unknown:
        raise ValueInvalid(field="skills", what=unknown[0][:40], fa="چنین مهارتی نیست", en="there is no such skill")
    skills = tuple(skill for skill in SKILLS if skill in person.skills)
    person = msgspec.structs.replace(person, seats=seats, number=number, skills=skills)
    tidied: Value = msgspec.json.decode(msgspec.json.encode(person))
    return {**EMPTY, **tidied, "seats": [{"unit": None, "since": "", "until": "", **seat} for seat in tidied["seats"]]}


def _tidied(n: int, seat: Seat) -> Seat:
    try:
        since, until = (rfc3339(from_rfc3339(text)) if text else "" for text in (seat.since, seat.until))
        Posting(PersonId("x"), seat.role, seat.office, seat.unit)
    except (ValueError, OverflowError) as error:
        raise _wrong(n, "زمان آغاز یا پایان درست نیست", "since and until are RFC 3339, or empty") from error
    except Rejected as error:
        raise _wrong(
            n, "مأمور گشت واحد می‌خواهد و دیگران نه", "an officer needs a unit, and nobody else has one"
        ) from error
    if seat.role is Role.TRACKER or (until and until <= since):
        raise _wrong(n, "پایانش پیش از آغاز است، یا از آن ردیاب است", "it ends before it begins, or is a tracker's")
    return msgspec.structs.replace(seat, since=since, until=until)


def _wrong(seat: int, fa: str, en: str) -> ValueInvalid:
    return ValueInvalid(field="seats", seat=seat, what=en, fa=fa, en=en)


def _read(value: Value) -> Person:
    try:
        return msgspec.convert(value, Person)
    except msgspec.ValidationError as error:
        raise ValueInvalid(what=str(error)[:300]) from error


def own(settings: Settings, subject: str) -> Value | None:
    """Return what the newest change says of a person, whole: those from before people had numbers leave them unsaid."""
    changes = settings.setting(NAME, subject).changes
    value = changes[-1].value if changes else None
    return None if value is None else {**EMPTY, **value}


def sits_at(person: Value | None, offices: frozenset[str], at: Instant) -> bool:
    """Whether somebody who may sign in has a seat at one of some offices at an instant, or later."""
    if person is None or not person["active"]:
        return False
    begun = [seat["since"] for seat in person["seats"] if not seat["since"] or from_rfc3339(seat["since"]) <= at]
    newest = max(begun, default="")
    return any(
        seat["office"] in offices
        and seat["since"] >= newest
        and (not seat["until"] or from_rfc3339(seat["until"]) > at)
        for seat in person["seats"]
    )


def check_number(settings: Settings, subject: str, value: Value | None) -> None:
    """Return when nobody else in the province has a person's number. Raises `ValueInvalid`."""
    number = str((value or EMPTY)["number"]).upper()
    others = (own(settings, other) for kind, other in settings.items if number and kind == NAME and other != subject)
    if any(other is not None and str(other["number"]).upper() == number for other in others):
        fa, en = "این شماره از آن کس دیگری است", "somebody else has this number"
        raise ValueInvalid(field="number", what=en, fa=fa, en=en)


def kept(people: People | None, settings: Settings, subject: str) -> Value:
    """Return what the list of people says of somebody who was added on the command line, and whom no change has touched."""
    if settings.setting(NAME, subject).changes:
        return EMPTY
    person_id = person_of(subject)
    person = people.find_person(person_id) if people is not None and person_id is not None else None
    if people is None or person_id is None or person is None:
        return EMPTY
    seats = [_seat(one) for one in people.list_dated(person_id)]
    return {**EMPTY, "active": person.active, "seats": seats}


def _seat(one: Dated) -> dict[str, Any]:
    posting = one.posting
    since, until = ("" if at is None else rfc3339(at) for at in (one.since, one.until))
    return {"role": posting.role.value, "office": posting.office, "unit": posting.unit, "since": since, "until": until}


def dated(person_id: PersonId, value: Value | None) -> tuple[list[Dated], bool]:
    """Return the postings a value stands for, and whether the person may sign in."""
    person = _read(value) if value is not None else Person(active=False)
    seats = [
        Dated(
            Posting(person_id, seat.role, seat.office, seat.unit),
            from_rfc3339(seat.since) if seat.since else None,
            from_rfc3339(seat.until) if seat.until else None,
        )
        for seat in person.seats
    ]
    return seats, person.active


def check_seats(desk: "Desk", subject: str, value: Value) -> None:
    """
    Return when every seat lies below the office of whoever asks and names a unit that is enrolled.

    Raises:
        PersonExists: Somebody elsewhere has this name.
        OfficeNotFound, UnitNotFound, NotYourOffice: For the first that does not.
    """
    person_id, people = person_of(subject), desk.house.people
    known = people.find_person(person_id) if people is not None and person_id is not None else None
    if known is not None and not desk.house.offices.is_within(known.posting.office, desk.posting.office):
        raise PersonExists(name=known.name)
    for seat in _read(value).seats:
        if desk.house.offices.find_office(seat.office) is None:
            raise OfficeNotFound(office=seat.office[:120])
        desk.allow(Act.MANAGE_PEOPLE, offices=frozenset({seat.office}))
        unit = None if seat.unit is None else desk.house.room(seat.unit).state.world.units.get(seat.unit)
        if seat.unit is not None and unit is None:
            raise UnitNotFound(unit=seat.unit[:120])
        if unit is not None and unit.retired_at is not None:
            raise UnitIsRetired(unit_id=unit.id, call_sign=unit.call_sign)
