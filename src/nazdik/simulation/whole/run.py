"""
One run: a town at work under the faults that a seed draws, then everything heals and all that was begun has to be finished.

Everything real runs on one event loop under virtual time; see `loop`, `disk`, `network` and `server`. The checker stands apart.
"""

import asyncio
import gc
import json
import logging
import os
import secrets
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Protocol

from nazdik.bootstrap import control_room
from nazdik.bootstrap.control_room import load_state
from nazdik.bootstrap.desk import subscription_of
from nazdik.bootstrap.province_state import STATE_VERSION, ProvinceState, decode, first_state, fold
from nazdik.kernel import OfficeId, PersonId, UnitId
from nazdik.organisation.model import Posting, Role
from nazdik.simulation.whole.chance import chance_for
from nazdik.simulation.whole.checker.judge import Broken, Judge
from nazdik.simulation.whole.client.face import Face
from nazdik.simulation.whole.client.people import Caller, CallTaker, Crew, Dispatcher, Manners, Thief
from nazdik.simulation.whole.clocks import MachineTime
from nazdik.simulation.whole.disk import Disk, Volume, mounted, swapped
from nazdik.simulation.whole.ledger import Badge, Ledger
from nazdik.simulation.whole.loop import Stuck, VirtualLoop
from nazdik.simulation.whole.network import Network, Silence, Weather
from nazdik.simulation.whole.recovery import COPY, WITNESS, Rescue, recoverable
from nazdik.simulation.whole.server import Copies, Server, folder_for
from nazdik.simulation.whole.swarm import Faults, Plan
from nazdik.simulation.whole.town import PROVINCE, STATIONS, town, unit_ids
from nazdik.simulation.whole.trace import Trace

JOURNAL = "journal"
POSITIONS_EVERY_S = 10.0
HEALING_S = 3600.0
CONVERGED_WITHIN_S = 10.0
COLLECTED_EVERY_S = 3600.0


@dataclass(slots=True)
class Result:
    """What came of a run. `broken` says which invariant did not hold, and when."""

    plan: Plan
    trace: str
    broken: Broken | None
    virtual_s: float
    cpu_s: float
    counts: dict[str, int] = field(default_factory=dict)
    last: list[str] = field(default_factory=list)


class Worker(Protocol):
    """Somebody with a face who works for ever."""

    face: Face

    async def work(self) -> None:
        """Work."""


