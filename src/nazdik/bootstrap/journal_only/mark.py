"""Since when there is no log, in a file that outlives the process: at the next start all that came since is read again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nazdik.kernel import Instant, Unavailable, from_rfc3339, rfc3339
from nazdik.platform.faults import LogInUse, LogUnavailable
from nazdik.platform.sqlite import from_os, sync_folder

FILE = "journal-only.json"


class RecordClosed(LogUnavailable):
    """A log that this server rests on cannot be opened or read; `log` names its file."""

    def __init__(self, log: str, why: str) -> None:
        super().__init__(f"{log}: {why}")
        self.log = log


class JournalOnly(Unavailable):
    """There is no log now: calls are kept in the journal, nothing else is done. See `/raw`."""

    code = "server.journal_only"


@dataclass(frozen=True, slots=True)
class Mark:
    """Since when there is no log, and why."""

    since: Instant
    why: str


@contextmanager
def record_open(log: str) -> Iterator[None]:
    """Turn a log that cannot be opened into `RecordClosed`; one that another server writes is another matter."""
    try:
        yield
    except (RecordClosed, LogInUse):
        raise
    except LogUnavailable as error:
        raise RecordClosed(log, str(error)) from error


def find_mark(data: Path) -> Mark | None:
    """Return since when there was no log; None when there was one all the time."""
    path = data / FILE
    try:
        said = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        return Mark(from_rfc3339(said["since"]), said["why"])
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, KeyError, ValueError):
        # That there was no log is known from the file's being there; since when, from its age at the latest.
        return Mark(Instant(0), "")


def begin_mark(data: Path, now: Instant, why: str) -> Mark:
    """Write down that there is no log from now on; an earlier beginning stands."""
    before = find_mark(data)
    mark = Mark(before.since if before is not None else now, why)
    path, new = data / FILE, data / f"{FILE}.new"
    try:
        with new.open("wb") as file:
            file.write(msgspec.json.encode({"since": rfc3339(mark.since), "why": why}))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        sync_folder(data)
    except OSError as error:
        raise from_os(error, path) from error
    return mark


def end_mark(data: Path) -> None:
    """All that came without a log is in the log."""
    (data / FILE).unlink(missing_ok=True)
