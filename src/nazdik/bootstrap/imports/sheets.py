"""
A spreadsheet as rows of text, whatever program wrote it.

Nothing in a file is run: of a formula the value that was last shown is read. A file is measured before it is parsed, by what it
really unpacks to and not by what it says of itself.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from nazdik.bootstrap.imports.errors import FileTooLarge, FileUnreadable
from nazdik.kernel.later import later
from nazdik.kernel.text import without_marks

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = later("openpyxl")

BYTES_MAX = 2_000_000
UNPACKED_MAX, MEMBERS_MAX = 16_000_000, 200
ROWS_MAX, COLUMNS_MAX, CELL_MAX = 500, 40, 1_000
# Rows with nothing in them between and after the others: some programs write thousands.
SCANNED_MAX = 50_000
# A title may stand above the names of columns.
LOOKED_AT = 10
_CHUNK = 65_536
# In no text: this is a picture, a program, or a spreadsheet from before 2007.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ZIP = b"PK\x03\x04"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that has something in it: its number as the program shows it, and its cells."""

    number: int
    cells: tuple[str, ...]


def read_sheet(body: bytes) -> list[SheetRow]:
    """Return the rows of the first sheet that have something in them. Raises `FileTooLarge` or `FileUnreadable`."""
    if len(body) > BYTES_MAX:
        raise FileTooLarge(bytes=len(body), most=BYTES_MAX)
    if body.startswith(_ZIP):
        _measure(body)
        with warnings.catch_warnings():
            # They repeat what stands in the file, and have no place in the server's log.
            warnings.simplefilter("ignore")
            found = _kept(_workbook(body))
    else:
        found = _kept(_text(body))
    if not found:
        raise FileUnreadable(why="empty")
    return found


def _kept(rows: Iterable[Iterable[Any]]) -> list[SheetRow]:
    kept: list[SheetRow] = []
    for number, row in enumerate(rows, start=1):
        if number > SCANNED_MAX:
            raise FileTooLarge(rows=number, most=SCANNED_MAX)
        cells = [_said(cell) for cell in list(row)[:COLUMNS_MAX]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            # One row more than may be: the first names the columns.
            if len(kept) > ROWS_MAX:
                raise FileTooLarge(rows=number, most=ROWS_MAX)
            kept.append(SheetRow(number, tuple(cells)))
    return kept


def _said(cell: Any) -> str:
    """Return what a cell says, as text: a day as YYYY-MM-DD, whole numbers without a point."""
    match cell:
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case datetime():
            return cell.strftime("%Y-%m-%d" if cell.time() == time() else "%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
        case float():
            return f"{cell:.15g}"
        case _:
            text = without_marks(str(cell)).strip()
            return text if len(text) <= CELL_MAX else text[: CELL_MAX + 1]


def _measure(body: bytes) -> None:
    """Unpack everything once and throw it away: a bomb is one by what comes out of it, not by what it says."""
    left = UNPACKED_MAX
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            members = packed.infolist()
            if len(members) > MEMBERS_MAX:
                raise FileTooLarge(members=len(members), most=MEMBERS_MAX)
            for member in members:
                with packed.open(member) as stream:
                    while chunk := stream.read(_CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            raise FileTooLarge(most_unpacked=UNPACKED_MAX)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise FileUnreadable(why="zip") from error
    except Exception as error:
        if isinstance(error, FileTooLarge):
            raise
        # Each way of packing has faults of its own, such as zlib.error.
        raise FileUnreadable(why="zip") from error


def _workbook(body: bytes) -> Iterator[Iterable[Any]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise FileUnreadable(why="no sheet")
        # What a sheet says of its size is believed by nobody: it would make a million empty cells.
        sheets[0].reset_dimensions()
        yield from sheets[0].iter_rows(max_col=COLUMNS_MAX, values_only=True)
    except (FileUnreadable, FileTooLarge, GeneratorExit):
        raise
    except Exception as error:
        # A parser of somebody else's format may stumble in any way; the file is refused, and nothing was kept.
        raise FileUnreadable(why="xlsx") from error


def _text(body: bytes) -> Iterator[list[str]]:
    text = _decoded(body)
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]
    first = lines[0] if lines else ""
    # Excel may say in a line of its own what stands between the cells.
    said = first.lower().startswith("sep=") and len(first) > len("sep=")
    mark = first[4] if said else max(";\t,", key=lambda one: max((line.count(one) for line in lines), default=0))
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        for row in rows:
            yield [] if said and rows.line_num == 1 else row
    except csv.Error as error:
        raise FileUnreadable(why="csv") from error


def _decoded(body: bytes) -> str:
    """Return text: Unicode as its mark says or as UTF-8; what is neither was saved by an old program for Persian and Arabic."""
    encoding = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    try:
        if encoding is not None:
            text = body.decode(encoding)
        else:
            try:
                text = body.decode("utf-8")
            except UnicodeDecodeError:
                text = body.decode("cp1256")
    except UnicodeDecodeError as error:
        raise FileUnreadable(why="letters") from error
    if _CONTROL.search(text):
        raise FileUnreadable(why="letters")
    return text
