"""
Two real servers over one PostgreSQL, under load, while parts are killed, paused, restarted and cut off.

As in `tests/kills.py` each client keeps its own list of what it sent and what it was answered, and that list is the judge. A client
that is refused or cut off sends the same command with the same key to the other node, as a proxy in front would.

Run it for long: `python -m tests.nodes --faults 100`.
"""

import argparse
import itertools
import signal
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from nazdik.geo.samples import build_samples
from nazdik.platform.eventlog.postgres import verify_log
from nazdik.platform.eventlog.verify_sqlite import verify_file
from tests.kills import SIGNS, Client, Known, Sent, entries_in, in_postgres, judge
from tests.nats import Nats, nats_server
from tests.netns import DATABASE, Room, rooms, why_not
from tests.postgres import Postgres, new_name, postgres
from tests.server import PROVINCE, ROOT, Seat, Server, free_port

FAULTS = ("kill", "pause", "postgres", "nats")
FAULTS_OF_LINES = ("partition", "unplug")
PAUSED_S = 8.0
CALM_S = 2.0
GOES_ON_WITHIN_S = 40.0
ASKS_FOR_S = 6.0


@dataclass
class Nodes:
    """Servers that share a PostgreSQL; which of them writes is theirs to settle."""

    folder: Path
    region: Path
    pg: Postgres
    # Namespaces to run in, when lines are to be cut.
    rooms: list[Room] = field(default_factory=list)
    nats: Nats | None = None
    servers: list[Server] = field(default_factory=list)
    url: str = ""

    def start(self) -> None:
        """Start two nodes, the first of which writes."""
        names = ("node-a", "node-b")
        logs = (PROVINCE, *(f"audit.{name}" for name in names))
        self.url = self.pg.writer(new_name("nodes"), *logs)
        for n, name in enumerate(names):
            data = self.folder / name
            data.mkdir()
            url = self.url.replace("127.0.0.1", DATABASE) if self.rooms else self.url
            server = Server(data, free_port(), in_postgres(data, url, name))
            if self.rooms:
                server.host, server.prefix = self.rooms[n].address, self.rooms[n].prefix
            server.settings["NAZDIK_NODE_ADDRESS"] = server.address
            (data / "node.key").write_text("a key for tests that both nodes have, and nobody else\n")
            server.settings["NAZDIK_NODE_KEY_FILE"] = str(data / "node.key")
            if self.nats is not None:
                (data / "nats.url").write_text(self.nats.url)
                server.settings["NAZDIK_NATS_URL_FILE"] = str(data / "nats.url")
            self.servers.append(server)
            server.start(self.region)

    @property
    def addresses(self) -> list[str]:
        """Where they answer."""
        return [server.address for server in self.servers]

    def writer(self, within_s: float = GOES_ON_WITHIN_S) -> Server:
        """Return the node that writes the province, as soon as one does."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for server in self.servers:
                if self.role(server) == "writer":
                    return server
            time.sleep(0.05)
        raise AssertionError("nobody writes: " + "\n".join(server.said()[-1500:] for server in self.servers))

    def role(self, server: Server) -> str:
        """Return what a node says it is; nothing when it does not answer."""
        try:
            said: str = httpx.get(f"{server.address}/readyz/writer", timeout=1).json()["status"]
            return said
        except (httpx.HTTPError, KeyError, ValueError):
            return ""

    def revive(self, server: Server) -> None:
        """Start a node that has ended, as systemd does."""
        assert server.process is not None
        if server.process.poll() is not None:
            server.start(self.region)

    def stop(self) -> None:
        """End both."""
        for server in self.servers:
            if server.process is not None and server.process.poll() is None:
                server.process.send_signal(signal.SIGCONT)
                server.stop()


@dataclass(slots=True)
class Worker(Client):
    """A client who knows both addresses and does not give a command up."""

    def work_on(self, addresses: list[str], over: threading.Event, known: Known) -> None:
        """Send one command after the other, each until it is answered."""
        seats: dict[str, Seat] = {}
        where = itertools.cycle(addresses)
        at = next(where)
        while not over.is_set():
            self._number += 1
            path, body = self._next(known)
            one = Sent(path, f"{self.name}:{self._number}", body)
            self.sent.append(one)
            while not over.is_set() and not self.settled(one):
                if not self.try_at(at, seats, one):
                    at = next(where)
                    over.wait(0.1)
            known.learn(one)

    def try_at(self, address: str, seats: dict[str, Seat], one: Sent) -> bool:
        """Ask one node; False when it could not say."""
        try:
            if address not in seats:
                seats[address] = Seat(address, self.seat)
                seats[address].http.timeout = httpx.Timeout(ASKS_FOR_S)
            answer = seats[address].post(one.path, one.body, key=one.key)
        except (httpx.HTTPError, AssertionError):
            seats.pop(address, None)
            return False
        one.status = answer.status_code
        if answer.status_code in (200, 201):
            one.answer = answer.json()
        elif answer.status_code == 401:
            seats.pop(address, None)
        elif answer.status_code not in (404, 409, 503):
            self.wrong.append(f"{one.path}: {answer.status_code} {answer.text[:300]}")
        return self.settled(one)

    @staticmethod
    def settled(one: Sent) -> bool:
        """Whether a command has its answer."""
        return one.status in (200, 201, 404, 409)


@dataclass(slots=True)
class Outcome:
    """What came of it; `wrong` is to be empty."""

    faults: list[str]
    answered: int
    entries: int
    interruptions_s: list[float]
    wrong: list[str]


Fault = Callable[[Nodes], None]


def kill(nodes: Nodes) -> None:
    """Kill the writer; it comes back beside the one that took over."""
    victim = nodes.writer()
    victim.kill()
    other(nodes, victim)
    victim.start(nodes.region)


def pause(nodes: Nodes) -> None:
    """Stop the writer in its tracks until another has taken over, then let it wake in the middle of what it was doing."""
    victim = nodes.writer()
    assert victim.process is not None
    victim.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    other(nodes, victim)
    time.sleep(max(0.0, PAUSED_S - (time.monotonic() - began)))
    victim.process.send_signal(signal.SIGCONT)
    victim.process.wait(30)  # It finds out, and ends by itself.
    victim.start(nodes.region)


def restart_postgres(nodes: Nodes) -> None:
    """Restart PostgreSQL as an administrator would."""
    nodes.pg.stop(signal.SIGINT)
    nodes.pg.start()
    nodes.writer()
    for server in nodes.servers:
        nodes.revive(server)


def restart_nats(nodes: Nodes) -> None:
    """Kill NATS for a while: nothing may depend on it."""
    assert nodes.nats is not None
    nodes.nats.kill()
    time.sleep(CALM_S)
    nodes.nats.start()


def partition(nodes: Nodes) -> None:
    """Cut the writer off from the database, while people still reach it, until long after another has taken over."""
    _cut(nodes, Room.cut_database)


def unplug(nodes: Nodes) -> None:
    """Cut the writer off from everybody."""
    _cut(nodes, Room.cut_all)


def _cut(nodes: Nodes, how: Callable[[Room], None]) -> None:
    victim = nodes.writer()
    room = nodes.rooms[nodes.servers.index(victim)]
    how(room)
    try:
        began = time.monotonic()
        other(nodes, victim)
        time.sleep(max(0.0, PAUSED_S - (time.monotonic() - began)))
    finally:
        room.mend()
    assert victim.process is not None
    victim.process.wait(30)  # It finds out, and ends by itself.
    victim.start(nodes.region)


def other(nodes: Nodes, than: Server) -> Server:
    """Wait until a node other than this one writes."""
    until = time.monotonic() + GOES_ON_WITHIN_S
    while time.monotonic() < until:
        for server in nodes.servers:
            if server is not than and nodes.role(server) == "writer":
                return server
        time.sleep(0.05)
    raise AssertionError("nobody took over: " + "\n".join(server.said()[-1500:] for server in nodes.servers))


DONE: dict[str, Fault] = {
    "kill": kill,
    "pause": pause,
    "postgres": restart_postgres,
    "nats": restart_nats,
    "partition": partition,
    "unplug": unplug,
}


def endure(nodes: Nodes, faults: list[str], *, seed: int, say: Any = None) -> Outcome:
    """Let people work while one fault comes after the other, heal everything, and compare all lists with the log."""
    known = Known()
    seats = [f"call_taker:{PROVINCE}", f"dispatcher:{PROVINCE}", f"dispatcher:{PROVINCE}"]
    seats += [f"officer:{PROVINCE}.u.{sign}" for sign in SIGNS[:2]]
    workers = [Worker(f"{n}", seat, Random(seed * 100 + n)) for n, seat in enumerate(seats)]
    for sign in SIGNS[:2]:
        Seat(nodes.writer().address, f"officer:{PROVINCE}.u.{sign}").done(
            f"/v1/units/{PROVINCE}.u.{sign}/duty", {"on": True}
        )
    over = threading.Event()
    threads = [
        threading.Thread(target=worker.work_on, args=(nodes.addresses, over, known), daemon=True) for worker in workers
    ]
    for thread in threads:
        thread.start()
    interruptions: list[float] = []
    try:
        for fault in faults:
            time.sleep(CALM_S)
            with interruption(workers, interruptions):
                DONE[fault](nodes)
            if say is not None:
                say(fault)
        time.sleep(CALM_S)
    finally:
        over.set()
        for thread in threads:
            thread.join(30)
    writer = nodes.writer()
    heal(workers, writer)
    return compare(nodes, workers, faults, interruptions)


@contextmanager
def interruption(workers: list[Worker], found: list[float]) -> Iterator[None]:
    """Measure the longest time in which nobody at all was answered while the block runs."""
    over, longest = threading.Event(), 0.0

    def look() -> None:
        nonlocal longest
        count, since = -1, time.monotonic()
        while not over.wait(0.05):
            # A refusal for a while is no answer.
            now = sum(sum(one.status in (200, 201, 404, 409) for one in worker.sent[-400:]) for worker in workers)
            now += sum(len(worker.sent) for worker in workers)
            if now != count:
                count, since = now, time.monotonic()
            longest = max(longest, time.monotonic() - since)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        found.append(longest)


def heal(workers: list[Worker], writer: Server) -> None:
    """Ask again for everything that never got its answer, and for the last that did."""
    for worker in workers:
        seats: dict[str, Seat] = {}
        for one in worker.sent[-6:]:
            before = one.answer
            for _ in range(20):
                if worker.try_at(writer.address, seats, one):
                    break
                time.sleep(0.2)
            else:
                worker.wrong.append(f"{one.key} was never answered")
            if before is not None and before["events"] and one.answer not in (before, {**before, "duplicate": True}):
                worker.wrong.append(f"{one.key} was answered {before}, and later {one.answer}")


def compare(nodes: Nodes, workers: list[Worker], faults: list[str], interruptions: list[float]) -> Outcome:
    """Read the log in PostgreSQL as a stranger would, and both copies."""
    nodes.stop()
    entries = entries_in(nodes.url, PROVINCE)
    wrong = [said for worker in workers for said in worker.wrong]
    for found in judge([one for worker in workers for one in worker.sent], entries):
        wrong += found
    verdict = verify_log(nodes.url, PROVINCE)
    if not verdict.whole or verdict.checked != len(entries):
        wrong.append(f"the log is not whole: {verdict.said}")
    for server in nodes.servers:
        copy = verify_file(server.log_file)
        if not copy.whole or copy.checked > len(entries):
            wrong.append(f"a copy is not whole: {copy.said}")
    answered = sum(one.status in (200, 201) for worker in workers for one in worker.sent)
    return Outcome(faults, answered, len(entries), interruptions, wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    ((region, _),) = build_samples(ROOT / "regions" / "sources", ROOT / "regions" / "built", only=(PROVINCE,))
    chance = Random(given.seed)
    no_lines = why_not()
    if no_lines is not None:
        print(f"no line is cut: {no_lines}")
    kinds = (*FAULTS, *(FAULTS_OF_LINES if no_lines is None else ()))
    faults = [chance.choice(kinds) for _ in range(given.faults)]
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory())
        made = stack.enter_context(rooms(2)) if no_lines is None else []
        server = stack.enter_context(postgres(*([DATABASE] if made else [])))
        nats = stack.enter_context(nats_server(DATABASE if made else "127.0.0.1"))
        nodes = Nodes(Path(name), region.folder, server, made, nats)
        try:
            nodes.start()
            found = endure(nodes, faults, seed=given.seed, say=lambda fault: print(fault, flush=True))
        finally:
            nodes.stop()
    for said in found.wrong:
        print(said)
    by_kind = {kind: [s for f, s in zip(faults, found.interruptions_s, strict=True) if f == kind] for kind in kinds}
    times = ", ".join(
        f"{kind} {len(all_s)}: median {statistics.median(all_s):.1f} s, longest {max(all_s):.1f} s"
        for kind, all_s in by_kind.items()
        if all_s
    )
    print(
        f"{found.answered} commands answered, {found.entries} entries, {len(found.wrong)} wrong; nobody answered: {times}"
    )
    raise SystemExit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
