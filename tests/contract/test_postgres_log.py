"""What only a log in PostgreSQL has to promise: one writer by the store's word, nothing lost or stored twice when a line breaks."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from nazdik.cli import app
from nazdik.kernel import CommandId, Instant
from nazdik.platform.eventlog import Claim, LogInUse, LogUnavailable, NewEntry, PositionTaken, SqliteLog
from nazdik.platform.eventlog.errors import Fenced
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.postgres import Lease, Node, PostgresLog, PostgresReader, connect, grant, verify_log
from tests.postgres import OWNER, Postgres, new_name, postgres

TABLES = ("logs", "entries", "claims", "snapshots")


def entry(command: str, *claims: Claim, subject: str = "s") -> NewEntry:
    return NewEntry(Instant(1), CommandId(command), 0, b"d", "desk one", "things.happened.v1", subject, b"{}", claims)


class Place:
    """A log that several nodes may write."""

    def __init__(self, server: Postgres) -> None:
        self.name = new_name("log")
        self.server = server
        self.url = server.writer(new_name("node"), self.name)
        self.opened: list[PostgresLog] = []

    def open(self, node: str = "a", ttl_s: float = 6.0, on_lost: Callable[[], None] | None = None) -> PostgresLog:
        me = Node(node, f"https://{node}.example")
        log = PostgresLog(self.url, self.name, me, lease=Lease(self.name, me, ttl_s=ttl_s), on_lost=on_lost)
        self.opened.append(log)
        return log


@pytest.fixture
def place(postgres_server: Postgres) -> Iterator[Place]:
    made = Place(postgres_server)
    yield made
    for log in made.opened:
        log.close()


def test_one_node_writes_at_a_time(place: Place) -> None:
    first = place.open()
    with pytest.raises(LogInUse, match="written by a"):
        place.open("b")
    assert PostgresReader(place.url, place.name).written_by() == ("a", "https://a.example")
    first.append([entry("c1")], expected_position=0)
    first.close()
    second = place.open("b")
    assert second.head().position == 1 and second.token > first.token, "what was given back is taken at once"


def test_a_writer_that_slept_is_refused_by_the_store(place: Place) -> None:
    lost = threading.Event()
    sleeper = place.open("a", ttl_s=0.2, on_lost=lost.set)
    sleeper.append([entry("c1", Claim("car", "s1", True))], expected_position=0)
    assert sleeper.is_sure
    with sleeper._mutex:  # Its own renewals sleep too.
        time.sleep(0.3)
        assert not sleeper.is_sure, "what it knows may be past, and nothing may be refused by it"
        other = place.open("b")
        other.append([entry("c2")], expected_position=1)
    with pytest.raises(Fenced):
        sleeper.append([entry("c3")], expected_position=1)
    assert lost.wait(1)
    with pytest.raises(Fenced):
        sleeper.append([entry("c4")], expected_position=1)
    assert [e.command_id for e in other.read(0, 9)] == ["c1", "c2"]


def test_an_old_token_stores_nothing_even_where_the_log_still_ends(place: Place) -> None:
    old = place.open("a", ttl_s=0.1)
    with old._mutex:
        time.sleep(0.2)
        new = place.open("b")
    with pytest.raises(Fenced):
        old.append([entry("c1")], expected_position=0)
    assert new.find() == new.head() and new.head().position == 0


def test_a_writer_whose_process_is_gone_is_replaced_after_the_grace_and_by_itself_at_once(place: Place) -> None:
    first = place.open("a", ttl_s=60)
    with first._mutex:
        first._ended.set()
        first._writer.close()  # As when its process is killed: the session ends, the lease does not.
        time.sleep(0.1)
        with pytest.raises(LogInUse):
            place.open("b", ttl_s=60)
        again = place.open("a", ttl_s=60)
        with pytest.raises(LogInUse):
            place.open("b", ttl_s=60)
        assert again.token == first.token + 1


def terminate(place: Place) -> None:
    """End every session on this log's login, as an administrator would."""
    with place.server.admin() as admin:
        login = place.url.partition("user=")[2].split()[0]
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (login,))


def test_a_line_that_broke_while_nothing_was_under_way_is_made_anew(place: Place) -> None:
    log = place.open()
    log.append([entry("c1")], expected_position=0)
    terminate(place)
    for attempt in range(3):
        try:
            log.append([entry("c2")], expected_position=1)
            break
        except LogUnavailable:
            assert attempt < 2, "the connection was found broken, nothing was stored"
    assert [e.command_id for e in log.read(0, 9)] == ["c1", "c2"]


