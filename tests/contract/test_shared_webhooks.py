"""Partners and webhooks of one node are those of all; one node sends at a time, and goes on where the one before it had got to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nazdik.bootstrap.nodes.outbox import SharedOutbox, bring_back
from nazdik.bootstrap.nodes.sealed_rows import Owner, SealedRows
from nazdik.bootstrap.retention.elsewhere import with_elsewhere
from nazdik.bootstrap.retention.letters import Shelves
from nazdik.bootstrap.retention.planning import LettersPast, plan
from nazdik.bootstrap.retention.rules import Ruled
from nazdik.interchange.errors import PartnerUnknown
from nazdik.interchange.partners import Partners
from nazdik.interchange.webhook_store import Endpoint, Message, Outbox, WebhookStore
from nazdik.kernel import Instant, OfficeId, ProvinceId
from nazdik.kernel.instant import plus_s
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog.postgres import Node as Who
from nazdik.platform.eventlog.postgres import PostgresLog
from nazdik.platform.eventlog.postgres.credentials import CredentialTable
from nazdik.platform.eventlog.postgres.outbox import OutboxTable
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings
from tests.postgres import Postgres, new_name

HOME = OfficeId("khuzestan")
NOW = Instant(1_800_000_000_000_000)
KEY = b"k" * 32
ENDPOINT = Endpoint("gone", "p", "https://gone.example/", (), (("whsec_x", None),), None, NOW)


def message(n: int, *, to: str = "hook", at: Instant = NOW) -> Message:
    return Message(f"evt_{n}", to, "khuzestan.i1", b'{"id":"khuzestan:%d"}' % n, at, next_at=at)


@dataclass
class Node:
    """What one node has of it."""

    partners: Partners
    store: WebhookStore
    outbox: OutboxTable
    rows: tuple[SealedRows, ...]
    url: str
    folder: Path
    log: PostgresLog | None = None

    def even(self) -> None:
        for rows in self.rows:
            rows.even()

    def writes(self) -> SharedOutbox:
        """Take the log, and return what is sent by whoever has it."""
        self.log = PostgresLog(self.url, HOME, Who(new_name("node")))
        token = self.log.token
        return SharedOutbox(self.outbox, HOME, lambda: token, self.store)

    def close(self) -> None:
        if self.log is not None:
            self.log.close()
        for rows in self.rows:
            rows.close()
        self.outbox.close()
        self.store.close()
        self.partners.close()


@pytest.fixture
def server(postgres_server: Postgres) -> Postgres:
    return postgres_server.fresh()


@pytest.fixture
def node(server: Postgres, tmp_path: Path) -> Iterator[Callable[[str], Node]]:
    made: list[Node] = []

    def opened(name: str) -> Node:
        folder, url = tmp_path / name, server.writer(new_name(name), HOME)
        folder.mkdir()
        files = folder / "partners.sqlite", folder / "webhooks.sqlite"
        partners, store = Partners(files[0], VirtualClock(NOW)), WebhookStore(files[1])
        rows = tuple(
            SealedRows(file, CredentialTable(url, table), KEY, {table: Owner(table, "id")})
            for file, table in zip(files, ("partner", "endpoint"), strict=True)
        )
        made.append(Node(partners, store, OutboxTable(url), rows, url, folder))
        return made[-1]

    yield opened
    for one in made:
        one.close()


def test_a_partner_is_let_in_out_and_bound_at_all_nodes(node: Callable[[str], Node], server: Postgres) -> None:
    a, b = node("a"), node("b")
    token = a.partners.add("fire", HOME, ["webhook"])
    a.even()
    assert not b.partners.knows(token)
    b.even()
    assert b.partners.get_by_token(token).id == "fire" and b.partners.knows(token)
    b.partners.bind("fire", "ab" * 32)
    b.even()
    a.even()
    assert a.partners.get("fire").certificate == "ab" * 32
    b.partners.revoke("fire")
    b.even()
    a.even()
    with pytest.raises(PartnerUnknown):
        a.partners.get_by_token(token)
    with server.admin() as admin:
        assert not [row for row in admin.execute("SELECT body FROM nazdik.credentials") if b"fire" in row[0]]


def test_a_webhook_is_one_at_all_nodes_with_its_secrets(node: Callable[[str], Node]) -> None:
    a, b = node("a"), node("b")
    a.store.add(Endpoint("hook", "fire", "https://x.example/", ("t",), (("whsec_1", None),), 60, NOW))
    a.even()
    b.even()
    assert b.store.get("hook") == a.store.get("hook")
    b.store.set_secrets("hook", (("whsec_2", None), ("whsec_1", NOW)))
    b.even()
    a.even()
    assert [secret for secret, _ in a.store.get("hook").secrets] == ["whsec_2", "whsec_1"]
    a.store.end("hook", "ended by command", NOW)
    a.even()
    b.even()
    assert b.store.get("hook").ended_why == "ended by command"


@pytest.mark.parametrize("shared", [False, True], ids=["file", "postgresql"])
def test_what_is_kept_is_sent_until_it_was_taken(shared: bool, node: Callable[[str], Node]) -> None:
    one = node("a")
    one.store.add(Endpoint("hook", "fire", "https://x.example/", (), (("whsec_1", None),), None, NOW))
    outbox: Outbox = one.writes() if shared else one.store
    assert outbox.reached("hook", HOME) is None
    outbox.put("hook", HOME, 5, [])
    assert outbox.reached("hook", HOME) == 5
    later = Instant(NOW + 10)
    outbox.put("hook", HOME, 7, [message(7, at=later), message(6)])
    assert [m.id for m in outbox.due("hook", NOW, 9)] == ["evt_6"]
    (first, second) = outbox.due("hook", later, 9)
    assert outbox.due("other", later, 9) == [] and outbox.may_send(first)
    outbox.failed(first.id, tries=1, next_at=Instant(NOW + 99), last="503")
    outbox.failed(second.id, tries=9, next_at=None, last="x" * 300)
    assert outbox.due("hook", later, 9) == []
    (again,) = outbox.due("hook", Instant(NOW + 99), 9)
    assert (again.id, again.body, again.tries, again.last) == ("evt_6", message(6).body, 1, "503")
    outbox.done(again.id)
    kept = one.outbox if shared else one.store
    assert kept.revive("hook", NOW) == 1
    assert [(m.id, m.tries, len(m.last)) for m in outbox.due("hook", NOW, 9)] == [("evt_7", 0, 200)]


def test_whoever_takes_over_sends_what_is_left_and_the_one_before_sends_nothing_more(
    node: Callable[[str], Node],
) -> None:
    a, b = node("a"), node("b")
    before = a.writes()
    assert before.reached("hook", HOME) is None
    before.put("hook", HOME, 5, [message(n) for n in (3, 4, 5)])
    first, second, third = before.due("hook", NOW, 9)
    assert before.may_send(first)
    assert a.log is not None
    a.log.close()
    # It believes in its token still, as one does that was stopped in its tracks.
    after = b.writes()
    for refused in (
        lambda: before.may_send(second),
        lambda: before.put("hook", HOME, 6, [message(6)]),
        lambda: before.failed(second.id, tries=1, next_at=None, last="503"),
        lambda: SharedOutbox(a.outbox, HOME, before.token, a.store).reached("hook", HOME),
    ):
        with pytest.raises(LogUnavailable):
            refused()
    # That the first was taken meanwhile is true, and is believed.
    before.done(first.id)
    assert after.reached("hook", HOME) == 5
    assert [m.id for m in after.due("hook", NOW, 9)] == [second.id, third.id] and after.may_send(second)
    after.put("hook", HOME, 6, [message(6)])
    with pytest.raises(LogUnavailable):
        SharedOutbox(a.outbox, HOME, lambda: None, a.store).may_send(third)


def _overdue(a: Node) -> LettersPast | None:
    """Return what a plan of a node, thirty days and a second later, says of dead letters."""
    url_file = a.folder / "login.url"
    url_file.write_text(a.url)
    rules = [Ruled(ProvinceId(HOME), 30, 365, 90, (), (), ())]
    planned = plan(a.folder, rules, plus_s(NOW, 30 * 86_400 + 1))
    return with_elsewhere(planned, Settings(data_dir=a.folder, postgres_url_file=url_file), rules).letters


def test_dead_letters_go_wherever_they_lie_and_what_still_waits_stays(node: Callable[[str], Node]) -> None:
    a, b = node("a"), node("b")
    a.store.put("hook", "tehran", 1, [message(1), message(2)])
    a.store.failed("evt_1", tries=10, next_at=None, last="500")
    a.store.add(ENDPOINT)
    outbox = a.writes()
    assert outbox.reached("gone", HOME) is None and outbox.reached("other", HOME) is None
    outbox.put("gone", HOME, 1, [message(3, to="gone")])
    outbox.put("other", HOME, 2, [message(4, to="other"), message(5, to="other")])
    outbox.failed("evt_4", tries=10, next_at=None, last="500")
    shelves = Shelves(a.store, a.outbox)
    assert shelves.past(NOW) == [], "nothing is older than it"
    later = Instant(NOW + 1)
    assert [one.id for one in shelves.past(later)] == ["evt_1", "evt_4"]
    a.store.end("gone", "ended by command", NOW)
    assert [one.id for one in shelves.past(later)] == ["evt_1", "evt_3", "evt_4"]
    told = _overdue(a)
    assert told is not None and (told.ids, told.days) == (("evt_1", "evt_3", "evt_4"), 30), (
        "a plan tells of all of them"
    )
    shelves.drop(["evt_1", "evt_3", "evt_4"])
    assert [one.id for one in a.store.waiting("hook")] == ["evt_2"]
    assert [one.id for one in b.outbox.waiting()] == ["evt_5"]


def test_what_a_file_had_moves_to_the_nodes_and_back_and_is_nowhere_twice(node: Callable[[str], Node]) -> None:
    a, b = node("a"), node("b")
    elsewhere = Message("evt_far", "hook", "tehran.i1", b'{"id":"tehran:1"}', NOW, next_at=NOW)
    a.store.put("hook", HOME, 5, [message(4), message(5)])
    a.store.put("hook", "tehran", 1, [elsewhere])
    outbox = a.writes()
    assert outbox.reached("hook", HOME) == 5
    assert [m.id for m in outbox.due("hook", NOW, 9)] == ["evt_4", "evt_5"]
    assert a.store.waiting("hook") == [elsewhere] and a.store.reached("hook", HOME) is None
    outbox.done("evt_4")
    outbox.put("hook", HOME, 6, [])
    # A file that still had it from long ago gives nothing of it.
    a.store.put("hook", HOME, 2, [message(2)])
    assert SharedOutbox(a.outbox, HOME, outbox.token, a.store).reached("hook", HOME) == 6
    assert a.store.waiting("hook") == [elsewhere]
    assert bring_back(b.outbox, b.store, [HOME]) == 1
    assert b.store.reached("hook", HOME) == 6 and [m.id for m in b.store.waiting("hook")] == ["evt_5"]
    assert b.outbox.waiting() == [] and b.outbox.ends() == [] and bring_back(b.outbox, b.store, [HOME]) == 0
