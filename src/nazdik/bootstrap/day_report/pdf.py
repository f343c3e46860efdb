"""A report to print: set by typst from a page of our own, with the typeface of the faces inside; nothing is fetched."""

import json
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from nazdik.bootstrap.day_report.lines import DayReport, Line, Unit, Value, lines, warnings
from nazdik.bootstrap.day_report.shifts import DAY, gregorian, jalali
from nazdik.bootstrap.day_report.words import WORDS
from nazdik.kernel import Instant, from_rfc3339
from nazdik.kernel.later import later

if TYPE_CHECKING:
    import typst
else:
    typst = later("typst")

_PERSIAN = str.maketrans("0123456789.%", "۰۱۲۳۴۵۶۷۸۹٫٪")
_ISOLATED = "\u2068{}\u2069"


def pdf_of(
    report: DayReport, language: str, *, printed_by: str, printed_at: Instant, offset_min: int, server: str
) -> bytes:
    """Return the report as PDF, saying who had it made and when."""
    page = _Page(report, language, offset_min)
    data = page.data(printed_by, printed_at, server)
    with as_file(files(__package__) / "fonts") as fonts:
        template: Any = _template()
        made = typst.compile(
            template,
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    assert isinstance(made, bytes)
    return made


@cache
def _template() -> bytes:
    return (files(__package__) / "day_report.typ").read_bytes()


class _Page:
    def __init__(self, report: DayReport, language: str, offset_min: int) -> None:
        self._report = report
        self._which = 0 if language == "fa" else 1
        self._offset = offset_min

    def data(self, printed_by: str, printed_at: Instant, server: str) -> dict[str, Any]:
        """Return everything that the page says."""
        report = self._report
        day, time = jalali(printed_at, self._offset)
        parts: dict[str, list[list[str]]] = {}
        for line in lines(report):
            parts.setdefault(line.section, []).append([self._digits(line.label[self._which]), *self._values(line)])
        is_day = report.shift == DAY
        return {
            "lang": "fa" if self._which == 0 else "en",
            "title": self._word("title_day" if is_day else "title"),
            "office": (report.name_fa, report.name_en)[self._which],
            "server": server,
            "when": self._when(),
            "warnings": warnings(report, self._which, self._moment),
            "head": [self._word(name) for name in ("measure", "now", "before")],
            "parts": [{"title": self._word(f"section_{name}"), "rows": rows} for name, rows in parts.items()],
            "notes": [self._word(name) for name in ("note_few", "note_calls", "note_open")],
            "printed_by": printed_by,
            "made": self._word("by", _ISOLATED.format(printed_by), self._date(day), self._digits(time)),
            "page": self._word("page", "{1}", "{2}"),
        }

    def _when(self) -> str:
        report = self._report
        whole = self._word("shift_day") if report.shift == DAY else self._word("shift", self._digits(report.shift))
        times = [jalali(from_rfc3339(at), self._offset) for at in (report.since, report.ends)]
        begins, ends = (self._digits(time) for _, time in times)
        if times[1][0] != report.date:
            ends = f"{self._date(times[1][0])} {ends}"
        return f"{self._date(report.date)} · {whole} · {self._word('from_to', begins, ends)}"

    def _moment(self, at: Instant) -> str:
        day, time = jalali(at, self._offset)
        return f"{self._date(day)} {self._digits(time)}"

    def _values(self, line: Line) -> tuple[str, str]:
        return self._value(line.now, line.unit), self._value(line.before, line.unit)

    def _value(self, value: Value | None, unit: Unit) -> str:
        if value is None:
            return "—"
        if value.value is None:
            return self._word("few", self._digits(str(value.n))) if value.n else self._word("none")
        if unit is Unit.COUNT:
            said = self._digits(f"{value.value:.0f}")
            return said if value.n is None else self._word("n_of", said, self._digits(str(value.n)))
        if unit is Unit.SECONDS:
            minutes, seconds = divmod(round(value.value), 60)
            return self._word("resting_on", self._digits(f"{minutes}:{seconds:02d}"), self._digits(str(value.n)))
        return self._digits(f"{value.value:.1%}" if unit is Unit.SHARE else f"{value.value:.1f}")

    def _word(self, key: str, *given: str) -> str:
        return WORDS[key][self._which].format(*given)

    def _digits(self, text: str) -> str:
        return text.translate(_PERSIAN) if self._which == 0 else text

    def _date(self, date: str) -> str:
        """Whoever reads English goes by another calendar too."""
        written = self._digits(date.replace("-", "/"))
        return written if self._which == 0 else f"{written} ({gregorian(date)})"
