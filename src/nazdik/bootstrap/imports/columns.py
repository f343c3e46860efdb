"""Columns by their names in either language, and single cells as what they stand for. A cell that is not says why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import jdatetime
import msgspec

from nazdik.bootstrap.administration.fields import Text
from nazdik.bootstrap.imports.errors import ColumnsMissing
from nazdik.bootstrap.imports.sheets import SheetRow
from nazdik.kernel import LonLat, OfficeId
from nazdik.kernel.text import fold, latin_digits
from nazdik.published.offices import Office, OfficeTree

# Programs put a title or a logo above the names of columns.
LOOKED_AT = 5
SAID_MAX = 80
# So many letters of a word are enough when only one word begins with them.
BEGINNING = 2
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_YES, _NO = {"1", "بله", "بلی", "آری", "yes", "true", "y"}, {"", "0", "نه", "خیر", "no", "false", "n"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called in both languages, by what else it is known, what stands in it."""

    name: str
    label: Text
    help: Text
    needed: bool = False
    also: tuple[str, ...] = ()

    def means(self) -> set[str]:
        """Return everything that means this column, folded."""
        return {fold(name) for name in (self.name, self.label.fa, self.label.en, *self.also)}


class BadCell(msgspec.Struct, frozen=True):
    """Why a row cannot be used: its number, the column (null: the row as a whole), what stands there, and what is wrong."""

    row: int
    column: Text | None
    said: str
    why: Text


