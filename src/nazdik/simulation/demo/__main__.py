"""Run the living demo beside a server: `python -m nazdik.simulation.demo --port 8110 --data var/demo`."""

import argparse
import asyncio
import signal
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nazdik.simulation.behaviour import Behaviour, Conduct
from nazdik.simulation.chance import Chance
from nazdik.simulation.demo.crews import Crew
from nazdik.simulation.demo.desk import Desk
from nazdik.simulation.demo.doors import Doors, ServerGone
from nazdik.simulation.demo.exchange import Exchange
from nazdik.simulation.demo.room import Persons, Room, Terrain, provinces_with_regions
from nazdik.simulation.demo.tally import SAY_EVERY_S, Tally, say
from nazdik.simulation.demo.trackers import Trackers

# Which part of the calls rings where. Tehran's two districts get a share for comparison, not their true number.
SHARES = {"khuzestan": 0.8, "tehran-central": 0.2}
# More refusals and silence than usual, so that the next nearest is seen at work. Assumed, as all of `Conduct` is.
CONDUCT = Conduct(refuse_share=0.05, silent_share=0.04, safety_silent_share=0.1)
# So many officers sit down at a time.
SITTING_DOWN = 8


@dataclass(frozen=True, slots=True)
class Options:
    """What the demo was told."""

    port: int
    data: Path
    built: Path
    multiple: float
    seed: int
    haste: float


def main() -> None:
    """Run until SIGTERM or SIGINT, or until the server is gone for good."""
    parser = argparse.ArgumentParser(prog="python -m nazdik.simulation.demo", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port of the server on this machine")
    parser.add_argument("--data", type=Path, required=True, help="the server's data folder")
    parser.add_argument("--built", type=Path, default=Path("regions/built"), help="where the regions are built")
    parser.add_argument("--multiple", type=float, default=3.0, help="calls, as a multiple of Khuzestan's 2,530 a day")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--haste", type=float, default=1.0, help="people and cars are so many times faster; for tests")
    options = Options(**vars(parser.parse_args()))
    raise SystemExit(asyncio.run(_until_stopped(options)))


async def _until_stopped(options: Options) -> int:
    tally = Tally()
    doors = Doors(f"127.0.0.1:{options.port}", options.data, tally)
    loop = asyncio.get_running_loop()
    driving = loop.create_task(drive(options, doors))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, driving.cancel)
    try:
        await driving
    except asyncio.CancelledError:
        say(f"stopped. {tally.line()}")
    except (ServerGone, BaseExceptionGroup) as error:
        if isinstance(error, BaseExceptionGroup) and error.split(ServerGone)[1] is not None:
            raise
        say("the server is gone")
        return 1
    finally:
        await doors.close()
    return 0


async def drive(options: Options, doors: Doors) -> None:
    """Drive the demo until cancelled; `ServerGone` when nobody answers any more."""
    server = await doors.ask("GET", "/v1/server")
    provinces = provinces_with_regions(options.built, [province["id"] for province in server.body["provinces"]])
    chance = Chance(options.seed)
    behaviour = Behaviour(chance, CONDUCT)
    ease = max(1.0, options.multiple)
    total = sum(SHARES.get(name, 0.2) for name in provinces)
    parts = {name: SHARES.get(name, 0.2) / total for name in provinces}
    split = ", ".join(f"{name} {part:.0%}" for name, part in parts.items())
    say(f"calls at {options.multiple:g} times Khuzestan's 2,530 a day: {split}; times on scene divided by {ease:g}")
    persons = Persons(doors)
    async with asyncio.TaskGroup() as group:
        rooms = []
        for name in provinces:
            terrain = await asyncio.to_thread(Terrain.load, options.built, name)
            rooms.append(Room(doors, name, terrain, chance, options.haste))
        for room in rooms:
            group.create_task(room.watch())
        for room in rooms:
            await room.ready.wait()
        cars = [(room, car) for room in rooms for car in room.cars.values()]
        group.create_task(Trackers(doors, (car for _, car in cars), haste=options.haste).run())
        group.create_task(persons.watch())
        group.create_task(_say_often(doors.tally))
        gate = asyncio.Semaphore(SITTING_DOWN)
        for room, car in cars:
            crew = Crew(room, car, behaviour, chance, haste=options.haste, ease=ease, gate=gate)
            group.create_task(crew.run())
        for room in rooms:
            desk = Desk(room, persons, chance, haste=options.haste)
            share = parts[room.province]
            exchange = Exchange(room, persons, chance, multiple=options.multiple, share=share, haste=options.haste)
            works: tuple[Coroutine[Any, Any, None], ...] = (desk.run(), exchange.run())
            for work in works:
                group.create_task(work)


async def _say_often(tally: Tally) -> None:
    while True:
        await asyncio.sleep(SAY_EVERY_S)
        say(tally.line())


if __name__ == "__main__":
    main()
