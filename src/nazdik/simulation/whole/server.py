"""
The server in a simulation: the real journal, log, writer, hub, timers, views, doors and routes, put together as `bootstrap.house`
does it, on a machine whose disk and clock are simulated. Whenever its process ends, a supervisor starts it again.
"""

import asyncio
import gc
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from litestar import Litestar, Request
from litestar.di import Provide

from nazdik.bootstrap.callers import callers as build_callers
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Building, subscription_of
from nazdik.bootstrap.door import RequestDoor, posting_of
from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.server import JournalCalls
from nazdik.bootstrap.stopped import until_stopped
from nazdik.bootstrap.texts import TEXTS
from nazdik.bootstrap.views import ProvinceViews
from nazdik.dispatch import api as dispatch
from nazdik.dispatch import field_api as field_routes
from nazdik.dispatch import shelf_api as shelves
from nazdik.dispatch.commands import EnrolUnit, RecordSeen
from nazdik.dispatch.surroundings import Surroundings
from nazdik.fleet import api as fleet
from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import Bounds, Heartbeat, Sound
from nazdik.fleet.service import FleetService
from nazdik.geo.pace import Pace
from nazdik.geo.sight import RoadSight
from nazdik.intake import api as intake
from nazdik.intake.callers import api as callers_routes
from nazdik.intake.callers.envelope import NOBODY, Came, wrap
from nazdik.intake.callers.service import REPLAYED_S, Callers
from nazdik.kernel import Actor, CommandId, Context, IncidentId, ProvinceId, Rejected
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Posting, Role
from nazdik.platform import journal as journal_module
from nazdik.platform.audit import Audit
from nazdik.platform.auth import Registry
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.filelock import hold
from nazdik.platform.http import EXCEPTION_HANDLERS, StrictRequest, idempotency_key, register
from nazdik.platform.journal import Journal, read_recent
from nazdik.platform.live import Hub, converse
from nazdik.simulation.whole.clocks import MachineTime, ProcessClock
from nazdik.simulation.whole.disk import Disk, swapped
from nazdik.simulation.whole.ledger import Badge
from nazdik.simulation.whole.loop import Killed, Life, VirtualLoop
from nazdik.simulation.whole.network import Answer, Network, Wire
from nazdik.simulation.whole.town import BOUNDS, PROVINCE, corner, town, unit_ids
from nazdik.simulation.whole.trace import Trace

AnyRequest = Request[Any, Any, Any]
PARTS = "nazdik.parts"
WHO = "nazdik.who"
# Half as often as at work, and still sooner than a face calls its line late: most of what happens would else be beats.
BEAT_S = 4.0
LOG, AUDIT, JOURNAL = "main/town.log.sqlite", "main/audit.sqlite", "journal"
REGISTRY = "main/registry.sqlite"
# Longer than any run: who is signed in stays so until somebody ends it.
SESSION_S = 30 * 86_400.0
NOT_SIGNED_IN = 4401


@dataclass(slots=True)
class Parts:
    """What one process is made of."""

    journal: Journal
    log: SqliteLog
    audit_log: SqliteLog
    audit: Audit
    registry: Registry
    room: ControlRoom
    hub: Hub
    house: Building
    callers: Callers
    fleet: FleetService
    clock: ProcessClock
    app: Any


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
        if self.life is None:
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
            await parts.room.close()
            await parts.audit.close()
            await parts.journal.close()
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
        hub = Hub()
        with ExitStack() as undo:
            undo.callback(gc.collect)
            audit_log = SqliteLog(data / AUDIT)
            undo.callback(audit_log.close)
            audit = Audit(audit_log, clock)
            registry = Registry(data / REGISTRY, clock, session_s=SESSION_S)
            undo.callback(registry.close)
            road = RoadSight(ground.graph)
            lane = PositionLane(road, clock=clock, bounds=Bounds(*BOUNDS))
            around = Surroundings(sight=road, offices=ground.offices, kinds=ground.kinds)
            log = SqliteLog(data / LOG)
            undo.callback(log.close)
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
            house = Building(rooms=rooms, offices=ground.offices, clock=clock, audit=audit)
            journal = self._open_journal(data / JOURNAL, clock)
            undo.callback(_close_journal, journal)
            regions = {PROVINCE: cast(Any, SimpleNamespace(bounds=BOUNDS, centre=corner(8, 4)))}
            callers = build_callers(data / "main", rooms, regions, journal, clock, audit, lambda _province, _words: 3)
            undo.pop_all()
        room.listeners.append(lambda _batch: self.on_commit())
        nothing = cast(Any, None)
        service = FleetService(
            {PROVINCE: lane}, devices=nothing, trail=nothing, clock=clock, may_see_trail=nothing, record_read=nothing
        )
        parts = Parts(journal, log, audit_log, audit, registry, room, hub, house, callers, service, clock, None)
        parts.app = JournalCalls(_routes(), journal, lambda scope, body: _wrapped(parts, scope, body))
        return parts

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
        session = parts.registry.find_session(badge.token)
        if session is None:
            await socket.close(NOT_SIGNED_IN, "not signed in")
            return
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

        await converse(
            socket,
            parts.hub,
            subscription_of(posting, parts.house),
            parts.clock,
            welcome={"scope": {"office": posting.office, "unit": posting.unit}, "role": posting.role},
            handlers={"health": health, "seen": seen},
            before_data=audited,
            tag=session.id,
        )


