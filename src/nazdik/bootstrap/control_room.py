"""
A province at work: its writer, its timers, its fleet and its stream, in one event loop.

After each durable batch the stream is told, timers are set, and watched places follow the units on their way.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from itertools import islice
from typing import Any

import msgspec

from nazdik.bootstrap.office_tree.follow import OfficeBook
from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.province_state import STATE_VERSION, ProvinceState, decode, first_state, fold
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.bootstrap.timers import deadline_of, deadlines_moved, deadlines_of, timer_command
from nazdik.bootstrap.urgency import turn_of
from nazdik.bootstrap.views import ProvinceViews
from nazdik.dispatch import commands as dispatch_commands
from nazdik.dispatch import events as dispatch_events
from nazdik.dispatch.model import ACTIVE, AssignmentState
from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import HealthView
from nazdik.intake.commands import ArchiveCalls
from nazdik.kernel import CallId, CommandId, Context, Instant, ProvinceId, Rejected, Unavailable, rfc3339
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s, seconds_between
from nazdik.platform.clock import Clock
from nazdik.platform.deadlines import Deadlines
from nazdik.platform.eventlog.entry import Entry, EventLog, chain, first_hash
from nazdik.platform.eventlog.errors import LogDamaged, LogUnavailableProblem, WrittenElsewhere
from nazdik.platform.eventlog.follower import Follower
from nazdik.platform.eventlog.machine import Answer, Batch
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.words import opened_by, stored_in
from nazdik.platform.eventlog.writer import Writer
from nazdik.platform.live import Hub, Item, Positions
from nazdik.platform.turns import Turns

# Stands between a sender and its key in command ids; a key is printable ASCII, so it never holds one itself.
KEY_MARK = "§"
SNAPSHOT_EVERY = 20_000
READ_AT_ONCE = 5_000
# A timer that stays due after it was served (a waiting incident nobody can be found for) comes up again after this.
AGAIN_S = 15.0
POSITIONS_EVERY_S = 1.0
# Between so many handhelds' news others get their turn at the loop: an offer must not wait for 4,000 heartbeats.
HEALTH_AT_ONCE = 32
CALLS_KEPT_S = 86_400.0
# Each look goes through all calls of a day: rarely enough to be nothing, often enough that no call stays much longer.
CALLS_LOOKED_THROUGH_EVERY_S = 3_600
_log = logging.getLogger(__name__)


def load_state(log: EventLog, province: ProvinceId) -> ProvinceState:
    """
    Return the state a log leads to: its newest snapshot, and what came after, each entry checked against the chain.

    Raises:
        LogDamaged: An entry is not what was written, or cannot be understood: a changed file, or a later version's.
    """
    saved = log.load_snapshot(STATE_VERSION)
    state, position = (restore(saved.body), saved.position) if saved is not None else (first_state(province), 0)
    # The chain runs over what is stored, with words sealed.
    stored = stored_in(log)
    hash_ = stored.read(position - 1, 1)[0].hash if position else first_hash(log.head().epoch)
    while entries := stored.read(position, READ_AT_ONCE):
        for entry in entries:
            hash_, position = chain(hash_, position + 1, entry), entry.position
            if entry.hash != hash_:
                raise LogDamaged(f"the log of {province} is damaged: entry {position} is not what was written")
            try:
                (opened,) = opened_by(log, (entry,))
                state = fold(state, decode(opened.kind, opened.body))
            except Exception as error:
                raise LogDamaged(f"the log of {province} cannot be read: entry {position} is {entry.kind}") from error
    return state


def _go_on_from_the_end(log: EventLog, clock: Clock) -> None:
    """What waits in the log waits by the clock of whoever wrote it; ours may have been set back since, or be another's."""
    position = log.head().position
    if position:
        clock.not_before(log.read(position - 1, 1)[0].at)


