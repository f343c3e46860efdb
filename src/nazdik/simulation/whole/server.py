"""
The server in a simulation: the real journal, log, writer, hub, timers, views, doors and routes, put together as `bootstrap.house`
does it, on a machine whose disk and clock are simulated. Whenever its process ends, a supervisor starts it again.
"""

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from nazdik.bootstrap.callers import callers as build_callers
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Building, subscription_of
from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.leaving import SilentDesks
from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.screens import Screens
from nazdik.bootstrap.seals import Seals
from nazdik.bootstrap.server import JournalCalls
from nazdik.bootstrap.stopped import until_stopped
from nazdik.bootstrap.views import ProvinceViews
from nazdik.bootstrap.words import with_words
from nazdik.dispatch.commands import EnrolUnit, RecordSeen
from nazdik.dispatch.surroundings import Surroundings
from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import Bounds, Heartbeat, Sound
from nazdik.fleet.service import FleetService
from nazdik.geo.pace import Pace
from nazdik.geo.sight import RoadSight
from nazdik.intake.callers.service import REPLAYED_S, Callers
from nazdik.kernel import Actor, CommandId, Context, IncidentId, Rejected
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Act, Posting
from nazdik.organisation.policy import has_act
from nazdik.platform import journal as journal_module
from nazdik.platform.audit import Audit
from nazdik.platform.auth import SCREEN, Registry, Session
from nazdik.platform.backup import JOURNAL as JOURNAL_STREAM
from nazdik.platform.eventlog import EventLog
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.filelock import hold
from nazdik.platform.http.in_turn import SocketsInTurn
from nazdik.platform.journal import Journal, read_recent
from nazdik.platform.live import Hub, converse
from nazdik.simulation.whole.clocks import MachineTime, ProcessClock
from nazdik.simulation.whole.disk import Disk, swapped
from nazdik.simulation.whole.ledger import Badge
from nazdik.simulation.whole.loop import Killed, Life, VirtualLoop
from nazdik.simulation.whole.network import Answer, Network, Wire
from nazdik.simulation.whole.routes import PARTS, WHO, routes, wrapped
from nazdik.simulation.whole.town import BOUNDS, PROVINCE, corner, town, unit_ids
from nazdik.simulation.whole.trace import Trace

if TYPE_CHECKING:
    from nazdik.simulation.whole.recovery import Copying

ENTER = "nazdik.enter"
# Half as often as at work, and still sooner than a face calls its line late: most of what happens would else be beats.
BEAT_S = 4.0
DATA, JOURNAL, TOWN_LOG = "main", "main/journal", "town.log"
LOG, AUDIT, REGISTRY = f"{DATA}/{TOWN_LOG}.sqlite", f"{DATA}/audit.sqlite", f"{DATA}/registry.sqlite"
# Longer than any run: who is signed in stays so until somebody ends it.
SESSION_S = 30 * 86_400.0
NOT_SIGNED_IN = 4401


@dataclass(slots=True)
class Parts:
    """What one process is made of."""

    journal: Journal
    log: EventLog
    # The logs themselves, below what copies them.
    files: tuple[SqliteLog, SqliteLog]
    audit: Audit
    registry: Registry
    room: ControlRoom
    hub: Hub
    house: Building
    callers: Callers
    fleet: FleetService
    clock: ProcessClock
    app: Any
    door: SocketsInTurn = field(default_factory=lambda: SocketsInTurn(_enter))
    screens: Screens | None = None
    copying: "Copying | None" = None
    seals: Seals | None = None


@dataclass(frozen=True, slots=True)
class Copies:
    """Where copies go and for whom they are sealed, how long an append waits for its own, and who is sent signed heads."""

    folder: Path
    recipient: X25519PublicKey
    wait_s: float
    witness: Path


