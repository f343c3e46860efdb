"""What the demo knows of a province while it runs: its ground, its control room's screen, its cars, and where persons sit."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nazdik.geo.region import Region
from nazdik.geo.snap import Snapper
from nazdik.kernel import LonLat, OfficeId
from nazdik.simulation.chance import Chance
from nazdik.simulation.demand import MixUnreadable, Settlement, Streets, read_settlements
from nazdik.simulation.demo.cars import METRES_PER_DEGREE, Car
from nazdik.simulation.demo.doors import Doors, Seat
from nazdik.simulation.demo.stream import News, SeatLost, Stream, View
from nazdik.simulation.ground import Ground
from nazdik.simulation.motion import Roads, Spot

POST_WITHIN_M = 3_000.0
POSTS_TRIED = 12
LOOK_EVERY_S = 5.0
RETRY_SEAT_S = 5.0


@dataclass(frozen=True, slots=True)
class Terrain:
    """A province's streets and where people call from."""

    ground: Ground
    roads: Roads
    streets: Streets

    @classmethod
    def load(cls, built: Path, province: str) -> "Terrain":
        """Load a built region; its settlements too, where the samples' sources are."""
        ground = Ground.load(built / province)
        roads = Roads(ground.graph, Snapper(ground.graph))
        return cls(ground, roads, Streets(ground, roads, _settlements(built, province)))

    def post(self, station: Spot, office: str, chance: Chance, unit_id: str) -> Spot:
        """Return where a unit begins: on a street near its station, within the station's own area where one is found."""
        graph = self.ground.graph
        scale = np.cos(np.radians(station.place.lat))
        east = (graph.node_lon[graph.arc_tail] - station.place.lon) * scale
        north = graph.node_lat[graph.arc_tail] - station.place.lat
        near = np.flatnonzero(np.hypot(east, north) * METRES_PER_DEGREE <= POST_WITHIN_M)
        for n in range(POSTS_TRIED if len(near) else 0):
            arc = int(near[int(chance.uniform("post", unit_id, str(n)) * len(near))])
            spot = self.roads.place_on(arc, 0.5)
            if self.ground.offices.station_at(spot.place) == office:
                return spot
        return station

    def spot_of(self, office: str) -> Spot:
        """Return the street at an office's door."""
        found = self.ground.offices.find_office(OfficeId(office))
        spot = self.roads.spot(found.seat) if found is not None else None
        return spot if spot is not None else self.roads.place_on(0, 0.5)


def _settlements(built: Path, province: str) -> tuple[Settlement, ...]:
    path = built.parent / "sources" / f"{province}_places.csv"
    try:
        return read_settlements(path) if path.exists() else ()
    except MixUnreadable:
        return ()


def provinces_with_regions(built: Path, named: list[str]) -> list[str]:
    """Return those of a server's provinces whose regions are built here."""
    return [name for name in named if (built / name).is_dir() and Region.load(built / name).id == name]


class Persons:
    """Where persons sit, as the server says."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._seats: frozenset[str] = frozenset()

    def at(self, seat: str) -> bool:
        """Whether a person has a live screen at this seat."""
        return seat in self._seats

    async def watch(self) -> None:
        """Look again and again until cancelled."""
        while True:
            answer = await self._doors.ask("GET", "/v1/seats/taken")
            self._seats = frozenset(answer.body.get("seats", ()))
            await asyncio.sleep(LOOK_EVERY_S)


@dataclass(slots=True)
class Room:
    """A province's control room: three seats, and the dispatcher's screen that all of them look at."""

    doors: Doors
    province: str
    terrain: Terrain
    chance: Chance
    haste: float
    cars: dict[str, Car] = field(default_factory=dict)
    listeners: list[Callable[[News], None]] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    dispatcher: Seat = field(init=False)
    taker: Seat = field(init=False)
    exchange: Seat = field(init=False)
    stream: Stream = field(init=False)

    def __post_init__(self) -> None:
        self.dispatcher = Seat(self.doors, f"dispatcher:{self.province}")
        self.taker = Seat(self.doors, f"call_taker:{self.province}")
        self.exchange = Seat(self.doors, f"gateway:{self.province}")
        self.stream = Stream(self.doors.address, self.dispatcher, self.doors.tally, self._heard)

    async def watch(self) -> None:
        """Sit down at the seats and follow the dispatcher's screen until cancelled."""
        while True:
            sitting = [await seat.sit_down() for seat in (self.dispatcher, self.taker, self.exchange)]
            if all(sitting):
                try:
                    await self.stream.follow()
                except SeatLost:
                    self.doors.tally.problem("seat_lost", self.dispatcher.name)
            await asyncio.sleep(RETRY_SEAT_S)

    def find(self, kind: str, item_id: str | None) -> View | None:
        """Return an item of the screen, or None."""
        return self.stream.find(kind, item_id)

    def _heard(self, news: News, fresh: bool) -> None:
        if fresh:
            self._place_cars()
            self.ready.set()
        now_s = time.monotonic()
        concerned: dict[str, None] = {}
        for kind, item_id, view in news:
            if kind == "unit":
                concerned[item_id] = None
            elif kind == "incident" and view is not None:
                concerned.update((a["unit"], None) for a in view["assignments"] if a["state"] == "en_route")
        for unit_id in concerned:
            unit, car = self.find("unit", unit_id), self.cars.get(unit_id)
            if unit is not None and car is not None:
                car.obey(unit, self.find("incident", unit["incident"]), now_s)
        for listener in self.listeners:
            listener(news)

    def _place_cars(self) -> None:
        """Put units that are new at their posts, or where they work already."""
        for unit_id, unit in self.stream.items.get("unit", {}).items():
            if unit_id in self.cars:
                continue
            station = self.terrain.spot_of(unit["office"])
            post = self.terrain.post(station, unit["office"], self.chance, unit_id)
            car = Car(unit_id, post, station, self.terrain.roads, self.chance, haste=self.haste)
            incident = self.find("incident", unit["incident"])
            if unit["assignment_state"] == "on_scene" and incident is not None and incident["point"] is not None:
                car.stand_at(LonLat(*incident["point"]))
            self.cars[unit_id] = car
