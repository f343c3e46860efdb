"""
Two real servers over one PostgreSQL, under load, while parts are killed, paused, restarted and cut off.

As in `tests/kills.py` each client keeps its own list of what it sent and what it was answered, and that list is the judge. A client
that is refused or cut off sends the same command with the same key to the other node, as a proxy in front would.

Run it for long: `python -m tests.nodes --faults 100`. How soon another node goes on: `--only kill,pause`. Over a PostgreSQL with a
synchronous standby, whose primary is lost with its disk: `--only primary,standby`. With each fault is measured for how long nobody
had anything new acknowledged: from the last by the old writer to the first by the new.
"""

import argparse
import itertools
import math
import signal
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
from PIL import Image

from nazdik.geo.samples import build_samples
from nazdik.interchange import webhooks
from nazdik.interchange.partners import FILE as PARTNERS
from nazdik.interchange.partners import Partners
from nazdik.interchange.webhook_store import FILE as WEBHOOKS
from nazdik.interchange.webhook_store import Endpoint, WebhookStore
from nazdik.kernel import OfficeId
from nazdik.platform.clock import SystemClock
from nazdik.platform.eventlog.postgres import PostgresReader, verify_log
from nazdik.platform.eventlog.postgres.outbox import OutboxTable
from nazdik.platform.eventlog.postgres.pictures import PictureTable
from nazdik.platform.eventlog.verify_sqlite import verify_file
from tests.kills import SIGNS, Client, Known, Sent, entries_in, in_postgres, judge
from tests.nats import Nats, nats_server
from tests.netns import DATABASE, Room, rooms, why_not
from tests.postgres import Postgres, new_name, postgres
from tests.postgres_pair import Pair, pair
from tests.receiver import DOMAIN, Receiver
from tests.server import PROVINCE, ROOT, Seat, Server, free_port

FAULTS_OF_LINES = ("partition", "unplug")
FAULTS_OF_A_PAIR = ("primary", "standby")
PAUSED_S = 8.0
CALM_S = 2.0
GOES_ON_WITHIN_S = 40.0
# A client that hears nothing for so long asks the other node, about as soon as a proxy in front would send it there.
ASKS_FOR_S = 1.5
# So many of a dispatcher's commands are pictures.
PICTURES = 0.1


@dataclass
class Nodes:
    """Servers that share a PostgreSQL; which of them writes is theirs to settle."""

    folder: Path
    region: Path
    pg: Postgres | Pair
    # Namespaces to run in, when lines are to be cut.
    rooms: list[Room] = field(default_factory=list)
    nats: Nats | None = None
    servers: list[Server] = field(default_factory=list)
    url: str = ""
    # What both are told besides.
    settings: dict[str, str] = field(default_factory=dict)
    # A partner that is told of everything after this position of the log.
    receiver: Receiver | None = None
    told_from: int = 0

    def start(self) -> None:
        """Start two nodes, the first of which writes."""
        names = ("node-a", "node-b")
        logs = (PROVINCE, *(f"audit.{name}" for name in names))
        self.url = self.pg.writer(new_name("nodes"), *logs)
        if self.receiver is not None:
            self.settings |= {"NAZDIK_WEBHOOK_HOSTS": f"127.0.0.1:{self.receiver.port}", "NAZDIK_DOMAIN": DOMAIN}
        for n, name in enumerate(names):
            data = self.folder / name
            data.mkdir()
            url = self.url.replace("127.0.0.1", DATABASE) if self.rooms else self.url
            server = Server(data, free_port(), in_postgres(data, url, name) | self.settings)
            if self.rooms:
                server.host, server.prefix = self.rooms[n].address, self.rooms[n].prefix
            server.settings["NAZDIK_NODE_ADDRESS"] = server.address
            (data / "node.key").write_text("a key for tests that both nodes have, and nobody else\n")
            server.settings["NAZDIK_NODE_KEY_FILE"] = str(data / "node.key")
            if self.nats is not None:
                (data / "nats.url").write_text(self.nats.url)
                server.settings["NAZDIK_NATS_URL_FILE"] = str(data / "nats.url")
            if self.receiver is not None and not self.servers:
                _let_in(data, self.receiver)
            self.servers.append(server)
            server.start(self.region)
        if self.receiver is not None:
            self.told_from = self.all_told()

    def all_told(self) -> int:
        """Wait until a partner was told of everything in the log, and return where that ends."""
        table, reader = OutboxTable(self.url), PostgresReader(self.url, PROVINCE)
        left, until = -1, time.monotonic() + GOES_ON_WITHIN_S
        try:
            while True:
                ends, head, waiting = table.ends(), reader.find(), len(table.waiting())
                if ends and head is not None and ends[0][2] == head.position and not waiting:
                    return head.position
                if waiting < left:
                    until = time.monotonic() + GOES_ON_WITHIN_S  # It goes on.
                left = waiting
                assert time.monotonic() < until, f"{waiting} wait; told up to {ends}, the log ends at {head}"
                time.sleep(0.5)
        finally:
            table.close()
            reader.close()

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


