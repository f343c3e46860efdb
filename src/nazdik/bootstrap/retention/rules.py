"""The rules in force and what legal holds touch, read from a province's log file without opening it for writing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import msgspec

from nazdik.bootstrap.administration.retention import NAME, SHIPPED
from nazdik.kernel import Instant, ProvinceId
from nazdik.platform.sqlite import connect

LOG = ".log.sqlite"
_S = 1_000_000
_PUBLISHED = "administration.change_published.v1"
_NUMBERED = ("dispatch.incident_drafted.v1", "dispatch.incident_opened.v1", "dispatch.late_incident_entered.v1")
# A voice note lies with the pictures, and goes as they do.
_PHOTO, _VOICE = "dispatch.photo_added.v1", "dispatch.voice_added.v1"


@dataclass(frozen=True, slots=True)
class Held:
    """
    An incident under legal hold; `days` (UTC) are those that anything of it was recorded on, and the day before.

    `subjects` are the incident and its calls.
    """

    number: int
    incident: str
    days: frozenset[date]
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture, or a voice note beside it, as the log has it."""

    name: str
    incident: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Ruled:
    """A province's rules, its holds, the numbers held that no incident has, and every picture that its log names."""

    province: ProvinceId
    trail_days: int
    photos_days: int
    journal_days: int
    held: tuple[Held, ...]
    unknown: tuple[int, ...]
    photos: tuple[Photo, ...]
    words_days: int = int(SHIPPED["words_days"])
    audit_days: int = int(SHIPPED["audit_days"])
    letters_days: int = int(SHIPPED["letters_days"])


def day_of(at: Instant) -> date:
    """Return the day (UTC) of an instant."""
    return datetime.fromtimestamp(at // _S, UTC).date()


def read_rules(data: Path, *, trail_days: int) -> list[Ruled]:
    """
    Return the rules of every province whose log lies in a data folder.

    Args:
        trail_days: What the server's settings say of the trail; it holds until a rule is published.
    """
    return [_read(path, trail_days) for path in sorted(data.glob(f"*{LOG}"))]


def _read(path: Path, trail_days: int) -> Ruled:
    db = connect(path, query_only=True)
    try:
        value = _in_force(db) or {**SHIPPED, "trail_days": trail_days}
        numbers = [int(word) for word in str(value["holds"]).split(",") if word.strip()]
        held = [_held(db, number) for number in numbers]
        return Ruled(
            ProvinceId(path.name.removesuffix(LOG)),
            int(value["trail_days"]),
            int(value["photos_days"]),
            int(value["journal_days"]),
            tuple(one for one in held if one is not None),
            tuple(number for number, one in zip(numbers, held, strict=True) if one is None),
            tuple(_photos(db)),
            int(value["words_days"]),
            int(value["audit_days"]),
            int(value["letters_days"]),
        )
    finally:
        db.close(True)


def photos_in(path: Path) -> list[Photo]:
    """Return every picture that the log in a file names."""
    db = connect(path, query_only=True)
    try:
        return list(_photos(db))
    finally:
        db.close(True)


def _in_force(db: apsw.Connection) -> dict[str, Any] | None:
    newest: dict[str, Any] | None = None
    for (body,) in db.execute("SELECT body FROM entries WHERE kind = ? ORDER BY position", (_PUBLISHED,)):
        said = msgspec.json.decode(body)
        if said["kind"] == NAME:
            newest = said["value"]
    return None if newest is None else {**SHIPPED, **newest}


def _held(db: apsw.Connection, number: int) -> Held | None:
    found = db.execute(
        "SELECT subject FROM entries WHERE kind IN (?, ?, ?) AND json_extract(CAST(body AS TEXT), '$.number') = ?"
        " ORDER BY position LIMIT 1",
        (*_NUMBERED, number),
    ).get
    if found is None:
        return None
    incident = str(found)
    subjects = {incident, *_calls_of(db, incident)}
    days = {day_of(Instant(at)) for subject in subjects for at in _entries_about(db, subject)}
    return Held(number, incident, frozenset(days | {day - timedelta(days=1) for day in days}), frozenset(subjects))


def _calls_of(db: apsw.Connection, incident: str) -> Iterator[str]:
    """Yield the calls that facts about an incident name."""
    rows = db.execute(
        "SELECT DISTINCT json_extract(CAST(body AS TEXT), '$.call_id') FROM entries WHERE subject = ?", (incident,)
    )
    yield from (str(call) for (call,) in rows if call)


def _entries_about(db: apsw.Connection, subject: str) -> Iterator[int]:
    """Yield when something was recorded about a thing, its assignments or its alarms: their ids begin with its own."""
    rows = db.execute("SELECT at FROM entries WHERE subject >= ? AND subject < ?", (subject, f"{subject}/"))
    yield from (at for (at,) in rows)


def _photos(db: apsw.Connection) -> Iterable[Photo]:
    rows = db.execute(
        "SELECT subject, at, coalesce(json_extract(CAST(body AS TEXT), '$.photo_id'),"
        " json_extract(CAST(body AS TEXT), '$.voice_id')) FROM entries WHERE kind IN (?, ?)",
        (_PHOTO, _VOICE),
    )
    return [Photo(str(name), str(incident), Instant(at)) for incident, at, name in rows]
