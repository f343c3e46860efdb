"""Network namespaces of a test's own: each node in one, with a line that can be cut, to it or from it to the database only."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

# Addresses for tests (RFC 2544), others for each process; nothing here leaves the machine.
FIRST = os.getpid() % 80 * 3
DATABASE = f"198.18.{FIRST}.1"


def why_not() -> str | None:
    """Return why there can be no namespaces here; None when there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "network namespaces need the program ip (iproute2)"
    probe = f"nz{os.getpid()}p"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode != 0:
        return "this machine allows no network namespaces"
    # A namespace alone is not enough where interfaces may not be made.
    made = subprocess.run(
        ["ip", "link", "add", probe, "type", "veth", "peer", "name", "far", "netns", probe],
        capture_output=True,
        check=False,
    )
    subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)
    return None if made.returncode == 0 else "this machine allows no virtual network interfaces"


@dataclass(frozen=True)
class Room:
    """One node's namespace."""

    name: str
    number: int

    @property
    def address(self) -> str:
        """Where what runs in it is reached."""
        return f"198.18.{self.number}.2"

    @property
    def prefix(self) -> list[str]:
        """What a command is run with to run in it."""
        return ["ip", "netns", "exec", self.name]

    def cut_database(self) -> None:
        """Swallow everything that goes from here to the database; people still reach the node."""
        _ip("-n", self.name, "route", "add", "blackhole", f"{DATABASE}/32")

    def cut_all(self) -> None:
        """Take the cables out."""
        _ip("link", "set", self.name, "down")
        _ip("-n", self.name, "link", "set", "beside", "down")

    def mend(self) -> None:
        """Put everything right."""
        with suppress(subprocess.CalledProcessError):
            _ip("-n", self.name, "route", "del", "blackhole", f"{DATABASE}/32")
        _ip("link", "set", self.name, "up")
        _ip("-n", self.name, "link", "set", "beside", "up")
        for other in (FIRST + 1, FIRST + 2):
            if other != self.number:
                _ip("-n", self.name, "route", "replace", f"198.18.{other}.2/32", "dev", "beside", "src", self.address)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=10)


@contextmanager
def rooms(count: int) -> Iterator[list[Room]]:
    """Make namespaces that reach this machine, and the database by an address of its own."""
    assert count <= 2, "each process has room for two"
    made = [Room(f"nz{os.getpid()}n{n}", FIRST + n) for n in range(1, count + 1)]
    _ip("address", "add", f"{DATABASE}/32", "dev", "lo")
    try:
        for room in made:
            _ip("netns", "add", room.name)
            _ip("link", "add", room.name, "type", "veth", "peer", "name", "out", "netns", room.name)
            _ip("address", "add", f"198.18.{room.number}.1/30", "dev", room.name)
            _ip("link", "set", room.name, "up")
            # With its cable out, what is sent to it would else go where all else goes, and whatever is there might answer.
            _ip("route", "add", "unreachable", f"198.18.{room.number}.0/30", "metric", "4000")
            _ip("-n", room.name, "address", "add", f"{room.address}/30", "dev", "out")
            _ip("-n", room.name, "link", "set", "out", "up")
            _ip("-n", room.name, "link", "set", "lo", "up")
            _ip("-n", room.name, "route", "add", "default", "via", f"198.18.{room.number}.1")
        if len(made) == 2:
            one, two = made
            # A line of their own from one to the other.
            _ip("-n", one.name, "link", "add", "beside", "type", "veth", "peer", "name", "beside", "netns", two.name)
            for room in made:
                _ip("-n", room.name, "link", "set", "beside", "up")
            for room, other in ((one, two), (two, one)):
                _ip("-n", room.name, "route", "add", f"{other.address}/32", "dev", "beside", "src", room.address)
        yield made
    finally:
        for room in made:
            subprocess.run(["ip", "netns", "del", room.name], capture_output=True, check=False)
            subprocess.run(["ip", "link", "del", room.name], capture_output=True, check=False)
            lost = ["ip", "route", "del", "unreachable", f"198.18.{room.number}.0/30", "metric", "4000"]
            subprocess.run(lost, capture_output=True, check=False)
        _ip("address", "del", f"{DATABASE}/32", "dev", "lo")