class World:
    """Everything of one run."""

    def __init__(self, plan: Plan, root: Path) -> None:
        faults = plan.faults
        self.plan = plan
        self.trace = Trace()
        work = chance_for(plan.seed, "work")
        self.loop = VirtualLoop(chance_for(plan.seed, "loop"), lambda: faults.work_s * (0.3 + work.random()))
        self.trace.now_s = self.loop.time
        self.volumes = {name: Volume(name) for name in ("main", JOURNAL, COPY, WITNESS)}
        self.disk = Disk(folder_for(root), chance_for(plan.seed, "disk"), self.volumes)
        self.rescue = Rescue(self)
        self.time = MachineTime(self.loop.time, drift_ppm=faults.drift_ppm)
        self.ledger = Ledger()
        self.server = Server(self.loop, self.disk, self.time, self.trace, units=faults.crews)
        self.server.journal_file_bytes = faults.journal_file_bytes
        self.server.watches_desks = faults.silent_desks
        if faults.copies:
            wait_s = 1.0 if faults.copies == "waits" else 0.0
            self.server.copies = Copies(self.rescue.copy, self.rescue.key.public_key(), wait_s, self.rescue.witness)
        restart = chance_for(plan.seed, "restart")
        self.server.restart_after_s = lambda: 1.0 + 9.0 * restart.random()
        self.network = Network(self.loop, self.trace, self.server)
        self.server.network = self.network
        self.manners = Manners(
            meddle=faults.meddle, refuse=faults.refuse, ignore=faults.ignore, reload=faults.reload,
            panic=faults.panic, bad_fix=faults.bad_fix,
        )  # fmt: skip
        self.chance = chance_for(plan.seed, "faults")
        self.takers = [
            CallTaker(self._face(f"taker{n + 1}", Role.CALL_TAKER, PROVINCE), self.manners)
            for n in range(faults.takers)
        ]
        self.dispatchers = [
            Dispatcher(self._face(f"dispatcher{n}", Role.DISPATCHER, PROVINCE), self.manners) for n in (1, 2)
        ]
        self.desks = [Dispatcher(self._face("desk1", Role.STATION_DESK, STATIONS[0]), self.manners)]
        self.board = self._face("board", Role.PROVINCE_DESK, PROVINCE)
        off = chance_for(plan.seed, "device clocks")
        self.crews = [
            Crew(
                self._face(f"crew{sign}", Role.OFFICER, office, unit),
                unit,
                self.manners,
                faults.device_clocks_s * (2 * off.random() - 1),
            )
            for unit, sign, office in unit_ids(faults.crews)
        ]
        self.exchange = self._face("exchange", Role.GATEWAY, PROVINCE)
        self.workers: list[Worker] = [*self.takers, *self.dispatchers, *self.desks, *self.crews]
        self.faces = [*(worker.face for worker in self.workers), self.board, self.exchange]
        self.server.badges = [face.badge for face in self.faces]
        self.callers = 0
        self.counts = {
            "kills": 0, "power_cuts": 0, "stops": 0, "clock_steps": 0, "full": 0, "scripted": 0, "revoked": 0,
            "restored": 0, "damaged": 0,
        }  # fmt: skip
        self.judge = Judge(self.ledger, self.disk, self.loop.time, self.trace, work_s=faults.work_s)
        self.server.on_commit = self.judge.committed
        self.server.on_open = self._opened
        self.server.on_end = self.judge.release
        self.disk.on_failed = self.judge.let_go
        self.server.on_served = self.judge.served
        for face in self.faces:
            if face is not self.exchange:
                face.on_frame = self.judge.listener(face.name, face.posting)
        self._tasks: list[asyncio.Task[None]] = []
        self._collected_s = 0.0

    def _face(self, name: str, role: Role, office: str, unit: UnitId | None = None) -> Face:
        posting = Posting(PersonId(name), role, OfficeId(str(office)), unit)
        return Face(
            name,
            posting,
            self.network,
            self.ledger,
            chance=chance_for(self.plan.seed, f"face {name}"),
            link_chance=chance_for(self.plan.seed, f"link {name}"),
        )

    # The two phases

    async def main(self) -> None:
        """Run both."""
        self.set_weather(self.plan.faults)
        self.server.start()
        await asyncio.sleep(1.0)
        for face in self.faces:
            if face is not self.exchange:
                face.stream.start()
        self._tasks = [self.loop.create_task(worker.work()) for worker in self.workers]
        calling = self.loop.create_task(self._calling())
        failing = [self.loop.create_task(each) for each in self._failing(self.plan.faults)]
        if self.plan.script is not None:
            failing.append(self.loop.create_task(self._scripted(self.plan.script)))
        try:
            await self._for(self.plan.hours * 3600.0)
            while self.rescue.busy:
                await self._for(5.0)
        finally:
            for task in (calling, *failing):
                task.cancel()
        await self.heal()
        await self.finish()

    async def _scripted(self, script: Callable[[Any], Awaitable[None]]) -> None:
        try:
            await script(self)
        except Silence:
            return
        except Exception as error:
            self.judge.fail(self.plan.name, f"its script failed: {error!r}")

    async def _for(self, seconds: float) -> None:
        """Let time pass, and stop at the first thing that is wrong."""
        until = self.loop.time() + seconds
        while self.loop.time() < until:
            await asyncio.sleep(min(1.0, until - self.loop.time()))
            if self.loop.time() > self._collected_s + COLLECTED_EVERY_S:
                self._collected_s = self.loop.time()
                gc.collect()
            self.judge.second(self)

    async def heal(self) -> None:
        """Every fault stops; what is broken is mended."""
        self.trace.note("heal")
        self.judge.healing = True
        self.manners.calm = True
        self.set_weather(Faults())
        for volume in self.volumes.values():
            volume.full, volume.sync_fails, volume.write_fails, volume.cut_in = False, 0.0, 0.0, None
        for link in self.network.links:
            self.network.mend(link)
            # What waits at the speed of a bad line is not waited for.
            for wire in list(link.wires) if self.plan.faults.slow_reader else ():
                wire.reset()
        if self.server.life is not None:
            self.server.life.steps_left = None
        for face in self.faces:
            self.back(face)
        # Somebody sets the clock right.
        self.time.drift_ppm = 0.0
        if self.time.off_s:
            self.judge.clock_set(-self.time.off_s)
            self.time.step(-self.time.off_s)

    async def finish(self) -> None:
        """Wait until everything that was begun is done, then look at all of it."""
        until = self.loop.time() + HEALING_S
        while self.loop.time() < until:
            await self._for(30.0)
            if self.judge.all_done(self):
                break
        await self._for(CONVERGED_WITHIN_S)
        self.judge.at_end(self)

    def _opened(self) -> None:
        """A process has opened its log: nothing is lost, and the way by a snapshot leads to where the whole way does."""
        self.judge.opened()
        parts = self.server.parts
        if parts is not None and parts.log.load_snapshot(STATE_VERSION) is not None:
            self.judge.same_states(self.three_states())

    # What the judge asks

    def fresh_view(self, face: Face) -> dict[tuple[str, str], Any]:
        """Return what somebody in this place would see who comes now."""
        parts = self.server.parts
        assert parts is not None, "there is a server"
        connection = parts.hub.connect(subscription_of(face.posting, parts.house))
        parts.hub.begin(connection, {})
        frames = [json.loads(frame) for frame in connection.take() if isinstance(frame, str)]
        parts.hub.disconnect(connection)
        return {(i["k"], i["id"]): i["v"] for frame in frames if frame["t"] == "snap" for i in frame["items"]}

    def three_states(self) -> list[ProvinceState]:
        """Return the state as it lives, as the log from zero gives it, and as the newest snapshot and its tail give it."""
        parts = self.server.parts
        assert parts is not None, "there is a server"
        state, position = first_state(PROVINCE), 0
        while entries := parts.log.read(position, 5_000):
            for entry in entries:
                state = fold(state, decode(entry.kind, entry.body))
            position = entries[-1].position
        return [parts.room.state, state, load_state(parts.log, PROVINCE)]

    # What happens

    async def _calling(self) -> None:
        chance = chance_for(self.plan.seed, "calls")
        while True:
            await asyncio.sleep(chance.expovariate(self.plan.faults.calls_per_h / 3600.0))
            self.callers += 1
            caller = Caller(self.exchange, self.callers, by_page=chance.random() < 0.5)
            self._tasks.append(self.loop.create_task(caller.call()))

    def set_weather(self, faults: Faults) -> None:
        """Make every line as bad as these faults say."""
        for n, link in enumerate(self.network.links):
            link.weather = Weather(
                lost=faults.lost, doubled=faults.doubled, late=faults.late, harsh=faults.harsh,
                bytes_per_s=1_000.0 if n == 0 and faults.slow_reader else 0.0,
            )  # fmt: skip

    def _failing(self, faults: Faults) -> Iterator[Coroutine[Any, Any, None]]:
        for name in ("main", JOURNAL):
            self.volumes[name].sync_fails, self.volumes[name].write_fails = faults.sync_fails, faults.write_fails
        self.volumes[COPY].sync_fails = faults.copy_fails
        yield self._often(faults.kill_per_h, self.kill)
        yield self._often(faults.kill_mid_step_per_h, self.kill_mid_step)
        yield self._often(faults.power_per_h, self.power)
        yield self._often(faults.power_mid_write_per_h, self.power_mid_write)
        yield self._often(faults.stop_per_h, self.stop)
        yield self._often(faults.cut_per_h, self.cut_one)
        yield self._often(faults.cut_all_per_h, self.cut_all)
        yield self._often(faults.log_full_per_h, lambda: self.full("main"))
        yield self._often(faults.journal_full_per_h, lambda: self.full(JOURNAL))
        yield self._often(faults.clock_step_per_h, self.step_clock)
        yield self._often(faults.revoke_per_h, self.steal)

    async def _often(self, per_h: float, happen: Callable[[], Any]) -> None:
        if not per_h:
            return
        chance = chance_for(self.plan.seed, f"often {per_h}")
        while True:
            await asyncio.sleep(chance.expovariate(per_h / 3600.0))
            result = happen()
            if asyncio.iscoroutine(result):
                await result

    def kill(self) -> None:
        """kill -9, now."""
        self.counts["kills"] += 1
        self.server.kill()

    def kill_mid_step(self) -> None:
        """kill -9 at some await soon."""
        if self.server.life is not None:
            self.counts["kills"] += 1
            self.server.life.steps_left = self.chance.randint(1, 400)

    def power(self) -> None:
        """The power goes, now."""
        self.counts["power_cuts"] += 1
        self.server.cut_power()

    def power_mid_write(self) -> None:
        """The power goes within one of the next operations of the disk."""
        self.counts["power_cuts"] += 1
        self.volumes[self.chance.choice(["main", JOURNAL])].cut_in = self.chance.randint(1, 30)

    async def stop(self) -> None:
        """The server is stopped in order, as for an upgrade."""
        self.counts["stops"] += 1
        await self.server.stop()

    async def cut_one(self) -> None:
        """One line is cut for a while."""
        link = self.chance.choice(self.network.links)
        self.network.cut(link)
        await asyncio.sleep(self.chance.choice([2.0, 8.0, 20.0, 90.0, 400.0]))
        self.network.mend(link)

    async def cut_all(self) -> None:
        """The room loses its network."""
        for link in self.network.links:
            self.network.cut(link)
        await asyncio.sleep(self.chance.choice([3.0, 20.0, 60.0]))
        for link in self.network.links:
            self.network.mend(link)

    async def full(self, volume: str) -> None:
        """A disk is full until somebody makes room."""
        self.counts["full"] += 1
        self.trace.note("full", volume)
        self.volumes[volume].full = True
        await asyncio.sleep(5.0 + 60.0 * self.chance.random())
        self.volumes[volume].full = False
        self.trace.note("room", volume)

    def step_clock(self) -> None:
        """Somebody sets the server's clock."""
        self.counts["clock_steps"] += 1
        seconds = self.chance.choice([-3600.0, -30.0, -2.0, 2.0, 30.0, 3600.0])
        self.trace.note("clock", str(seconds))
        self.time.step(seconds)
        self.judge.clock_set(seconds)

    async def steal(self) -> None:
        """Somebody has a copy of a session and uses it; half a minute later it is ended, and its owner signs in anew."""
        self.counts["stolen"] = self.counts.get("stolen", 0) + 1
        people: list[Worker] = [*self.crews, *self.dispatchers]
        owner = self.chance.choice(people).face
        name = f"thief{self.counts['stolen']}"
        thief = Thief(self.copy_of(name, owner.badge), owner.posting)
        working = self.loop.create_task(thief.work())
        try:
            await asyncio.sleep(20.0 + 20.0 * self.chance.random())
            while not self.server.revoke(str(owner.posting.person)):
                await asyncio.sleep(1.0)
            self.counts["revoked"] += 1
            self.trace.note("revoked", owner.name)
            self.judge.revoked(name, thief.face.link)
            await asyncio.sleep(10.0)
            while not self.back(owner):
                await asyncio.sleep(1.0)
            await asyncio.sleep(60.0)
        finally:
            working.cancel()
            thief.face.stream.stop()

    def copy_of(self, name: str, badge: Badge) -> Face:
        """Return a face of somebody who has a copy of what another's browser keeps."""
        seed = self.plan.seed
        chance, link_chance = chance_for(seed, f"face {name}"), chance_for(seed, f"link {name}")
        face = Face(name, badge.posting, self.network, self.ledger, chance=chance, link_chance=link_chance)
        face.badge.token = badge.token
        return face

    def back(self, face: Face) -> bool:
        """Somebody whose session was ended signs in anew; False when the server is not there."""
        done = self.server.sign_in(face.badge)
        if done and face is not self.exchange:
            face.stream.start()
        return done


