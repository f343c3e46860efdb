"""
A province under a virtual clock: the machine that runs live, its timers served as live serves them, and a heap of happenings.

Nothing here decides anything about dispatch. Happenings run one at a time in the order of their time; of two at the same instant
the one planned first goes first, and timers come after happenings. So the same seed gives the same log, bit for bit.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import sha256
from operator import itemgetter
from typing import Any

from nazdik.bootstrap.control_room import AGAIN_S, CALLS_KEPT_S, CALLS_LOOKED_THROUGH_EVERY_S
from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.province_state import ProvinceState, first_state
from nazdik.bootstrap.timers import deadline_of, deadlines_moved, timer_command
from nazdik.dispatch.surroundings import Surroundings
from nazdik.geo.pace import Pace
from nazdik.geo.sight import RoadSight
from nazdik.intake.commands import ArchiveCalls
from nazdik.kernel import Actor, CallId, CommandId, Context, Instant, Rejected
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from nazdik.platform.clock import VirtualClock
from nazdik.platform.deadlines import Deadlines
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.machine import Answer, Batch
from nazdik.platform.eventlog.memory import MemoryLog
from nazdik.platform.eventlog.sync_writer import SyncWriter
from nazdik.published.sight import Sight
from nazdik.simulation.ground import Ground

READ_AT_ONCE = 5_000
ANSWERS_REMEMBERED = 100
Act = Callable[[], object]
Listener = Callable[[Any, ProvinceState], None]
# When it happens, and which of those at that instant it is.
_Planned = tuple[Instant, int, Act]


class Engine:
    """
    One run over one province.

    `listen` gets every fact after it is in the log, with the state after its batch; a listener plans (`at`, `after`) and never
    submits. `refused` counts the commands that the core refused, by code: an officer who answers too late is one of them.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        start_at: Instant,
        log: EventLog | None = None,
        by_air: bool = False,
        look_through: Callable[[RoadSight], Sight] | None = None,
        offset_min: int = 0,
    ) -> None:
        """
        Begin an empty province.

        Args:
            log: A log in memory when none is given.
            by_air: Send by straight line instead of road, for comparison.
            look_through: Wraps the sight that decisions use, to watch what they ask.
            offset_min: How far local time is ahead of UTC, for the time table.
        """
        self.ground = ground
        self.clock = VirtualClock(start_at)
        self.log: EventLog = log if log is not None else MemoryLog("simulation")
        self.sight = RoadSight(ground.graph)
        seen = look_through(self.sight) if look_through is not None else self.sight
        around = Surroundings(sight=seen, offices=ground.offices, kinds=ground.kinds, by_air=by_air)
        self.machine = ProvinceMachine(around, Pace(self.sight, offset_min=offset_min))
        self._writer: SyncWriter[ProvinceState] = SyncWriter(
            self.log,
            self.machine,
            first_state(ground.province),
            self.clock,
            self._committed,
            # Nobody in a run asks the same twice.
            remembered_max=ANSWERS_REMEMBERED,
        )
        self._deadlines = Deadlines()
        self._heap: list[_Planned] = []
        # What was planned all at once, the last first: with a day's calls in it, each step through the heap would be longer.
        self._script: list[_Planned] = []
        self._planned = 0
        self._asked = 0
        self._listeners: list[Listener] = []
        self._before: list[Callable[[Instant], None]] = []
        self.refused: Counter[str] = Counter()
        self.after(CALLS_LOOKED_THROUGH_EVERY_S, self._sweep)

    @property
    def now(self) -> Instant:
        """The virtual present."""
        return self.clock.now()

    @property
    def state(self) -> ProvinceState:
        """The province as it is."""
        return self._writer.state

    @property
    def position(self) -> int:
        """How many entries the log has."""
        return self._writer.position

    def listen(self, listener: Listener) -> None:
        """Hear every fact from now on, after those who listened before."""
        self._listeners.append(listener)

    def before_each(self, prepare: Callable[[Instant], None]) -> None:
        """Do something before each command is decided, such as bringing positions up to date."""
        self._before.append(prepare)

    # Planning

    def at(self, when: Instant, act: Act) -> None:
        """Plan something; what lies in the past happens next."""
        self._planned += 1
        heapq.heappush(self._heap, (max(when, self.now), self._planned, act))

    def plan(self, acts: Iterable[tuple[Instant, Act]]) -> None:
        """Plan many things at once, each as `at` does."""
        for when, act in acts:
            self._planned += 1
            self._script.append((max(when, self.now), self._planned, act))
        self._script.sort(key=itemgetter(0, 1), reverse=True)

    def after(self, seconds: float, act: Act) -> None:
        """Plan something so many seconds from now."""
        self.at(plus_s(self.now, seconds), act)

    # Asking

    def submit(self, command: Any, actor: Actor = SYSTEM) -> Answer:
        """Decide a command now; raises the core's refusal."""
        self._asked += 1
        return self._decide(command, actor, f"sim:{self._asked}")

    def ask(self, command: Any, actor: Actor = SYSTEM) -> Answer | None:
        """As `submit`, but count a refusal and return None, as a face shows it and goes on."""
        try:
            return self.submit(command, actor)
        except Rejected as refusal:
            self.refused[refusal.code] += 1
            return None

    # Time

    def run_until(self, end: Instant) -> None:
        """Let everything happen that is due up to `end`, and stop there."""
        while True:
            due, planned = self._deadlines.next_due(), self._soonest()
            if planned is not None and planned[0] <= end and (due is None or planned[0] <= due):
                self._take(planned)
                self.clock.move_to(planned[0])
                planned[2]()
            elif due is not None and due <= end:
                # A timer that was overtaken by a decision within the same instant is served at that instant.
                self.clock.move_to(max(due, self.now))
                self._serve_timers()
            else:
                break
        self.clock.move_to(max(end, self.now))

    def trace_hash(self) -> str:
        """Return a digest of every fact in the log: kind, subject and body, in order. Equal runs have equal traces."""
        digest, position = sha256(), 0
        while entries := self.log.read(position, READ_AT_ONCE):
            for entry in entries:
                for part in (entry.kind.encode(), entry.subject.encode(), entry.body):
                    digest.update(len(part).to_bytes(4, "big") + part)
            position = entries[-1].position
        return digest.hexdigest()

    # Inside

    def _soonest(self) -> _Planned | None:
        script, heap = self._script, self._heap
        if script and (not heap or script[-1] < heap[0]):
            return script[-1]
        return heap[0] if heap else None

    def _take(self, soonest: _Planned) -> None:
        if self._script and self._script[-1] is soonest:
            self._script.pop()
        else:
            heapq.heappop(self._heap)

    def _decide(self, command: Any, actor: Actor, command_id: str) -> Answer:
        now = self.now
        for prepare in self._before:
            prepare(now)
        return self._writer.submit(command, Context(at=now, actor=actor, command_id=CommandId(command_id)))

    def _committed(self, batch: Batch[ProvinceState]) -> None:
        facts = [fact for commit in batch.commits for fact in commit.events]
        for key, due in deadlines_moved(batch.before, batch.after, facts):
            self._deadlines.push(key, due)
        for fact in facts:
            for listener in self._listeners:
                listener(fact, batch.after)

    def _serve_timers(self) -> None:
        """As `ControlRoom._serve`: a timer that stays due comes up again."""
        now = self.now
        for key in self._deadlines.pop_due(now):
            try:
                self._decide(timer_command(key), SYSTEM, f"timer:{key}:{now}")
            except Rejected as refusal:
                self.refused[f"timer: {refusal.code}"] += 1
            due = deadline_of(self.state, key)
            if due is not None and due <= now:
                self._deadlines.push(key, plus_s(now, AGAIN_S))

    def _sweep(self) -> None:
        """Let yesterday's calls leave the memory, as live does."""
        sweep = CallId(f"{self.ground.province}.sweep")
        self.ask(ArchiveCalls(call_id=sweep, ended_before=plus_s(self.now, -CALLS_KEPT_S)))
        self.after(CALLS_LOOKED_THROUGH_EVERY_S, self._sweep)
