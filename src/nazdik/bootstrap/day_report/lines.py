"""A report line by line, in words: what the file for a spreadsheet and the page to print have in common."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from nazdik.bootstrap.day_report.figures import PRIORITIES, Figures, Measure, Times
from nazdik.bootstrap.day_report.words import WORDS
from nazdik.kernel import Instant, from_rfc3339

Words = tuple[str, str]


class DayReport(msgspec.Struct, frozen=True):
    """
    A shift of an office. `before` is as much of the same shift a week earlier; None when the log does not go back that far.

    `kind_names`: what the kinds that were counted were called in that shift.

    `running`: the shift is not over, and counted until `until`; `ends` is when it is.

    `log_since`: when the log began, where it was not there yet when the shift began: of the time before that nothing is known.
    """

    office: str
    name_fa: str
    name_en: str
    date: str
    shift: str
    since: str
    until: str
    ends: str
    running: bool
    provinces: tuple[str, ...]
    figures: Figures
    before: Figures | None
    kind_names: dict[str, Words] = {}
    log_since: str | None = None


class Unit(StrEnum):
    """What a value is."""

    COUNT = "count"
    SECONDS = "seconds"
    HOURS = "hours"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Value:
    """A value and how many it rests on; `value` is None where these are too few."""

    value: float | None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report."""

    section: str
    label: Words
    unit: Unit
    now: Value
    before: Value | None


def warnings(report: DayReport, which: int, said: Callable[[Instant], str]) -> list[str]:
    """Return what a reader must know of the figures before the figures; `said` writes an instant."""
    found = []
    if report.log_since is not None:
        found.append(WORDS["log_since"][which].format(said(from_rfc3339(report.log_since))))
    if report.running:
        found.append(WORDS["running"][which].format(said(from_rfc3339(report.until))))
    if report.before is None:
        found.append(WORDS["no_before"][which])
    return found


def lines(report: DayReport) -> list[Line]:
    """Return the report's lines in their order."""
    now, before = list(_of(report.figures, report.kind_names)), dict[tuple[str, Words], Value]()
    if report.before is not None:
        before = {(section, label): value for section, label, _, value in _of(report.before, report.kind_names)}
    found = [
        Line(section, label, unit, value, before.get((section, label), _absent(section, report)))
        for section, label, unit, value in now
    ]
    # A kind that there was only a week before is a line too: that there was none of it today is news.
    shown = {(line.section, line.label) for line in found}
    gone = [(label, value) for (section, label), value in before.items() if (section, label) not in shown]
    at = next((n for n, line in enumerate(found) if line.section == "times"), len(found))
    found[at:at] = [Line("kinds", label, Unit.COUNT, Value(0), value) for label, value in gone]
    return found


def _absent(section: str, report: DayReport) -> Value | None:
    return Value(0) if section == "kinds" and report.before is not None else None


def _of(f: Figures, kinds: dict[str, Words]) -> Iterator[tuple[str, Words, Unit, Value]]:
    count = Unit.COUNT
    yield "calls", WORDS["calls"], count, Value(f.calls)
    yield "calls", WORDS["calls_answered"], count, Value(f.calls_answered, f.calls)
    yield "calls", WORDS["calls_with_incident"], count, Value(f.calls_with_incident, f.calls)
    yield from _measures("calls", "answering", f.answering)
    yield "incidents", WORDS["incidents"], count, Value(f.incidents)
    yield "incidents", WORDS["with_call"], count, Value(f.with_call, f.incidents)
    for priority, counted in zip(PRIORITIES, f.by_priority, strict=True):
        fa, en = WORDS["priority"]
        yield "incidents", (fa.format(priority), en.format(priority)), count, Value(counted, f.incidents)
    yield "incidents", WORDS["open_at_end"], count, Value(f.open_at_end)
    for kind in f.by_kind:
        yield "kinds", kinds.get(kind.kind, (kind.kind, kind.kind)), count, Value(kind.total, f.incidents)
    yield from _times("times", f.times)
    yield from _times("times_p1", f.times_priority_1)
    yield "offers", WORDS["offers"], count, Value(f.offers)
    yield "offers", WORDS["offers_refused"], count, Value(f.offers_refused, f.offers)
    yield "offers", WORDS["offers_unanswered"], count, Value(f.offers_unanswered, f.offers)
    yield "alarms", WORDS["alarms"], count, Value(f.alarms)
    yield "alarms", WORDS["alarms_climbed"], count, Value(f.alarms_climbed)
    yield "units", WORDS["units_on_duty"], count, Value(f.units_on_duty)
    yield "units", WORDS["duty_hours"], Unit.HOURS, Value(f.duty_hours)
    yield "units", WORDS["busy_hours"], Unit.HOURS, Value(f.busy_hours)
    yield "units", WORDS["busy_share"], Unit.SHARE, Value(f.busy_share, f.units_on_duty)


def _times(section: str, times: Times) -> Iterator[tuple[str, Words, Unit, Value]]:
    yield from _measures(section, "dispatch", times.dispatch)
    yield from _measures(section, "en_route", times.en_route)
    yield from _measures(section, "on_scene", times.on_scene)


def _measures(section: str, name: str, measured: Measure) -> Iterator[tuple[str, Words, Unit, Value]]:
    for word, value in (("median", measured.median_s), ("p90", measured.p90_s)):
        label = tuple(f"{a}{b}" for a, b in zip(WORDS[name], WORDS[word], strict=True))
        yield section, (label[0], label[1]), Unit.SECONDS, Value(value, measured.n)
