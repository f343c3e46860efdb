"""The copy on a second disk: begun with the server, told on its health page, tried by a restore drill."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nazdik.bootstrap.control_room import load_state
from nazdik.bootstrap.words import with_words
from nazdik.kernel import Instant, ProvinceId
from nazdik.platform.backup import JOURNAL, Restored, Shipper, list_copied, read_recipient, restore
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog import Head, LogDamaged, SqliteLog, verify_file
from nazdik.platform.journal import Journal
from nazdik.platform.settings import Settings
from nazdik.platform.sqlite import connect

LOG = ".log.sqlite"
Say = Callable[[str], None]


def shipper(settings: Settings, journal: Journal, clock: Clock) -> Shipper | None:
    """
    Return what copies this server's data, when the settings name a folder for it.

    Raises:
        BackupKeyUnreadable: The setting is no public key of a backup.
    """
    if settings.backup_dir is None:
        return None
    copying = Shipper(
        settings.backup_dir,
        read_recipient(settings.backup_key),
        settings.data_dir,
        clock,
        wait_s=settings.backup_wait_ms / 1000,
        journal=lambda: journal.end,
    )
    journal.when_kept = lambda end: copying.wait_for(JOURNAL, end)
    return copying


@dataclass(slots=True)
class Drill:
    """What a restore drill found: whether all came back, what did not, how old the newest copy is and how long it took."""

    restored: Restored
    seconds: float
    newest: Instant
    entries: int = 0
    faults: list[str] = field(default_factory=list)
    # For each log, how many entries the live one has beyond the copy's end; None when its end is no entry of the live one.
    behind: dict[str, int | None] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the copy can be relied on."""
        return not self.faults and not self.restored.left_out and None not in self.behind.values()


def drill(folder: Path, key: X25519PrivateKey, live: Path | None, say: Say) -> Drill:
    """
    Restore a copy into a folder that is thrown away, check and fold every log, and compare its ends with the live ones.

    Raises:
        BackupUnreadable: There is no copy, or the key opens none of it.
    """
    began = time.monotonic()
    with TemporaryDirectory(prefix="nazdik-drill-") as name:
        to = Path(name) / "data"
        restored = restore(folder, key, to, say=say)
        newest = max(
            frame.at for stream in folder.iterdir() if stream.is_dir() for frame in list_copied(folder, stream.name)
        )
        done = Drill(restored, 0.0, newest)
        for file, head in restored.heads.items():
            say(f"{file}: {head.position} entries")
            done.entries += head.position
            _check(to / file, head, done)
            if live is not None:
                done.behind[file] = _behind(live / file, head)
    done.seconds = time.monotonic() - began
    return done


def _check(path: Path, head: Head, done: Drill) -> None:
    verdict = verify_file(path, head)
    if not verdict.whole:
        done.faults.append(f"{path.name}: {verdict.said}")
    elif path.name.endswith(LOG):
        log = SqliteLog(path)
        try:
            province = ProvinceId(path.name.removesuffix(LOG))
            load_state(with_words(log, path.parent, province), province)
        except LogDamaged as error:
            done.faults.append(f"{path.name}: {error}")
        finally:
            log.close()


def _behind(live: Path, head: Head) -> int | None:
    """Return how many entries the live log has beyond a copy's end, or None when it tells another story."""
    if not live.is_file():
        return None
    connection = connect(live, query_only=True)
    try:
        row = connection.execute("SELECT hash FROM entries WHERE position = ?", (head.position,)).fetchone()
        end = connection.execute("SELECT coalesce(max(position), 0) FROM entries").get
    finally:
        connection.close(True)
    if head.position and (row is None or row[0] != head.hash):
        return None
    return int(end) - head.position
