"""
The tables of what was measured, in Markdown: printed, and kept in the pages that show them.

A page has a place for a table between `<!-- NAME -->` and `<!-- end of NAME -->`; `write_pages` fills them all from the
results, so that no figure is copied by hand.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = ("benchmarks/README.md", "docs/nearest-by-road.md", "docs/nearest-by-road.fa.md")
OURS = "nazdik"
# The cells of which answers are shown in full, and of which the short table is made.
SHOWN_UNITS = (200, 200, 5)
BARS_MS = {"63k": 0.25, "1M": 5.0}
SHORT_CELLS = ((200, 200, 5), (2_000, 2_000, 5), (20_000, 20_000, 5), (200, 5, 5))
SHORT_METHODS = (
    OURS,
    "nazdik, search alone",
    "routingkit-cch",
    "scipy, doubled limit",
    "scipy, whole graph",
    "OSRM CH table",
    "OSRM MLD table",
    "Valhalla matrix, stop at k",
    "air 10, OSRM CH table",
    "air 10, OSRM MLD table",
    "PostGIS KNN 10, pgRouting",
    "pgRouting, whole graph",
)
REGIONS_FA = {"tehran-central": "مرکز تهران", "khuzestan": "خوزستان (خیابان‌های ساختگی)", "manhattan": "منهتن"}
REGIONS_EN = {
    "tehran-central": "Central Tehran",
    "khuzestan": "Khuzestan (generated streets)",
    "manhattan": "Manhattan",
}
Cell = tuple[int, int, int]
Table = list[str]


def tables(figures: dict[str, Any]) -> dict[str, Table]:
    """Every table by its name."""
    cells: list[Cell] = [tuple(cell) for cell in figures["cells"]]  # type: ignore[misc]
    found: dict[str, Table] = {}
    if figures["wrong_by_air"]:
        for language in ("en", "fa"):
            found[f"wrong by air, {language}"] = air_table(figures["wrong_by_air"], language)
            found[f"shortlists, {language}"] = shortlist_table(figures["wrong_by_air"], language)
    for name, size in figures["sizes"].items():
        found[f"times at {name}"] = times_table(size, cells)
        found[f"answers at {name}"] = answers_table(size, cells)
        found[f"set-up at {name}"] = set_up_table(size)
    found["bars"] = bars_table(figures["sizes"], cells)
    found["in short, en"] = short_table(figures["sizes"], cells, "en")
    found["in short, fa"] = short_table(figures["sizes"], cells, "fa")
    return found


def write_pages(figures: dict[str, Any]) -> None:
    """Put every table where a page has a place for it."""
    found = tables(figures)
    for page in PAGES:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        for name, table in found.items():
            place = re.compile(f"(<!-- {re.escape(name)} -->\n).*?(<!-- end of {re.escape(name)} -->)", re.DOTALL)
            filled = "\n".join(("", *table, "", ""))
            text = place.sub(lambda match, filled=filled: f"{match[1]}{filled}{match[2]}", text)
        path.write_text(text, encoding="utf-8")


def bars_table(sizes: dict[str, Any], cells: Sequence[Cell]) -> Table:
    """The promises of the design, and whether they were kept."""
    rows = []
    for name, bar_ms in BARS_MS.items():
        cell = _rows(sizes[name])[OURS][list(cells).index(SHOWN_UNITS)] if name in sizes else None
        if cell and "p50_ms" in cell:
            kept = "kept" if cell["p50_ms"] <= bar_ms else "not kept"
            rows.append((name, f"{bar_ms} ms", f"{_ms(cell['p50_ms'])} ms", f"{cell['list_wrong']:.1%}", kept))
    return _table(("200 units, k = 5", "Bar, p50", "Measured, p50", "Wrong answers", ""), rows, "en")


def air_table(regions: dict[str, Any], language: str) -> Table:
    """What sending the car nearest by straight line costs, on each region."""
    heads = {
        "en": (
            "Region",
            "Units",
            "Wrong car",
            "Lost, mean of all, s",
            "p95 of all, s",
            "Mean when wrong, s",
            "p95 when wrong, s",
        ),
        "fa": (
            "منطقه",
            "واحدها",
            "خودروی نادرست",
            "میانگین زمان ازدست‌رفته در همهٔ پرسش‌ها (ثانیه)",
            "صدک ۹۵ همه",
            "میانگین وقتی نادرست است",
            "صدک ۹۵ وقتی نادرست است",
        ),
    }[language]
    rows = []
    for name, region in regions.items():
        for size, fleet in region["fleets"].items():
            air = fleet["air_only"]
            rows.append(
                (
                    _region(name, language),
                    f"{int(size):,}",
                    f"{air['wrong_share']:.1%}",
                    f"{air['loss_s_mean']:.1f}",
                    f"{air['loss_s_p95']:.0f}",
                    f"{air['loss_s_mean_when_wrong']:.0f}",
                    f"{air['loss_s_p95_when_wrong']:.0f}",
                )
            )
    return _table(heads, rows, language)


def shortlist_table(regions: dict[str, Any], language: str) -> Table:
    """What a straight-line shortlist that is then ranked by road still misses."""
    heads = {
        "en": (
            "Region",
            "Units",
            "Shortlist of",
            "Best car not in it",
            "Lost then, mean / p95, s",
            "Nearest 5 not all in it",
        ),
        "fa": (
            "منطقه",
            "واحدها",
            "فهرست کوتاه",
            "بهترین خودرو در آن نیست",
            "زمان ازدست‌رفته در آن حال، میانگین / صدک ۹۵ (ثانیه)",
            "پنج خودروی نخست همه در آن نیستند",
        ),
    }[language]
    rows = []
    for name, region in regions.items():
        for size, fleet in region["fleets"].items():
            for m, row in fleet["shortlists"].items():
                lost = f"{row['loss_s_mean_when_wrong']:.0f} / {row['loss_s_p95_when_wrong']:.0f}"
                rows.append(
                    (
                        _region(name, language),
                        f"{int(size):,}",
                        m,
                        f"{row['wrong_share']:.1%}",
                        lost if row["wrong_share"] else "–",
                        f"{row['top_5_not_inside']:.1%}",
                    )
                )
    return _table(heads, rows, language)


def short_table(sizes: dict[str, Any], cells: Sequence[Cell], language: str) -> Table:
    """A few methods over all sizes: median milliseconds and, behind it, the multiple of ours."""
    words = {
        "en": ("Median ms (× ours)", "{} units", "{} free of {}"),
        "fa": ("میانهٔ میلی‌ثانیه (× نزدیک)", "{} واحد", "{} آزاد از {}"),
    }
    title, all_free, few_free = words[language]
    heads, columns = [title], []
    for name, size in sizes.items():
        for units, free, k in SHORT_CELLS:
            label = all_free.format(f"{units:,}") if units == free else few_free.format(free, units)
            heads.append(f"{name}, {label}")
            columns.append((_rows(size), list(cells).index((units, free, k))))
    rows = []
    for method in SHORT_METHODS:
        texts = [f"**{method}**" if method == OURS else method]
        for by_method, place in columns:
            cell = by_method.get(method, [None] * len(cells))[place]
            texts.append(_time(cell, by_method[OURS][place] if method != OURS else None, p99=False))
        rows.append(tuple(texts))
    return _table(tuple(heads), rows, language)


def times_table(size: dict[str, Any], cells: Sequence[Cell]) -> Table:
    """One size: each method in each cell; what could not be asked says why."""
    labels = [f"{units:,}, k={k}" if free == units else f"{free:,} of {units:,}, k={k}" for units, free, k in cells]
    by_method = _rows(size)
    reasons: list[str] = []
    rows = []
    for method, row in by_method.items():
        texts = [method]
        for place, cell in enumerate(row):
            if cell and "skipped" in cell:
                if cell["skipped"] not in reasons:
                    reasons.append(cell["skipped"])
                texts.append(f"({reasons.index(cell['skipped']) + 1})")
            else:
                texts.append(_time(cell, by_method[OURS][place] if method != OURS and OURS in by_method else None))
        rows.append(tuple(texts))
    for engine, result in size["engines"].items():
        if "skipped" in result:
            reasons.append(result["skipped"])
            rows.append((engine, *(f"({len(reasons)})" for _ in cells)))
    notes = [f"({place}) {reason}" for place, reason in enumerate(reasons, start=1)]
    found = _table(("p50 / p99 ms (× ours)", *labels), rows, "en")
    return [*found, "", *(line for note in notes for line in (note, ""))][: -1 if notes else None]


def answers_table(size: dict[str, Any], cells: Sequence[Cell]) -> Table:
    """What the answers were worth, 200 units all free, k = 5."""
    place = list(cells).index(SHOWN_UNITS)
    rows = []
    for method, row in _rows(size).items():
        cell = row[place]
        if cell and "judged" in cell:
            off = cell["time_off_share_p50"]
            rows.append(
                (
                    method,
                    str(cell["judged"]),
                    f"{cell['late_first']:.1%}",
                    f"{cell['loss_s_mean']:.1f} / {cell['loss_s_p95']:.0f}",
                    f"{cell['list_wrong']:.1%}",
                    "gives none" if off is None else f"{off:.1%}",
                )
            )
    heads = (
        "Method",
        "Judged",
        "First unit later",
        "Lost, mean / p95, s",
        "Not the nearest 5",
        "Its times off, median",
    )
    return _table(heads, rows, "en")


def set_up_table(size: dict[str, Any]) -> Table:
    """What each engine needs before the first question, and its memory."""
    rows = []
    for engine, result in size["engines"].items():
        if "version" not in result:
            rows.append((engine, "", result.get("skipped", ""), "", ""))
            continue
        peaks = [cell["peak_mib"] for row in result["cells"].values() for cell in row if cell and "peak_mib" in cell]
        steps = ", ".join(f"{step} {took:.1f}" for step, took in result["set_up_s"].items())
        memory = f"{max(peaks, default=0) - result['bare_mib']:,}"
        helpers = f"{result['helpers_mib']:,}" if result["helpers_mib"] > result["bare_mib"] else "–"
        rows.append((engine, result["version"], steps, memory, helpers))
    return _table(
        ("Engine", "Version", "Set-up, s", "Memory over the bare process, MiB", "Its builder, MiB"), rows, "en"
    )


def faster_than_ours(figures: dict[str, Any]) -> list[str]:
    """The cells in which somebody was faster and every judged answer was right."""
    found = []
    for name, size in figures["sizes"].items():
        by_method = _rows(size)
        for place, (units, free, k) in enumerate(figures["cells"]):
            own = (by_method.get(OURS) or [None] * len(figures["cells"]))[place]
            for method, row in by_method.items():
                cell = row[place]
                if own and cell and "p50_ms" in own and cell.get("list_wrong") == 0 and cell["p50_ms"] < own["p50_ms"]:
                    found.append(
                        f"{name}, {free} of {units} units, k={k}: {method} {cell['p50_ms']}, ours {own['p50_ms']} ms"
                    )
    return found


def _rows(size: dict[str, Any]) -> dict[str, list[dict[str, Any] | None]]:
    """Cells by the name of the method, over all engines."""
    return {name: row for engine in size["engines"].values() for name, row in engine.get("cells", {}).items()}


def _region(name: str, language: str) -> str:
    return (REGIONS_FA if language == "fa" else REGIONS_EN).get(name, name)


def _time(cell: dict[str, Any] | None, ours: dict[str, Any] | None, *, p99: bool = True) -> str:
    if not cell or "p50_ms" not in cell:
        return "–"
    text = _ms(cell["p50_ms"]) + (f" / {_ms(cell['p99_ms'])}" if p99 else "")
    if ours and "p50_ms" in ours:
        ratio = cell["p50_ms"] / ours["p50_ms"]
        text += f" (×{ratio:,.0f})" if ratio >= 10 else f" (×{ratio:.1f})" if ratio >= 0.1 else f" (×{ratio:.3f})"
    return text


def _ms(value: float) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], language: str) -> Table:
    ruled = ["|---|" + "--:|" * (len(heads) - 1)]
    lines = [f"| {' | '.join(heads)} |", *ruled, *(f"| {' | '.join(row)} |" for row in rows)]
    return [_persian(line) for line in lines] if language == "fa" else lines


def _persian(line: str) -> str:
    """Digits, the decimal point, the thousands mark and the percent sign as Persian writes them; names stay as they are."""
    marked = re.sub(r"(?<=\d),(?=\d)", "٬", re.sub(r"(?<=\d)\.(?=\d)", "٫", line)).replace("%", "٪")
    return re.sub(r"(?<![A-Za-z])\d+(?![A-Za-z])", lambda match: match[0].translate(_DIGITS), marked)


_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
