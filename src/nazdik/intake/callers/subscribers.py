"""
Whose number it is and where the bill goes, and where a fixed line or a cell is: what a network operator hands over as a file.

A file replaces what was there of its province, in one step. Only places are kept, no names: a ringing call needs no more.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nazdik.intake import commands as c
from nazdik.intake.callers.reading import metres_of, point_of
from nazdik.intake.model import LocationSource
from nazdik.intake.numbers import tidy_number
from nazdik.intake.shapes import Sector, middle_of_sector
from nazdik.kernel import CallId, LonLat, ProvinceId
from nazdik.platform.sqlite import connect, translated

COLUMNS = ("number", "kind", "address", "lon", "lat", "accuracy_m", "start_deg", "opening_deg", "outer_m")
KINDS = ("address", "sector")
ADDRESS_MAX = 300
_SCHEMA = """
CREATE TABLE IF NOT EXISTS subscriber (
    province TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,                -- address, or sector of the mast that serves the line
    address TEXT NOT NULL,
    lon REAL, lat REAL, accuracy_m REAL,
    start_deg REAL, opening_deg REAL, outer_m REAL,
    PRIMARY KEY (province, number, kind)
) STRICT, WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a number's address, or the sector of its mast."""

    number: str
    kind: str
    address: str
    point: LonLat | None
    accuracy_m: float | None
    start_deg: float | None = None
    opening_deg: float | None = None
    outer_m: float | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, by its number in the file (the heading is 1), and why, in Persian and English."""

    row: int
    why_fa: str
    why_en: str


def read_rows(rows: Iterable[dict[str, str | None]]) -> Iterator[Line | BadRow]:
    """Read rows by the names of their columns; each is a line or says why it is none."""
    seen: set[tuple[str, str]] = set()
    for at, row in enumerate(rows, start=2):
        made = _line({name: (row.get(name) or "").strip() for name in COLUMNS}, at)
        if isinstance(made, Line):
            key = (made.number, made.kind)
            if key in seen:
                made = BadRow(at, "این شماره در پرونده پیش‌تر آمده است", "the number stands in the file before")
            seen.add(key)
        yield made


def _line(row: dict[str, str], at: int) -> Line | BadRow:
    number, kind = tidy_number(row["number"]), row["kind"] or "address"
    if not number:
        return BadRow(at, f"شماره خوانده نشد: {row['number'][:40]}", f"no telephone number: {row['number'][:40]!r}")
    if kind not in KINDS:
        return BadRow(at, f"گونه باید address یا sector باشد: {kind[:40]}", f"kind is address or sector: {kind[:40]!r}")
    given = row["lon"] != "" or row["lat"] != ""
    point = point_of(row["lon"], row["lat"])
    if given and point is None:
        return BadRow(at, "طول و عرض جغرافیایی خوانده نشد", "lon and lat are no place on earth")
    accuracy = metres_of(row["accuracy_m"])
    if row["accuracy_m"] and accuracy is None:
        return BadRow(at, "دقت (accuracy_m) به متر نیست", "accuracy_m is no number of metres")
    if kind == "address":
        if point is None and not row["address"]:
            return BadRow(at, "نه نشانی دارد و نه جا", "neither an address nor a place")
        return Line(number, kind, row["address"][:ADDRESS_MAX], point, accuracy)
    start, opening, outer = (metres_of(row[name]) for name in ("start_deg", "opening_deg", "outer_m"))
    sound = point is not None and start is not None and start < 360 and opening and opening <= 360 and outer
    if not sound:
        return BadRow(
            at,
            "برای sector جای دکل، start_deg، opening_deg و outer_m لازم است",
            "a sector needs its mast's place, start_deg below 360, opening_deg up to 360 and outer_m",
        )
    return Line(number, kind, row["address"][:ADDRESS_MAX], point, None, start, opening, outer)


class Subscribers:
    """The lines of every province, in a file."""

    def __init__(self, path: Path) -> None:
        self._db = connect(path)
        self._db.execute(_SCHEMA)

    def replace(self, province: ProvinceId, lines: Iterable[Line]) -> int:
        """Put these in the place of what was there of the province; all or nothing. Returns how many there are now."""
        rows = [(str(province), *_row(line)) for line in lines]
        with translated(), self._db:
            self._db.execute("DELETE FROM subscriber WHERE province = ?", (str(province),))
            self._db.executemany("INSERT INTO subscriber VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return len(rows)

    def find(self, province: ProvinceId, number: str) -> list[Line]:
        """Return what is known of a number: at most an address and a sector."""
        with translated():
            rows: list[Any] = self._db.execute(
                "SELECT number, kind, address, lon, lat, accuracy_m, start_deg, opening_deg, outer_m"
                " FROM subscriber WHERE province = ? AND number = ? ORDER BY kind",
                (str(province), tidy_number(number)),
            ).fetchall()
        return [
            Line(number, kind, address, None if lon is None else LonLat(lon, lat), *rest)
            for number, kind, address, lon, lat, *rest in rows
        ]

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _row(line: Line) -> tuple[Any, ...]:
    lon, lat = line.point or (None, None)
    return (
        line.number,
        line.kind,
        line.address,
        lon,
        lat,
        line.accuracy_m,
        line.start_deg,
        line.opening_deg,
        line.outer_m,
    )


def located(call_id: CallId, line: Line) -> c.LocateCall:
    """Return the estimate that a line is."""
    if line.kind == "sector" and line.point is not None:
        assert line.start_deg is not None and line.opening_deg is not None and line.outer_m is not None
        sector = Sector(line.point, 0.0, line.outer_m, line.start_deg, line.opening_deg)
        middle, radius_m = middle_of_sector(sector)
        return c.LocateCall(
            call_id=call_id,
            source=LocationSource.NETWORK,
            point=middle,
            accuracy_m=radius_m,
            shape=sector,
            method="sector",
            civic=line.address,
        )
    return c.LocateCall(
        call_id=call_id,
        source=LocationSource.SUBSCRIBER,
        point=line.point,
        accuracy_m=line.accuracy_m,
        civic=line.address,
    )


def read_file(path: Path) -> Iterator[Line | BadRow]:
    """Read a CSV file with a heading; UTF-8, with or without a mark at its beginning. Raises `OSError`, `UnicodeDecodeError`."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        yield from read_rows(csv.DictReader(source))
