"""An empty file to fill in: the columns by name, and a sheet that says what stands in each."""

import csv
import io
from typing import TYPE_CHECKING

from nazdik.bootstrap.imports.listings import Listing
from nazdik.kernel.later import later

if TYPE_CHECKING:
    import openpyxl
    from openpyxl import styles
else:
    openpyxl = later("openpyxl")
    styles = later("openpyxl.styles")

_WIDE = 22


def _says(listing: Listing, lang: str) -> list[list[str]]:
    needed = ("لازم", "needed")
    rows = []
    for column in listing.columns:
        fa, en = needed if column.needed else ("", "")
        rows.append([column.label.fa, column.help.fa, fa] if lang == "fa" else [column.label.en, column.help.en, en])
    return rows


def xlsx_of(listing: Listing, lang: str) -> bytes:
    """Return a spreadsheet: the first sheet is filled in, the second one explains."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    guide = book.create_sheet("راهنما" if lang == "fa" else "Guide")
    sheet.title = listing.label.fa if lang == "fa" else listing.label.en
    says = _says(listing, lang)
    sheet.append([row[0] for row in says])
    for row in says:
        guide.append(row)
    for page in (sheet, guide):
        page.sheet_view.rightToLeft = lang == "fa"
        for n in range(len(says)):
            page.column_dimensions[chr(ord("A") + n)].width = _WIDE
    for cell in sheet[1]:
        cell.font = styles.Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(listing: Listing, lang: str) -> bytes:
    """Return the names of columns as a line; the mark before it tells Excel that it is Unicode."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([row[0] for row in _says(listing, lang)])
    return out.getvalue().encode("utf-8-sig")