class Server:
    """One machine and the process on it."""

    def __init__(self, loop: VirtualLoop, disk: Disk, time: MachineTime, trace: Trace, *, units: int) -> None:
        self.loop = loop
        self.disk = disk
        self.time = time
        self.trace = trace
        self.units = units
        # Everybody who signs in, with the token that their face keeps.
        self.badges: list[Badge] = []
        self.life: Life | None = None
        self.parts: Parts | None = None
        self.network: Network | None = None
        self.starts = 0
        self.journal_file_bytes = 64 * 1024
        self.failed_starts = 0
        # Whoever repairs the machine keeps the supervisor from starting anything.
        self.held = False
        # Whether desks whose screens fall silent are left (decision 0204).
        self.watches_desks = False
        # Where the server copies what it acknowledges, when it does, and where it sends signed heads.
        self.copies: Copies | None = None
        # Told after each durable batch, inside the process, before anybody is answered; of each opening; of each end.
        self.on_commit: Callable[[], None] = lambda: None
        self.on_open: Callable[[], None] = lambda: None
        self.on_end: Callable[[], None] = lambda: None
        # Told of each command that was answered: by whom, its key, how long the server had it.
        self.on_served: Callable[[str, str, float, float], None] = lambda _who, _key, _from, _until: None
        self._power = True
        disk.on_cut = self.cut_power

    # Life and death

    def start(self) -> None:
        """Start the process."""
        self.starts += 1
        self.life = life = Life(f"server {self.starts}")
        life.ends = lambda: self._ended(life)
        self.trace.note("start", life.name)
        life.run(self._start, life)

    def _start(self, life: Life) -> None:
        try:
            self.parts = parts = self._build()
            for badge in self.badges:
                self._sign_in(parts, badge)
        except Killed:
            return
        except LogUnavailable as fault:
            self.failed_starts += 1
            self.trace.note("not started", str(fault))
            life.end()
            return
        self.on_open()
        self.loop.create_task(self._open(life, parts))

    def _ended(self, life: Life) -> None:
        """The process is no more: the system closes what it had open, and the supervisor starts another."""
        self.trace.note("ended", life.name)
        silently = not self._power
        if self.network is not None:
            self.network.later(0.0, self._bury, life, silently)

    @staticmethod
    def _sign_in(parts: Parts, badge: Badge) -> None:
        if parts.registry.find_session(badge.token) is None:
            posting = badge.posting
            grants = {"office": posting.office, "unit": posting.unit}
            badge.token, _ = parts.registry.open_session(posting.person, posting.role, grants)

    def sign_in(self, badge: Badge) -> bool:
        """Somebody signs in anew; False when the server is not there."""
        return self._within(lambda parts: self._sign_in(parts, badge))

    def revoke(self, person: str) -> bool:
        """Somebody's sessions are ended, as `Rights` and the doors of devices and people do it; False without a server."""

        def end(parts: Parts) -> None:
            for session in parts.registry.list_sessions_of(person):
                parts.hub.cut(session.id)
            parts.registry.close_sessions_of(person)

        return self._within(end)

    def _within(self, act: Callable[[Parts], object]) -> bool:
        """Do something as part of the running process and say whether it was done."""
        life, parts = self.life, self.parts
        if life is None or life.over or parts is None:
            return False
        try:
            life.run(act, parts)
        except (Killed, LogUnavailable):
            return False
        return True

    def kill(self) -> None:
        """kill -9."""
        if self.life is not None:
            self.life.end()

    def cut_power(self) -> None:
        """The machine goes dark."""
        self._power = False
        self.trace.note("power cut")
        self.kill()

    def _bury(self, life: Life, silently: bool) -> None:
        self.on_end()
        if self.life is life:
            parts, self.parts, self.life = self.parts, None, None
            if parts is not None:
                # Kept as they hang: a dead process does not tidy up.
                life.remains += [parts, *asyncio.all_tasks(self.loop)]
                life.run(_let_go, parts)
        if self.network is not None:
            self.network.broke(life, silently=silently)
            if self._power:
                self.disk.settle()
            else:
                self.disk.cut_power()
                self._power = True
            self.network.later(self.restart_after_s(), self._restart)

    restart_after_s: Callable[[], float] = lambda: 3.0

    def let_go(self) -> None:
        """The run is over: close what is open, without writing anything."""
        life, parts = self.life, self.parts
        self.on_end()
        if life is not None:
            life.ends = lambda: None
            life.end()
            if parts is not None:
                life.run(_let_go, parts)

    def _restart(self) -> None:
        if self.life is None and not self.held:
            self.start()

    async def stop(self) -> None:
        """Stop in order, as for an upgrade."""
        life, parts = self.life, self.parts
        if life is None or parts is None:
            return
        done = self.loop.create_future()
        self.on_end()

        async def closing() -> None:
            parts.hub.close()
            await parts.callers.close()
            if parts.seals is not None:
                await parts.seals.close()
            await parts.room.close()
            await parts.audit.close()
            await parts.journal.close()
            if parts.copying is not None:
                parts.copying.close()
            parts.registry.close()

        task = life.run(self.loop.create_task, closing())
        task.add_done_callback(lambda _: None if done.done() else done.set_result(None))
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                await done
        life.end()

    # Putting it together, in the order of `bootstrap.house`

    def _build(self) -> Parts:
        clock = ProcessClock(self.time)
        data = self.disk.folder
        ground = town()
        copying = self._copying(clock, lambda: journal.end)
        hub = Hub()
        with ExitStack() as undo:
            undo.callback(gc.collect)
            audit_file = SqliteLog(data / AUDIT)
            undo.callback(audit_file.close)
            audit_log: EventLog = audit_file if copying is None else copying.follow("audit", audit_file)
            audit = Audit(audit_log, clock)
            registry = Registry(data / REGISTRY, clock, session_s=SESSION_S)
            undo.callback(registry.close)
            road = RoadSight(ground.graph)
            lane = PositionLane(road, clock=clock, bounds=Bounds(*BOUNDS))
            around = Surroundings(sight=road, offices=ground.offices, kinds=ground.kinds)
            log_file = SqliteLog(data / LOG)
            undo.callback(log_file.close)
            copied_log: EventLog = log_file if copying is None else copying.follow(TOWN_LOG, log_file)
            log = with_words(copied_log, data / DATA, PROVINCE)
            log.prepare(clock.now())
            room = ControlRoom(
                PROVINCE,
                log=log,
                machine=ProvinceMachine(around, Pace(road, offset_min=210)),
                views=ProvinceViews(ground.offices, lane, clock),
                lane=lane,
                hub=hub,
                clock=clock,
            )
            rooms = {PROVINCE: room}
            house = Building(
                rooms=rooms, offices=ground.offices, clock=clock, audit=audit, surroundings={PROVINCE: around}
            )  # fmt: skip
            journal = self._open_journal(data / JOURNAL, clock)
            undo.callback(_close_journal, journal)
            if copying is not None:
                journal.when_kept = partial(copying.wait_for, JOURNAL_STREAM)
            regions = {PROVINCE: cast(Any, SimpleNamespace(bounds=BOUNDS, centre=corner(8, 4)))}
            callers = build_callers(data / DATA, rooms, regions, journal, clock, audit, lambda _province, _words: 3)
            undo.pop_all()
        room.listeners.append(lambda _batch: self.on_commit())
        nothing = cast(Any, None)
        service = FleetService(
            {PROVINCE: lane}, devices=nothing, trail=nothing, clock=clock, may_see_trail=nothing, record_read=nothing
        )
        parts = Parts(
            journal, log, (log_file, audit_file), audit, registry, room, hub, house, callers, service, clock, None
        )  # fmt: skip
        if self.watches_desks:
            parts.screens = Screens(clock)
        if self.copies is not None:
            logs = {TOWN_LOG: log, "audit": audit_log}
            parts.copying = copying
            parts.seals = Seals(logs, data / DATA, clock, audit=audit, copies=self.copies.witness)
        parts.app = JournalCalls(routes(), journal, lambda scope, body: wrapped(parts, scope, body))
        return parts

    def _copying(self, clock: ProcessClock, journal_end: Callable[[], int]) -> "Copying | None":
        if self.copies is None:
            return None
        from nazdik.simulation.whole.recovery import Copying  # noqa: PLC0415 - few runs copy anything

        copies, data = self.copies, self.disk.folder / DATA
        return Copying(copies.folder, copies.recipient, data, clock, wait_s=copies.wait_s, journal=journal_end)

    def _open_journal(self, folder: Path, clock: ProcessClock) -> Journal:
        """A process that ends in the middle of this loses its lock, as every process does."""
        held: list[int] = []

        def noting(path: Path) -> int:
            held.append(hold(path))
            return held[-1]

        with swapped(journal_module, "hold", noting):
            try:
                return Journal(folder, clock, file_bytes_max=self.journal_file_bytes)
            except Killed:
                for fd in held:
                    os.close(fd)
                raise

    async def _open(self, life: Life, parts: Parts) -> None:
        try:
            parts.room.open()
            for unit_id, sign, office in unit_ids(self.units):
                if unit_id not in parts.room.state.world.units:
                    command = EnrolUnit(unit_id=unit_id, call_sign=sign, office=office, kind="car", skills=("patrol",))
                    ctx = Context(at=parts.clock.now(), actor=SYSTEM, command_id=CommandId(f"enrol:{unit_id}"))
                    await parts.room.submit(command, ctx)
            self.loop.create_task(_beat(parts))
            if parts.screens is not None:
                seats = SimpleNamespace(registry=parts.registry, screens=parts.screens, building=parts.house)
                self.loop.create_task(SilentDesks(cast(Any, seats)).run())
            if parts.copying is not None and parts.seals is not None:
                self.loop.create_task(parts.copying.work())
                self.loop.create_task(parts.seals.run())
            # As `bootstrap.run` does it.
            watching = self.loop.create_task(until_stopped(parts.house.rooms.values()))
            watching.add_done_callback(lambda done: None if done.cancelled() else life.end())
            since = plus_s(parts.clock.now(), -REPLAYED_S)
            await parts.callers.open(read_recent(parts.journal.folder, since))
        except Rejected as fault:
            # As at a real start: what cannot be opened ends the process, and it is started again.
            self.trace.note("not opened", str(fault))
            life.end()
        except Exception as fault:
            self.trace.note("not opened", repr(fault))
            life.end()

    # What comes over the network

    async def serve(self, who: Any, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request."""
        parts, began_s = self.parts, self.loop.time()
        if parts is None:
            return Answer(503, b"")
        badge: Badge = who
        session = parts.registry.find_session(badge.token)
        if session is None:
            return Answer(401, b'{"code":"auth.not_signed_in"}')
        given = {"content-type": "application/json", "content-length": str(len(body)), **headers}
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(k.lower().encode(), v.encode()) for k, v in given.items()],
            "client": ("127.0.0.1", 1),
            "server": ("server", 80),
            "state": {},
            PARTS: parts,
            WHO: posting_of(session),
        }
        sent: list[Any] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            if waiting:
                return waiting.pop()
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        await parts.app(scope, receive, send)
        if sent[0]["status"] < 300 and (key := headers.get("Idempotency-Key")):
            self.on_served(session.person, key, began_s, self.loop.time())
        return Answer(sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]))

    async def converse(self, who: Any, socket: Wire) -> None:
        """Serve a stream, as `entrance.stream` does."""
        parts = self.parts
        if parts is None:
            await socket.close(1013, "starting")
            return
        badge: Badge = who

        async def enter(send: Any) -> None:
            session = parts.registry.find_session(badge.token)
            if session is None:
                await socket.close(NOT_SIGNED_IN, "not signed in")
                return
            await send({"type": "websocket.accept"})
            await self._converse(parts, session, socket)

        async def nothing(_message: Any = None) -> Any:
            return None

        scope: Any = {"type": "websocket", ENTER: enter}
        await parts.door(scope, nothing, nothing)

    async def _converse(self, parts: Parts, session: Session, socket: Wire) -> None:
        posting = posting_of(session)

        async def audited() -> None:
            subject = posting.unit or posting.office
            await parts.audit.record(
                actor=posting.person, what="stream", subject=subject, purpose="duty", details={"role": posting.role}
            )

        async def health(message: Mapping[str, Any]) -> None:
            if posting.unit is not None:
                parts.fleet.heartbeat(posting.unit, Heartbeat(sound=Sound(message["sound"])))

        async def seen(message: Mapping[str, Any]) -> None:
            office = parts.house.offices.find_office(posting.office)
            for name in message["incidents"]:
                incident = parts.room.state.world.incidents.get(IncidentId(name))
                if office is None or incident is None or office.tier in dict(incident.seen):
                    continue
                actor = Actor(id=posting.person, role=posting.role, office_id=posting.office)
                ctx = Context(
                    at=parts.clock.now(), actor=actor, command_id=CommandId(f"seen:{office.tier}:{incident.id}")
                )
                await parts.room.submit(RecordSeen(incident_id=incident.id, tier=office.tier), ctx)

        with _screen(parts, session, posting) as here:
            await converse(
                socket,
                parts.hub,
                subscription_of(posting, parts.house),
                parts.clock,
                welcome={"scope": {"office": posting.office, "unit": posting.unit}, "role": posting.role},
                handlers={"health": health, "seen": seen, "here": here},
                before_data=audited,
                tag=session.id,
            )


def _let_go(parts: Parts) -> None:
    """Close what a dead process had open, as its system does; nothing is written any more."""
    if parts.copying is not None:
        parts.copying.drop()
    for close in (
        *(log.close for log in parts.files),
        parts.callers.gateways.close,
        parts.callers._lines.close,
        parts.registry.close,
    ):
        with suppress(Exception, Killed):
            close()
    _close_journal(parts.journal)


def _close_journal(journal: Journal) -> None:
    for fd in (journal._fd, journal._lock_fd):
        with suppress(OSError):
            os.close(fd)


@contextmanager
def _screen(parts: Parts, session: Session, posting: Posting) -> Iterator[Callable[[Any], Awaitable[None]]]:
    """Count a screen while its line stands, as the stream's door does, and give what is done when it says that it is there."""
    screens = parts.screens
    at_desk = screens is not None and has_act(posting.role, Act.HAND_OVER)
    if at_desk and not session.grants.get(SCREEN):
        parts.registry.note_screen(session.id)
    with screens.opened(posting.person, at_desk=True) if screens is not None and at_desk else nullcontext() as screen:

        async def here(_message: Any) -> None:
            if screens is not None and screen is not None:
                screens.here(screen)

        yield here


async def _enter(scope: Any, _receive: Any, send: Any) -> None:
    await scope[ENTER](send)


async def _beat(parts: Parts) -> None:
    while True:
        for _ in parts.hub.beating(parts.clock.now()):
            await asyncio.sleep(0)
        await asyncio.sleep(BEAT_S)


def folder_for(root: Path) -> Path:
    """Make the folders of an empty disk."""
    for name in (JOURNAL, "copy", "witness"):
        (root / name).mkdir(parents=True)
    return root
