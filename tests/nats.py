"""A NATS server of a test's own, stopped by its id."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Nats:
    """One server, without anything kept."""

    host: str
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"nats://{self.host}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        program = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin")
        assert program is not None, "nats-server is missing: apt-get install nats-server"
        command = [program, "-a", self.host, "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
            assert self.process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)

    def kill(self) -> None:
        """End it without a word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)


@contextmanager
def nats_server(host: str = "127.0.0.1") -> Iterator[Nats]:
    """Run a server while the block runs."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port = probe.getsockname()[1]
    server = Nats(host, port)
    server.start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