def _let_in(data: Path, receiver: Receiver) -> None:
    """Give a node a partner that wants to be told of everything; the other learns of it."""
    clock = SystemClock()
    partners, store = Partners(data / PARTNERS, clock), WebhookStore(data / WEBHOOKS)
    partners.add("partner", OfficeId(PROVINCE), ["webhook"])
    url = f"http://127.0.0.1:{receiver.port}/load"
    store.add(Endpoint("load", "partner", url, (), ((webhooks.new_secret(), None),), None, clock.now()))
    store.close()
    partners.close()


@dataclass(slots=True)
class Worker(Client):
    """A client who knows both addresses and does not give a command up."""

    # When something new was acknowledged to it.
    new_at: list[float] = field(default_factory=list)
    token: str | None = None

    def work_on(self, addresses: list[str], over: threading.Event, known: Known) -> None:
        """Send one command after the other, each until it is answered."""
        seats: dict[str, Seat] = {}
        while not over.is_set():
            # Some are at home at one node, some at the other: never do all of them wait at one that hangs.
            where = itertools.cycle(addresses if int(self.name) % 2 else addresses[::-1])
            at = next(where)
            self._number += 1
            path, body = self._next(known)
            one = Sent(path, f"{self.name}:{self._number}", body)
            self.sent.append(one)
            while not over.is_set() and not self.settled(one):
                if not self.try_at(at, seats, one):
                    at = next(where)
                    over.wait(0.1)
            known.learn(one)

    def _next(self, known: Known) -> tuple[str, Any]:
        incident = known.some_incident(self.chance) if self.seat.startswith("dispatcher") else None
        if incident is not None and self.chance.random() < PICTURES:
            return f"/v1/incidents/{incident}/photos", {"image": picture(self.chance)}
        return Client._next(self, known)  # A class with slots is made anew, and `super` knows the first one only.

    def try_at(self, address: str, seats: dict[str, Seat], one: Sent) -> bool:
        """Ask one node; False when it could not say."""
        try:
            if self.token is None:
                self.token = Seat(address, self.seat).token
            if address not in seats:
                seats[address] = Seat(address, None)
                seats[address].http.timeout = httpx.Timeout(ASKS_FOR_S)
            # Who signed in at one node is signed in at both, also after a restart.
            seats[address].http.headers["authorization"] = f"Bearer {self.token}"
            answer = seats[address].post(one.path, one.body, key=one.key)
        except (httpx.HTTPError, AssertionError):
            return False
        one.status = answer.status_code
        if answer.status_code in (200, 201):
            said = one.answer = answer.json()
            if said["events"] and not said.get("duplicate"):
                self.new_at.append(time.monotonic())
        elif answer.status_code == 401:
            self.token = None
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
    pictures: int
    # What a partner was told, and how much of it once more with the same id.
    told: int
    twice: int
    # For each fault, the longest time in which nothing new was acknowledged to anybody.
    silences_s: list[float]
    wrong: list[str]


