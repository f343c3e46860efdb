"""The report of arrivals as a page that opens offline, as CSV, and its words in both languages."""

import csv
from collections.abc import Sequence
from html import escape
from io import StringIO

from nazdik.geo.eta.report import Errors, Row
from nazdik.kernel.text import persian_digits

DIMENSION_WORDS: dict[str, tuple[str, str]] = {
    "all": ("همهٔ سفرها، از راه افتادن", "All trips, from setting out"),
    "road": ("بیشترِ راه", "Most of the way"),
    "hours": ("ساعت روز", "Hours"),
    "unit": ("نوع واحد", "Kind of unit"),
    "skill": ("مهارت خواسته‌شده", "Skill asked for"),
    "sent": ("همهٔ سفرها، از اعزام (با آماده‌شدن)", "All trips, from being sent (getting ready included)"),
}
VALUE_WORDS: dict[str, tuple[str, str]] = {
    "all": ("همه", "all"),
    "sent": ("همه", "all"),
    "motorway": ("آزادراه", "motorway"),
    "trunk": ("بزرگراه", "trunk"),
    "primary": ("شریانی اصلی", "primary"),
    "secondary": ("شریانی فرعی", "secondary"),
    "tertiary": ("جمع‌کننده", "tertiary"),
    "local": ("محلی", "local"),
    "other": ("دیگر", "other"),
    "mixed": ("آمیخته", "mixed"),
    "night": ("شب", "night"),
    "morning": ("اوج بامداد", "morning peak"),
    "day": ("روز", "day"),
    "evening": ("اوج عصر", "evening peak"),
    "car": ("خودرو", "car"),
    "motorcycle": ("موتورسیکلت", "motorcycle"),
    "van": ("ون", "van"),
    "foot": ("پیاده", "foot"),
}
COLUMNS = (
    "dimension", "value", "trips", "few", "median_s", "median_abs_s", "p90_abs_s", "bias_s", "bias_low_s", "bias_high_s",
    "ratio",
)  # fmt: skip
_STYLE = """
body{font:15px/1.7 Vazirmatn,system-ui,sans-serif;max-width:900px;margin:2rem auto;padding:0 1rem;color:#1b2733;background:#fff}
h1 small,td small,th small{display:block;font-weight:400;font-size:.75em;color:#5b6b7a;direction:ltr;text-align:right}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #8884;padding:.25rem .5rem;text-align:start}
td.n,th.n{direction:ltr;text-align:right;font-variant-numeric:tabular-nums}
tr.few{opacity:.6}
@media(prefers-color-scheme:dark){body{background:#10161c;color:#e3e9ef} small{color:#9fb0c0}}
"""


def words(value: str) -> tuple[str, str]:
    """Return a value of the report in Persian and English; what has no words is its own."""
    return VALUE_WORDS.get(value, (value, value))


def as_csv(rows: Sequence[Row]) -> str:
    """Return the report as CSV, with Latin digits."""
    file = StringIO()
    sheet = csv.writer(file)
    sheet.writerow(COLUMNS)
    for row in rows:
        e = row.errors
        sheet.writerow(
            [row.dimension, row.value, e.trips, int(e.few), e.median_s, e.median_abs_s, e.p90_abs_s, e.bias_s,
             e.bias_low_s, e.bias_high_s, e.ratio]
        )  # fmt: skip
    return file.getvalue()


def as_html(rows: Sequence[Row], source: str) -> str:
    """Return the report as one page that needs nothing else."""
    heads = (
        ("سفر", "trips"),
        ("میانهٔ خطا", "median error, s"),
        ("اندازهٔ معمول", "median size, s"),
        ("اندازهٔ ۹۰٪", "P90 size, s"),
        ("سوگیری", "bias, s"),
        ("بازهٔ ۹۵٪", "95 %"),
        ("واقعی/وعده", "real / promised"),
    )
    head = "".join(f"<th class=n>{fa}<small lang=en>{en}</small>" for fa, en in heads)
    body: list[str] = []
    dimension = ""
    for row in rows:
        if row.dimension != dimension:
            dimension = row.dimension
            fa, en = DIMENSION_WORDS.get(dimension, (dimension, dimension))
            body.append(f"<tr><th colspan=8>{escape(fa)}<small lang=en>{escape(en)}</small></tr>")
        fa, en = words(row.value)
        few = " class=few" if row.errors.few else ""
        body.append(f"<tr{few}><td>{escape(fa)}<small lang=en>{escape(en)}</small>{_cells(row.errors)}</tr>")
    title_fa, title_en = "وعدهٔ رسیدن و رسیدن", "Promised and real arrival"
    note_fa = "خطا یعنی دیرتر از وعده (مثبت) یا زودتر (منفی). ردیف‌های کم‌رنگ کمتر از ۳۰ سفر دارند."
    note_en = "An error is later than promised (positive) or sooner (negative). Faint rows have fewer than 30 trips."
    return (
        '<!doctype html><html lang="fa" dir="rtl"><meta charset="utf-8">'
        f"<title>{title_fa}</title>"
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title_fa}<small lang=en dir=ltr>{title_en} · {escape(source)}</small></h1>"
        f"<p>{note_fa}<br><small lang=en dir=ltr>{note_en}</small></p>"
        f"<table><tr><th>{head}</tr>{''.join(body)}</table></html>\n"
    )


def _cells(e: Errors) -> str:
    between = "–" if e.bias_low_s is None else f"{_n(e.bias_low_s)} … {_n(e.bias_high_s)}"
    cells = [_n(e.trips), _n(e.median_s), _n(e.median_abs_s), _n(e.p90_abs_s), _n(e.bias_s), between, _n(e.ratio)]
    return "".join(f"<td class=n>{cell}" for cell in cells)


def _n(value: float | None) -> str:
    return "–" if value is None else persian_digits(f"{value:g}")