def test_an_append_that_was_stored_although_the_line_broke_counts(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit is on disk, the answer is lost on the way."""
    log = place.open()
    log.append([entry("c1")], expected_position=0)
    whole = log._writer.execute

    def cut_after(*given: object, **more: object) -> object:
        whole(*given, **more)  # type: ignore[arg-type]
        log._writer.close()
        raise psycopg.OperationalError("the answer was lost")

    token = log.token
    monkeypatch.setattr(log._writer, "execute", cut_after)
    log.append([entry("c2")], expected_position=1)
    assert log.token == token + 1, "the line that broke can store nothing more"
    assert [e.command_id for e in log.read(0, 9)] == ["c1", "c2"]
    log.append([entry("c3")], expected_position=2)
    assert log.verify().whole


def test_an_append_whose_line_broke_before_it_was_stored_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = place.open()

    def cut(*_: object, **__: object) -> object:
        log._writer.close()
        raise psycopg.OperationalError("nobody heard it")

    monkeypatch.setattr(log._writer, "execute", cut)
    with pytest.raises(LogUnavailable, match="nothing was stored"):
        log.append([entry("c1")], expected_position=0)
    log.append([entry("c1")], expected_position=0)
    assert [e.command_id for e in log.read(0, 9)] == ["c1"]


def test_two_threads_that_append_at_once_do_not_both_win(place: Place) -> None:
    log, won = place.open(), []

    def attempt(n: int) -> None:
        try:
            log.append([entry(f"c{n}")], expected_position=0)
            won.append(n)
        except PositionTaken:
            pass

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(won) == 1 and log.head().position == 1


# Rights


def test_a_writers_login_cannot_change_what_is_stored(place: Place) -> None:
    log = place.open()
    log.append([entry("c1", Claim("car", "s1", True))], expected_position=0)
    changes = [f"DELETE FROM nazdik.{table}" for table in TABLES] + [f"TRUNCATE nazdik.{table}" for table in TABLES]
    changes += ["UPDATE nazdik.entries SET body = 'x'", "UPDATE nazdik.logs SET position = 0, token = 0"]
    changes += ["UPDATE nazdik.claims SET holder = 'x'", "INSERT INTO nazdik.entries SELECT * FROM nazdik.entries"]
    changes += ["INSERT INTO nazdik.rights VALUES (current_user, 'other', true)", "DROP TABLE nazdik.entries"]
    changes += ["ALTER TABLE nazdik.entries DISABLE TRIGGER ALL", "CREATE TABLE nazdik.mine (n integer)"]
    with connect(place.url) as node:
        for change in changes:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                node.execute(change.encode())
    assert log.verify().whole


def test_not_even_the_owner_changes_an_entry(place: Place) -> None:
    place.open().append([entry("c1")], expected_position=0)
    with place.server.owner() as owner:
        for change in ("UPDATE nazdik.entries SET body = 'x'", "DELETE FROM nazdik.entries", "TRUNCATE nazdik.entries"):
            with pytest.raises(psycopg.Error) as refused:
                owner.execute(change)
            assert refused.value.sqlstate == "NZ007"


def test_a_login_sees_the_logs_it_has_a_right_to_and_no_other(place: Place) -> None:
    """Raw SQL, as from a node that was broken into: another province's rows do not exist."""
    place.open().append([entry("secret call", Claim("car", "s1", True), subject="canary")], expected_position=0)
    place.opened[0].save_snapshot(1, 1, b"canary")
    mine, login = Place(place.server), new_name("reader")
    mine.open().append([entry("own")], expected_position=0)
    reader = place.server.login(login)
    with place.server.owner() as owner:
        grant(owner, login, mine.name, writes=False)
    with connect(reader) as node:
        for table in TABLES:
            rows = node.execute(f"SELECT t::text FROM nazdik.{table} t").fetchall()
            assert "canary" not in str(rows) and place.name not in str(rows)
        assert node.execute("SELECT count(*) FROM nazdik.entries").fetchone() == (1,), "its own it sees"
        assert node.execute("SELECT count(*) FROM nazdik.rights WHERE login <> session_user").fetchone() == (0,)
        for call in ("take('x','h','n','',6,2)", "renew(1,1,6)", "release(1,1)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                node.execute(f"SELECT nazdik.{call}".encode())
    for log in mine.opened:
        log.close()


def test_every_table_is_shut_to_a_login_or_shows_it_the_rows_of_its_own_logs(place: Place) -> None:
    """By the schema itself, so that a table that comes later is asked too."""
    place.open().append([entry("secret call", Claim("car", "s1", True), subject="canary")], expected_position=0)
    stranger = Place(place.server)
    with place.server.admin() as admin:
        rows = admin.execute(
            "SELECT relname, relrowsecurity FROM pg_class WHERE relnamespace = 'nazdik'::regnamespace AND relkind = 'r'"
        )
        tables = {str(name): bool(ruled) for name, ruled in rows.fetchall()}
    assert {name for name, ruled in tables.items() if not ruled} == {"about"}, "which says nothing of anybody"
    assert len(tables) >= 12
    shut = set()
    with connect(stranger.url) as node:
        for table in tables:
            try:
                seen = node.execute(f"SELECT t::text FROM nazdik.{table} t").fetchall()
            except psycopg.errors.InsufficientPrivilege:
                shut.add(table)
            else:
                assert "canary" not in str(seen) and place.name not in str(seen), table
    assert {"sessions", "devices", "credentials", "outbox", "pictures", "word_keys"} <= shut


def test_a_writer_of_one_log_cannot_take_or_write_another(place: Place) -> None:
    theirs = place.open()
    theirs.append([entry("c1")], expected_position=0)
    stranger = Place(place.server)
    own = stranger.open()
    with pytest.raises(LogUnavailable, match="no right"):
        PostgresLog(stranger.url, place.name, Node("b"))
    own._taken = theirs._taken  # Number and token of the other log, as if they had leaked.
    own._head = theirs.head()
    with pytest.raises(LogUnavailable, match="may not write"):
        own.append([entry("c2")], expected_position=1)
    assert theirs.find() == theirs.head()
    own._ended.set()


def test_a_login_that_could_change_history_is_refused(place: Place) -> None:
    with pytest.raises(LogUnavailable, match="could change"):
        PostgresLog(place.server.url(), place.name, Node("a"))
    with pytest.raises(LogUnavailable, match="could change"):
        PostgresLog(place.server.url("nazdik_owner"), place.name, Node("a"))


# A server that cannot be trusted, and one that is not there


def test_a_server_that_does_not_sync_is_refused_and_one_that_stops_to_sync_is_left() -> None:
    with postgres() as server:
        place = Place(server)
        log = place.open()
        log.append([entry("c1")], expected_position=0)
        with server.admin() as admin:
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("SELECT pg_reload_conf()")
        with pytest.raises(LogUnavailable, match="fsync"):
            for _ in range(50):
                log.append([], expected_position=1)
                time.sleep(0.1)
        with pytest.raises(LogUnavailable, match="fsync"):
            log.append([entry("c2")], expected_position=1)
        with pytest.raises(LogUnavailable, match="fsync"):
            Place(server).open()
        log.close()


def test_commits_are_synchronous_whatever_the_login_was_told(place: Place) -> None:
    with place.server.admin() as admin:
        admin.execute("ALTER DATABASE nazdik SET synchronous_commit = off")
    try:
        log = place.open()
        assert log._writer.execute("SHOW synchronous_commit").fetchone() == ("on",)
    finally:
        with place.server.admin() as admin:
            admin.execute("ALTER DATABASE nazdik RESET synchronous_commit")


def test_without_a_server_opening_says_so(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable, match="did not answer"):
        PostgresLog("host=127.0.0.1 port=1 dbname=nazdik user=x", "log", Node("a"))


# Checking


def test_what_the_database_administrator_changes_is_found(place: Place) -> None:
    log = place.open()
    log.append([entry("c1"), entry("c2"), entry("c3")], expected_position=0)
    kept = log.head()
    assert verify_log(place.url, place.name, kept).whole

    def do(statement: str) -> None:
        with place.server.admin() as admin:
            admin.execute("ALTER TABLE nazdik.entries DISABLE TRIGGER ALL")
            admin.execute(f"{statement} WHERE log = {log.log} AND position = 3".encode())
            admin.execute("ALTER TABLE nazdik.entries ENABLE TRIGGER ALL")

    do("UPDATE nazdik.entries SET actor = 'desk two'")
    verdict = log.verify()
    assert (verdict.position, verdict.reason) == (3, "log.entry_changed")
    do("DELETE FROM nazdik.entries")
    verdict = verify_log(place.url, place.name)
    assert (verdict.position, verdict.reason) == (3, "log.cut_off"), "its own row says how far it went"
    with place.server.admin() as admin:
        before = log.read(1, 1)[0].hash
        admin.execute("UPDATE nazdik.logs SET position = 2, hash = %s WHERE id = %s", (before, log.log))
    assert verify_log(place.url, place.name).whole, "who changes both is found by a head kept elsewhere"
    assert verify_log(place.url, place.name, kept).reason == "log.cut_off"
    assert verify_log(place.url, "no-such-log").reason == "log.absent"


# The copy


def test_a_copy_follows_and_is_the_same_log(place: Place, tmp_path: Path) -> None:
    log = place.open()
    log.append([entry("c1", Claim("car", "s1", True))], expected_position=0)
    mirror = MirroredLog(PostgresReader(place.url, place.name), tmp_path / "log.sqlite")
    assert mirror.head() == log.head() and mirror.held() == {"car": "s1"}
    log.append([entry(f"d{n}") for n in range(5)], expected_position=1)
    assert [e.command_id for e in mirror.catch_up()] == [f"d{n}" for n in range(5)]
    assert mirror.catch_up() == [] and mirror.head() == log.head()
    with pytest.raises(LogUnavailable, match="not ours"):
        mirror.append([entry("c2")], expected_position=6)
    assert mirror.verify().whole
    mirror.close()
    with pytest.raises(LogUnavailable, match="is a copy"):
        SqliteLog(tmp_path / "log.sqlite")


def test_a_copy_that_knows_what_the_store_does_not_is_put_aside(place: Place, tmp_path: Path) -> None:
    """The store was restored from a backup; what it lost is kept beside, and is not taken for the truth."""
    path = tmp_path / "log.sqlite"
    log = place.open()
    log.append([entry("c1")], expected_position=0)
    astray = SqliteLog(path, copy_of=log.epoch)
    astray.append([entry("c1"), entry("lost")], expected_position=0)
    astray.close()
    mirror = MirroredLog(log, path)
    assert [e.command_id for e in mirror.read(0, 9)] == ["c1"]
    aside = SqliteLog(path.with_name("log.sqlite.aside"), copy_of=log.epoch)
    assert [e.command_id for e in aside.read(0, 9)] == ["c1", "lost"]
    mirror.close()
    aside.close()


def test_a_log_in_its_own_right_is_never_taken_for_a_copy(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    own = SqliteLog(path)
    own.append([entry("only here")], expected_position=0)
    own.close()
    with pytest.raises(LogUnavailable, match="migrate"):
        MirroredLog(place.open(), path)
    assert SqliteLog(path).head().position == 1


# The command line


def test_the_command_line_prepares_grants_shows_and_checks(postgres_server: Postgres, tmp_path: Path) -> None:
    database = replace(postgres_server, database=new_name("db"))
    with postgres_server.admin() as admin:
        admin.execute(f'CREATE DATABASE "{database.database}" OWNER {OWNER}')
    owner, node, login = tmp_path / "owner.url", tmp_path / "node.url", new_name("node")
    owner.write_text(database.url(OWNER))
    node.write_text(database.login(login))

    def said(*words: str, url: Path = owner) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["postgres", *words, "--url-file", str(url)])
        return done.exit_code, " ".join(done.output.split())

    assert "are made" in said("prepare")[1]
    assert "nothing was changed" in said("prepare")[1]
    assert said("grant", login, "khuzestan", "--write") == (0, f"{login} may read and write khuzestan.")
    log = PostgresLog(node.read_text(), "khuzestan", Node("a", "https://a.example"))
    log.append([entry("c1")], expected_position=0)
    assert "khuzestan: 1 entries, written by a https://a.example" in said("status")[1]
    log.close()
    assert "nobody writes it" in said("status")[1]
    assert said("verify", "khuzestan", url=node) == (0, "khuzestan: whole, 1 entries checked.")
    said("revoke", login, "khuzestan")
    code, words = said("verify", "khuzestan", url=node)
    assert code == 1 and "may not see it" in words
    assert said("status", url=node)[0] == 0, "who may see nothing is told nothing"
    code, words = said("prepare", url=tmp_path / "absent.url")
    assert code == 2 and "cannot be read" in words
