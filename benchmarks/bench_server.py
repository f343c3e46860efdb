"""
A real server with a fleet on duty, for the load benchmarks; `call_to_offer.py` and `doors.py` start and stop it.

    python benchmarks/bench_server.py DATA_FOLDER [--units 1000] [--handhelds 300] [--region khuzestan] [--boxes] [--poison NUMBER]

Everything is as `nazdik demo` runs it, but for three things: the units and their sessions are made here, heartbeats of units
without a socket are given in-process, and the event loop's lateness is watched. What a load needs to know is written to
`load.json` in the data folder once the server is ready, what was watched to `watched.json` when it ends. It ends when its
standard input does.
"""

import argparse
import asyncio
import json
import os
import resource
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from nazdik.bootstrap.house import Running, build
from nazdik.bootstrap.server import build_app
from nazdik.dispatch.commands import EnrolUnit, StartDuty
from nazdik.fleet.model import Heartbeat, Sound
from nazdik.geo.graph import RoadGraph
from nazdik.geo.region import Region
from nazdik.intake.commands import PresentCall
from nazdik.kernel import CommandId, Context, DeviceId, LonLat, OfficeId, ProvinceId, UnitId
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.later import import_promised
from nazdik.organisation.model import Role
from nazdik.platform.eventlog.entry import EventLog, NewEntry
from nazdik.platform.loop import run_loop
from nazdik.platform.memory import keep_in_memory, keep_out_of_collections
from nazdik.platform.settings import load_settings

REGIONS = Path(__file__).parent.parent / "regions" / "built"
SKILLS = ("patrol", "armed", "traffic")
BEAT_EVERY_S = 5.0
BEATS_AT_ONCE = 25
ENROLLED_AT_ONCE = 2_000
WATCH_EVERY_S = 0.005


def places(region: Region, units: int, handhelds: int) -> tuple[list[tuple[float, float]], list[float]]:
    """Return where units stand, those with a handheld first and all in one part of the city, and that part's bounds."""
    graph = RoadGraph.load(region.graph_folder)
    lons, lats = np.asarray(graph.node_lon, np.float64), np.asarray(graph.node_lat, np.float64)
    east = (lons - region.centre.lon) * np.cos(np.radians(region.centre.lat))
    by_distance = np.argsort(np.hypot(east, lats - region.centre.lat), kind="stable")
    chance = np.random.default_rng(1)
    # Far enough apart that the nearest unit to a call in this part of the city has a socket.
    city = by_distance[: max(handhelds * 8, 16)]
    near = chance.choice(city, handhelds, replace=False)
    far = chance.choice(by_distance[len(city) :], units - handhelds, replace=True)
    chosen = np.concatenate([near, far])
    box = [lons[near].min(), lats[near].min(), lons[near].max(), lats[near].max()]
    return list(zip(lons[chosen].tolist(), lats[chosen].tolist(), strict=True)), [float(edge) for edge in box]


async def man(running: Running, province: ProvinceId, where: list[tuple[float, float]]) -> list[UnitId]:
    """Enrol a unit at each place and put it on duty."""
    building = running.entrance.building
    room = building.rooms[province]
    spare = next(o.id for o in building.offices.list_offices() if o.tier == "station")
    units = [UnitId(f"{province}.u.L{n:05d}") for n in range(len(where))]

    async def one(unit: UnitId, at: tuple[float, float]) -> None:
        office = building.offices.station_at(LonLat(*at)) or OfficeId(spare)
        room.lane.enrol(unit)
        sign = unit.rpartition(".")[2]
        for command in (
            EnrolUnit(unit_id=unit, call_sign=sign, office=office, kind="car", skills=SKILLS),
            StartDuty(unit_id=unit),
        ):
            key = CommandId(f"load:{type(command).__name__}:{unit}")
            await room.submit(command, Context(at=building.clock.now(), actor=SYSTEM, command_id=key))

    pairs = list(zip(units, where, strict=True))
    for first in range(0, len(pairs), ENROLLED_AT_ONCE):
        await asyncio.gather(*[one(unit, at) for unit, at in pairs[first : first + ENROLLED_AT_ONCE]])
    return units


def sessions(running: Running, province: ProvinceId, units: list[UnitId], centre: LonLat) -> dict[str, Any]:
    """Open a session for everyone who takes part and return their tokens."""
    entrance = running.entrance
    offices = entrance.building.offices
    station = offices.station_at(centre)
    assert station is not None, "the centre of a region belongs to a station"
    chain = offices.chain_of(station)

    def token(person: str, role: Role, office: str, unit: str | None = None) -> str:
        grants = {"office": office, "unit": unit, "simulated": False}
        return entrance.registry.open_session(person, role, grants)[0]

    room = entrance.building.rooms[province]
    boards = (Role.STATION_DESK, Role.COUNTY_DESK, Role.PROVINCE_DESK, Role.NATIONAL_DESK)
    return {
        "call_taker": token("load:call_taker", Role.CALL_TAKER, str(province)),
        "dispatcher": token("load:dispatcher", Role.DISPATCHER, str(province)),
        "boards": {role: token(f"load:{role}", role, office) for role, office in zip(boards, chain, strict=True)},
        "officers": {
            unit: token(f"load:{unit}", Role.OFFICER, room.state.world.units[unit].office, unit) for unit in units
        },
        "gateway": entrance.fleet.devices.enrol(DeviceId(f"{province}.gateway"), province_id=province, unit_id=None),
    }


