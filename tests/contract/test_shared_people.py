"""Whoever the command line lets sign in at one node may do so at all; who was let go at one is let go at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nazdik.bootstrap.nodes.people import SharedPeople
from nazdik.kernel import Instant, OfficeId, PersonId
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.store import Dated, People
from nazdik.platform.auth import Registry
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog.postgres.credentials import CredentialTable
from tests.postgres import Postgres, new_name

NOW = Instant(1_800_000_000_000_000)
KEY = b"k" * 32
WORDS = "seven quiet rivers run"
P1 = PersonId("p1")


def posting(role: Role = Role.DISPATCHER, person: PersonId = P1) -> Posting:
    return Posting(person, role, OfficeId("khuzestan"), None)


@dataclass
class Node:
    """What one node has of it."""

    people: People
    registry: Registry
    shared: SharedPeople

    def role(self) -> str | None:
        person = self.people.find_person(P1)
        return None if person is None or not person.active else person.posting.role.value

    def close(self) -> None:
        self.shared.close()
        self.people.close()
        self.registry.close()


@pytest.fixture
def server(postgres_server: Postgres) -> Postgres:
    return postgres_server.fresh()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def node(server: Postgres, tmp_path: Path, clock: VirtualClock) -> Iterator[Callable[[str], Node]]:
    made: list[Node] = []

    def opened(name: str) -> Node:
        folder = tmp_path / name
        folder.mkdir()
        registry = Registry(folder / "registry.sqlite", clock)
        people = People(folder / "people.sqlite", passwords=registry, clock=clock)
        table = CredentialTable(server.writer(new_name(name), "khuzestan"), "people")
        made.append(Node(people, registry, SharedPeople(folder / "people.sqlite", table, KEY)))
        return made[-1]

    yield opened
    for one in made:
        one.close()


def even(*nodes: Node) -> None:
    for _ in range(2):
        for one in nodes:
            one.shared.even()


def test_a_person_added_posted_and_let_go_at_one_node_is_so_at_the_other(
    node: Callable[[str], Node], clock: VirtualClock
) -> None:
    a, b = node("a"), node("b")
    a.people.add(P1, "Desk-A", WORDS, posting())
    even(a, b)
    assert b.role() == "dispatcher" and b.people.find_by_name("desk-a") is not None
    b.people.post(P1, posting(Role.COUNTY_DESK), since=plus_s(NOW, 60))
    even(b, a)
    assert a.role() == "dispatcher"
    clock.move_to(plus_s(NOW, 61))
    assert a.role() == b.role() == "county_desk"
    a.people.set_active(P1, active=False)
    even(a, b)
    assert a.role() is b.role() is None
    assert b.people.list_postings(P1) == a.people.list_postings(P1)


def test_what_two_nodes_had_of_their_own_is_there_at_both(node: Callable[[str], Node]) -> None:
    a, b = node("a"), node("b")
    a.people.add(P1, "p1", WORDS, posting())
    b.people.add(PersonId("p2"), "p2", WORDS, posting(Role.AUDITOR, PersonId("p2")))
    even(a, b)
    assert [one.name for one in a.people.list_people()] == [one.name for one in b.people.list_people()] == ["p1", "p2"]


def test_what_both_took_from_the_log_is_told_without_a_word_and_a_later_change_is_never_undone(
    node: Callable[[str], Node], caplog: pytest.LogCaptureFixture
) -> None:
    a, b = node("a"), node("b")
    for one in (a, b):
        one.people.put(P1, [Dated(posting())], active=True, number=3)
    even(a, b)
    for one in (a, b):
        one.people.put(P1, [Dated(posting(Role.AUDITOR))], active=True, number=4)
    even(a, b)
    assert caplog.messages == []
    # One node has heard of change 5 already, when the other, which has not, tells something of its own.
    b.people.put(P1, [Dated(posting(Role.STATION_DESK))], active=True, number=5)
    a.people.set_active(P1, active=False)
    a.shared.even()
    b.shared.even()
    assert b.role() == "station_desk", "the log says so, and it is later"
    even(b, a)
    assert a.role() == "station_desk"


def test_the_database_reads_no_name_and_can_make_nobody(node: Callable[[str], Node], server: Postgres) -> None:
    a, b = node("a"), node("b")
    a.people.add(P1, "desk of the secret", WORDS, posting())
    even(a)
    with server.admin() as owner:
        (body,) = owner.execute("SELECT body FROM nazdik.credentials").fetchone() or (b"",)
        assert b"secret" not in bytes(body) and len(body) > 40
        owner.execute("UPDATE nazdik.credentials SET body = %s", (bytes(body)[:-1] + b"x",))
    even(b)
    assert b.people.is_empty()
