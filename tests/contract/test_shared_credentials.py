"""By what people prove who they are at one node, they prove it at the other; what is good once is good once at both."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from nazdik.bootstrap.identity.parts import Identity
from nazdik.bootstrap.nodes.credentials import SharedCredentials
from nazdik.bootstrap.nodes.sealed_rows import realm_of
from nazdik.bootstrap.nodes.words import CLOCKS_APART_S, SharedWords
from nazdik.platform.auth import Codes, KeyRefused, Registry, Tickets, WrongCode, totp
from nazdik.platform.auth.codes import CodeInvalid
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog.postgres.credentials import CredentialTable
from nazdik.platform.eventlog.postgres.words import WordTable
from nazdik.platform.faults import LogUnavailable
from tests.authenticator import Authenticator
from tests.postgres import Postgres, new_name

HOST, ORIGIN = "localhost", "http://localhost:8110"
WORDS, OTHER_WORDS = "seven quiet rivers run", "nine loud rivers stand"
KEY = b"k" * 32


@dataclass
class Node:
    """What one node has of it."""

    registry: Registry
    identity: Identity
    codes: Codes
    clock: VirtualClock
    shared: SharedCredentials
    words: SharedWords

    @property
    def tickets(self) -> Tickets:
        return Tickets(self.identity.words)

    def code(self, secret: bytes) -> str:
        return totp.code_of(secret, totp.step_of(self.clock.now()))

    def adds_a_key(self, person: str) -> Authenticator:
        device = Authenticator(HOST, ORIGIN)
        asked = self.identity.passkeys.ask_to_add(person, person, HOST)
        self.identity.passkeys.add(person, device.create(asked), host=HOST, origin=ORIGIN, label="token")
        return device

    def comes_by(self, device: Authenticator) -> str:
        asked = self.identity.passkeys.ask_to_sign_in(HOST)
        return self.identity.passkeys.take(device.get(asked), host=HOST, origin=ORIGIN).person


@pytest.fixture
def server(postgres_server: Postgres) -> Postgres:
    return postgres_server.fresh()


@pytest.fixture
def node(server: Postgres, tmp_path: Path) -> Iterator[Callable[..., Node]]:
    clock, made = VirtualClock(1_800_000_000_000_000), list[Node]()

    def opened(name: str, before: Callable[[Registry, Identity], None] | None = None, key: bytes = KEY) -> Node:
        folder = tmp_path / f"{name}-{secrets.token_hex(2)}"
        folder.mkdir()
        registry, identity = Registry(folder / "registry.sqlite", clock), Identity.open(folder, clock)
        codes = Codes(folder / "registry.sqlite", clock)
        if before is not None:
            before(registry, identity)
        url = server.writer(new_name(name), "khuzestan")
        table = CredentialTable(url, realm_of(key))
        shared = SharedCredentials(folder / "registry.sqlite", table, key, identity.seals)
        words = identity.words.shared = SharedWords(WordTable(url, realm_of(key)), key, clock)
        words.look()
        made.append(Node(registry, identity, codes, clock, shared, words))
        shared.even()
        return made[-1]

    yield opened
    for one in made:
        one.shared.close()
        one.words.close()
        one.codes.close()
        one.identity.close()
        one.registry.close()


def test_what_somebody_signs_in_with_at_one_node_is_good_at_the_other_and_used_up_at_both(
    node: Callable[..., Node],
) -> None:
    a, b = node("a"), node("b")
    a.registry.set_password("p1", WORDS)
    secret = a.identity.factors.begin("p1")
    on_paper = a.identity.factors.confirm("p1", a.code(secret))
    device = a.adds_a_key("p1")
    handed = a.codes.issue("password", "p2", by="p1", lasts_s=600)
    a.shared.even()
    b.shared.even()
    assert b.registry.check_password("p1", WORDS) and not b.registry.check_password("p1", OTHER_WORDS)
    assert b.comes_by(device) == "p1"
    # The telephone's secret is sealed by each machine for itself, and its codes are good once among all.
    with pytest.raises(WrongCode):
        b.identity.factors.check("p1", b.code(secret))
    b.identity.factors.check("p1", on_paper[0])
    assert b.codes.redeem("password", handed.text) == "p2"
    b.shared.even()
    a.shared.even()
    with pytest.raises(WrongCode):
        a.identity.factors.check("p1", on_paper[0])
    with pytest.raises(CodeInvalid):
        a.codes.redeem("password", handed.text)
    # What is taken back is gone at both.
    a.identity.forget("p1")
    a.registry.set_password("p1", OTHER_WORDS)
    a.shared.even()
    b.shared.even()
    assert b.identity.passkeys.list_of("p1") == [] and b.identity.factors.find("p1") is None
    assert b.registry.check_password("p1", OTHER_WORDS) and not b.registry.check_password("p1", WORDS)


def test_who_could_sign_in_at_either_node_before_they_shared_still_can(node: Callable[..., Node]) -> None:
    devices = []

    def has_a_key(registry: Registry, identity: Identity) -> None:
        devices.append(Node(registry, identity, None, None, None, None).adds_a_key("p1"))  # type: ignore[arg-type]

    a, b = node("a", has_a_key), node("b", has_a_key)
    a.shared.even()
    assert [one.comes_by(device) for one in (a, b) for device in devices] == ["p1"] * 4


def test_a_ticket_and_a_keys_answer_are_good_at_any_node_and_once_among_all(node: Callable[..., Node]) -> None:
    a, b, stranger = node("a"), node("b"), node("c", key=b"o" * 32)
    ticket = a.tickets.issue("s1")
    assert stranger.tickets.redeem(ticket) is None, "nodes of another key"
    assert [one.tickets.redeem(ticket) for one in (b, a, b)] == ["s1", None, None]
    device = a.adds_a_key("p1")
    device.step = 0
    a.shared.even()
    b.shared.even()
    answer = device.get(a.identity.passkeys.ask_to_sign_in(HOST))
    # It does not count, so that nothing but the question says that it came before.
    assert b.identity.passkeys.take(answer, host=HOST, origin=ORIGIN).person == "p1"
    for one in (a, b):
        with pytest.raises(KeyRefused):
            one.identity.passkeys.take(answer, host=HOST, origin=ORIGIN)
    late = a.tickets.issue("s1")
    a.clock.advance_s(30 + CLOCKS_APART_S + 1)
    assert b.tickets.redeem(late) is None


def test_of_many_who_use_a_word_at_once_one_may(node: Callable[..., Node]) -> None:
    nodes = [node(name) for name in "abcd"]
    ticket = nodes[0].tickets.issue("s1")
    with ThreadPoolExecutor(8) as threads:
        given = [threads.submit(one.tickets.redeem, ticket) for one in nodes for _ in range(5)]
    assert sorted(str(each.result()) for each in given) == ["None"] * 19 + ["s1"]


def test_while_the_store_is_away_words_are_good_at_the_node_that_gave_them_and_nowhere_else(
    node: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = node("a"), node("b")
    before = a.tickets.issue("s1")

    def away(*_: object) -> None:
        raise LogUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(WordTable, "_run", away)
        with pytest.raises(LogUnavailable):
            a.tickets.redeem(before)
        ticket, other = a.tickets.issue("s1"), a.tickets.issue("s2")
        assert b.tickets.redeem(ticket) is None
        assert [a.tickets.redeem(ticket) for _ in range(2)] == ["s1", None]
    for one in (a, b):
        one.words.look()
    assert b.tickets.redeem(ticket) is None, "what was used meanwhile cannot be used again"
    assert a.tickets.redeem(other) == "s2" and b.tickets.redeem(before) == "s1"


def test_of_two_changes_at_once_the_first_holds_at_both(node: Callable[..., Node]) -> None:
    a, b = node("a"), node("b")
    a.registry.set_password("p1", WORDS)
    a.shared.even()
    b.shared.even()
    a.registry.set_password("p1", OTHER_WORDS)
    b.registry.set_password("p1", "three rivers that meet")
    a.shared.even()
    b.shared.even()
    a.shared.even()
    assert a.registry.check_password("p1", OTHER_WORDS) and b.registry.check_password("p1", OTHER_WORDS)


def test_the_database_cannot_read_make_or_bring_back_what_opens(node: Callable[..., Node], server: Postgres) -> None:
    a, b = node("a"), node("b")
    a.registry.set_password("p1", WORDS)
    a.shared.even()
    with server.admin() as admin:
        (old,) = admin.execute("SELECT body FROM nazdik.credentials").fetchone() or (b"",)
        assert b"argon2" not in old and b"p1" not in old
        a.registry.set_password("p1", OTHER_WORDS)
        a.shared.even()
        b.shared.even()
        for body, owner in ((old, "person:p1"), (old, "person:p2"), (b"made up" * 9, "person:p3")):
            admin.execute(
                "INSERT INTO nazdik.credentials SELECT realm, %(owner)s, %(body)s, false, now(),"
                " nextval('nazdik.credential_changes') FROM nazdik.credentials WHERE owner = 'person:p1' ON CONFLICT (realm, owner)"
                " DO UPDATE SET body = excluded.body, changed = excluded.changed",
                {"owner": owner, "body": body},
            )
    for one in (a, b):
        one.shared.even()
        assert one.registry.check_password("p1", OTHER_WORDS) and not one.registry.check_password("p1", WORDS)
        assert not one.registry.has_password("p2") and not one.registry.has_password("p3")
    # And what is true is told once more, so that it goes on from there.
    b.registry.set_password("p1", WORDS)
    b.shared.even()
    a.shared.even()
    assert a.registry.check_password("p1", WORDS)
    # Nodes of another key share nothing with these.
    assert not node("c", key=b"o" * 32).registry.has_password("p1")


def test_what_changes_while_the_store_is_away_is_told_when_it_is_back(
    node: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = node("a"), node("b")

    def away(*_: object) -> None:
        raise LogUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(CredentialTable, "_run", away)
        a.registry.set_password("p1", WORDS)
        with pytest.raises(LogUnavailable):
            a.shared.even()
        assert a.registry.check_password("p1", WORDS)
    a.shared.even()
    b.shared.even()
    assert b.registry.check_password("p1", WORDS)
