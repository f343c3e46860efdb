"""Spreadsheets as people's programs write them, and as nobody should: what is read, and what is refused before it is parsed."""

import io
import warnings
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl import Workbook

from nazdik.bootstrap.imports import sheets
from nazdik.bootstrap.imports.errors import FileTooLarge, FileUnreadable
from nazdik.bootstrap.imports.sheets import read_sheet


def book(*rows: list[object]) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(body: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a spreadsheet with one of its parts another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return out.getvalue()


def cells(body: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in read_sheet(body)]


SHEET = "xl/worksheets/sheet1.xml"
WANTED = [(1, ("نشان", "یگان")), (3, ("A12", "کلانتری ۱۱"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_text_is_read_whatever_wrote_it(encoding: str, mark: str) -> None:
    digits = "۱۱" if encoding != "cp1256" else "11"
    text = f"نشان{mark}یگان\r\n\r\nA12{mark}کلانتری {digits}\r\n"
    if encoding == "cp1256":
        text = text.replace("ی", "ي").replace("ک", "ك")
    found = cells(text.encode(encoding))
    assert [number for number, _ in found] == [1, 3] and found[1][1][0] == "A12"
    if encoding != "cp1256":
        assert found == WANTED


def test_the_mark_that_excel_says_in_a_line_of_its_own_is_no_row() -> None:
    assert cells(b'sep=;\na;b\n"x;y";2\n') == [(2, ("a", "b")), (3, ("x;y", "2"))]


def test_a_workbook_gives_numbers_and_days_as_text_and_skips_empty_rows() -> None:
    body = book(["نشان", "یگان"], [], [12, datetime(2026, 11, 22)], [1.5, True], [None, datetime(2026, 11, 22, 8, 30)])  # noqa: DTZ001 - a spreadsheet knows no zones
    assert cells(body) == [
        (1, ("نشان", "یگان")),
        (3, ("12", "2026-11-22")),
        (4, ("1.5", "1")),
        (5, ("", "2026-11-22 08:30")),
    ]


def test_what_a_file_says_does_not_get_into_the_servers_log() -> None:
    odd = b'<sheet name="a&#10;ERROR forged" sheetId="2" /></sheets>'
    body = changed(book(["a"]), "xl/workbook.xml", lambda old: old.replace(b"</sheets>", odd))
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        assert cells(body) == [(1, ("a",))]
    assert heard == []


def test_a_formula_is_not_run() -> None:
    body = book(["a"], ["=1+1"], ['=HYPERLINK("http://example.invalid")'], ["x"])
    assert cells(body) == [(1, ("a",)), (4, ("x",))]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n ; ;\n",
        b"PK\x03\x04 and then nothing",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b'a,"b\nc',
        book(["a"])[:-200],
        changed(book(["a"]), SHEET, lambda _: b"<worksheet><sheetData><row>"),
        changed(book(["a"]), SHEET, lambda old: b'<!DOCTYPE x [<!ENTITY y "z">]>' + old),
        changed(book(["a"]), "xl/workbook.xml", lambda _: b"<x/>"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(body: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read_sheet(body)


def test_what_is_too_large_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = changed(book(["a"]), SHEET, lambda _: b" " * (sheets.UNPACKED_MAX + 1))
    assert len(bomb) < sheets.BYTES_MAX
    monkeypatch.setattr(sheets, "openpyxl", None)
    with pytest.raises(FileTooLarge):
        read_sheet(bomb)
    with pytest.raises(FileTooLarge):
        read_sheet(b"a" * (sheets.BYTES_MAX + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"a\n" * (sheets.ROWS_MAX + 2),
        book(*[["a"]] * (sheets.ROWS_MAX + 2)),
        # Says that there is a row far below: what lies between must not be made.
        changed(book(["a"]), SHEET, lambda old: old.replace(b'r="1"', b'r="99999999999"')),
    ],
)
def test_too_many_rows_are_refused(body: bytes) -> None:
    with pytest.raises(FileTooLarge):
        read_sheet(body)


def test_a_cell_far_to_the_end_costs_nothing() -> None:
    body = changed(book(["a", "b"]), SHEET, lambda old: old.replace(b'"B1"', b'"XFD1"'))
    assert cells(body)[0][1][0] == "a" and len(cells(body)[0][1]) <= sheets.COLUMNS_MAX