async def beat(running: Running, units: list[UnitId]) -> None:
    """Give the heartbeats of units without a socket, spread over the time between two of them."""
    healthy = Heartbeat(Sound.OK, battery=0.8, gps_age_s=1.0, app_version="load")
    for unit in units:
        running.entrance.fleet.heartbeat(unit, healthy)
    slices = [units[first : first + BEATS_AT_ONCE] for first in range(0, len(units), BEATS_AT_ONCE)]
    began, turn = time.monotonic(), 0
    while slices:
        for unit in slices[turn % len(slices)]:
            running.entrance.fleet.heartbeat(unit, healthy)
        turn += 1
        await asyncio.sleep(max(0.0, began + turn * BEAT_EVERY_S / len(slices) - time.monotonic()))


async def watch(late_ms: list[float]) -> None:
    """Note by how much the event loop is late, again and again."""
    while True:
        due = time.monotonic() + WATCH_EVERY_S
        await asyncio.sleep(WATCH_EVERY_S)
        late_ms.append((time.monotonic() - due) * 1000)


def time_commits(log: EventLog, took_ms: list[float]) -> None:
    """Note how long each append to the log takes, most of which is the disk."""
    append = log.append

    def timed(entries: Sequence[NewEntry], *, expected_position: int) -> None:
        before = time.monotonic()
        try:
            append(entries, expected_position=expected_position)
        finally:
            took_ms.append((time.monotonic() - before) * 1000)

    log.append = timed  # type: ignore[method-assign]


def poison(running: Running, number: str) -> None:
    """Let the code fail at each call from a number, as at something that nobody foresaw."""
    for room in running.entrance.building.rooms.values():
        machine = room._machine
        handle = machine.handle

        def failing(state: Any, command: Any, ctx: Context, handle: Any = handle) -> Any:
            if isinstance(command, PresentCall) and command.number == number:
                raise AssertionError("this call was poison")
            return handle(state, command, ctx)

        machine.handle = failing  # type: ignore[method-assign]


def spread(values_ms: list[float]) -> dict[str, float]:
    """Return percentiles and the largest."""
    if not values_ms:
        return {}
    shares = {f"p{p}": round(float(np.percentile(values_ms, p)), 2) for p in (50, 99, 99.9)}
    return {**shares, "max": round(max(values_ms), 1)}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def serve(options: argparse.Namespace) -> None:
    """Build, serve, man the fleet, say so, and wait for the end."""
    province = ProvinceId(options.region)
    folder = options.regions / options.region
    settings = replace(load_settings(os.environ), data_dir=options.data, port=free_port(), demo=True)
    running = build(settings, [folder])
    running.establishments = {}
    server = Server(
        build_app(running),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=True,
        log_access=False,
    )
    loop = asyncio.get_running_loop()
    serving = loop.create_task(server.serve())
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        break
    region = Region.load(folder)
    devices = running.entrance.fleet.devices
    where, box = places(region, options.units, options.handhelds)
    units = await man(running, province, where)
    for unit in units if options.boxes else ():
        devices.enrol(DeviceId(unit), province_id=province, unit_id=unit)
    told = {
        "port": settings.port,
        "pid": os.getpid(),
        "province": province,
        "city": box,
        "units": [[unit, lon, lat] for unit, (lon, lat) in zip(units, where, strict=True)],
        **sessions(running, province, units[: options.handhelds], region.centre),
    }
    late_ms, commit_ms = list[float](), list[float]()
    if options.poison:
        poison(running, options.poison)
    time_commits(running.entrance.building.rooms[province].log, commit_ms)
    tasks = [loop.create_task(beat(running, units[options.handhelds :])), loop.create_task(watch(late_ms))]
    # As a server does some seconds after it opened.
    await asyncio.to_thread(import_promised)
    keep_out_of_collections()
    keep_in_memory()
    options.data.joinpath("load.json").write_text(json.dumps(told), encoding="utf-8")
    print("ready", flush=True)
    # A line means that the load has settled and is measured from now on.
    while not serving.done() and await loop.run_in_executor(None, sys.stdin.readline):
        late_ms.clear()
        commit_ms.clear()
    for task in tasks:
        task.cancel()
    watched = {
        "loop_late_ms": spread(late_ms),
        "commit_ms": spread(commit_ms),
        "cpu_s": round(time.process_time(), 1),
        "memory_mib_max": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "log_entries": running.entrance.building.rooms[province].writer.position,
    }
    options.data.joinpath("watched.json").write_text(json.dumps(watched), encoding="utf-8")
    server.stop()
    await serving


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--units", type=int, default=1_000)
    parser.add_argument("--handhelds", type=int, default=300)
    parser.add_argument("--region", default="khuzestan")
    parser.add_argument("--boxes", action="store_true", help="enrol a tracker for each unit, named like its unit")
    parser.add_argument("--poison", default="", help="fail at each call from this number")
    parser.add_argument("--regions", type=Path, default=REGIONS)
    options = parser.parse_args()
    if options.data is None:
        # `just bench` runs every file here; alone, this one has nothing to measure.
        parser.print_help()
        return
    run_loop(serve(options))


if __name__ == "__main__":
    main()