@contextmanager
def _seeded(chance: Random) -> Iterator[None]:
    """Let ids that the product draws from the system come from the seed."""
    with ExitStack() as undo:
        undo.enter_context(swapped(secrets, "token_hex", lambda n=32: chance.randbytes(n).hex()))
        undo.enter_context(swapped(secrets, "token_bytes", lambda n=32: chance.randbytes(n)))
        undo.enter_context(swapped(secrets, "token_urlsafe", lambda n=32: chance.randbytes(n).hex()))
        undo.enter_context(swapped(os, "urandom", chance.randbytes))
        yield


def run(plan: Plan) -> Result:
    """Run a plan; the same plan gives the same trace, bit for bit."""
    town()
    _leave_alone_what_stays()
    # Real files, but of memory: what a power cut leaves is worked out, so nothing has to be forced to a real disk.
    shared = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
    root = Path(tempfile.mkdtemp(prefix="nazdik-whole-", dir=shared if shared.is_dir() else None))
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    # What is collected is finished off, wherever it hung: when that happens must not depend on what ran before.
    # (The first run begins with a collection, and each ends with one.)
    collects = gc.isenabled()
    gc.disable()
    # What hung when the run ended is thrown away; that it could not tidy up is no news.
    with swapped(sys, "unraisablehook", lambda _: None), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return _run(plan, root)
        finally:
            gc.collect()
            if collects:
                gc.enable()
            logging.disable(disabled)
            shutil.rmtree(root, ignore_errors=True)


