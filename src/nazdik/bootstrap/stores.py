"""Where logs are kept, by the settings: in files of this machine, or in a PostgreSQL that several nodes share."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from nazdik.bootstrap.journal_only.mark import record_open
from nazdik.platform.backup import Shipper
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.faults import LogInUse, LogUnavailable
from nazdik.platform.settings import Settings

# A node that was killed comes back before PostgreSQL has noticed; another's lease is over by then.
WAITS_S = 10.0
AUDIT = "audit"
_log = logging.getLogger(__name__)


def postgres_url(path: Path) -> str:
    """
    Return what a file says of how to connect to PostgreSQL: a URL, or words as libpq takes them.

    Raises:
        LogUnavailable: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LogUnavailable(f"{path}, which says how to connect to PostgreSQL, cannot be read: {error}") from error


def open_log(
    settings: Settings,
    name: str,
    undo: ExitStack,
    on_lost: Callable[[], None] | None = None,
    shipper: Shipper | None = None,
) -> EventLog:
    """
    Open a province's log, or with `AUDIT` this node's audit log.

    Args:
        on_lost: Called, from another thread, when another node has taken the log from us.
        shipper: Copies it to a second disk.

    Raises:
        LogInUse: Somebody else writes it.
        RecordClosed: It cannot be opened.
    """
    path = settings.data_dir / (f"{AUDIT}.sqlite" if name == AUDIT else f"{name}.log.sqlite")
    with record_open(path.name):
        log = SqliteLog(path) if settings.postgres_url_file is None else _in_postgres(settings, name, path, on_lost)
    undo.callback(log.close)
    return log if shipper is None else shipper.follow(path.stem, log)


def _in_postgres(settings: Settings, name: str, path: Path, on_lost: Callable[[], None] | None) -> EventLog:
    # Whoever keeps everything in files does not load what speaks to PostgreSQL.
    from nazdik.platform.eventlog.postgres import Node, PostgresLog, PostgresReader  # noqa: PLC0415

    assert settings.postgres_url_file is not None
    url = postgres_url(settings.postgres_url_file)
    node = Node(settings.node_name, settings.node_address)
    stored = f"{AUDIT}.{node.name}" if name == AUDIT else name
    until = time.monotonic() + WAITS_S
    while True:
        try:
            written = PostgresLog(url, stored, node, on_lost=on_lost)
            break
        except LogInUse as taken:
            if time.monotonic() > until:
                raise
            _log.info("%s; waiting", taken)
            time.sleep(0.5)
    try:
        mirror = MirroredLog(PostgresReader(url, stored), path)
        mirror.write_to(written)
    except BaseException:
        written.close()
        raise
    return mirror
