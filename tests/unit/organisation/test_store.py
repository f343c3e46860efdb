"""Who may sign in by name and password."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nazdik.kernel import Instant, Invalid, PersonId, UnitId
from nazdik.organisation.errors import PersonExists, PersonNotFound
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.store import Dated, People
from nazdik.platform.clock import VirtualClock
from nazdik.platform.sqlite import connect
from tests.unit.organisation.doubles import AHVAZ, AHVAZ_11

WHO = PersonId("p1")
DESK = Posting(WHO, Role.STATION_DESK, AHVAZ_11)


class PaperPasswords:
    """Shows in plain sight what was asked of it."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.checked: list[str] = []

    def set_password(self, person: str, password: str) -> None:
        if password == "weak":
            raise Invalid
        self.kept[person] = password

    def check_password(self, person: str, password: str) -> bool:
        self.checked.append(person)
        return self.kept.get(person) == password


@pytest.fixture
def passwords() -> PaperPasswords:
    return PaperPasswords()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1_000_000)


@pytest.fixture
def people(tmp_path: Path, passwords: PaperPasswords, clock: VirtualClock) -> Iterator[People]:
    people = People(tmp_path / "registry.sqlite", passwords=passwords, clock=clock)
    people.add(WHO, "desk 11", "right horse", DESK)
    yield people
    people.close()


def test_the_right_password_finds_the_person(people: People) -> None:
    person = people.find_by_password("desk 11", "right horse")
    assert person is not None and person.posting == DESK


@pytest.mark.parametrize(
    ("name", "password"), [("desk 11", "wrong"), ("desk 12", "right horse"), ("", ""), ("desk 12", "nobody")]
)
def test_a_wrong_name_or_password_finds_nobody(people: People, name: str, password: str) -> None:
    assert people.find_by_password(name, password) is None


def test_an_unknown_name_costs_the_same_work_as_a_known_one(people: People, passwords: PaperPasswords) -> None:
    people.find_by_password("desk 12", "right horse")
    assert len(passwords.checked) == 1


def test_no_password_is_in_the_file(people: People, tmp_path: Path) -> None:
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"desk 11" in on_disk and b"right horse" not in on_disk


def test_a_name_is_one_however_it_is_typed(people: People) -> None:
    people.add(PersonId("p2"), "علی كريمي", "pass", Posting(PersonId("p2"), Role.COUNTY_DESK, AHVAZ))
    assert people.find_by_password(" علی کریمی ", "pass") is not None
    assert people.find_by_password("DESK 11", "right horse") is not None


def test_a_name_and_an_id_are_given_once(people: People) -> None:
    for person_id, name in ((WHO, "other"), (PersonId("p3"), "Desk 11")):
        with pytest.raises(PersonExists):
            people.add(person_id, name, "x", DESK)


def test_who_has_left_does_not_sign_in(people: People) -> None:
    people.set_active(WHO, active=False)
    assert people.find_by_password("desk 11", "right horse") is None
    people.set_active(WHO, active=True)
    assert people.find_by_password("desk 11", "right horse") is not None


def test_a_new_posting_and_password_hold_at_once(people: People) -> None:
    people.post(WHO, Posting(WHO, Role.COUNTY_DESK, AHVAZ))
    people.set_password(WHO, "new horse")
    person = people.find_by_password("desk 11", "new horse")
    assert person is not None and person.posting.role is Role.COUNTY_DESK and person == people.get_person(WHO)
    assert people.find_by_password("desk 11", "right horse") is None
    assert people.list_people() == [person]


def test_a_posting_holds_from_the_day_it_begins_and_the_one_before_until_then(
    people: People, clock: VirtualClock
) -> None:
    tomorrow = Instant(clock.now() + 86_400_000_000)
    county = Posting(WHO, Role.COUNTY_DESK, AHVAZ)
    people.post(WHO, county, since=tomorrow)
    assert people.get_person(WHO).posting == DESK
    clock.advance_s(86_400)
    assert people.get_person(WHO).posting == county
    assert people.list_postings(WHO) == [(None, DESK), (tomorrow, county)]