class Wrong(Exception):
    """A cell of this column cannot be read."""

    def __init__(self, column: Column | None, said: str, fa: str, en: str) -> None:
        super().__init__(en)
        self.column, self.said, self.why = column, said, Text(fa, en)

    def at(self, row: int) -> BadCell:
        """Return it as told of a row."""
        return BadCell(row, None if self.column is None else self.column.label, self.said[:SAID_MAX], self.why)


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose columns are known: its rows by the names of columns, and names of columns that mean nothing here."""

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    ignored: tuple[str, ...]


def table_of(rows: Sequence[SheetRow], columns: Sequence[Column]) -> Table:
    """Return the rows under the row that names the columns. Raises `ColumnsMissing`."""
    means = {key: column.name for column in columns for key in column.means()}
    heads = [[means.get(fold(cell)) for cell in row.cells] for row in rows[:LOOKED_AT]]
    at = max(range(len(heads)), key=lambda n: (len({name for name in heads[n] if name}), -n))
    head = heads[at]
    missing = [column for column in columns if column.needed and column.name not in head]
    if missing:
        raise ColumnsMissing(
            missing=[column.name for column in missing],
            fa="، ".join(column.label.fa for column in missing),
            en=", ".join(column.label.en for column in missing),
        )
    # Of two columns of one name the first is meant.
    places = {name: n for n, name in reversed(list(enumerate(head))) if name is not None}
    read = tuple(
        (row.number, {name: row.cells[n] if n < len(row.cells) else "" for name, n in places.items()})
        for row in rows[at + 1 :]
    )
    ignored = tuple(cell[:SAID_MAX] for cell, name in zip(rows[at].cells, head, strict=True) if cell and name is None)
    return Table(read, ignored)


def needed(row: Mapping[str, str], column: Column) -> str:
    """Return what stands in a cell. Raises `Wrong` when nothing does."""
    said = row.get(column.name, "")
    if not said:
        raise Wrong(column, "", "خالی است", "it is empty")
    return said


def number_in(row: Mapping[str, str], column: Column, least: float, most: float, without: float) -> float:
    """Return a number within its limits, `without` where nothing stands. Digits may be Persian, Arabic or Latin."""
    said = row.get(column.name, "")
    if not said:
        return without
    plain = latin_digits(said).replace("٫", ".").replace("٬", "").strip()
    if not _NUMBER.fullmatch(plain) or not least <= float(plain) <= most:
        raise Wrong(column, said, f"عددی از {least:g} تا {most:g} نیست", f"it is no number from {least:g} to {most:g}")
    return float(plain)


def yes_in(row: Mapping[str, str], column: Column) -> bool:
    """Return yes or no; nothing means no."""
    said = fold(row.get(column.name, ""))
    if said not in _YES | _NO:
        raise Wrong(column, row[column.name], "بله یا نه نیست", "it is neither yes nor no")
    return said in _YES


def one_of(said: str, column: Column, names: Mapping[str, Text]) -> str:
    """Return the code that a word stands for, in either language or as it is, or the only one that begins so."""
    key = fold(said)
    words = {code: (fold(code), fold(text.fa), fold(text.en)) for code, text in names.items()}
    found = [code for code, ways in words.items() if key in ways]
    if not found and len(key) >= BEGINNING:
        found = [code for code, ways in words.items() if any(way.startswith(key) for way in ways)]
    if len(found) == 1:
        return found[0]
    fa, en = "، ".join(text.fa for text in names.values()), ", ".join(text.en for text in names.values())
    raise Wrong(column, said, f"یکی از این‌ها نیست: {fa}", f"it is none of these: {en}")


def listed(said: str) -> list[str]:
    """Return several words of one cell, apart by commas, semicolons, slashes or plus signs of either language."""
    return [word.strip() for word in re.split(r"[,،;؛/+\n]", said) if word.strip()]


def moment_in(row: Mapping[str, str], column: Column, offset_min: int) -> str:
    """Return a day, Jalali or Gregorian, with or without a time, as RFC 3339; empty where nothing stands."""
    said = row.get(column.name, "")
    if not said:
        return ""
    found = _DAY.fullmatch(latin_digits(said).strip())
    try:
        if found is None:
            raise ValueError(said)
        year, month, day = (int(part) for part in found.groups()[:3])
        # 1405 is a Jalali year and 2026 is not; nothing here is older than the one or younger than the other.
        plain = jdatetime.date(year, month, day).togregorian() if year < 1700 else datetime(year, month, day).date()  # noqa: DTZ001
        hour, minute = (int(part or 0) for part in found.groups()[3:])
        zone = timezone(timedelta(minutes=offset_min))
        at = datetime(plain.year, plain.month, plain.day, hour, minute, tzinfo=zone)
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    except (ValueError, OverflowError) as error:
        raise Wrong(
            column, said, "روزی نیست؛ مانند ۱۴۰۵/۰۹/۰۱ یا ۲۰۲۶/۱۱/۲۲", "it is no day, such as 1405/09/01 or 2026/11/22"
        ) from error


class OfficeNames:
    """Offices below one, by id, code and name."""

    def __init__(self, tree: OfficeTree, root: OfficeId) -> None:
        self._found: dict[str, dict[OfficeId, Office]] = {}
        for office in tree.list_offices():
            if tree.is_within(office.id, root):
                for name in (office.id, office.code, office.name_fa, office.name_en):
                    self._found.setdefault(fold(name), {})[office.id] = office

    def has(self, office: OfficeId) -> bool:
        """Whether an office is one of them."""
        return office in self._found.get(fold(office), {})

    def find(self, said: str, column: Column) -> OfficeId:
        """Return the office of a name. Raises `Wrong` when there is none, or several."""
        found = self._found.get(fold(said), {})
        if not found:
            raise Wrong(column, said, "چنین یگانی زیر نظر شما نیست", "there is no such office below yours")
        if len(found) > 1:
            ids = ", ".join(sorted(found)[:4])
            raise Wrong(
                column, said, f"چند یگان این نام را دارند؛ شناسه را بنویسید: {ids}", f"several have this name: {ids}"
            )
        return next(iter(found))


def point_in(row: Mapping[str, str], lat: Column, lon: Column) -> LonLat:
    """Return the point of two cells."""
    return LonLat(_degrees(row, lon, 180.0), _degrees(row, lat, 90.0))


def _degrees(row: Mapping[str, str], column: Column, most: float) -> float:
    needed(row, column)
    return number_in(row, column, -most, most, 0.0)
