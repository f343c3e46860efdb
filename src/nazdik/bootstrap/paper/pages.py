"""The pages themselves: plain HTML for A4 with its style in it, so that a file of it opens on any machine, without a server."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from nazdik.bootstrap.administration.kind_names import KindNames
from nazdik.bootstrap.day_report.shifts import jalali
from nazdik.bootstrap.paper.words import WORDS
from nazdik.dispatch.views import AssignmentView, DetailView, IncidentView, UnitView
from nazdik.kernel import Instant, LonLat, from_rfc3339
from nazdik.kernel.text import persian_digits
from nazdik.platform.http.headers import NONCE

FORMS_ON_A_PAGE = 2
_STYLE = """
@page{size:A4;margin:12mm}*{box-sizing:border-box}
body{margin:0 auto;max-width:190mm;background:#fff;color:#000;font:12px/1.6 Vazirmatn,Tahoma,system-ui,sans-serif}
h1{font-size:18px;margin:0}h2{font-size:14px;margin:12px 0 4px;border-bottom:2px solid #000}p{margin:2px 0}
table{width:100%;border-collapse:collapse}th,td{border:1px solid #777;padding:2px 5px;text-align:start;vertical-align:top}
th{background:#eee;font-weight:600}tr,section{break-inside:avoid}.new{break-before:page}
header{display:flex;justify-content:space-between;gap:12px;border-bottom:3px solid #000}
.n{font-variant-numeric:tabular-nums;white-space:nowrap}.care{border:2px solid #000;padding:4px 8px;margin:6px 0;font-weight:700}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:4px 0}dt{font-weight:700}dd{margin:0;white-space:pre-wrap}
.open,.crews{table-layout:fixed;overflow-wrap:anywhere}.open td,.crews td{white-space:pre-line}
.open th{width:18mm}.open th:nth-child(-n+2){width:14mm}.open th:nth-child(4){width:auto}.open th:nth-child(6){width:12mm}
.open th:nth-child(8){width:30mm}.open th:nth-child(9){width:25mm}.crews th:nth-child(-n+1){width:14mm}
.form{border:2px solid #000;padding:8px;
margin:8px 0;height:128mm;display:grid;grid-template-rows:auto auto 1fr 1fr 1fr 2fr auto auto}
.form div{border-bottom:1px solid #777;padding:2px}.line{display:flex;gap:12px}.line span{flex:1}
"""


@dataclass(frozen=True, slots=True)
class Print:
    """In which language, from when, by whom."""

    lang: str
    at: Instant
    offset_min: int
    who: str
    kinds: KindNames

    def word(self, key: str, **values: str) -> str:
        """Return a word in the language of the print."""
        fa, en = WORDS[key]
        return (fa if self.lang == "fa" else en).format(**values)

    def write(self, text: str) -> str:
        """Return text with the digits that the language reads; names and codes keep theirs."""
        return persian_digits(text) if self.lang == "fa" else text

    def when(self, at: str | None, *, date: bool = False) -> str:
        """Return an instant's time of day, with the date when asked."""
        if at is None:
            return ""
        day, time = jalali(from_rfc3339(at), self.offset_min)
        return self.write(apart(f"{day.replace('-', '/')} {time}" if date else time))

    def unit_kind(self, code: str) -> str:
        """Return what a crew drives, in words; a kind that has none by its code."""
        return self.word(f"unit.{code}") if f"unit.{code}" in WORDS else code

    def kind(self, incident: IncidentView) -> str:
        """Return the name that an incident's kind had when it began."""
        fa, en = self.kinds.of(incident.kind, from_rfc3339(incident.created_at))
        return fa if self.lang == "fa" else en


def apart(text: str) -> str:
    """Return a date, a time or a point kept in its own order among Persian words."""
    return f"\u2066{text}\u2069"


def _cell(text: str, *, code: bool = False) -> str:
    return f'<td class="n"><bdi dir="ltr">{escape(text)}</bdi></td>' if code else f"<td>{escape(text)}</td>"


def _page(made: Print, title: str, body: str) -> str:
    day, time = jalali(made.at, made.offset_min)
    direction = "rtl" if made.lang == "fa" else "ltr"
    stamp = made.word("made", date=made.write(apart(day.replace("-", "/"))), time=made.write(apart(time)))
    who = made.word("made_by", who=made.who)
    return (
        f'<!doctype html><html lang="{made.lang}" dir="{direction}"><head><meta charset="utf-8">'
        f'<title>{escape(title)} {day}</title><style nonce="{NONCE}">{_STYLE}</style></head><body>'
        f"<header><h1>{escape(title)}</h1><p>{escape(stamp)}<br>{escape(who)}</p></header>"
        f'<main><p class="care">{escape(made.word("personal"))}</p>{body}</main></body></html>'
    )


def _facts(made: Print, facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(made.word(key))}</dt><dd>{escape(text)}</dd>" for key, text in facts if text)
    return f"<dl>{rows}</dl>"


def _point(point: LonLat | None) -> str:
    return apart(f"{point.lat:.5f}, {point.lon:.5f}") if point is not None else ""


def _callers(detail: DetailView) -> str:
    said = ((c.callback or c.number or "", c.name or "") for c in detail.callers)
    return "\n".join(" ".join(part for part in one if part) for one in said)


def sheet(made: Print, incident: IncidentView, detail: DetailView, station: str) -> str:
    """Return an incident as one sheet to take along."""
    title = f"{made.word('sheet')} {made.write(str(incident.number))}"
    facts = _facts(
        made,
        (
            ("priority", made.write(str(incident.priority or ""))),
            ("kind", made.kind(incident)),
            ("place", incident.place),
            ("point", _point(incident.point)),
            ("station", station),
            ("status", made.word(f"status.{incident.status}")),
            ("since", made.when(incident.created_at, date=True)),
            ("hazards", detail.hazards),
            ("callers", _callers(detail)),
            ("narrative", detail.narrative),
            ("answers", "\n".join(a.fa if made.lang == "fa" else a.en for a in detail.answers)),
            ("notes", "\n".join(f"{made.when(note.at)} {note.text}" for note in detail.notes)),
        ),
    )
    stamps = ("sent", "accepted", "en_route", "on_scene", "cleared")
    head = "".join(f"<th>{escape(made.word(key))}</th>" for key in ("unit", "travel", *stamps))
    rows = "".join(f"<tr>{_assignment(made, each, stamps)}</tr>" for each in incident.assignments)
    later = "<tr><td>&nbsp;</td><td></td></tr>" * 8
    blank = f'<tr><th class="n">{escape(made.word("time"))}</th><th>{escape(made.word("later"))}</th></tr>{later}'
    body = f"{facts}<h2>{escape(made.word('stamps'))}</h2><table><tr>{head}</tr>{rows}</table><table>{blank}</table>"
    return _page(made, title, body)


def _assignment(made: Print, each: AssignmentView, stamps: Sequence[str]) -> str:
    way = made.word("minutes", n=made.write(str(round(each.travel_time_s / 60)))) if each.travel_time_s else ""
    times = "".join(_cell(made.when(getattr(each, f"{stamp}_at"))) for stamp in stamps)
    return _cell(each.call_sign, code=True) + _cell(way) + times


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit, the name of its office and where it was last seen."""

    unit: UnitView
    office: str
    point: LonLat | None
    seen_at: str | None


def pack(made: Print, province: str, body: str) -> str:
    """Return the pack as one file: everything that is open, every unit, and blank forms for the calls to come."""
    return _page(made, f"{made.word('pack')} — {province}", body)


def pack_body(made: Print, incidents: Sequence[str], units: Sequence[str], forms: int) -> str:
    """Return what stands in a pack, from rows by `open_row` and `unit_row`; whoever prints it has the same."""
    return (
        f'<p class="care">{escape(made.word("older"))}</p>{_open(made, incidents)}'
        f'<section class="new"></section>{_units(made, units)}{_forms(made, forms)}'
    )


def _open(made: Print, rows: Sequence[str]) -> str:
    keys = ("number", "priority", "kind", "place", "status", "since", "units", "callers", "later")
    text = "".join(rows) or f'<tr><td colspan="{len(keys)}">{escape(made.word("none"))}</td></tr>'
    return f"<h2>{escape(made.word('open'))} ({made.write(str(len(rows)))})</h2>{_table(made, 'open', keys, text)}"


def open_row(made: Print, incident: IncidentView, detail: DetailView) -> str:
    """Return an open incident as a row of the pack."""
    on_it = " ".join(each.call_sign for each in incident.assignments if each.ended_at is None)
    where = "\n".join(part for part in (incident.place, _point(incident.point), detail.hazards) if part)
    cells = (
        _cell(made.write(str(incident.number))),
        _cell(made.write(str(incident.priority or ""))),
        _cell(made.kind(incident)),
        _cell(where),
        _cell(made.word(f"status.{incident.status}")),
        _cell(made.when(incident.created_at)),
        _cell(on_it, code=True),
        _cell(_callers(detail), code=True),
        _cell(""),
    )
    return f"<tr>{''.join(cells)}</tr>"


def unit_row(made: Print, line: UnitLine) -> str:
    """Return a unit on duty as a row of the pack."""
    unit = line.unit
    seen = f"{_point(line.point)} ({made.when(line.seen_at)})" if line.point is not None else ""
    cells = (
        _cell(unit.call_sign, code=True),
        _cell(line.office),
        _cell(made.unit_kind(unit.kind)),
        _cell(made.word("free" if unit.primary == "Available" else "busy")),
        _cell(made.write(str(unit.incident_number or ""))),
        _cell(seen, code=True),
        _cell(""),
        _cell(""),
    )
    return f"<tr>{''.join(cells)}</tr>"


def _units(made: Print, rows: Sequence[str]) -> str:
    keys = ("call_sign", "office", "vehicle", "status", "incident", "last_seen", "radio", "later")
    title = f"{made.word('units')}, {made.word('on_duty')} ({made.write(str(len(rows)))})"
    return f"<h2>{escape(title)}</h2>{_table(made, 'crews', keys, ''.join(rows))}"


def _table(made: Print, name: str, keys: Iterable[str], rows: str) -> str:
    head = "".join(f"<th>{escape(made.word(key))}</th>" for key in keys)
    return f'<table class="{name}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _forms(made: Print, forms: int) -> str:
    times = "".join(
        f"<span>{escape(made.word(key))}:</span>" for key in ("unit", "sent", "accepted", "on_scene", "cleared")
    )
    found = []
    for n in range(1, forms + 1):
        top = f"{made.word('form')} {made.write(str(n))}"
        lines = "".join(f"<div>{escape(made.word(key))}</div>" for key in ("where", "what", "danger", "details"))
        new = " new" if n % FORMS_ON_A_PAGE == 1 else ""
        found.append(
            f'<section class="form{new}"><div class="line"><b>{escape(top)}</b><span>{escape(made.word("time"))}:</span>'
            f"<span>{escape(made.word('written_by'))}:</span></div><div>{escape(made.word('caller'))}:</div>{lines}"
            f'<div class="line">{times}</div><div>{escape(made.word("entered"))}:</div></section>'
        )
    return "".join(found)