def picture(chance: Random) -> str:
    """Return a small picture that nobody else has, as it travels."""
    out = BytesIO()
    Image.frombytes("RGB", (32, 32), chance.randbytes(32 * 32 * 3)).save(out, "PNG")
    return b64encode(out.getvalue()).decode()


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
    server = nodes.pg.primary if isinstance(nodes.pg, Pair) else nodes.pg
    server.stop(signal.SIGINT)
    server.start()
    nodes.writer()
    for server in nodes.servers:
        nodes.revive(server)


def restart_nats(nodes: Nodes) -> None:
    """Kill NATS for a while: nothing may depend on it."""
    assert nodes.nats is not None
    nodes.nats.kill()
    time.sleep(CALM_S)
    nodes.nats.start()


def lose_primary(nodes: Nodes) -> None:
    """Lose PostgreSQL's primary with its disk, go on with its standby alone, and make a new one from it under load."""
    assert isinstance(nodes.pg, Pair)
    nodes.pg.lose_primary()
    nodes.pg.promote()
    nodes.pg.demand("")
    nodes.writer()
    nodes.pg.follow()
    nodes.writer()
    for server in nodes.servers:
        nodes.revive(server)


def hang_standby(nodes: Nodes) -> None:
    """Stop PostgreSQL's standby in its tracks: until it is back nothing may be acknowledged, and whoever looks is told why."""
    assert isinstance(nodes.pg, Pair)
    writer = nodes.writer()
    with nodes.pg.standby_hangs():
        began, said = time.monotonic(), None
        while said != {"ok": False, "why": "log.standby_away"}:
            waits = time.monotonic() - began
            assert waits < GOES_ON_WITHIN_S, f"{said} {nodes.pg.waiting()} {writer.said()[-1500:]}"
            time.sleep(0.2)
            said = httpx.get(f"{writer.address}/v1/health", timeout=5).json()["store"]
        time.sleep(max(0.0, PAUSED_S - (time.monotonic() - began)))
    nodes.writer()
    for server in nodes.servers:
        nodes.revive(server)


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
    "primary": lose_primary,
    "standby": hang_standby,
    "partition": partition,
    "unplug": unplug,
}


def endure(nodes: Nodes, faults: list[str], *, seed: int, say: Any = None, within_s: float = float("inf")) -> Outcome:
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
    silences: list[float] = []
    until = time.monotonic() + within_s
    try:
        for fault in faults:
            time.sleep(CALM_S)
            if time.monotonic() > until:
                break
            began = time.monotonic()
            DONE[fault](nodes)
            silences.append(longest_silence(workers, began, time.monotonic()))
            if say is not None:
                say(f"{fault}: {silences[-1]:.2f} s")
        time.sleep(CALM_S)
    finally:
        over.set()
        for thread in threads:
            thread.join(30)
    writer = nodes.writer()
    heal(workers, writer)
    return compare(nodes, workers, faults[: len(silences)], silences)


def longest_silence(workers: list[Worker], since: float, until: float) -> float:
    """Return the longest time between two moments at which something new was acknowledged, of those that reach into a span."""
    moments = sorted(moment for worker in workers for moment in [*worker.new_at])
    gaps = [after - before for before, after in pairwise(moments) if after > since and before < until]
    # What has not ended yet counts too.
    return max([*gaps, until - (moments[-1] if moments else since)])


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


