"""A picture that one node took in is at all nodes, whole, also when that node is gone; and is erased at all of them."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from PIL import Image

from nazdik.bootstrap.nodes.pictures import SharedPictures
from nazdik.bootstrap.photos import PhotoNotFound, Photos
from nazdik.bootstrap.retention.watch import Retention
from nazdik.kernel import CommandId, Instant
from nazdik.kernel.instant import plus_s
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import NewEntry, SqliteLog
from nazdik.platform.eventlog.postgres import connect
from nazdik.platform.eventlog.postgres.pictures import PictureTable
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings
from tests.postgres import Postgres, new_name

HOME, FAR = "khuzestan", "tehran"
AT = Instant(1_800_000_000_000_000)


def drawn(colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "PNG")
    return out.getvalue()


@dataclass
class Node:
    """What one node has of it."""

    data: Path
    url: str
    shared: SharedPictures
    photos: Photos

    def keep(self, colour: str = "red") -> tuple[str, bytes]:
        name, picture = asyncio.run(self.photos.keep(drawn(colour), HOME))
        return name, picture.body

    def find(self, name: str, province: str = HOME) -> bytes | None:
        try:
            return asyncio.run(self.photos.find(name, province))
        except PhotoNotFound:
            return None

    def files(self) -> list[Path]:
        return [path for path in (self.data / "photos").rglob("*") if path.is_file()]


@pytest.fixture
def server(postgres_server: Postgres) -> Postgres:
    return postgres_server.fresh()


@pytest.fixture
def node(server: Postgres, tmp_path: Path) -> Iterator[Callable[..., Node]]:
    made: list[Node] = []

    def opened(name: str, province: str = HOME) -> Node:
        data, url = tmp_path / name, server.writer(new_name(name), province)
        data.mkdir(exist_ok=True)
        shared = SharedPictures(PictureTable(url), data)
        made.append(Node(data, url, shared, Photos(data / "photos", shared)))
        return made[-1]

    yield opened
    for one in made:
        one.shared.close()


def names(data: Path, name: str) -> None:
    """Let the log of a province name a picture."""
    log = SqliteLog(data / f"{HOME}.log.sqlite")
    body = f'{{"photo_id":"{name}"}}'.encode()
    log.append(
        [NewEntry(AT, CommandId("c"), 0, b"d", "desk", "dispatch.photo_added.v1", f"{HOME}.i1", body, (), b"")],
        expected_position=0,
    )
    log.close()


def test_a_picture_is_seen_at_the_other_node_at_once_and_outlives_the_one_that_took_it(
    node: Callable[..., Node],
) -> None:
    a, b = node("a"), node("b")
    name, body = a.keep()
    assert b.files() == [] and b.find(name) == body, "before anything was copied"
    second, other = a.keep("blue")
    b.shared.even()
    for file in a.files():
        file.unlink()
    a.shared.close()
    assert len(b.files()) == 2 and b.find(second) == other
    assert node("c").find(name) == body, "a third node, which came later"


def test_a_damaged_file_is_mended_and_nothing_is_handed_out_that_is_not_what_its_name_says(
    node: Callable[..., Node], server: Postgres
) -> None:
    a, b = node("a"), node("b")
    name, body = a.keep()
    a.files()[0].write_bytes(body[:-1] + b"x")
    assert a.find(name) == body and a.files()[0].read_bytes() == body
    with server.admin() as admin:
        admin.execute("UPDATE nazdik.pictures SET body = body || 'x'")
    assert b.find(name) is None and b.files() == []


def test_without_the_store_no_picture_is_acknowledged_and_those_that_are_here_are_seen(
    node: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    a = node("a")
    name, body = a.keep()

    def away(*_: object) -> None:
        raise LogUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(PictureTable, "_run", away)
        with pytest.raises(LogUnavailable):
            a.keep("blue")
        assert a.find(name) == body
    assert a.keep("blue")[1] and a.keep()[0] == name, "sent again"


def test_pictures_from_before_are_told_when_the_nodes_begin_to_share(node: Callable[..., Node]) -> None:
    a, b = node("a"), node("b")
    alone = Photos(a.data / "photos")
    named, orphan = (asyncio.run(alone.keep(drawn(colour)))[0] for colour in ("red", "blue"))
    names(a.data, named)
    a.shared.even()
    assert b.find(named) is not None and b.find(orphan) is None, "what no log names is nobody's"


def test_what_a_rule_erases_is_erased_at_all_nodes(node: Callable[..., Node]) -> None:
    a, b = node("a"), node("b")
    name, _ = a.keep()
    names(a.data, name)
    settings = Settings(data_dir=a.data)

    def erase(days: int) -> None:
        clock = VirtualClock(plus_s(AT, days * 86_400))
        Retention(settings, None, None, clock, a.shared.erase).erase({})

    erase(364)
    assert a.files() and b.find(name) is not None
    for file in b.files():
        file.unlink()
    erase(366)
    assert a.files() == [] and b.find(name) is None
    a.shared.even()
    assert a.find(name) is None


def test_a_node_sees_and_changes_pictures_of_its_provinces_only(node: Callable[..., Node]) -> None:
    a, far = node("a"), node("far", FAR)
    name, body = a.keep()
    with pytest.raises(LogUnavailable):
        far.find(name)
    far.shared.even()
    assert far.files() == []
    far.shared.erase(name)
    assert PictureTable(a.url).get(HOME, name) == body
    with connect(a.url) as line:
        with pytest.raises(psycopg.Error):
            line.execute("SELECT body FROM nazdik.pictures")
        with pytest.raises(psycopg.Error):
            line.execute("SELECT nazdik.put_picture(%s, %s, %s)", (HOME, "0" * 64, b"another"))
