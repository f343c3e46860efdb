"""
What happened at a place before, in a file of its own: which incident, of what kind, where, how it ended. No name, number or word.

It can be thrown away: it is made from the log, and made anew when it is missing. What is older than ninety days is forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path
from typing import Any

from nazdik.kernel import IncidentId, Instant, LonLat, OfficeId, ProvinceId, distance_m
from nazdik.platform.sqlite import connect, translated

_SCHEMA = """
CREATE TABLE IF NOT EXISTS incident (
    id TEXT PRIMARY KEY, province TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT, priority INTEGER,
    lon REAL, lat REAL, station TEXT, disposition TEXT, cancelled INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS incident_by_place ON incident (province, lat, lon);
CREATE INDEX IF NOT EXISTS incident_by_age ON incident (at);
CREATE INDEX IF NOT EXISTS incident_by_number ON incident (province, number);
CREATE TABLE IF NOT EXISTS read_to (province TEXT PRIMARY KEY, epoch TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
"""
_M_PER_DEG = 111_195.0


@dataclass(frozen=True, slots=True)
class Begun:
    """An incident came to be."""

    id: IncidentId
    number: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Changed:
    """Something of an incident is another now; None leaves it as it was."""

    id: IncidentId
    kind: str | None = None
    priority: int | None = None
    point: LonLat | None = None
    station: OfficeId | None = None
    disposition: str | None = None
    cancelled: bool | None = None


@dataclass(frozen=True, slots=True)
class PastIncident:
    """One incident at a place, and how far its point is."""

    id: IncidentId
    number: int
    at: Instant
    kind: str
    priority: int | None
    station: OfficeId
    disposition: str | None
    cancelled: bool
    distance_m: float


class PastIncidents:
    """The file. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        with translated():
            self._db = connect(path)
            self._db.execute(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def read_to(self, province: ProvinceId, epoch: str) -> int:
        """Return how far the log of a province has been read; 0 when it is another log than before."""
        with translated():
            row = self._db.execute(
                "SELECT position FROM read_to WHERE province = ? AND epoch = ?", (province, epoch)
            ).fetchone()
        return int(row[0]) if row else 0

    def take(self, province: ProvinceId, epoch: str, position: int, facts: Iterable[Begun | Changed]) -> None:
        """Take in facts of a log up to a position, all or nothing."""
        with translated(), self._db:
            for fact in facts:
                if isinstance(fact, Begun):
                    self._db.execute(
                        "INSERT OR IGNORE INTO incident (id, province, number, at) VALUES (?, ?, ?, ?)",
                        (fact.id, province, fact.number, fact.at),
                    )
                else:
                    self._change(fact)
            self._db.execute("INSERT OR REPLACE INTO read_to VALUES (?, ?, ?)", (province, epoch, position))

    def _change(self, fact: Changed) -> None:
        lon, lat = fact.point if fact.point is not None else (None, None)
        self._db.execute(
            "UPDATE incident SET kind = coalesce(?, kind), priority = coalesce(?, priority), lon = coalesce(?, lon),"
            " lat = coalesce(?, lat), station = coalesce(?, station), disposition = coalesce(?, disposition),"
            " cancelled = coalesce(?, cancelled) WHERE id = ?",
            (fact.kind, fact.priority, lon, lat, fact.station, fact.disposition, fact.cancelled, fact.id),
        )

    def forget(self, before: Instant) -> None:
        """Forget what is older."""
        with translated(), self._db:
            self._db.execute("DELETE FROM incident WHERE at < ?", (before,))

    def near(self, province: ProvinceId, point: LonLat, radius_m: float, since: Instant) -> list[PastIncident]:
        """Return what happened within a radius since an instant, the newest first."""
        north = radius_m / _M_PER_DEG
        east = north / max(0.1, cos(radians(point.lat)))
        box = (point.lat - north, point.lat + north, point.lon - east, point.lon + east)
        with translated():
            rows: list[Any] = self._db.execute(
                "SELECT id, number, at, kind, priority, lon, lat, station, disposition, cancelled FROM incident"
                " WHERE province = ? AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? AND at >= ?"
                " AND kind IS NOT NULL AND station IS NOT NULL ORDER BY at DESC, id",
                (province, *box, since),
            ).fetchall()
        found = [_past(row, round(distance_m(point, LonLat(row[5], row[6])), 1)) for row in rows]
        return [one for one in found if one.distance_m <= radius_m]

    def numbered(self, province: ProvinceId, number: int) -> PastIncident | None:
        """Return the newest incident of a number; its point counts as no distance away."""
        with translated():
            row = self._db.execute(
                "SELECT id, number, at, kind, priority, lon, lat, station, disposition, cancelled FROM incident"
                " WHERE province = ? AND number = ? AND kind IS NOT NULL AND station IS NOT NULL ORDER BY at DESC LIMIT 1",
                (province, number),
            ).fetchone()
        return _past(row, 0.0) if row is not None else None


def _past(row: Any, apart_m: float) -> PastIncident:
    identity, number, at, kind, priority, _, _, station, disposition, cancelled = row
    return PastIncident(
        id=IncidentId(identity),
        number=number,
        at=Instant(at),
        kind=kind,
        priority=priority,
        station=OfficeId(station),
        disposition=disposition,
        cancelled=bool(cancelled),
        distance_m=apart_m,
    )