class ControlRoom:
    """Everything of one province that runs."""

    def __init__(
        self,
        province: ProvinceId,
        *,
        log: EventLog,
        machine: ProvinceMachine,
        views: ProvinceViews,
        lane: PositionLane,
        hub: Hub,
        clock: Clock,
        copy: MirroredLog | None = None,
        book: OfficeBook | None = None,
    ) -> None:
        """
        Open a province from its log.

        Args:
            book: Keeps the office tree as the log has it.
            copy: Given when the log is shared by several nodes: how it is followed while another writes it.
        """
        self.province = province
        self.log = log
        self.views = views
        self.lane = lane
        self._machine = machine
        self._hub = hub
        self._clock = clock
        _go_on_from_the_end(log, clock)
        state = load_state(log, province)
        self._book = book
        if book is not None:
            book.open(province, state.settings)
        # In one order: a persistent map has another in each process, and slots are given in turn.
        for unit_id in sorted(state.world.units):
            lane.enrol(unit_id)
        machine.show_all(state.world)
        machine.show_roads(state.roads, clock.now())
        self.writer: Writer[ProvinceState] | Follower[ProvinceState]
        self.copy = copy
        # Where the node that writes the province says it is, while we follow it.
        self.written_at = ""
        if copy is None or copy.writes:
            self.writer = Writer(log, machine, state, clock, self._committed)
        else:
            self.writer = Follower(copy, self._replay, state, clock, self._committed, self._forward)
        self.turns = Turns()
        self._deadlines = Deadlines()
        for key, due in deadlines_of(state).items():
            self._deadlines.push(key, due)
        self._changed = asyncio.Event()
        self._saved_at = self.writer.position
        self._tasks: list[asyncio.Task[None]] = []
        self._ringing: set[asyncio.Task[None]] = set()
        self.listeners: list[Callable[[Batch[ProvinceState]], None]] = []
        # Told when this node takes the province over from another.
        self.when_writing: list[Callable[[], None]] = []

    @property
    def state(self) -> ProvinceState:
        """The durable state."""
        return self.writer.state

    @property
    def writes(self) -> bool:
        """Whether this node decides for the province; otherwise it follows the one that does."""
        return isinstance(self.writer, Writer)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be stored in the shared store now; None while it can, and where there is none."""
        return None if self.copy is None else self.copy.trouble

    async def submit(self, command: Any, ctx: Context) -> Answer:
        """
        Decide a command, here or where the province is written; see `Writer.submit`.

        What is not urgent waits for its turn. Raises `Busy` when too much waits already.
        """
        turn = turn_of(self.writer.newest_state, command, ctx.actor, self._machine.kinds)
        if turn is None:
            return await self.writer.submit(command, ctx)
        async with self.turns.turn(turn.rank, may_refuse=turn.may_refuse):
            return await self.writer.submit(command, ctx)

    def check_writes(self) -> None:
        """
        Raise `WrittenElsewhere` when another node decides, `LogUnavailableProblem` when another may do so by now.

        What is followed is a moment behind, and what a writer knew before it slept is past: by neither may anything be refused
        for good.
        """
        self.check_follows_nobody()
        if self.copy is not None and not self.copy.is_sure:
            raise LogUnavailableProblem(reason="whether this node still writes is not known")

    def check_follows_nobody(self) -> None:
        """Raise `WrittenElsewhere` when another node decides. Where units are is heard by a writer whose store is away, too."""
        if not self.writes:
            raise WrittenElsewhere(address=self.written_at)

    async def _forward(self, _command: Any, _ctx: Context) -> Answer:
        self.check_writes()
        raise AssertionError("it was forwarded by a writer")

    def begin_to_write(self) -> None:
        """Take over from another node. The log is ours, and everything in it has been followed."""
        assert not self.writes and self.writer.position == self.log.head().position
        _go_on_from_the_end(self.log, self._clock)
        self._machine.show_all(self.state.world)
        self.writer = Writer(self.log, self._machine, self.state, self._clock, self._committed)
        self._tasks.append(asyncio.get_running_loop().create_task(self._serve_timers()))
        for told in self.when_writing:
            told()
        _log.warning("this node writes %s now, from position %d", self.province, self.writer.position)

    def open(self) -> None:
        """
        Begin the stream and start the clocks.

        The epoch is new at each start: after a restore from a backup the same position may hold another history. It owes nothing to
        the clock, which may be set back to where it was at another start.
        """
        head = self.log.head()
        self._hub.open(
            str(self.province),
            epoch=f"{head.epoch}.{secrets.token_hex(6)}",
            pos=head.position,
            at=self._clock.now(),
            items=self.views.everything(self.state),
        )
        self._watch_all()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._each_second())]
        if self.writes:
            self._tasks.append(loop.create_task(self._serve_timers()))

    async def close(self) -> None:
        """Stop the clocks, finish what was begun, keep a snapshot and let go of the log."""
        ending = [*self._tasks, *self._ringing]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self.writer.close()
        if self.writer.position > self._saved_at:
            self.log.save_snapshot(self.writer.position, STATE_VERSION, snapshot(self.state))
        self.log.close()

    # After each durable batch

    def _replay(self, state: ProvinceState, entry: Entry) -> tuple[ProvinceState, Any]:
        (opened,) = opened_by(self.log, (entry,))
        fact = decode(opened.kind, opened.body)
        after = fold(state, fact)
        self._machine.show_fact(after, fact)
        return after, fact

    def offices_changed(self) -> None:
        """The rules that units go by may be those of another office now."""
        self._machine.show_all(self.writer.newest_state.world)

    def _committed(self, batch: Batch[ProvinceState]) -> None:
        if self._book is not None:
            self._book.follow(self, batch)
        facts = [fact for commit in batch.commits for fact in commit.events]
        self._hub.publish(
            str(self.province),
            pos=batch.position,
            at=batch.at,
            # Only the key: whose it was is not for everyone who listens.
            cmds=[key for c in batch.command_ids if (key := c.rpartition(KEY_MARK)[2]) != c],
            items=self.views.touched(facts, batch.before, batch.after),
        )
        for key, due in deadlines_moved(batch.before, batch.after, facts):
            self._deadlines.push(key, due)
        for fact in facts:
            self._follow(fact, batch.after)
        self._changed.set()
        for listener in self.listeners:
            listener(batch)
        if batch.position - self._saved_at >= SNAPSHOT_EVERY:
            self._saved_at = batch.position
            asyncio.get_running_loop().run_in_executor(None, self._save, batch.position, batch.after)

    def _save(self, position: int, state: ProvinceState) -> None:
        self.log.save_snapshot(position, STATE_VERSION, snapshot(state))

    def _follow(self, fact: Any, after: ProvinceState) -> None:
        """Know every unit that is enrolled; watch for arrival while one is on its way, and no longer."""
        if isinstance(fact, dispatch_events.UnitEnrolled):
            self.lane.enrol(fact.unit_id)
        elif isinstance(fact, dispatch_events.PlaceChanged):
            incident = after.world.incidents.get(fact.incident_id)
            for assignment in after.world.active_assignments(incident) if incident is not None else ():
                self._watch(assignment.id, after)
        elif isinstance(fact, dispatch_events.AssignmentEvent):
            self._watch(fact.assignment_id, after)

    def _watch(self, assignment_id: Any, after: ProvinceState) -> None:
        assignment = after.world.assignments.get(assignment_id)
        on_the_way = assignment is not None and assignment.state in (
            AssignmentState.ACCEPTED,
            AssignmentState.EN_ROUTE,
        )
        if assignment is None or not on_the_way or assignment.arrived_area_at is not None:
            self.lane.unwatch(assignment_id)
            return
        incident, goal = after.world.incidents[assignment.incident_id], after.world.destination_of(assignment)
        if goal is not None:
            self.lane.watch(assignment_id, assignment.unit_id, goal, incident.radius_m)

    def _watch_all(self) -> None:
        for assignment in self.state.world.assignments.values():
            if assignment.state in ACTIVE:
                self._watch(assignment.id, self.state)

    # Clocks

    async def _serve_timers(self) -> None:
        while True:
            now = self._clock.now()
            # Side by side, so that timers that fall due at once share one sync; and none waits until others had their turn.
            for key in self._deadlines.pop_due(now):
                ringing = asyncio.get_running_loop().create_task(self._serve(key, now))
                self._ringing.add(ringing)
                ringing.add_done_callback(self._ringing.discard)
            due = self._deadlines.next_due()
            wait_s = 60.0 if due is None else max(0.0, seconds_between(self._clock.now(), due))
            self._changed.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _serve(self, key: str, now: Instant) -> None:
        """Submit one timer; whatever goes wrong, it comes up again, because an escalation that is lost is a caller lost."""
        await self._quietly(timer_command(key), f"timer:{key}:{now}")
        due = deadline_of(self.state, key)
        if due is not None and due <= now:
            self._deadlines.push(key, plus_s(self._clock.now(), AGAIN_S))
            # Whoever waits for the next one has looked before this came.
            self._changed.set()

    async def _quietly(self, command: Any, command_id: str) -> None:
        ctx = Context(at=self._clock.now(), actor=SYSTEM, command_id=CommandId(command_id))
        try:
            await self.submit(command, ctx)
        except (Rejected, Unavailable) as refused:
            _log.warning("%s was not taken: %s", command_id, refused)
        except Exception:
            _log.exception("%s failed", command_id)

    async def _each_second(self) -> None:
        tick = 0
        while True:
            await asyncio.sleep(POSITIONS_EVERY_S)
            tick += 1
            try:
                await self._second(tick)
            except Exception:
                _log.exception("a tick of %s failed", self.province)

    def _health_item(self, health: HealthView) -> Item:
        world = self.state.world
        unit = world.units.get(health.unit)
        view = {
            "unit": health.unit,
            "battery": health.battery,
            "sound": health.sound,
            "gps_age_s": health.gps_age_s,
            "app_version": health.app_version,
            "at": rfc3339(health.at),
            "reachable": health.reachable,
        }
        scopes = self.views.scopes_of_unit(world, unit) if unit is not None else frozenset()
        return Item("health", health.unit, msgspec.json.encode(view), scopes)

    async def _second(self, tick: int) -> None:
        now = self._clock.now()
        # The hour turns, and a new map comes, without a command.
        self._machine.show_roads(self.writer.newest_state.roads, now)
        frame = self.lane.frame_columns(now)
        positions = Positions(
            at=now,
            slot=frame.slots,
            lon=frame.lons,
            lat=frame.lats,
            heading_deg=frame.headings_deg,
            speed_m_per_s=frame.speeds_m_per_s,
            age_s=frame.ages_s,
            flags=frame.flags,
        )
        # Some milliseconds with a fleet of 20,000: whoever calls goes in between.
        await asyncio.sleep(0)
        state = self.state
        visible = self.views.visible(state, frame.slots)
        for _ in self._hub.publishing_positions(str(self.province), positions, visible):
            await asyncio.sleep(0)
        self.lane.tick()
        news = self.lane.health_news()
        while part := [self._health_item(view) for view in islice(news, HEALTH_AT_ONCE)]:
            self._hub.publish_newest("health", part)
            await asyncio.sleep(0)
        if not self.writes:
            return
        for entered in self.lane.take_entered():
            step = dispatch_commands.StepOn(assignment_id=entered.assignment_id, step="in_area")
            await self._quietly(step, f"timer:area:{entered.assignment_id}:{now}")
        if tick % CALLS_LOOKED_THROUGH_EVERY_S == 0:
            sweep = ArchiveCalls(call_id=CallId(f"{self.province}.sweep"), ended_before=plus_s(now, -CALLS_KEPT_S))
            await self._quietly(sweep, f"timer:calls:{now}")
