"""How full every bounded thing is. Nothing here has an edge that is first noticed by falling off it."""

import asyncio
import logging
import os
import resource
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Somebody shall know, act soon, act now.
LEVELS = (0.5, 0.8, 0.95)
LOOK_EVERY_S = 20.0
# A disk answers within milliseconds; one that does not within this is a network's that hangs, or dying.
ANSWER_WITHIN_S = 5.0
_STATM_PAGES = os.sysconf("SC_PAGE_SIZE")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bound:
    """A bounded thing: how much of it is used, and all there is."""

    name: str
    used: float
    limit: float

    @property
    def share(self) -> float:
        """How full it is, 0 to 1."""
        return self.used / self.limit if self.limit > 0 else 1.0

    @property
    def level(self) -> int:
        """0 to 3: how many of the `LEVELS` it has reached."""
        return sum(self.share >= level for level in LEVELS)


Bounds = Callable[[], Iterator[Bound]]


class Capacity:
    """
    Looks at every bound, and says when one reaches a level that it had not reached before.

    `sources` are asked where one stands and answer from memory. Disks are asked aside, every 20 s: one that hangs holds nothing up.
    """

    def __init__(self, *sources: Bounds, disks: Sequence["Disk"] = ()) -> None:
        self._sources = sources
        self._disks = disks
        self._said: dict[str, int] = {}

    @property
    def unseen(self) -> tuple[str, ...]:
        """Names of the disks that did not answer when they were looked at last."""
        return tuple(disk.name for disk in self._disks if disk.trouble is not None)

    async def run(self) -> None:
        """Look for as long as the server lives, whether or not anybody asks."""
        while True:
            try:
                await asyncio.gather(*(disk.ask() for disk in self._disks))
                self.look()
            except (OSError, RuntimeError) as error:
                _log.warning("how full things are cannot be seen now: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> list[Bound]:
        """Return every bound, fullest first; of disks what they last answered, and nothing of one that does not answer now."""
        found = [bound for source in self._sources for bound in source()]
        found += _each_disk_once(self._disks)
        found.sort(key=lambda bound: -bound.share)
        for bound in found:
            before, now = self._said.get(bound.name, 0), bound.level
            if now > before:
                # Nothing less than a warning reaches the terminal.
                say = (_log.warning, _log.error, _log.critical)[now - 1]
                say("%s is %d %% full", bound.name, round(bound.share * 100))
            self._said[bound.name] = now
        return found


class Disk:
    """
    How full the disk of one folder is, asked in a thread of its own and never waited for longer than `ANSWER_WITHIN_S`.

    The thread is a daemon and there is one at most: a mount that hangs for a day costs one thread, and does not hold up a stop.
    """

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self.name = f"disk:{name or folder.name}"
        # Why it could not be looked at; None when it could.
        self.trouble: str | None = None
        # Which disk it is, and what of it is used; None until the first answer, and while there is no such folder.
        self.seen: tuple[int, Bound] | None = None
        self._folder = folder
        self._asking: asyncio.Future[tuple[int, Bound] | None] | None = None

    async def ask(self) -> None:
        """Take up what the disk answers, or that it does not."""
        if self._asking is None:
            asking: asyncio.Future[tuple[int, Bound] | None] = asyncio.get_running_loop().create_future()
            threading.Thread(target=self._look, args=(asking,), name="disk", daemon=True).start()
            self._asking = asking
        done, _ = await asyncio.wait({self._asking}, timeout=ANSWER_WITHIN_S)
        if not done:
            self._doubt("no answer")
            return
        answer, self._asking = self._asking, None
        if (error := answer.exception()) is not None:
            self._doubt(str(error))
            return
        self.trouble, self.seen = None, answer.result()

    def _look(self, answer: asyncio.Future[tuple[int, Bound] | None]) -> None:
        result: tuple[int, Bound] | None = None
        error: OSError | None = None
        try:
            if self._folder.exists():
                usage = shutil.disk_usage(self._folder)
                result = _disk_of(self._folder), Bound(self.name, usage.total - usage.free, usage.total)
        except OSError as refused:
            error = refused

        def tell() -> None:
            if not answer.done():
                answer.set_result(result) if error is None else answer.set_exception(error)

        # A disk may answer when the server has long stopped.
        with suppress(RuntimeError):
            answer.get_loop().call_soon_threadsafe(tell)

    def _doubt(self, why: str) -> None:
        if self.trouble is None:
            _log.error("%s cannot be looked at: %s", self.name, why)
        self.trouble, self.seen = why, None


def disks_of(folders: Iterable[Path]) -> list[Disk]:
    """Return the disks of some folders, each named by as much of its path as tells it from the others."""
    each = list(dict.fromkeys(folder.absolute() for folder in folders))

    def name_of(folder: Path) -> str:
        for length in range(1, len(folder.parts) + 1):
            name = "/".join(folder.parts[-length:])
            if sum(other.parts[-length:] == folder.parts[-length:] for other in each) == 1:
                return name
        return str(folder)

    return [Disk(folder, name_of(folder)) for folder in each]


def _each_disk_once(disks: Sequence[Disk]) -> list[Bound]:
    """Return what disks answered: two folders of one disk are one bound, under the first one's name."""
    seen = [disk.seen for disk in reversed(disks) if disk.seen is not None]
    return list(dict(seen).values())


def of_process() -> Iterator[Bound]:
    """Yield the bounds of this process: memory, open files."""
    yield Bound("memory", resident_bytes(), _memory_bytes())
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    yield Bound("open_files", len(os.listdir("/proc/self/fd")), files)  # noqa: PTH208 - one call, no objects


def _disk_of(folder: Path) -> int:
    return folder.stat().st_dev


def resident_bytes() -> int:
    """Return how much memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _STATM_PAGES


def _memory_bytes() -> int:
    """Return how much memory there is: what the service manager allows, else the machine's."""
    all_of_it = _STATM_PAGES * os.sysconf("SC_PHYS_PAGES")
    try:
        allowed = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return all_of_it
    return min(all_of_it, int(allowed)) if allowed.isdecimal() else all_of_it
