"""
A real server under load, killed without a word again and again; what its clients were told is the judge.

Each client keeps its own list of what it sent and what it was answered. A command that was cut off is sent again with its key
after the restart, as every face and exchange does. In the end the log must hold every command once and no more, every call once,
and at no position a unit with two duties.

Run it for long: `python -m tests.kills --kills 1000`, with `--postgres` for logs in a PostgreSQL, with `--lanes 2` for two servers
side by side, each with its own folder, port and clients. Most starts are forked (see `tests.forks`); every tenth is cold, as a
supervisor's is, and only those are measured.
"""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import httpx

from nazdik.bootstrap.control_room import KEY_MARK
from nazdik.geo.samples import build_samples
from nazdik.platform.eventlog.postgres import PostgresReader, verify_log
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.eventlog.verify_sqlite import verify_file
from nazdik.platform.sqlite import connect
from tests.postgres import Postgres, new_name, postgres
from tests.server import HERE, PROVINCE, ROOT, Seat, Server, free_port

# Few units for many incidents: desks get in one another's way all the time.
SIGNS = ("A01", "A02", "A03", "A04")
LIFE_S = (0.1, 1.5)
AGAIN = 6
COLD_EVERY = 10
SAY_EVERY = 25
_ENDS = {
    f"dispatch.{name}.v1"
    for name in (
        "offer_refused",
        "offer_unanswered",
        "assignment_withdrawn",
        "assignment_diverted",
        "assignment_cancelled",
        "unit_cleared",
    )
}


@dataclass(slots=True)
class Sent:
    """One command of one client; `answer` is None when the line was cut before one came."""

    path: str
    key: str
    body: Any
    answer: dict[str, Any] | None = None
    status: int = 0


@dataclass(slots=True)
class Client:
    """Somebody who works, and remembers what was said."""

    name: str
    seat: str
    chance: Random
    sent: list[Sent] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _number: int = 0

    def work(self, address: str, over: threading.Event, known: "Known") -> None:
        """Send one command after the other until the line is cut."""
        try:
            seat = Seat(address, self.seat)
            while not over.is_set():
                self._number += 1
                path, body = self._next(known)
                one = Sent(path, f"{self.name}:{self._number}", body)
                self.sent.append(one)
                self.ask(seat, one)
                known.learn(one)
        except httpx.HTTPError:
            pass

    def ask(self, seat: Seat, one: Sent) -> None:
        """Send a command and keep what is answered; anything but an answer or a clear refusal is wrong."""
        answer = seat.post(one.path, one.body, key=one.key)
        one.status = answer.status_code
        if answer.status_code in (200, 201):
            one.answer = answer.json()
        elif answer.status_code not in (404, 409):
            self.wrong.append(f"{one.path}: {answer.status_code} {answer.text[:300]}")

    def _next(self, known: "Known") -> tuple[str, Any]:
        chance = self.chance
        if self.seat.startswith("call_taker"):
            return "/v1/calls", {"number": f"0912{self._number:07d}", "narrative": f"{self.name} {self._number}"}
        if self.seat.startswith("officer"):
            assignment = known.duty_of(self.seat.partition(":")[2])
            step = chance.choice(("accept", "en-route", "on-scene", "clear", "refuse"))
            body = {"refuse": {"reason": "vehicle_fault"}, "clear": {"disposition": "settled_on_scene"}}.get(step, {})
            return f"/v1/assignments/{assignment or 'none'}/{step}", body
        incident = known.some_incident(chance)
        if incident is None or chance.random() < 0.4:
            return "/v1/incidents", {"kind": "noise", "point": HERE}
        unit = f"{PROVINCE}.u.{chance.choice(SIGNS)}"
        return f"/v1/incidents/{incident}/assignments", {"units": [unit]}


