"""
Words in logs that are past their time: their day's key goes, and with it every word that nobody keeps a key of.

What belongs to an incident under legal hold, or to anything that is not over yet, keeps a key of its own; that goes when the
hold does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import apsw
import msgspec

from nazdik.bootstrap.retention.rules import LOG, Ruled
from nazdik.bootstrap.words import FOLDER, PERSONAL, keys_of
from nazdik.kernel import Instant
from nazdik.kernel.instant import plus_s
from nazdik.platform.eventlog.word_keys import HELD, KEY, key_id_of, read_held
from nazdik.platform.eventlog.words import sealed_with, subject_key
from nazdik.platform.sqlite import connect

# What is not over yet, by province; none where nobody can tell.
Live = Mapping[str, frozenset[str]]
_S = 1_000_000
_S_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Past:
    """A file of keys whose time is over: its name in the data folder, when its day ended, and whose words are kept all the same."""

    name: str
    ended_at: Instant
    size: int
    keeps: frozenset[str]
    numbers: tuple[int, ...]
    stays: bool


def past_keys(data: Path, one: Ruled, at: Instant, live: Live | None, erased: frozenset[str]) -> Iterator[Past]:
    """
    Yield the files of a province's keys whose time is over.

    Args:
        live: What is not over; without it only days' keys are looked at, and holds.
        erased: What earlier erasures name. A restored copy may have it again; days do not come back, so it is the same.
    """
    files = sorted((data / FOLDER / str(one.province)).glob("*.*"))
    before = plus_s(at, -one.words_days * _S_PER_DAY)
    kept = {subject for held in one.held for subject in held.subjects} | (live or {}).get(
        str(one.province), frozenset()
    )
    for path in files:
        ended_at = _end_of(path)
        name = str(path.relative_to(data))
        if ended_at is None or (ended_at > before and name not in erased):
            continue
        if path.name.endswith(KEY):
            keeps = frozenset(_with_words(data, one, key_id_of(path.name), ended_at, kept))
            stays = False
        elif path.name.endswith(HELD) and live is not None:
            there = frozenset(read_held(path))
            keeps = there & kept
            stays = keeps == there
        else:
            continue
        numbers = tuple(sorted(held.number for held in one.held if held.subjects & keeps))
        yield Past(name, ended_at, path.stat().st_size, keeps, numbers, stays)


def _end_of(path: Path) -> Instant | None:
    try:
        day = date.fromisoformat(path.name[:10])
    except ValueError:
        return None
    return Instant(int(datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC).timestamp()) * _S)


def _with_words(
    data: Path, one: Ruled, key_id: str, ended_at: Instant, subjects: set[str] | frozenset[str]
) -> Iterator[str]:
    """Yield those of some subjects that have words sealed with a key."""
    db = connect(data / f"{one.province}{LOG}", query_only=True)
    began = plus_s(ended_at, -_S_PER_DAY)
    try:
        for subject in sorted(subjects):
            rows = db.execute(
                "SELECT body FROM entries WHERE subject = ? AND at >= ? AND at < ?", (subject, began, ended_at)
            )
            if any(sealed_with(body) == key_id for (body,) in rows):
                yield subject
    finally:
        db.close(True)


def hold_back(data: Path, name: str, keeps: frozenset[str]) -> None:
    """Keep the keys of single subjects, on disk when this returns, before their file goes. May raise `LogUnavailable`."""
    path = data / name
    keys, key_id = keys_of(data, path.parent.name), key_id_of(path.name)
    if path.name.endswith(KEY):
        day_key = path.read_bytes()
        keys.hold(key_id, {subject: subject_key(day_key, subject).hex() for subject in keeps})
    else:
        there = read_held(path)
        keys.hold(key_id, {subject: there[subject] for subject in keeps})


@dataclass(slots=True)
class Looked:
    """What a log has of words: entries whose words are sealed, entries with words in the clear, and keys that are missing."""

    sealed: int = 0
    erased: int = 0
    clear: int = 0
    newest_clear: Instant | None = None
    lost: set[str] = field(default_factory=set)


def look_at_words(data: Path, province: str, erased: frozenset[str]) -> Looked:
    """
    Count the words of a log, and find keys that are gone although nothing was to go.

    Args:
        erased: The names of files that erasures name.
    """
    found, there = Looked(), keys_of(data, province)
    kinds = ",".join("?" * len(PERSONAL))
    db = connect(data / f"{province}{LOG}", query_only=True)
    try:
        for at, kind, subject, body in _entries(db, kinds):
            key_id = sealed_with(body)
            if key_id is not None:
                found.sealed += 1
                if there.find(key_id, subject) is None:
                    found.erased += 1
                    if f"{FOLDER}/{province}/{key_id}{KEY}" not in erased:
                        found.lost.add(key_id)
            elif any(msgspec.json.decode(body).get(name) for name in PERSONAL[kind]):
                found.clear += 1
                found.newest_clear = Instant(at)
    finally:
        db.close(True)
    return found


def _entries(db: apsw.Connection, kinds: str) -> Iterator[tuple[int, str, str, bytes]]:
    query = f"SELECT at, kind, subject, body FROM entries WHERE kind IN ({kinds}) ORDER BY position"  # noqa: S608 - placeholders
    yield from db.execute(query, tuple(PERSONAL))
