"""A report for a spreadsheet: UTF-8 with its mark, so that Persian opens right; Latin digits; no cell is a formula."""

import csv
import io

from nazdik.bootstrap.day_report.lines import DayReport, Value, lines, warnings
from nazdik.bootstrap.day_report.shifts import DAY, gregorian, jalali, named
from nazdik.bootstrap.day_report.words import WORDS
from nazdik.kernel import Instant, from_rfc3339

_COLUMNS = 7
_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def csv_of(report: DayReport, language: str, offset_min: int) -> bytes:
    """Return the report as CSV with headers in a language, its times those of the place."""
    which = 0 if language == "fa" else 1
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")

    def moment(at: Instant) -> str:
        day, time = jalali(at, offset_min)
        return f"{named(day, language)}، {time}" if which == 0 else f"{gregorian(day)} {time}"

    def row(section: str, measure: str, unit: str, *values: str) -> None:
        cells = [*map(safe, (section, measure, unit)), *values]
        writer.writerow([cell.translate(_LATIN) for cell in cells] + [""] * (_COLUMNS - len(cells)))

    before, of = WORDS["before"][which], WORDS["of"][which]
    head = [WORDS[name][which] for name in ("section", "measure", "unit", "now", "of")]
    row(*head, before, f"{before}، {of}" if which == 0 else f"{before}, {of.lower()}")
    local = _HEAD["local"][which]
    row("", _HEAD["office"][which], "", safe((report.name_fa, report.name_en)[which]))
    row("", _HEAD["date"][which], "", named(report.date, language))
    row("", _HEAD["shift"][which], "", WORDS["shift_day"][which] if report.shift == DAY else report.shift)
    row("", _HEAD["since"][which], local, moment(from_rfc3339(report.since)))
    row("", _HEAD["until"][which], local, moment(from_rfc3339(report.until)))
    for warning in warnings(report, which, moment):
        row("", _HEAD["note"][which], "", safe(warning))
    for line in lines(report):
        what = (WORDS[f"section_{line.section}"][which], line.label[which], WORDS[line.unit][which])
        row(*what, *_cells(line.now), *_cells(line.before))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(value: Value | None) -> tuple[str, str]:
    if value is None:
        return "", ""
    said = "" if value.value is None else f"{value.value:g}" if value.value < 1 else f"{round(value.value, 2):.12g}"
    return said, "" if value.n is None else str(value.n)


_HEAD = {
    "office": ("یگان", "Office"),
    "date": ("تاریخ", "Date (Jalali)"),
    "shift": ("نوبت", "Shift"),
    "since": ("آغاز", "Begins"),
    "until": ("پایان شمارش", "Counted until"),
    "local": ("ساعت محلی", "local time"),
    "note": ("یادداشت", "Note"),
}
