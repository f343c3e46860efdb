"""
Dead letters of webhooks that are past their time: what no receiver took goes, the signed line first.

They are copies of what the log says, made for partners that were not there; no legal hold needs them.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nazdik.bootstrap.retention.erasing import FILES_A_LINE
from nazdik.bootstrap.retention.planning import LettersPast
from nazdik.bootstrap.retention.records import Erasure, Gone, append_erasure, digest, read_erasures
from nazdik.interchange.webhook_store import FILE, WebhookStore
from nazdik.kernel import Instant, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.platform.eventlog.heads import load_key
from nazdik.platform.sqlite import connect

if TYPE_CHECKING:
    from nazdik.platform.eventlog.postgres.outbox import OutboxTable

LETTERS = "letters"
_DAY_S = 86_400


class Letter(Protocol):
    """A message that was taken at no try."""

    @property
    def id(self) -> str:
        """Its id, the same at each try."""

    @property
    def body(self) -> bytes:
        """What it says."""


class Shelf(Protocol):
    """Where dead letters lie."""

    def past(self, before: Instant) -> Sequence[Letter]:
        """Return dead letters that were made before an instant."""

    def drop(self, ids: Sequence[str]) -> None:
        """Let go of them, so that nothing of them is left in the file."""


class Shelves:
    """The shelves of one server: its own file, and over PostgreSQL that of the provinces that its login may write."""

    def __init__(self, store: WebhookStore | None, table: "OutboxTable | None") -> None:
        self._store = store
        self._table = table

    def past(self, before: Instant) -> list[Letter]:
        """Return dead letters that were made before an instant, those of webhooks that were ended too."""
        found: list[Letter] = list(self._store.past(before)) if self._store is not None else []
        if self._table is not None:
            endpoints = self._store.list_endpoints() if self._store is not None else []
            ended = [one.id for one in endpoints if one.ended_why is not None]
            found += self._table.past(before, ended)
        return found

    def drop(self, ids: Sequence[str]) -> None:
        """Let go of them wherever they lie."""
        if self._store is not None:
            self._store.drop(ids)
        if self._table is not None:
            self._table.drop(ids)


def letters_past(shelf: Shelf, days: int, at: Instant) -> LettersPast:
    """Return what `erase_letters` would erase."""
    letters = shelf.past(plus_s(at, -days * _DAY_S))
    return LettersPast(days, tuple(one.id for one in letters), sum(len(one.body) for one in letters))


def erase_letters(data: Path, shelf: Shelf, days: int, at: Instant, *, by: str) -> Iterator[Erasure]:
    """Erase what is past its time, and yield each signed line. Raises `ErasuresUnreadable`, `LogUnavailable`, `OSError`."""
    before = plus_s(at, -days * _DAY_S)
    letters = shelf.past(before)
    for first in range(0, len(letters), FILES_A_LINE):
        part, earlier = letters[first : first + FILES_A_LINE], read_erasures(data)
        line = Erasure(
            number=len(earlier) + 1,
            at=rfc3339(at),
            by=by,
            of=LETTERS,
            days=days,
            before=rfc3339(before),
            files=tuple(Gone(f"{LETTERS}/{one.id}", sha256(one.body).hexdigest()) for one in part),
            size=sum(len(one.body) for one in part),
            kept=0,
            previous=digest(earlier[-1]) if earlier else "",
            key="",
        )
        line = append_erasure(data, line, load_key(data))
        shelf.drop([one.id for one in part])
        yield line


def letters_left(data: Path, erased: frozenset[str]) -> list[str]:
    """Return the ids of messages that a record of erasures names and that lie in the file of this machine all the same."""
    path = data / FILE
    if not path.is_file():
        return []
    db = connect(path, query_only=True)
    try:
        return [one for (one,) in db.execute("SELECT id FROM message ORDER BY id") if f"{LETTERS}/{one}" in erased]
    finally:
        db.close(True)
