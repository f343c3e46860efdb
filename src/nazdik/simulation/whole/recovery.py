"""
What is left when a disk is not: the copy on another disk, the signed heads of a witness, and the people who bring a server back.

Shipper, restore, drill, seals and the check of logs are the product's own; their thread, their clock and their disks are simulated.
"""

import asyncio
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nazdik.bootstrap.backup import drill
from nazdik.kernel import Instant
from nazdik.platform.backup import Restored, Shipper, files, restore, restoring, sealed, shipping
from nazdik.platform.eventlog import Verdict, verify_file
from nazdik.platform.eventlog import heads as heads_module
from nazdik.platform.eventlog.heads import HEADS_FILE, name_of, read_heads
from nazdik.simulation.whole.chance import chance_for
from nazdik.simulation.whole.disk import Disk, Os, swapped
from nazdik.simulation.whole.server import DATA, LOG

if TYPE_CHECKING:
    from nazdik.simulation.whole.run import World

COPY, WITNESS = "copy", "witness"
# Until somebody has noticed, and has another disk in their hands.
NOTICED_S = 60.0


class Copying(Shipper):
    """The real one without its thread: the loop lets it look, and an append that waits for its copy lets it look at once."""

    def open(self) -> None:
        """Nothing of its own runs."""

    def wait_for(self, name: str, position: int) -> bool:
        """See `Shipper`."""
        if self._wait_s <= 0 or self._late:
            return False
        self.look()
        self._late = self._late or self._to.get(name, 0) < position
        return not self._late

    def close(self) -> None:
        """See `Shipper`."""
        self.look(everything=True)
        super().close()

    def drop(self) -> None:
        """The process is no more: its system closes what it had open."""
        for one in self._open.values():
            with suppress(OSError):
                one.close()

    async def work(self) -> None:
        """Look again and again, as its thread does."""
        loop = asyncio.get_running_loop()
        while True:
            await loop.run_in_executor(None, self.look)
            await asyncio.sleep(self.pause_s)


@contextmanager
def recoverable(disk: Disk, now_s: Callable[[], float]) -> Iterator[None]:
    """Let copies and heads of this process go to `disk`, by virtual time."""
    given = Os(disk)
    with ExitStack() as undo:
        for module in (sealed, restoring, heads_module):
            undo.enter_context(swapped(module, "os", given))
            undo.enter_context(swapped(module, "sync_folder", lambda _folder: None))
        for module in (shipping, files):
            undo.enter_context(swapped(module, "time", SimpleNamespace(monotonic=now_s)))
        # Real times of files would be others in each process.
        undo.enter_context(swapped(files, "_stamp", _stamp))
        yield


def _stamp(path: Path) -> tuple[int, ...]:
    beside = path.with_name(path.name + "-wal")
    return tuple(zlib.crc32(each.read_bytes()) for each in (path, beside) if each.exists())


class Rescue:
    """Somebody who has the secret key, another disk, and the heads that a witness kept."""

    def __init__(self, world: "World") -> None:
        self._world = world
        # Whether a server is being repaired, which nobody leaves half done.
        self.busy = False
        self.data = world.disk.folder / DATA
        self.copy, self.witness = world.disk.folder / COPY, world.disk.folder / WITNESS
        self.key = X25519PrivateKey.from_private_bytes(chance_for(world.plan.seed, "backup key").randbytes(32))

    async def hold(self) -> None:
        """End the process, and keep the supervisor from starting another."""
        server = self._world.server
        self.busy = server.held = True
        server.kill()
        await asyncio.sleep(NOTICED_S)

    async def stop(self) -> None:
        """Stop the server in order, and keep the supervisor from starting another."""
        server = self._world.server
        self.busy = server.held = True
        await server.stop()
        server.kill()
        await asyncio.sleep(NOTICED_S)

    def go_on(self, *, mended: bool = True) -> None:
        """Start the server again."""
        self.busy, self._world.server.held = not mended, False
        if self._world.server.life is None:
            self._world.server.start()

    def restore(self, at: Instant | None = None) -> Restored:
        """Bring everything back from the copy to an empty disk, as of a moment, and tell the judge."""
        world = self._world
        with _new_disk(world):
            world.judge.look_once_more()
            world.judge.let_go()
            world.disk.wipe(self.data)
            restored = restore(self.copy, self.key, self.data, at)
            for path in sorted(self.data.rglob("*")):
                if path.is_file():
                    world.disk.take_in(os.fspath(path))
        world.trace.note("restored", str({name: head.position for name, head in restored.heads.items()}))
        world.counts["restored"] += 1
        world.judge.brought_back(world, restored.heads[LOG.rpartition("/")[2]].position, at)
        return restored

    async def rehearse(self) -> None:
        """The drill holds while a server works, whatever happened to the copy before; what is torn at this moment is made good."""
        for _ in range(4):
            with _new_disk(self._world):
                done = drill(self.copy, self.key, None, lambda _: None)
            self._world.judge.checks += 1
            if done.holds:
                return
            await asyncio.sleep(20.0)
        self._world.judge.fail("S21", f"the drill does not hold: {done.faults + done.restored.left_out}")

    def checked(self, file: str) -> Verdict:
        """Return what `nazdik log verify --heads` says of a log, by the heads that the witness kept."""
        kept = self.witness / HEADS_FILE
        path = self.data / file
        heads = [head for head in read_heads(kept) if head.log == name_of(path)] if kept.exists() else []
        return verify_file(path, heads=heads)

    def put_heads_aside(self) -> None:
        """Begin a new file of heads: what was signed of the history that was given up is no more to be found."""
        self._world.disk.put(str(self.witness / HEADS_FILE), b"")

    def signed_up_to(self, file: str) -> int:
        """Return the greatest position of a log that the witness has a head of."""
        name = name_of(self.data / file)
        kept = self.witness / HEADS_FILE
        return max((head.position for head in read_heads(kept) if head.log == name), default=0) if kept.exists() else 0


@contextmanager
def _new_disk(world: "World") -> Iterator[None]:
    """A disk that nothing is wrong with, for whoever repairs; the power does not go meanwhile."""
    before = {name: (v.sync_fails, v.write_fails, v.full, v.cut_in) for name, v in world.volumes.items()}
    for volume in world.volumes.values():
        volume.sync_fails, volume.write_fails, volume.full, volume.cut_in = 0.0, 0.0, False, None
    try:
        yield
    finally:
        for name, volume in world.volumes.items():
            volume.sync_fails, volume.write_fails, volume.full, volume.cut_in = before[name]
