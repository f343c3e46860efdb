"""What would be erased now, and what stays although its time is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from nazdik.bootstrap.retention.audit_cut import AuditPast, audit_past
from nazdik.bootstrap.retention.records import erased_names
from nazdik.bootstrap.retention.rules import Photo, Ruled, day_of
from nazdik.bootstrap.retention.words import Live, past_keys
from nazdik.kernel import Instant
from nazdik.kernel.instant import plus_s
from nazdik.platform.journal import newest_in, oldest_in

TRAIL, PHOTOS, JOURNAL, WORDS = "trail", "photos", "journal", "words"
CLASSES = (TRAIL, PHOTOS, JOURNAL, WORDS)
_S_PER_DAY = 86_400
_S = 1_000_000
# Histories of the releases before 0.2.0; nobody reads it any more.
FORMER_TRAIL = "positions.sqlite"
_TAILS = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Doomed:
    """
    A file whose time is over: which class, its name in the data folder, and when its newest content came.

    Of a file of keys of words: `keeps` are the subjects whose keys are held back, `days` is its province's rule.
    """

    of: str
    name: str
    ended_at: Instant
    size: int
    keeps: frozenset[str] = frozenset()
    days: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that stays although its time is over, because of the incidents with these numbers."""

    of: str
    name: str
    holds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LettersPast:
    """Dead letters whose time is over, by a rule of so many days."""

    days: int
    ids: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What would go now.

    `days` is the rule that counts for each class: what lies in one file for several provinces goes by the longest of their rules.
    Keys of words are each province's own, and go by its own.
    `unknown` are numbers under hold that no incident has, by province.
    Of `letters`, and of the audit in PostgreSQL, `elsewhere` tells; `away` is why it could not.
    """

    at: Instant
    days: dict[str, int]
    doomed: tuple[Doomed, ...]
    kept: tuple[Kept, ...]
    unknown: tuple[tuple[str, int], ...]
    audit: AuditPast | None = None
    letters: LettersPast | None = None
    away: str = ""

    def of(self, name: str) -> list[Doomed]:
        """Return what would go of one class."""
        return [one for one in self.doomed if one.of == name]


def plan(data: Path, rules: Sequence[Ruled], at: Instant, live: Live | None = None) -> Plan:
    """
    Return what would be erased from a data folder at an instant; nothing is touched.

    Args:
        live: By province, what is not over yet. Without it nobody can tell whether words that were held back are still needed.
    """
    assert rules, "without a log nobody knows what is held"
    days = {
        TRAIL: max(one.trail_days for one in rules),
        PHOTOS: max(one.photos_days for one in rules),
        JOURNAL: max(one.journal_days for one in rules),
        WORDS: max(one.words_days for one in rules),
    }
    erased = erased_names(data)
    held_on: dict[date, set[int]] = {}
    for one in rules:
        for held in one.held:
            for day in held.days:
                held_on.setdefault(day, set()).add(held.number)
    found = [
        *_trail(data, _before(at, days[TRAIL]), held_on),
        *_journal(data, _before(at, days[JOURNAL]), held_on),
        *_photos(data, rules, at, days[PHOTOS]),
        *(file for one in rules for file in _words(data, one, at, live, erased)),
    ]
    return Plan(
        at,
        days,
        tuple(one for one in found if isinstance(one, Doomed)),
        tuple(one for one in found if isinstance(one, Kept)),
        tuple((str(one.province), number) for one in rules for number in one.unknown),
        audit_past(data, rules, at),
    )


def _before(at: Instant, days: int) -> Instant:
    return plus_s(at, -days * _S_PER_DAY)


def _one(of: str, data: Path, path: Path, ended_at: Instant, holds: set[int]) -> Doomed | Kept:
    name = str(path.relative_to(data))
    return Kept(of, name, tuple(sorted(holds))) if holds else Doomed(of, name, ended_at, path.stat().st_size)


def _trail(data: Path, before: Instant, held_on: dict[date, set[int]]) -> Iterator[Doomed | Kept]:
    for path in sorted([*data.glob("trail/*.sqlite"), *data.glob("trail/*.damaged")]):
        try:
            day = date.fromisoformat(path.name[:10])
        except ValueError:
            continue
        ended = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
        ended_at = Instant(int(ended.timestamp()) * _S)
        if ended_at <= before:
            yield _one(TRAIL, data, path, ended_at, held_on.get(day, set()))
    former = data / FORMER_TRAIL
    if former.exists() and (written_at := Instant(int(former.stat().st_mtime * _S))) < before:
        yield _one(TRAIL, data, former, written_at, set())


def _journal(data: Path, before: Instant, held_on: dict[date, set[int]]) -> Iterator[Doomed | Kept]:
    """A file holds one day at most; the last one stays, because the next record's place is counted from its end."""
    for path in sorted(data.glob("journal/*.journal"))[:-1]:
        oldest = oldest_in(path)
        if oldest is not None and oldest >= before:
            # Files follow one another in time.
            return
        newest = newest_in(path)
        if newest is None or newest >= before or oldest is None:
            # Nothing in it can be read; it is small, and what it was nobody knows.
            continue
        days = {day_of(oldest), day_of(newest)}
        yield _one(JOURNAL, data, path, newest, {n for day in days for n in held_on.get(day, ())})


def _photos(data: Path, rules: Sequence[Ruled], at: Instant, longest: int) -> Iterator[Doomed | Kept]:
    """The same bytes may have come twice: a picture goes when the time of each time that it came is over."""
    named: dict[str, list[tuple[Ruled, Photo]]] = {}
    for one in rules:
        for photo in one.photos:
            named.setdefault(photo.name, []).append((one, photo))
    for path in sorted(data.glob("photos/??/" + "[0-9a-f]" * 64)):
        came = named.get(path.name, [])
        if not came:
            # It was kept and its incident never heard of it.
            kept_at = Instant(int(path.stat().st_mtime * _S))
            if kept_at < _before(at, longest):
                yield _one(PHOTOS, data, path, kept_at, set())
            continue
        if any(photo.at >= _before(at, one.photos_days) for one, photo in came):
            continue
        holds = {held.number for one, photo in came for held in one.held if held.incident == photo.incident}
        yield _one(PHOTOS, data, path, max(photo.at for _, photo in came), holds)


def _words(data: Path, one: Ruled, at: Instant, live: Live | None, erased: frozenset[str]) -> Iterator[Doomed | Kept]:
    for past in past_keys(data, one, at, live, erased):
        if past.stays:
            yield Kept(WORDS, past.name, past.numbers)
        else:
            yield Doomed(WORDS, past.name, past.ended_at, past.size, past.keeps, one.words_days)


def parts_of(path: Path) -> list[Path]:
    """Return a file and those that SQLite keeps beside it."""
    return [path, *(path.with_name(path.name + tail) for tail in _TAILS)]


__all__ = ["CLASSES", "JOURNAL", "PHOTOS", "TRAIL", "WORDS", "Doomed", "Kept", "Plan", "parts_of", "plan"]