def test_an_officer_who_becomes_a_desk_has_no_unit_any_more(people: People) -> None:
    crew = PersonId("p4")
    people.add(crew, "crew", "x", Posting(crew, Role.OFFICER, AHVAZ_11, UnitId("khuzestan.u.A12")))
    people.post(crew, Posting(crew, Role.STATION_DESK, AHVAZ_11))
    assert people.get_person(crew).posting.unit is None


def test_a_weak_password_leaves_nobody_behind(people: People) -> None:
    with pytest.raises(Invalid):
        people.add(PersonId("p5"), "new", "weak", DESK)
    people.add(PersonId("p5"), "new", "strong", DESK)


def test_a_name_finds_its_person_however_it_is_typed(people: People) -> None:
    assert people.get_by_name(" DESK 11").id == WHO
    with pytest.raises(PersonNotFound):
        people.get_by_name("desk 12")


def test_who_is_not_there_cannot_be_changed(people: People) -> None:
    nobody = PersonId("p9")
    for act in (
        lambda: people.get_person(nobody),
        lambda: people.post(nobody, DESK),
        lambda: people.set_active(nobody, active=False),
        lambda: people.set_password(nobody, "x"),
    ):
        with pytest.raises(PersonNotFound):
            act()


def test_what_a_change_says_replaces_the_postings_and_an_older_one_comes_too_late(
    people: People, clock: VirtualClock
) -> None:
    other = Posting(WHO, Role.AUDITOR, AHVAZ)
    later = Dated(other, since=Instant(5_000_000), until=Instant(9_000_000))
    assert people.put(WHO, [Dated(DESK), later], active=True, number=2)
    assert not people.put(WHO, [], active=False, number=1), "it was overtaken"
    assert people.list_dated(WHO) == [Dated(DESK), later]
    assert people.get_person(WHO).posting == DESK and people.get_person(WHO).active
    clock.move_to(Instant(5_000_000))
    assert people.get_person(WHO).posting == other and people.get_person(WHO).active
    clock.move_to(Instant(9_000_000))
    assert not people.get_person(WHO).active, "the posting has ended"


def test_who_is_new_signs_in_with_a_password_of_their_own_once_their_posting_begins(
    people: People, clock: VirtualClock
) -> None:
    new = PersonId("new")
    begins = Instant(3_000_000)
    people.put(new, [Dated(Posting(new, Role.AUDITOR, AHVAZ), since=begins)], active=True, number=1)
    people.set_password(new, "pass")
    assert people.find_by_password("new", "pass") is None
    assert people.list_dated(new) == [Dated(Posting(new, Role.AUDITOR, AHVAZ), since=begins)]
    clock.move_to(begins)
    assert people.find_by_password("new", "pass") is not None
    people.put(new, [], active=False, number=2)
    assert people.find_by_password("new", "pass") is None


def test_a_file_from_before_postings_could_end_is_read(tmp_path: Path, passwords: PaperPasswords) -> None:
    path = tmp_path / "old.sqlite"
    old = connect(path)
    old.execute(
        "CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, office TEXT NOT NULL,"
        " unit TEXT, active INTEGER NOT NULL DEFAULT 1) STRICT;"
        "CREATE TABLE posting (person TEXT NOT NULL, since INTEGER NOT NULL, role TEXT NOT NULL, office TEXT NOT NULL,"
        " unit TEXT, PRIMARY KEY (person, since)) STRICT"
    )
    old.execute("INSERT INTO person (id, name, role, office) VALUES ('a', 'a', 'auditor', ?)", (AHVAZ,))
    old.close()
    people = People(path, passwords=passwords, clock=VirtualClock(1_000_000))
    assert people.get_person(PersonId("a")).active
    people.close()
