"""A report for a spreadsheet: UTF-8 with its mark, so that Persian opens right; Latin digits; no cell is a formula."""

import csv
import io

from nazdik.bootstrap.day_report.lines import DayReport, Value, lines
from nazdik.bootstrap.day_report.words import WORDS

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def csv_of(report: DayReport, language: str) -> bytes:
    """Return the report as CSV with headers in a language."""
    which = 0 if language == "fa" else 1
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    before = WORDS["before"][which]
    of = WORDS["of"][which]
    head = [WORDS[name][which] for name in ("section", "measure", "unit", "now", "of")]
    writer.writerow([*head, before, f"{before}، {of}" if which == 0 else f"{before}, {of.lower()}"])
    name = (report.name_fa, report.name_en)[which]
    for key, value in (("office", name), ("date", report.date), ("shift", report.shift)):
        writer.writerow([safe(cell) for cell in ("", _HEAD[key][which], "", value, "", "", "")])
    for key, value in (("since", report.since), ("until", report.until)):
        writer.writerow(["", _HEAD[key][which], "UTC", value, "", "", ""])
    for line in lines(report):
        cells = [WORDS[f"section_{line.section}"][which], line.label[which], WORDS[line.unit][which]]
        writer.writerow([*map(safe, cells), *_cells(line.now), *_cells(line.before)])
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
    "since": ("از", "Since"),
    "until": ("تا پیش از", "Until before"),
}