@cache
def _leave_alone_what_stays() -> None:
    """Libraries and the town are looked through by no collection any more."""
    gc.collect()
    gc.freeze()


def _run(plan: Plan, root: Path) -> Result:
    began, broken = time.process_time(), None
    with ExitStack() as undo:
        world = World(plan, root)
        undo.enter_context(mounted(world.disk))
        if plan.faults.copies:
            undo.enter_context(recoverable(world.disk, world.loop.time))
        undo.enter_context(_seeded(chance_for(plan.seed, "secrets")))
        undo.enter_context(swapped(control_room, "POSITIONS_EVERY_S", POSITIONS_EVERY_S))
        undo.enter_context(swapped(control_room, "SNAPSHOT_EVERY", plan.faults.snapshot_every))
        try:
            world.loop.run_until_complete(world.main())
        except Broken as found:
            broken = found.with_traceback(None)
        except Stuck as stuck:
            broken = Broken("I13", f"no progress: {stuck}", world.loop.time())
        world.server.let_go()
    counted = [
        world.counts,
        world.network.counts,
        world.judge.counts(),
        {
            "starts": world.server.starts,
            "callers": world.callers,
            "handled": world.loop.handled,
            "faults_of_disk": sum(volume.failures for volume in world.volumes.values()),
        },
    ]
    counts = {name: count for each in counted for name, count in each.items()}
    # One would hide the other, and a scenario would say that its fault did not come about.
    assert len(counts) == sum(map(len, counted)), "no two counts have one name"
    if broken is None and plan.counts and not counts[plan.counts]:
        broken = Broken(plan.name, f"it did not happen: no {plan.counts}", world.loop.time())
    cpu_s = time.process_time() - began
    return Result(plan, world.trace.hash(), broken, world.loop.time(), cpu_s, counts, world.trace.last[-60:])