def compare(nodes: Nodes, workers: list[Worker], faults: list[str], silences: list[float]) -> Outcome:
    """Read the log in PostgreSQL as a stranger would, both copies, and what a partner was told."""
    if nodes.receiver is not None:
        nodes.all_told()
    nodes.stop()
    entries = entries_in(nodes.url, PROVINCE)
    wrong = [said for worker in workers for said in worker.wrong]
    for found in judge([one for worker in workers for one in worker.sent], entries):
        wrong += found
    verdict = verify_log(nodes.url, PROVINCE)
    if not verdict.whole or verdict.checked != len(entries):
        wrong.append(f"the log is not whole: {verdict.said}")
    told, twice = nodes.receiver.came if nodes.receiver is not None else [], 0
    if nodes.receiver is not None:
        events = {msgspec.json.decode(body)["id"]: headers["webhook-id"] for _, headers, body in told}
        news = [e for e in entries if e.position > nodes.told_from and e.kind in webhooks.WORDS]
        wrong += [f"a partner was not told of {e.position}" for e in news if f"{PROVINCE}:{e.position}" not in events]
        if len(set(events.values())) != len(events) or len({h["webhook-id"] for _, h, _ in told}) != len(events):
            wrong.append("a partner was told of one thing under two ids")
        twice = len(told) - len(events)
    table = PictureTable(nodes.url)
    named = {
        msgspec.json.decode(entry.body)["photo_id"] for entry in entries if entry.kind == "dispatch.photo_added.v1"
    }
    wrong += [f"the picture {name} is acknowledged and lost" for name in named if table.get(PROVINCE, name) is None]
    table.close()
    for server in nodes.servers:
        copy = verify_file(server.log_file)
        if not copy.whole or copy.checked > len(entries):
            wrong.append(f"a copy is not whole: {copy.said}")
    answered = sum(one.status in (200, 201) for worker in workers for one in worker.sent)
    return Outcome(faults, answered, len(entries), len(named), len(told), twice, silences, wrong)


def report(found: Outcome) -> None:
    """Print what was wrong, and for each kind of fault how long nothing new was acknowledged."""
    for said in found.wrong:
        print(said)
    for kind in dict.fromkeys(found.faults):
        times = [s for fault, s in zip(found.faults, found.silences_s, strict=True) if fault == kind]
        print(
            f"{kind} {len(times)}: p50 {share(times, 0.5):.1f} s, p99 {share(times, 0.99):.1f} s, max {max(times):.1f} s"
        )
    print(
        f"{found.answered} commands answered, {found.entries} entries, {found.pictures} pictures, "
        f"{found.told} messages to a partner, {found.twice} of them again; {len(found.wrong)} wrong"
    )


def share(times: list[float], part: float) -> float:
    """Return the time within which this part of all times is: the nearest that was measured."""
    return sorted(times)[max(0, math.ceil(part * len(times)) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help=f"some of {','.join(DONE)}; all of them when not given")
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="stop after so long, however many there were"
    )
    given = parser.parse_args()
    ((region, _),) = build_samples(ROOT / "regions" / "sources", ROOT / "regions" / "built", only=(PROVINCE,))
    wanted = given.only.split(",") if given.only else [kind for kind in DONE if kind not in FAULTS_OF_A_PAIR]
    in_pair = not set(FAULTS_OF_A_PAIR).isdisjoint(wanted)
    cuts = not set(FAULTS_OF_LINES).isdisjoint(wanted)
    assert not (in_pair and cuts), "lines are cut to one PostgreSQL only"
    no_lines = why_not() if cuts else "it was not asked for"
    if no_lines is not None:
        print(f"no line is cut: {no_lines}")
    kinds = [kind for kind in wanted if no_lines is None or kind not in FAULTS_OF_LINES]
    chance = Random(given.seed)
    faults = [chance.choice(kinds) for _ in range(given.faults)]
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory())
        made = stack.enter_context(rooms(2)) if no_lines is None else []
        server = stack.enter_context(pair() if in_pair else postgres(*([DATABASE] if made else [])))
        nats = stack.enter_context(nats_server(DATABASE if made else "127.0.0.1"))
        nodes = Nodes(Path(name), region.folder, server, made, nats)
        if not made:
            nodes.receiver = receiver = Receiver(free_port())
            stack.callback(receiver.close)
        try:
            nodes.start()
            found = endure(
                nodes, faults, seed=given.seed, say=lambda said: print(said, flush=True), within_s=60 * given.minutes
            )
        finally:
            nodes.stop()
    report(found)
    raise SystemExit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