def _let_go(parts: Parts) -> None:
    """Close what a dead process had open, as its system does; nothing is written any more."""
    for close in (
        parts.log.close,
        parts.audit_log.close,
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


async def _beat(parts: Parts) -> None:
    while True:
        for _ in parts.hub.beating(parts.clock.now()):
            await asyncio.sleep(0)
        await asyncio.sleep(BEAT_S)


def _wrapped(parts: Parts, scope: Any, body: bytes) -> bytes:
    """As `bootstrap.raw.wrapped`, for somebody who is signed in."""
    request: AnyRequest = Request(scope)
    call_id, province = NOBODY, ProvinceId(NOBODY)
    with suppress(Rejected):
        key = idempotency_key(request.headers.get("idempotency-key"))
        call_id = RequestDoor(parts.house, scope[WHO], key).call_id()
        province = ProvinceId(call_id.partition(".")[0])
    return wrap(Came("call", call_id, province, "-", body))


@cache
def _routes() -> Litestar:
    """Return the real routes; whose parts they work on comes with each request."""
    register(TEXTS)

    def provide_door(request: AnyRequest) -> RequestDoor:
        key = idempotency_key(request.headers.get("idempotency-key"))
        scope: Any = request.scope
        return RequestDoor(scope[PARTS].house, scope[WHO], key)

    def provide_callers(request: AnyRequest) -> Callers:
        scope: Any = request.scope
        made: Callers = scope[PARTS].callers
        return made

    def provide_fleet(request: AnyRequest) -> FleetService:
        scope: Any = request.scope
        made: FleetService = scope[PARTS].fleet
        return made

    def provide_actor(request: AnyRequest) -> Actor | None:
        scope: Any = request.scope
        who: Posting = scope[WHO]
        return Actor(id=who.person, role=who.role, office_id=who.office, unit_id=who.unit)

    def provide_nothing() -> None:
        return None

    return Litestar(
        route_handlers=[
            *intake.ROUTES,
            *dispatch.ROUTES,
            *field_routes.ROUTES,
            *shelves.ROUTES,
            fleet.report_positions,
            callers_routes.begin_page,
            callers_routes.tell_page,
            callers_routes.get_page,
        ],
        dependencies={
            "door": Provide(provide_door, sync_to_thread=False),
            "callers": Provide(provide_callers, sync_to_thread=False),
            "fleet_service": Provide(provide_fleet, sync_to_thread=False),
            "session_actor": Provide(provide_actor, sync_to_thread=False),
            "caller_settings": Provide(provide_nothing, sync_to_thread=False),
        },
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        openapi_config=None,
    )


def folder_for(root: Path) -> Path:
    """Make the folders of an empty disk."""
    for name in ("main", JOURNAL):
        (root / name).mkdir(parents=True)
    return root


OFFICER, DISPATCHER, CALL_TAKER, STATION, GATEWAY = (
    Role.OFFICER, Role.DISPATCHER, Role.CALL_TAKER, Role.STATION_DESK, Role.GATEWAY,
)  # fmt: skip
