"""From the log to a report: one at a time, in a thread, never in the way of a call."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.day_report.errors import NotBegun
from nazdik.bootstrap.day_report.figures import Figures, Span, figures
from nazdik.bootstrap.day_report.lines import DayReport
from nazdik.bootstrap.day_report.material import KINDS, Material, duties_of
from nazdik.bootstrap.day_report.shifts import Shift
from nazdik.bootstrap.log_api import first_at
from nazdik.bootstrap.province_state import decode
from nazdik.dispatch.events import DutyEnded, DutyStarted, UnitEnrolled, UnitRehomed
from nazdik.kernel import Instant, OfficeId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.published.offices import Office, OfficeTree, Tier

DAY_S = 86_400.0
WEEK_S = 7 * DAY_S
# What began before a shift is known so far back; what a shift began is followed so long after it.
LOOK_BACK_S = 7 * DAY_S
FOLLOW_S = DAY_S
READ_AT_ONCE = 1_000
# Between two readings, so that what a call needs comes first.
REST_S = 0.002
KEPT = 200
T = TypeVar("T")


class DayReports:
    """Makes reports, one at a time in a thread of their own, and keeps those that cannot change any more."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="day-reports")
        self._kept: OrderedDict[tuple[str, Instant, Instant], DayReport] = OrderedDict()

    async def make(
        self, office: Office, shift: Shift, rooms: Iterable[ControlRoom], tree: OfficeTree, now: Instant
    ) -> DayReport:
        """
        Return the report of an office's shift as the log has it.

        Raises:
            NotBegun: The shift lies ahead.
        """
        if shift.since >= now:
            raise NotBegun(date=shift.date, shift=shift.name)
        ordered = sorted(rooms, key=lambda room: str(room.province))
        return await self.run(lambda: self._make(office, shift, ordered, tree, now))

    async def run(self, work: Callable[[], T]) -> T:
        """Do something in the thread of reports."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Finish what was begun."""
        self._thread.shutdown()

    def _make(
        self, office: Office, shift: Shift, rooms: list[ControlRoom], tree: OfficeTree, now: Instant
    ) -> DayReport:
        key = (str(office.id), shift.since, shift.until)
        found = self._kept.get(key)
        if found is None:
            found = _report(office, shift, rooms, tree, now)
            if now >= plus_s(shift.until, FOLLOW_S):
                self._kept[key] = found
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found


def _report(office: Office, shift: Shift, rooms: list[ControlRoom], tree: OfficeTree, now: Instant) -> DayReport:
    until = min(shift.until, now)
    span, earlier = (shift.since, until), (plus_s(shift.since, -WEEK_S), plus_s(until, -WEEK_S))
    before = _figures(office, earlier, rooms, tree) if all(_reaches(room, earlier[0]) for room in rooms) else None
    now_counted = _figures(office, span, rooms, tree)
    counted = [kind.kind for one in (now_counted, before) if one is not None for kind in one.by_kind]
    return DayReport(
        office=str(office.id),
        name_fa=office.name_fa,
        name_en=office.name_en,
        date=shift.date,
        shift=shift.name,
        since=rfc3339(shift.since),
        until=rfc3339(until),
        ends=rfc3339(shift.until),
        running=until < shift.until,
        provinces=tuple(str(room.province) for room in rooms),
        figures=now_counted,
        before=before,
        log_since=_log_since(rooms, shift.since, now),
        kind_names={code: _name_of(code, rooms, until) for code in dict.fromkeys(counted)},
    )


def _name_of(code: str, rooms: list[ControlRoom], at: Instant) -> tuple[str, str]:
    """Return what a kind was called, by the first province that knows it."""
    known = (kind_names(room.state.settings) for room in rooms)
    return next((names.of(code, at) for names in known if code in names.kinds), (code, code))


def _log_since(rooms: list[ControlRoom], since: Instant, now: Instant) -> str | None:
    """Return when the last of the logs began, where that was after `since`."""
    begun = [entries[0].at if (entries := room.log.read(0, 1)) else now for room in rooms]
    last = max(begun, default=since)
    return rfc3339(last) if last > since else None


def _reaches(room: ControlRoom, at: Instant) -> bool:
    entries = room.log.read(0, 1)
    return bool(entries) and entries[0].at <= at


def _figures(office: Office, span: Span, rooms: list[ControlRoom], tree: OfficeTree) -> Figures:
    known: dict[str, bool] = {}

    def within(one: str | None) -> bool:
        if one is None:
            return False
        if one not in known:
            known[one] = tree.is_within(OfficeId(one), office.id, span[1])
        return known[one]

    material = Material()
    for room in rooms:
        _read(room, span, material)
    return figures(material, span, within, all_calls=office.tier in (Tier.PROVINCE, Tier.NATIONAL))


def _read(room: ControlRoom, span: Span, material: Material) -> None:
    """Take in what a log has of a span, of the days before it and of the day after it."""
    position = first_at(room, plus_s(span[0], -LOOK_BACK_S)) - 1
    last = plus_s(span[1], FOLLOW_S)
    while entries := room.log.read(position, READ_AT_ONCE):
        for entry in entries:
            if entry.kind in KINDS and entry.at <= last:
                material.take(decode(entry.kind, entry.body))
        if entries[-1].at > last:
            break
        position = entries[-1].position
        time.sleep(REST_S)
    for unit in sorted(room.state.world.units):
        facts = [decode(entry.kind, entry.body) for entry in room.log.read_subject(unit) if entry.kind in _DUTY]
        material.duties += duties_of(facts)


_DUTY = frozenset(str(fact.__struct_config__.tag) for fact in (UnitEnrolled, UnitRehomed, DutyStarted, DutyEnded))
