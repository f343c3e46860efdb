"""A log that is moved between a file and PostgreSQL stays the same log, and is written in one place at a time."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from nazdik.cli import app
from nazdik.kernel import CommandId, Instant
from nazdik.platform.blobs import Blobs
from nazdik.platform.eventlog import Claim, LogInUse, LogUnavailable, NewEntry, SqliteLog, verify_file
from nazdik.platform.eventlog.errors import LogForeign
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.postgres import Node, PostgresLog, PostgresReader, verify_log
from nazdik.platform.eventlog.postgres.moving import to_file, to_postgres
from nazdik.platform.eventlog.postgres.schema import grant
from nazdik.platform.eventlog.postgres.word_keys import SharedKeyFiles, WordKeyTable, to_files, to_table
from nazdik.platform.eventlog.word_keys import KeyFiles
from nazdik.platform.eventlog.words import SealedLog
from tests.postgres import Postgres, new_name

N = 50


def entry(n: int) -> NewEntry:
    claims = (Claim("car", f"s{n}", n % 2 == 0),) if n % 2 == 0 else (Claim("car", f"s{n - 1}", False),)
    return NewEntry(
        Instant(n), CommandId(f"c{n}"), 0, b"\x00\xff", "desk one", "things.happened.v1", f"s{n}", b"{}", claims, b"a"
    )


@pytest.fixture
def name() -> str:
    return new_name("log")


@pytest.fixture
def url(postgres_server: Postgres, name: str) -> str:
    return postgres_server.writer(new_name("node"), name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    log = SqliteLog(made := tmp_path / "log.sqlite")
    log.append([entry(n) for n in range(N)], expected_position=0)
    log.close()
    return made


def test_there_and_back_it_is_the_same_log(path: Path, url: str, name: str) -> None:
    before = SqliteLog(path)
    entries, head = before.read(0, N), before.head()
    before.close()
    assert to_postgres(path, url, name) == head
    stored = PostgresLog(url, name, Node("a"))
    assert stored.read(0, N) == entries and stored.head() == head
    mirror = MirroredLog(stored, path)
    mirror.write_to(stored)
    mirror.append([entry(N)], expected_position=N)
    last = mirror.head()
    mirror.close()
    assert to_file(path, url, name) == last
    assert verify_file(path, last).whole and verify_log(url, name, last).whole
    after = SqliteLog(path)
    assert after.read(0, N) == entries and after.head() == last
    after.append([entry(N + 1)], expected_position=N + 1)
    grown = after.head()
    after.close()
    assert to_postgres(path, url, name) == grown, "and there again, only what is new"


def test_a_log_is_written_in_one_place(path: Path, url: str, name: str) -> None:
    to_postgres(path, url, name)
    with pytest.raises(LogUnavailable, match="is a copy"):
        SqliteLog(path)
    with pytest.raises(LogForeign, match="already"):
        to_postgres(path, url, name)
    to_file(path, url, name)
    with pytest.raises(LogUnavailable, match="moved"):
        PostgresLog(url, name, Node("a"))
    with pytest.raises(LogForeign, match="already"):
        to_file(path, url, name)


def test_what_was_interrupted_goes_on(path: Path, url: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nazdik.platform.eventlog.postgres.moving.AT_ONCE", 20)

    def interrupt(done: int, of: int) -> None:
        if done >= 2 * of / 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        to_postgres(path, url, name, interrupt)
    reader = PostgresReader(url, name)
    half = reader.find()
    assert half is not None and half.position == 20
    steps: list[int] = []
    head = to_postgres(path, url, name, lambda done, of: steps.append(done))
    assert steps == [40, N] and reader.find() == head


def test_a_way_back_that_ended_just_before_its_end_is_finished(
    path: Path, url: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = to_postgres(path, url, name)

    def fail(path: Path, *, copy: bool) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("nazdik.platform.eventlog.postgres.moving.set_copy", fail)
        to_file(path, url, name)
    with pytest.raises(LogUnavailable, match="is a copy"):
        SqliteLog(path)
    assert to_file(path, url, name) == head
    SqliteLog(path).close()


def test_running_servers_and_strangers_are_refused(path: Path, url: str, name: str, tmp_path: Path) -> None:
    running = SqliteLog(path)
    with pytest.raises(LogInUse):
        to_postgres(path, url, name)
    running.close()
    node = PostgresLog(url, name, Node("a"))
    with pytest.raises(LogForeign, match="another log"):
        to_postgres(path, url, name)
    with pytest.raises(LogInUse):
        to_file(tmp_path / "other.sqlite", url, name)
    node.close()


def test_the_command_line_moves_a_folder_and_says_the_heads(
    tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    province = new_name("p")
    data = tmp_path / "data"
    data.mkdir()
    kept = Blobs(data / "photos")
    picture = kept.keep(b"from the scene")
    for file in (f"{province}.log.sqlite", "audit.sqlite"):
        log = SqliteLog(data / file)
        log.append([entry(n) for n in range(3)], expected_position=0)
        if file != "audit.sqlite":
            body = f'{{"photo_id":"{picture}"}}'.encode()
            log.append([replace(entry(3), kind="dispatch.photo_added.v1", body=body)], expected_position=3)
        log.close()
    (tmp_path / "url").write_text(postgres_server.writer(new_name("node"), province, f"audit.{province}"))
    options = ["--data", str(data), "--node", province, "--url-file", str(tmp_path / "url")]
    for words in (["to-postgres"], ["to-postgres"], ["to-files", province], ["to-postgres"]):
        if words[0] == "to-files":
            # As on another machine than the one that took it in.
            kept.path_of(picture).unlink()
        done = CliRunner().invoke(app, ["migrate", *words, *options])
        assert done.exit_code == 0, done.output
    assert "3 entries" in done.output
    assert kept.find(picture) == b"from the scene"


PERSONAL = {"things.happened.v1": ("words",)}


def said(log: SealedLog, n: int) -> object:
    return json.loads(log.read(n, 1)[0].body)["words"]


def test_words_can_be_opened_on_either_side_and_at_every_node_until_their_key_goes(
    tmp_path: Path, url: str, name: str, postgres_server: Postgres
) -> None:
    path, keys = tmp_path / "log.sqlite", tmp_path / "words"
    file = SealedLog(SqliteLog(path), KeyFiles(keys), PERSONAL)
    entries = [replace(entry(n), body=b'{"words":"said %d"}' % n, claims=()) for n in range(3)]
    file.append(entries[:2], expected_position=0)
    file.close()
    assert to_table(keys, url, name) == 1
    to_postgres(path, url, name)

    other, shared = WordKeyTable(url), SharedKeyFiles(tmp_path / "other", WordKeyTable(url), name)
    stored = PostgresLog(url, name, Node("a"))
    log = SealedLog(stored, shared, PERSONAL)
    assert [said(log, n) for n in range(2)] == ["said 0", "said 1"], "a node that has no file asks for the key"
    log.append(entries[2:], expected_position=2)
    day = entries[0].at // 86_400_000_000
    mine = shared.of_day(day + 1)
    assert SharedKeyFiles(tmp_path / "third", other, name).of_day(day + 1) == mine, "the first counts at every node"
    only = postgres_server.login(login := new_name("node"))
    with postgres_server.owner() as owner:
        grant(owner, login, name, writes=False)
    reads = SharedKeyFiles(tmp_path / "reader", WordKeyTable(only), name)
    assert reads.find(shared.of_day(day)[0], "s0") is not None
    with pytest.raises(LogUnavailable):
        reads.drop(shared.of_day(day)[0])
    strange = WordKeyTable(postgres_server.writer(new_name("node"), new_name("log")))
    assert strange.after(name) == []
    strange.close()
    reads.close()

    log.close()
    assert to_files(keys, url, name, leave=False) == 2 and other.after(name) == []
    to_file(path, url, name)
    back = SealedLog(SqliteLog(path), KeyFiles(keys), PERSONAL)
    assert [said(back, n) for n in range(3)] == ["said 0", "said 1", "said 2"]
    back.close()
    other.close()
