"""
How a street file is read: where the places of its nodes are kept meanwhile, how far the reading has got, what was odd in it.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from nazdik.geo.errors import NotAPbf

# The places of a file's nodes take 16 bytes each. Those of a province fit in memory; those of a country go to a sorted file
# in the work folder. (An array over all node numbers, osmium's dense form, pays only when a file holds a sixth of the planet.)
IN_MEMORY_BYTES_MAX = 64_000_000
EXAMPLES_MAX = 20

Tick = Callable[[float], None]


class Reading(msgspec.Struct, frozen=True):
    """
    What was noticed while the streets were read, for the check report.

    Attributes:
        ways: Drivable ways in the file.
        cut_nodes: References of these ways to nodes that the file does not hold.
        odd_limits: Values of `maxspeed` that say nothing usable, with how often each.
        turns: What became of the turn restrictions in the file, by treatment or by the reason they are left out.
    """

    ways: int = 0
    cut_nodes: int = 0
    odd_limits: dict[str, int] = {}
    turns: dict[str, int] = {}


class Odd:
    """Counts odd values and keeps the commonest."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()

    def add(self, value: str) -> None:
        """Take one more."""
        self._counted[value[:60]] += 1

    def commonest(self) -> dict[str, int]:
        """Return the commonest values, equals in the order of the alphabet."""
        order = sorted(self._counted.items(), key=lambda each: (-each[1], each[0]))
        return dict(order[:EXAMPLES_MAX])


def location_store(path: Path, work: Path) -> str:
    """Return where osmium should keep the places of nodes while it reads `path`."""
    if path.stat().st_size <= IN_MEMORY_BYTES_MAX:
        return "sparse_mem_array"
    return f"sparse_file_array,{work / 'locations'}"


def drop_locations(work: Path) -> None:
    """Throw away the places of nodes that were kept in `work`."""
    (work / "locations").unlink(missing_ok=True)


def share_read(path: Path) -> Callable[[], float]:
    """Return a function that says what part of a file this process, which has it open, has read; 0 where nobody can tell."""
    size, wanted = max(path.stat().st_size, 1), str(path.resolve())

    def share() -> float:
        try:
            for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - entries vanish while they are listed
                try:
                    if os.readlink(f"/proc/self/fd/{name}") != wanted:  # noqa: PTH115
                        continue
                except OSError:
                    continue
                position = re.match(r"pos:\s*(\d+)", Path(f"/proc/self/fdinfo/{name}").read_text(encoding="ascii"))
                return min(1.0, int(position.group(1)) / size) if position else 0.0
        except OSError:
            pass
        return 0.0

    return share


@contextmanager
def refusing_damage(path: Path) -> Iterator[None]:
    """Turn what osmium says of a damaged or missing file into one sentence."""
    try:
        yield
    except (RuntimeError, OSError, ValueError) as error:
        raise NotAPbf(
            f"پروندهٔ «{path.name}» یک OSM PBF سالم نیست.", f"“{path.name}” is not a readable OSM PBF file: {error}"
        ) from error
