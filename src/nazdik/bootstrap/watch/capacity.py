"""How full every bounded thing is. Nothing here has an edge that is first noticed by falling off it."""

import asyncio
import logging
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Somebody shall know, act soon, act now.
LEVELS = (0.5, 0.8, 0.95)
LOOK_EVERY_S = 20.0
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
    """Looks at every bound, and says when one reaches a level that it had not reached before."""

    def __init__(self, *sources: Bounds) -> None:
        self._sources = sources
        self._said: dict[str, int] = {}

    async def run(self) -> None:
        """Look for as long as the server lives, whether or not anybody asks."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                self.look()
            except OSError as error:
                _log.warning("how full things are cannot be seen now: %s", error)

    def look(self) -> list[Bound]:
        """Return every bound, fullest first."""
        found = sorted((bound for source in self._sources for bound in source()), key=lambda bound: -bound.share)
        for bound in found:
            before, now = self._said.get(bound.name, 0), bound.level
            if now > before:
                # Nothing less than a warning reaches the terminal.
                say = (_log.warning, _log.error, _log.critical)[now - 1]
                say("%s is %d %% full", bound.name, round(bound.share * 100))
            self._said[bound.name] = now
        return found


def of_machine(*folders: Path) -> Bounds:
    """Return the machine's own bounds: each disk that a folder is on, memory, open files."""

    def bounds() -> Iterator[Bound]:
        # Two folders of one disk are one bound, under the first one's name.
        disks = {_disk_of(folder): folder for folder in reversed(folders) if folder.exists()}
        for folder in disks.values():
            usage = shutil.disk_usage(folder)
            yield Bound(f"disk:{folder.name}", usage.total - usage.free, usage.total)
        yield Bound("memory", resident_bytes(), _memory_bytes())
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        yield Bound("open_files", len(os.listdir("/proc/self/fd")), files)  # noqa: PTH208 - one call, no objects

    return bounds


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
