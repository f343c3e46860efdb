"""Opening SQLite files the way everything that must not be lost needs them opened."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from nazdik.platform.faults import LogDamaged, LogFull, LogUnavailable

# A race when the WAL is reset can corrupt a file with two connections up to 3.51.2; 3.52.0 was withdrawn.
SOUND_FROM = (3, 51, 3)
WITHDRAWN = frozenset({(3, 52, 0)})
BUSY_TIMEOUT_MS = 5_000


def is_sound(version: str) -> bool:
    """Whether a SQLite of this version may be trusted with a log."""
    parts = tuple(int(part) for part in version.split("."))[:3]
    return parts >= SOUND_FROM and parts not in WITHDRAWN


def connect(path: Path, *, query_only: bool = False) -> apsw.Connection:
    """Open `path` with WAL and a sync at every commit; a new file is readable by its owner only."""
    version = apsw.sqlite_lib_version()
    if not is_sound(version):
        raise LogUnavailable(f"SQLite {version} can corrupt a log; {'.'.join(map(str, SOUND_FROM))} or later is needed")
    if not query_only and not path.exists():
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            sync_folder(path.parent)
        except OSError as error:
            raise from_os(error, path) from error
    connection = apsw.Connection(os.fspath(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        if query_only:
            connection.execute("PRAGMA query_only = 1")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # Going over to WAL once removed a journal. Were its name to come back with the power, it would undo all that follows.
            sync_folder(path.parent)
    except BaseException:
        connection.close(True)
        raise
    return connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into ours: full, damaged, or not available now."""
    try:
        yield
    except apsw.FullError as error:
        raise LogFull("the disk is full") from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise LogDamaged(f"the file is damaged: {error}") from error
    except apsw.ConstraintError:
        raise
    except apsw.Error as error:
        raise LogUnavailable(f"the store did not answer: {error}") from error


def sync_folder(folder: Path) -> None:
    """Make sure that the names of files in `folder` are on disk too."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def from_os(error: OSError, path: Path) -> LogUnavailable:
    """Return what an error of the operating system means for a file that must keep what it is given."""
    kind = LogFull if error.errno in {errno.ENOSPC, errno.EDQUOT} else LogUnavailable
    return kind(f"cannot write {path.name}: {error.strerror}")
