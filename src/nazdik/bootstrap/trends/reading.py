"""What the log said of the last hours, read on as it grows: in one thread, a little at a time, never in the way of a call."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.day_report.material import KINDS
from nazdik.bootstrap.log_api import first_at
from nazdik.bootstrap.province_state import decode
from nazdik.bootstrap.trends import standing
from nazdik.bootstrap.trends.counting import Recent, Trend, trend
from nazdik.bootstrap.trends.standing import Crewed
from nazdik.dispatch.model import World
from nazdik.dispatch.rules import Rules
from nazdik.kernel import Instant, OfficeId
from nazdik.kernel.instant import plus_s, seconds_between
from nazdik.published.offices import Office, OfficeTree, Tier

# What began earlier and stands still, or was over within these hours, the world knows.
LOOK_BACK_S = 6 * 3600.0
# Forgetting is reading anew: some hundred thousand entries once an hour.
ANEW_S = 3600.0
READ_AT_ONCE = 1_000
REST_S = 0.002
# Whoever asks again sooner gets the same answer: many boards of one office cost one count.
AGE_S_MAX = 5.0
_KINDS = KINDS | standing.KINDS


@dataclass(slots=True)
class _Log:
    """How far the log of a province was read, and what it said."""

    begun_at: Instant
    position: int
    recent: Recent = field(default_factory=Recent)


@dataclass(frozen=True, slots=True)
class Counted:
    """The trends of an office and of those directly below it, at one instant."""

    at: Instant
    # For how long priority 1 may wait for its first unit before an alarm rises.
    waiting_1_s: float
    # Within how long whoever gave up is called back, when nobody learnt what they wanted.
    call_back_s: float
    office: Trend
    below: tuple[tuple[OfficeId, Trend], ...]


def _rules(office: Office, rooms: Iterable[ControlRoom], tree: OfficeTree) -> Rules:
    """Return what an office goes by: its own rules, or those of the nearest office above it that has some."""
    known = [room.state.world.rules for room in rooms]
    found = (rules[above] for above in tree.chain_of(office.id) for rules in known if above in rules)
    return next(found, Rules())


class Trends:
    """Counts for whoever asks, one at a time in a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="trends")
        self._logs: dict[str, _Log] = {}
        self._kept: dict[OfficeId, Counted] = {}

    async def count(
        self, office: Office, rooms: Iterable[ControlRoom], tree: OfficeTree, clock_now: Callable[[], Instant]
    ) -> Counted:
        """Return the figures of an office, no older than some seconds."""
        ordered = sorted(rooms, key=lambda room: str(room.province))
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._count(office, ordered, tree, clock_now()))

    def close(self) -> None:
        """Finish what was begun."""
        self._thread.shutdown()

    def _count(self, office: Office, rooms: Sequence[ControlRoom], tree: OfficeTree, at: Instant) -> Counted:
        kept = self._kept.get(office.id)
        if kept is not None and 0 <= seconds_between(kept.at, at) < AGE_S_MAX:
            return kept
        recent = [self._read(room, at) for room in rooms]

        def of(one: Office) -> Trend:
            known: dict[str, bool] = {}

            def within(name: str | None) -> bool:
                if name is None:
                    return False
                if name not in known:
                    known[name] = tree.is_within(OfficeId(name), one.id)
                return known[name]

            whole = one.tier in (Tier.PROVINCE, Tier.NATIONAL)
            parts = [
                part
                for room, part in zip(rooms, recent, strict=True)
                if tree.is_within(OfficeId(str(room.province)), one.id)
                or tree.is_within(one.id, OfficeId(str(room.province)))
            ]
            aims = _rules(one, rooms, tree).aim.response_s
            return trend(parts, at, within, all_calls=whole, tier=one.tier, response_s=aims)

        below = tuple((o.id, of(o)) for o in tree.list_offices() if o.parent_id == office.id)
        rules = _rules(office, rooms, tree)
        self._kept[office.id] = found = Counted(at, rules.waiting_s[0], rules.back.unknown_s, of(office), below)
        return found

    def _read(self, room: ControlRoom, at: Instant) -> Recent:
        """Read on to the end of the log, from some hours ago when it was not read for long."""
        name = str(room.province)
        log = self._logs.get(name)
        if log is None or not 0 <= seconds_between(log.begun_at, at) < ANEW_S:
            since = plus_s(at, -LOOK_BACK_S)
            log = self._logs[name] = _Log(at, first_at(room, since) - 1)
            first = room.log.read(0, 1)
            log.recent.since = max(since, first[0].at) if first else at
            log.recent.standing, log.recent.material.incidents = standing.begin(room.state.world, since)
        recent = log.recent
        while entries := room.log.read(log.position, READ_AT_ONCE):
            for entry in entries:
                if entry.kind not in _KINDS:
                    continue
                fact = decode(entry.kind, entry.body)
                if entry.kind in KINDS:
                    recent.material.take(fact)
                if entry.kind in standing.KINDS:
                    recent.standing.take(fact)
            log.position = entries[-1].position
            if len(entries) == READ_AT_ONCE:
                time.sleep(REST_S)
        since = plus_s(log.begun_at, -LOOK_BACK_S)
        for unit in recent.standing.relieved():
            before = (each for each in room.log.read_subject(unit) if each.at < since and each.kind in standing.OF_DUTY)
            recent.standing.remember(unit, [decode(each.kind, each.body) for each in before])
        recent.units = crewed(room.state.world)
        return recent


def crewed(world: World) -> dict[str, Crewed]:
    """Return every unit in use as it is now."""
    return {
        str(unit.id): Crewed(
            str(unit.office),
            unit.on_duty,
            available=unit.available,
            emergency=unit.emergency is not None,
            at_work=unit.assignment_id is not None,
        )
        for unit in world.units.values()
        if not unit.is_gone
    }
