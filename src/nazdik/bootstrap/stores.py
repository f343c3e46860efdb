"""Where logs are kept, by the settings: in files of this machine, or in a PostgreSQL that several nodes share."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nazdik.bootstrap.journal_only.mark import record_open
from nazdik.fleet.store import DeviceStore
from nazdik.platform.backup import Shipper
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.faults import LogInUse, LogUnavailable
from nazdik.platform.settings import Settings

if TYPE_CHECKING:
    from nazdik.bootstrap.nodes.pictures import SharedPictures
    from nazdik.platform.eventlog.postgres import PostgresLog
    from nazdik.platform.eventlog.postgres.word_keys import WordKeyTable

# A writer that has been silent for so long may be gone; the store knows.
GRACE_S = 1.8
# A node that comes back finds its own lease until PostgreSQL has noticed that it was gone.
WAITS_S = 10.0
AUDIT = "audit"
LOOK_EVERY_S = 2.0
_log = logging.getLogger(__name__)


class Losses:
    """What makes it impossible to go on: a log that another node has taken. The process ends, and begins anew beside it."""

    def __init__(self) -> None:
        self.why: str | None = None
        self.tell: Callable[[], None] = lambda: None

    def note(self, why: str) -> None:
        """Note a loss, from whatever thread; the first one counts."""
        if self.why is None:
            self.why = why
            _log.critical("%s; this server ends so that it can begin anew", why)
            self.tell()


class LogSource:
    """One log in PostgreSQL, for this node: to take, or to follow."""

    def __init__(self, settings: Settings, name: str, losses: Losses) -> None:
        # Whoever keeps everything in files does not load what speaks to PostgreSQL.
        from nazdik.platform.eventlog.postgres import Node, PostgresReader  # noqa: PLC0415

        assert settings.postgres_url_file is not None
        self._url = url_in(settings.postgres_url_file)
        self._standby_needed = settings.postgres_standby_needed
        self._node = Node(settings.node_name, settings.node_address)
        self.name = f"{AUDIT}.{settings.node_name}" if name == AUDIT else name
        self._losses = losses
        self.reader = PostgresReader(self._url, self.name)

    def take(self) -> "PostgresLog":
        """Take the log for writing. Raises `LogInUse` when another node has it."""
        from nazdik.platform.eventlog.postgres import PostgresLog  # noqa: PLC0415

        lost = f"the log {self.name} was taken by another node"
        return PostgresLog(
            self._url,
            self.name,
            self._node,
            on_lost=lambda: self._losses.note(lost),
            standby_needed=self._standby_needed,
        )

    def silent_for_s(self) -> float:
        """Return how long its writer was not heard of, which may be endless; 0 where this login may not write it anyway."""
        return self.reader.silent_for_s() if self.reader.may_write() else 0.0

    def written_at(self) -> str:
        """Return the address of the node that writes the log; empty when nobody does, or it has said none."""
        writer = self.reader.written_by()
        return writer[1] if writer is not None else ""


def sources_of(settings: Settings, names: Iterable[str], losses: Losses) -> dict[str, LogSource]:
    """Return where logs are in PostgreSQL, by name; empty when they are files."""
    return {} if settings.postgres_url_file is None else {name: LogSource(settings, name, losses) for name in names}


def device_store(settings: Settings) -> DeviceStore:
    """Open the registry of devices: of this machine, or shared by all nodes of a PostgreSQL."""
    path = settings.data_dir / "devices.sqlite"
    if settings.postgres_url_file is None:
        return DeviceStore(path)
    from nazdik.bootstrap.nodes.devices import SharedDevices  # noqa: PLC0415 - as above
    from nazdik.platform.eventlog.postgres.devices import DeviceTable  # noqa: PLC0415 - as above

    return SharedDevices(path, DeviceTable(url_in(settings.postgres_url_file)))


def picture_store(settings: Settings) -> "SharedPictures | None":
    """Return what shares pictures among the nodes of a PostgreSQL; None where the files of this machine are all there is."""
    if settings.postgres_url_file is None:
        return None
    from nazdik.bootstrap.nodes.pictures import SharedPictures  # noqa: PLC0415 - as above
    from nazdik.platform.eventlog.postgres.pictures import PictureTable  # noqa: PLC0415 - as above

    return SharedPictures(PictureTable(url_in(settings.postgres_url_file)), settings.data_dir)


def word_key_table(settings: Settings) -> "WordKeyTable | None":
    """Return how nodes give one another the keys of words; None when logs are files."""
    if settings.postgres_url_file is None:
        return None
    from nazdik.platform.eventlog.postgres.word_keys import WordKeyTable  # noqa: PLC0415 - as above

    return WordKeyTable(url_in(settings.postgres_url_file))


def url_in(path: Path) -> str:
    """
    Return what a file says of how to connect: a URL, or for PostgreSQL words as libpq takes them.

    Raises:
        LogUnavailable: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LogUnavailable(f"{path}, which says how to connect, cannot be read: {error}") from error


def is_away(settings: Settings) -> bool:
    """Whether logs are kept in a PostgreSQL that does not answer, or cannot be trusted, now."""
    if settings.postgres_url_file is None:
        return False
    from nazdik.platform.eventlog.postgres import connect  # noqa: PLC0415 - as above

    try:
        url, needed = url_in(settings.postgres_url_file), settings.postgres_standby_needed
        connect(url, writes=True, standby_needed=needed).close()
    except LogUnavailable:
        return True
    return False


async def until_back(settings: Settings) -> None:
    """Return once PostgreSQL answers again."""
    while await asyncio.to_thread(is_away, settings):
        await asyncio.sleep(LOOK_EVERY_S)


@dataclass(frozen=True, slots=True)
class Opened:
    """A log to use, and when it is kept in PostgreSQL the copy by which it may be followed."""

    log: EventLog
    copy: MirroredLog | None


def open_log(
    settings: Settings, name: str, undo: ExitStack, source: LogSource | None, shipper: Shipper | None
) -> Opened:
    """
    Open a province's log, or with `AUDIT` this node's audit log.

    Args:
        source: Where the log is in PostgreSQL; None when logs are files. A province that another node writes is opened to be
            followed, see `MirroredLog.writes`.
        shipper: Copies it to a second disk.

    Raises:
        LogInUse: Somebody else writes it.
        RecordClosed: It cannot be opened.
    """
    path = settings.data_dir / (f"{AUDIT}.sqlite" if name == AUDIT else f"{name}.log.sqlite")
    with record_open(path.name):
        copy = _in_postgres(source, path, follow=name != AUDIT) if source is not None else None
        log: EventLog = copy if copy is not None else SqliteLog(path)
    undo.callback(log.close)
    return Opened(log if shipper is None else shipper.follow(path.stem, log), copy)


def _in_postgres(source: LogSource, path: Path, *, follow: bool) -> MirroredLog:
    written = _take(source, follow=follow)
    try:
        mirror = MirroredLog(source.reader, path)
        if written is not None:
            mirror.write_to(written)
    except BaseException:
        if written is not None:
            written.close()
        raise
    return mirror


def _take(source: LogSource, *, follow: bool) -> "PostgresLog | None":
    """Take a log; None when it is another's, and `follow` says that this will do."""
    if follow and source.reader.find() is not None and not source.reader.may_write():
        return None
    until = time.monotonic() + WAITS_S
    while True:
        try:
            return source.take()
        except LogInUse as taken:
            if follow:
                _log.info("%s; following", taken)
                return None
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