class Known:
    """What clients tell one another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._incidents: list[str] = []
        self._duties: dict[str, str] = {}

    def learn(self, one: Sent) -> None:
        """Take from an answer what came into being."""
        if one.answer is None:
            return
        with self._lock:
            if one.path == "/v1/incidents":
                self._incidents = [*self._incidents[-40:], one.answer["incident_id"]]
            # Of those that came about by themselves, as when a crew opens an incident, the answer does not say whose they are.
            for assignment in one.answer["assignment_ids"] if "units" in one.body else ():
                self._duties[one.body["units"][0]] = assignment

    def some_incident(self, chance: Random) -> str | None:
        """Return one of the last incidents."""
        with self._lock:
            return chance.choice(self._incidents) if self._incidents else None

    def duty_of(self, unit: str) -> str | None:
        """Return what a unit was last sent to, as far as anybody was told."""
        with self._lock:
            return self._duties.get(unit)


@dataclass(slots=True)
class Survived:
    """What came of it. `lost` and `doubled` name what is wrong; both are to be empty. Only cold starts are in `restarts_s`."""

    kills: int
    acknowledged: int
    calls: int
    cut_off: int
    entries: int
    restarts_s: list[float]
    lost: list[str]
    doubled: list[str]
    wrong: list[str]


def survive(
    folder: Path,
    region: Path,
    *,
    kills: int,
    seed: int,
    say: Any = None,
    pg: Postgres | None = None,
    within_s: float = float("inf"),
) -> Survived:
    """Kill a server so many times, or for so long, and look at what is left; with `pg` its logs are kept there."""
    until, done = time.monotonic() + within_s, kills
    chance, known, restarts_s = Random(seed), Known(), []
    seats = [f"call_taker:{PROVINCE}", f"dispatcher:{PROVINCE}", f"dispatcher:{PROVINCE}"]
    seats += [f"officer:{PROVINCE}.u.{sign}" for sign in SIGNS]
    clients = [Client(f"{n}", seat, Random(seed * 100 + n)) for n, seat in enumerate(seats)]
    url = pg.writer(new_name("node"), PROVINCE, "audit.node-1") if pg is not None else None
    server = Server(folder, free_port(), in_postgres(folder, url) if url is not None else {})
    lost: list[str] = []
    cut_off = 0
    try:
        for kill in range(kills + 1):
            # The very first one finds an empty log, and is no restart.
            server.cold = kill % COLD_EVERY == 1
            began = time.monotonic()
            server.start(region)
            if server.cold:
                restarts_s.append(time.monotonic() - began)
            if kill == 0:
                for sign in SIGNS:
                    crew = server.seat(f"officer:{PROVINCE}.u.{sign}")
                    crew.done(f"/v1/units/{PROVINCE}.u.{sign}/duty", {"on": True})
            for client in clients:
                cut_off += _ask_again(client, server.seat(client.seat), known, lost)
            if kill == kills or time.monotonic() > until:
                server.stop()
                done = kill
                break
            over = threading.Event()
            workers = [
                threading.Thread(target=client.work, args=(server.address, over, known), daemon=True)
                for client in clients
            ]
            for worker in workers:
                worker.start()
            time.sleep(chance.uniform(*LIFE_S))
            server.kill()
            over.set()
            for worker in workers:
                worker.join(30)
            if say is not None:
                say(kill + 1)
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
    entries = entries_of(server.log_file) if url is None else entries_in(url, PROVINCE)
    missing, doubled = judge([one for client in clients for one in client.sent], entries)
    lost += missing
    for verdict in [verify_file(server.log_file), *([verify_log(url, PROVINCE)] if url is not None else [])]:
        if not verdict.whole:
            lost.append(f"the log is not whole: {verdict.said}")
    wrong = [said for client in clients for said in client.wrong]
    sent = [one for client in clients for one in client.sent if one.status in (200, 201)]
    calls = sum(one.path == "/v1/calls" for one in sent)
    return Survived(done, len(sent), calls, cut_off, len(entries), restarts_s, lost, doubled, wrong)


def judge(asked: list[Sent], entries: list[Any]) -> tuple[list[str], list[str]]:
    """Compare everything that clients sent with a log; return what is lost, and what was done twice."""
    sent = [one for one in asked if one.status in (200, 201)]
    stored = [entry.command_id for entry in entries if entry.step == 0]
    lost = [f"{one.key} was answered and is not in the log" for one in _missing(sent, entries)]
    doubled = two_duties(entries)
    if len(stored) != len(set(stored)):
        doubled.append("a command is in the log twice")
    # The server's own test calls, one a minute, are nobody's.
    calls = [e for e in entries if e.kind == "intake.call_presented.v1" and KEY_MARK in e.command_id]
    presented = sum(one.path == "/v1/calls" for one in sent)
    if len(calls) != presented:
        said = f"{presented} calls came in, {len(calls)} are in the log"
        (lost if len(calls) < presented else doubled).append(said)
        told = {one.key: one.status for one in asked if one.path == "/v1/calls"}
        keys = [entry.command_id.rpartition(KEY_MARK)[2] for entry in calls]
        doubled += [
            f"{key} is in the log and was told {told.get(key)}" for key in keys if told.get(key) not in (200, 201)
        ]
    return lost, doubled


def _ask_again(client: Client, seat: Seat, known: Known, lost: list[str]) -> int:
    """Repeat what was cut off, and the last answered commands; return how many were cut off."""
    cut = [one for one in client.sent[-AGAIN:] if not one.status]
    for one in client.sent[-AGAIN:]:
        before = one.answer
        client.ask(seat, one)
        known.learn(one)
        # What changed nothing left nothing to remember, and may be found to change nothing again.
        if before is not None and before["events"] and one.answer not in (before, {**before, "duplicate": True}):
            lost.append(f"{one.key} was answered {before}, and after a restart {one.answer}")
    return len(cut)


def _missing(sent: Iterable[Sent], entries: list[Any]) -> list[Sent]:
    """The answered commands whose entries are not where the answer said."""
    at = {entry.position: entry for entry in entries}
    return [
        one
        for one in sent
        if one.answer is None
        or (one.answer["events"] and one.answer["events"][-1] != getattr(at.get(one.answer["position"]), "kind", None))
    ]


def two_duties(entries: Iterable[Any]) -> list[str]:
    """Read the log as a stranger would: which units hold two duties at some position?"""
    holds: dict[str, str] = {}
    wrong = []
    for entry in entries:
        if entry.kind != "dispatch.unit_reserved.v1" and entry.kind not in _ENDS:
            continue
        body = json.loads(entry.body)
        unit, assignment = body["unit_id"], body["assignment_id"]
        if entry.kind in _ENDS:
            if holds.get(unit) == assignment:
                del holds[unit]
        elif unit in holds:
            wrong.append(f"{unit} has {holds[unit]} and gets {assignment} at {entry.position}")
        else:
            holds[unit] = assignment
    return wrong


def entries_of(path: Path) -> list[Any]:
    """Return every entry of a log that nobody writes."""
    connection = connect(path, query_only=True)
    try:
        return [entry_of(row) for row in connection.execute(f"SELECT {COLUMNS} FROM entries ORDER BY position")]
    finally:
        connection.close(True)


def in_postgres(folder: Path, url: str, node: str = "node-1") -> dict[str, str]:
    """Return the settings of a server that keeps its logs in PostgreSQL."""
    file = folder / "postgres.url"
    file.write_text(url)
    return {"NAZDIK_POSTGRES_URL_FILE": str(file), "NAZDIK_NODE_NAME": node}


def entries_in(url: str, name: str) -> list[Any]:
    """Return every entry of a log in PostgreSQL."""
    reader, entries = PostgresReader(url, name), []
    assert reader.find() is not None
    while page := reader.read(len(entries), 5_000):
        entries += page
    return entries


def lane(number: int, region: Path, kills: int, seed: int, within_s: float, in_database: bool) -> Survived:
    """Run one lane: a server and its clients, which meet nobody of another lane."""

    def say(kill: int) -> None:
        if kill % SAY_EVERY == 0:
            print(f"lane {number}: {kill} kills", flush=True)

    with tempfile.TemporaryDirectory() as name, postgres() if in_database else nullcontext() as server:
        return survive(
            Path(name), region, kills=kills, seed=seed + 1000 * number, say=say, pg=server, within_s=within_s
        )


def percentile(sorted_values: list[float], share: float) -> float:
    """Return the value that a share of all values do not exceed."""
    return sorted_values[max(0, ceil(share * len(sorted_values)) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lanes", type=int, default=1, help="servers that are killed side by side")
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="stop after so long, however many kills there were"
    )
    parser.add_argument("--postgres", action="store_true", help="keep the logs in a PostgreSQL, started for this")
    given = parser.parse_args()
    ((region, _),) = build_samples(ROOT / "regions" / "sources", ROOT / "regions" / "built", only=(PROVINCE,))
    shares = [given.kills // given.lanes + (n < given.kills % given.lanes) for n in range(given.lanes)]
    with ProcessPoolExecutor(given.lanes, mp_context=get_context("spawn")) as pool:
        running = [
            pool.submit(lane, n, region.folder, share, given.seed, 60 * given.minutes, given.postgres)
            for n, share in enumerate(shares)
        ]
        lanes = [one.result() for one in running]
    for said in (said for one in lanes for said in (*one.lost, *one.doubled, *one.wrong)):
        print(said)
    lost, doubled, wrong = (sum(len(getattr(one, name)) for one in lanes) for name in ("lost", "doubled", "wrong"))
    slow = sorted(took_s for one in lanes for took_s in one.restarts_s)
    print(
        f"{sum(one.kills for one in lanes)} kills: {sum(one.acknowledged for one in lanes)} commands acknowledged, "
        f"{sum(one.calls for one in lanes)} of them calls, {sum(one.cut_off for one in lanes)} cut off and sent again, "
        f"{sum(one.entries for one in lanes)} entries; lost {lost}, doubled {doubled}, wrong {wrong}; "
        f"{len(slow)} cold restarts, p50 {percentile(slow, 0.5):.1f} s, p99 {percentile(slow, 0.99):.1f} s, "
        f"longest {slow[-1]:.1f} s"
    )
    raise SystemExit(1 if lost or doubled or wrong else 0)


if __name__ == "__main__":
    main()
