"""
How long a server takes to be ready again, by the length of its log.

    python benchmarks/restart.py [--entries 10000 100000 1000000] [--region khuzestan]

The log is made by the province's real machine under a virtual clock: calls, offers, answers, arrivals, timers, the archive. The
first 100,000 entries are decided; beyond that the same days follow again under other ids, because deciding a million would
take longer than anybody waits for a benchmark. Each restart is a process of its own that opens everything a server opens, up
to the stream that answers its first listener; `state_s` is the part that is about the log. With a snapshot, it is one that
was written as long ago as can be; without, everything is folded from the first entry.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import apsw
import numpy as np
from msgspec.structs import replace

from facts import write_results
from nazdik.bootstrap import control_room
from nazdik.bootstrap.control_room import SNAPSHOT_EVERY
from nazdik.bootstrap.house import build
from nazdik.bootstrap.province_state import STATE_VERSION, ProvinceState, decode, first_state, fold
from nazdik.bootstrap.snapshots import snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.geo.region import Region
from nazdik.intake import commands as intake
from nazdik.intake.decisions import incident_of
from nazdik.intake.model import Channel
from nazdik.kernel import Actor, CallId, CommandId, Instant, LonLat, OfficeId, ProvinceId, UnitId
from nazdik.kernel.instant import plus_s
from nazdik.platform.eventlog import Claim, Entry, Head, NewEntry, SqliteLog
from nazdik.platform.settings import Settings
from nazdik.published.sight import HEALTH_BITS
from nazdik.simulation.engine import Engine
from nazdik.simulation.ground import Ground

REGIONS = Path(__file__).parent.parent / "regions" / "built"
BAR_S = 30.0
DECIDED = 100_000
UNITS = 200
CALL_EVERY_S = 30.0
PLACED_EVERY_S = 60.0
# Then only what is under way goes on, and a day later everything is archived.
LAST_CALL_AT = 0.95
APPENDED_AT_ONCE = 10_000
START = Instant(1_790_000_000_000_000)
KINDS = ("fight", "noise", "suspicious", "domestic_violence", "crash_damage", "theft_now", "welfare_check", "shooting")
DESK = Actor("bench:desk", "dispatcher", OfficeId("khuzestan"))
RUN = "000"


class Kept:
    """Takes what is decided and keeps it in memory: the disk has its turn later, many entries at once."""

    def __init__(self) -> None:
        self.entries: list[NewEntry] = []

    def head(self) -> Head:
        return Head("bench", len(self.entries), b"")

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        assert expected_position == len(self.entries)
        self.entries += entries

    def find_command(self, _: CommandId) -> list[Entry]:
        return []


def decided(folder: Path, count: int) -> list[NewEntry]:
    """Return about `count` entries of a province at work, from its first unit until the last incident is archived."""
    kept, chance = Kept(), Random(1)
    engine = Engine(Ground.load(folder), start_at=START, log=kept)  # type: ignore[arg-type]
    province = engine.ground.province
    graph = engine.ground.graph
    nodes = np.random.default_rng(1).choice(graph.nodes, UNITS, replace=False)
    lons, lats = np.asarray(graph.node_lon)[nodes], np.asarray(graph.node_lat)[nodes]
    units, made = [UnitId(f"{province}.u.B{n:03d}") for n in range(UNITS)], 0
    spare = next(o.id for o in engine.ground.offices.list_offices() if o.tier == "station")
    for unit, lon, lat in zip(units, lons.tolist(), lats.tolist(), strict=True):
        office = engine.ground.offices.station_at(LonLat(lon, lat)) or spare
        sign, skills = unit.rpartition(".")[2], ("patrol", "armed", "traffic")
        engine.submit(c.EnrolUnit(unit_id=unit, call_sign=sign, office=office, kind="car", skills=skills))
        engine.submit(c.StartDuty(unit_id=unit))
    slots = np.array([engine.sight.enrol(unit) for unit in units], np.int64)
    engine.sight.set_health(slots, np.full(UNITS, HEALTH_BITS, np.int64))

    def place() -> None:
        fixed_at = np.full(UNITS, engine.now, np.int64)
        engine.sight.place(slots, lons.astype(np.float64), lats.astype(np.float64), np.full(UNITS, np.nan), fixed_at)
        engine.after(PLACED_EVERY_S, place)

    def ring() -> None:
        nonlocal made
        if not calling:
            return
        made += 1
        call = CallId(f"{province}.c{RUN}{made:06d}")
        where = chance.randrange(UNITS)
        point = LonLat(float(lons[where]), float(lats[where]))
        engine.ask(intake.PresentCall(call_id=call, channel=Channel.TELEPHONE, number="09000000000"), DESK)
        engine.ask(intake.AnswerCall(call_id=call), DESK)
        say = intake.ClassifyCall(
            call_id=call, kind=chance.choice(KINDS), point=point, place="خیابان ۱۲", narrative="درگیری لفظی دو نفر"
        )
        engine.after(40, lambda: engine.ask(say, DESK))
        engine.after(CALL_EVERY_S, ring)

    def listen(fact: Any, _: ProvinceState) -> None:
        if isinstance(fact, e.OfferSent):
            a, crew = fact.assignment_id, Actor(f"bench:{fact.unit_id}", "officer", OfficeId(province), fact.unit_id)
            for seconds, command in (
                (1, c.Acknowledge(assignment_id=a, stage="delivered")),
                (2, c.Acknowledge(assignment_id=a, stage="sounded")),
                (6, c.AcceptOffer(assignment_id=a, en_route=True)),
                (300, c.StepOn(assignment_id=a, step="in_area")),
                (330, c.StepOn(assignment_id=a, step="on_scene")),
                (1200, c.ClearAssignment(assignment_id=a, disposition="settled_on_scene")),
            ):
                engine.after(seconds, lambda command=command: engine.ask(command, crew))

    calling = True
    engine.listen(listen)
    place()
    engine.after(1, ring)
    while len(kept.entries) < count * LAST_CALL_AT:
        engine.run_until(plus_s(engine.now, 600))
    calling = False
    engine.run_until(plus_s(engine.now, 26 * 3600))
    return kept.entries


def renamed(entries: list[NewEntry], run: int) -> list[NewEntry]:
    """Return the same history under other ids."""
    if run == 0:
        return entries
    new = f"{run:03d}"
    call, incident = f".c{RUN}", str(incident_of(CallId(f"khuzestan.c{RUN}"))).removeprefix("khuzestan")
    pairs = ((call, call.replace(RUN, new)), (incident, incident.replace(RUN, new)))

    def other(text: str) -> str:
        for old, name in pairs:
            text = text.replace(old, name)
        return text

    return [
        replace(
            entry,
            command_id=CommandId(f"{new}:{entry.command_id}"),
            subject=other(entry.subject),
            body=other(entry.body.decode()).encode(),
            claims=tuple(Claim(claim.resource, other(claim.holder), taken=claim.taken) for claim in entry.claims),
            answer=other(entry.answer.decode()).encode(),
        )
        for entry in entries
    ]


def restart(data: Path, region: str) -> dict[str, Any]:
    """Start in a process of its own and return how long that took."""
    words = [sys.executable, __file__, "--start", str(data), "--region", region]
    said = subprocess.run(words, check=True, capture_output=True, text=True, timeout=240).stdout
    return dict(json.loads(said.splitlines()[-1]))


def start(data: Path, region: str) -> None:
    """Open everything, as a server does, and print how long that took."""
    began = time.perf_counter()
    load_state, state_s = control_room.load_state, 0.0

    def timed(log: Any, province: ProvinceId) -> ProvinceState:
        nonlocal state_s
        before = time.perf_counter()
        state = load_state(log, province)
        state_s = time.perf_counter() - before
        return state

    control_room.load_state = timed
    running = build(Settings(data_dir=data), [REGIONS / region])

    async def open_all() -> None:
        await running.open()
        ready_s = time.perf_counter() - began
        world = running.entrance.building.rooms[ProvinceId(region)].state.world
        told = {"ready_s": round(ready_s, 2), "state_s": round(state_s, 2), "incidents_held": len(world.incidents)}
        print(json.dumps(told), flush=True)
        # Overdue timers would now be served; what is measured is over.
        os._exit(0)

    asyncio.run(open_all())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--region", default="khuzestan")
    parser.add_argument("--start", type=Path)
    options = parser.parse_args()
    if options.start is not None:
        start(options.start, options.region)
        return
    began = time.perf_counter()
    region = Region.load(REGIONS / options.region)
    history = decided(REGIONS / options.region, min(DECIDED, max(options.entries)))
    print(f"{len(history):,} entries decided in {time.perf_counter() - began:.0f} s", flush=True)
    # Units are enrolled once; what follows again is everything after that.
    again = [entry for entry in history if not entry.subject.startswith(f"{options.region}.u.")]
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="nazdik-restart-") as folder:
        path = Path(folder) / f"{options.region}.log.sqlite"
        log, position, run = SqliteLog(path), 0, 0
        state, waiting = first_state(ProvinceId(options.region)), history
        for count in sorted(options.entries):
            while position < count:
                if not waiting:
                    run += 1
                    waiting = renamed(again, run)
                size = min(APPENDED_AT_ONCE, count - position, len(waiting))
                log.append(waiting[:size], expected_position=position)
                for number, entry in enumerate(waiting[:size], start=position + 1):
                    state = fold(state, decode(entry.kind, entry.body))
                    if number == max(count - SNAPSHOT_EVERY + 1, count // 2):
                        at, body = number, snapshot(state)
                waiting, position = waiting[size:], position + size
            log.save_snapshot(at, STATE_VERSION, body)
            log.close()
            row: dict[str, Any] = {"entries": count, "log_mib": round(path.stat().st_size / 2**20)}
            row["with_snapshot"] = {**restart(Path(folder), options.region), "entries_after_it": count - at}
            with apsw.Connection(str(path)) as db:
                db.execute("DELETE FROM snapshots")
            row["folded_from_zero"] = restart(Path(folder), options.region)
            rows.append(row)
            print(json.dumps(row), flush=True)
            log = SqliteLog(path)
        log.close()
    figures = {
        "bar_s": BAR_S,
        "region": f"{region.name_en}",
        "units": UNITS,
        "decided_entries": len(history),
        "restarts": rows,
        "took_s": round(time.perf_counter() - began),
    }
    write_results("restart", figures)


if __name__ == "__main__":
    main()
