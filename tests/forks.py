"""
Servers from a process that has everything imported: it forks, and the child runs the command line as if it had just begun.

A start then takes a fifth of the time, and is the same in all else: its own process, memory, files and port, and killed by its
own number. What it shares with its siblings is what Python decides at the start of a process: the order of a set of texts. So
whoever is after that, or after how long a start takes, starts a server cold; `tests.kills` does so every few times.

This module is both ends: `Forks` in the test, and `python -m tests.forks` as the process that forks.
"""

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

LOOK_EVERY_S = 0.01
_LINE = 1 << 20


class Forked:
    """A process that somebody else forked, to be used as a `subprocess.Popen`."""

    def __init__(self, forks: "Forks", pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._forks = forks

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        if self.returncode is None:
            self.returncode = self._forks.ask(ended=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended. Raises `subprocess.TimeoutExpired`."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if timeout is not None and until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("a forked server", timeout)
            time.sleep(LOOK_EVERY_S)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal; its number is nobody else's until we have asked how it ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it without a word."""
        self.send_signal(signal.SIGKILL)


class Forks:
    """The process that forks. Any thread may ask it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "tests.forks", str(theirs.fileno())]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment)
        self._lines = ours.makefile("rwb")
        self._lock = threading.Lock()
        atexit.register(self.close)

    def start(self, region: Path, words: list[str], *, cwd: Path, env: Mapping[str, str], output: Path) -> Forked:
        """Run `nazdik serve` with these words; what it says is added to a file."""
        words = ["serve", "--region", str(region), *words]
        return Forked(self, self.ask(region=str(region), words=words, cwd=str(cwd), env=dict(env), output=str(output)))

    def ask(self, **asked: Any) -> Any:
        """Ask for something and return the answer."""
        with self._lock:
            self._lines.write(json.dumps(asked).encode() + b"\n")
            self._lines.flush()
            line = self._lines.readline()
        assert line, "the process that forks servers has ended"
        return json.loads(line)

    def close(self) -> None:
        """End it, and with it what it forked."""
        self._lines.close()
        self._process.wait(20)


@cache
def forks() -> Forks:
    """Return the one of this process, begun at the first call."""
    return Forks()


def _import_everything() -> None:
    gc.disable()
    import nazdik.bootstrap.run
    import nazdik.cli  # noqa: F401
    from nazdik.kernel.later import import_promised

    import_promised()
    # The application imports its plugins as it is made.
    import litestar.plugins.pydantic  # noqa: F401

    gc.freeze()


def _load_compiled(region: Path) -> None:
    """Load the compiled functions that every server calls as it starts, or compile them, once."""
    from nazdik.geo.graph import RoadGraph
    from nazdik.geo.places import PlaceFinder, PlaceIndex
    from nazdik.geo.region import Region
    from nazdik.geo.sight import RoadSight

    opened = Region.load(region)
    road = RoadSight(RoadGraph.load(opened.graph_folder), standby=True)
    road.warm_up()
    PlaceFinder(PlaceIndex.load(opened.places_folder), road.route)


def _serve(line: socket.socket) -> None:
    """Do what is asked until nobody is there to ask, then end every child."""
    children: set[int] = set()
    loaded = False
    answer: int | None
    with line.makefile("rwb") as lines:
        for asked in lines:
            said = json.loads(asked)
            if "words" in said:
                if not loaded:
                    _load_compiled(Path(said["region"]))
                    gc.freeze()
                    loaded = True
                pid = answer = os.fork()
                if answer == 0:
                    lines.close()
                    line.close()
                    _become(said)
                children.add(pid)
            else:
                pid, status = os.waitpid(said["ended"], os.WNOHANG)
                children.discard(pid)
                answer = os.waitstatus_to_exitcode(status) if pid else None
            lines.write(json.dumps(answer).encode() + b"\n")
            lines.flush()
    for child in children:
        os.kill(child, signal.SIGKILL)


def _become(said: dict[str, Any]) -> NoReturn:
    """Be the command from here on, to its end."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    output = os.open(said["output"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.chdir(said["cwd"])
    os.environ.clear()
    os.environ.update(said["env"])
    sys.argv = ["nazdik", *said["words"]]
    from nazdik.cli import main

    main()
    sys.exit()


if __name__ == "__main__":
    # Whoever presses Ctrl+C speaks to the tests; we end when they do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_everything()
    _serve(socket.socket(fileno=int(sys.argv[1])))
