"""A Mosquitto of a test's own: on the loopback, in a private folder, set up as docs/interfaces/mqtt.md says, stopped by its id."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import make_certificate
from tests.interfaces import samples

STARTS_WITHIN_S = 30.0
OURS = "broker password of Nazdik"


def tool(name: str) -> str:
    """Return the path of one of Mosquitto's programs."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    assert found is not None, f"{name} is missing: apt-get install mosquitto mosquitto-clients"
    return found


@dataclass
class Mosquitto:
    """A broker with the users of a test."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def ca_file(self) -> Path:
        """Whom to trust to know this broker."""
        return self.folder / "server.pem"

    def start(self) -> None:
        """Start it and wait until it listens."""
        with (self.folder / "said.txt").open("ab") as said:
            command = [tool("mosquitto"), "-c", str(self.folder / "mosquitto.conf")]
            self.process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None and time.monotonic() < deadline, (self.folder / "said.txt").read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        """End it by its id; what it keeps is written to its folder."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)

    def publish(
        self, user: str, password: str, topic: str, message: str, *, retained: bool = False
    ) -> "subprocess.CompletedProcess[str]":
        """Send one message as a tracker does, by Mosquitto's own client."""
        command = [tool("mosquitto_pub"), "-h", "127.0.0.1", "-p", str(self.port), "--cafile", str(self.ca_file)]
        command += ["-u", user, "-P", password, "-q", "1", "-t", topic, "-s", *(["-r"] if retained else [])]
        return subprocess.run(command, input=message, text=True, capture_output=True, timeout=20, check=False)

    def settings(self) -> dict[str, str]:
        """Return what a server of ours is told about it."""
        (self.folder / "ours.txt").write_text(OURS)
        told = {"host": "127.0.0.1", "port": str(self.port), "ca_file": str(self.ca_file)}
        told["secret_file"] = str(self.folder / "ours.txt")
        return {f"NAZDIK_MQTT_{name.upper()}": value for name, value in told.items()}


@contextmanager
def mosquitto(folder: Path, port: int, users: Mapping[str, str], *, more_acl: str = "") -> Iterator[Mosquitto]:
    """Run a broker while the block runs; `users` are trackers with their passwords."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_certificate(folder, "server")
    (conf,), (acl,) = samples("mqtt", "conf"), samples("mqtt", "acl")
    conf = conf.replace("listener 8883", f"listener {port} 127.0.0.1")
    conf = conf.replace("/etc/mosquitto/", f"{folder}/").replace("/var/lib/mosquitto/", f"{folder}/")
    # It gives up root's rights by itself, and could not read a private folder then.
    conf += "user root\n" if os.geteuid() == 0 else ""
    (folder / "mosquitto.conf").write_text(conf)
    (folder / "acl").write_text(acl + more_acl)
    passwords = "".join(f"{name}:{word}\n" for name, word in {**users, "nazdik": OURS}.items())
    (folder / "passwords").write_text(passwords)
    subprocess.run([tool("mosquitto_passwd"), "-U", str(folder / "passwords")], check=True, timeout=60)
    broker = Mosquitto(folder, port)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
