"""A check of a log that goes on a part at a time while the log grows, so that a server can check its own logs without end."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import apsw
import msgspec

from nazdik.platform.eventlog.cut import planned_end
from nazdik.platform.eventlog.entry import Entry, Head, Verdict, first_hash
from nazdik.platform.eventlog.heads import SignedHead
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.eventlog.verify import Check
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.sqlite import connect

_READ = f"SELECT {COLUMNS} FROM entries WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608 - names, no data
# What a row that is no longer what was written may do to the code that reads it.
_BROKEN = (apsw.Error, msgspec.MsgspecError, ValueError, TypeError, AttributeError, LookupError, OverflowError)
_LATER = (apsw.BusyError, apsw.LockedError, apsw.InterruptError, apsw.CantOpenError, apsw.NoMemError)


class Kept(Protocol):
    """What keeps a log, read as it lies there. Methods block; `LogUnavailable` when it cannot be asked now."""

    def head(self) -> Head:
        """Return where it ends."""

    def planned(self) -> int:
        """Return up to where it is to be hollow by a rule; 0 when it is whole."""

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`."""

    def held(self) -> dict[str, str]:
        """Return the holder of each resource that is held now."""

    def close(self) -> None:
        """Let go of it."""


class KeptInFile:
    """A log file, which a writer of this process may have open. Each question opens it anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def head(self) -> Head:
        """Return where it ends."""
        rows = self._rows(
            "SELECT a.value, e.position, e.hash FROM about a"
            " LEFT JOIN (SELECT position, hash FROM entries ORDER BY position DESC LIMIT 1) e WHERE a.name = 'epoch'"
        )
        (epoch, position, hash_) = rows[0]
        return Head(epoch, position or 0, hash_ if position else first_hash(epoch))

    def planned(self) -> int:
        """Return up to where it is to be hollow by a rule."""
        connection = connect(self._path, query_only=True)
        try:
            return planned_end(connection)
        finally:
            connection.close(True)

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`."""
        return [entry_of(row) for row in self._rows(_READ, (after, limit))]

    def held(self) -> dict[str, str]:
        """Return the holder of each resource that is held now."""
        return dict(self._rows("SELECT resource, holder FROM claims WHERE released_at_position IS NULL"))

    def close(self) -> None:
        """Nothing is kept open."""

    def _rows(self, said: str, told: tuple[int, ...] = ()) -> list[Any]:
        connection = connect(self._path, query_only=True)
        try:
            found: list[Any] = connection.execute(said, told).fetchall()
            return found
        finally:
            connection.close(True)


class Walk:
    """One walk along a log, from its first entry to its end, and then along with what is added."""

    def __init__(self, kept: Kept, heads: Sequence[SignedHead] = ()) -> None:
        """`heads`: what was signed of this log; each has to be found on the way."""
        self._kept = kept
        self._heads = heads
        self._check: Check | None = None
        self._planned = 0

    @property
    def checked(self) -> int:
        """How many entries were found whole."""
        return self._check.checked if self._check is not None else 0

    def step(self, limit: int) -> Verdict | None:
        """
        Check some entries more; None when there are more, or when it cannot be told yet.

        Raises:
            LogUnavailable: It cannot be read now.
        """
        try:
            return self._step(limit)
        except _LATER as error:
            raise LogUnavailable(str(error)) from error
        except _BROKEN as error:
            said = f"entries from {self.checked + 1} on cannot be read: {error}"
            return Verdict(False, self.checked, self.checked + 1, "log.unreadable", said)

    def _step(self, limit: int) -> Verdict | None:
        before = self._kept.head()
        if self._check is None:
            self._planned = self._kept.planned()
            self._check = Check(before.epoch, heads=self._heads, planned=self._planned)
        check = self._check
        if before.position < check.checked:
            said = f"the log ends at {before.position}; it reached {check.checked}"
            return Verdict(False, before.position, before.position + 1, "log.cut_off", said)
        for e in self._entries(check.checked, limit):
            if not check.entry(e):
                return self._found(check.finish({}))
        if check.checked < before.position:
            return None
        held, after = self._kept.held(), self._kept.head()
        if after.position != check.checked:
            # It grew meanwhile, and its claims may be of later.
            return None
        return self._found(check.finish(held))

    def _entries(self, after: int, limit: int) -> Iterator[Entry]:
        """Yield entries; where they cannot be read together, one by one, so that the fault is met at its own position."""
        try:
            yield from self._kept.read(after, limit)
        except _BROKEN:
            for position in range(after, after + limit):
                yield from self._kept.read(position, 1)

    def _found(self, verdict: Verdict) -> Verdict | None:
        if not verdict.whole and self._kept.planned() != self._planned:
            # A rule has cut the beginning off while we were on the way: the walk begins anew and knows of it.
            self._check = None
            return None
        return verdict
