"""The demo's cars: on their beats, and where their assignments say; and the stream as a client keeps it."""

from pathlib import Path
from typing import Any

import pytest

from nazdik.geo.cli import samples
from nazdik.simulation.chance import Chance
from nazdik.simulation.demo.cars import BEAT_M, Car, apart_m
from nazdik.simulation.demo.doors import Doors, Seat
from nazdik.simulation.demo.room import Terrain
from nazdik.simulation.demo.stream import News, Stream
from nazdik.simulation.demo.tally import Tally

OFFICE = "tehran-central.tehran.11"
UNIT: dict[str, Any] = {"assignment": None, "assignment_state": None, "incident": None}


@pytest.fixture(scope="module")
def terrain(tmp_path_factory: pytest.TempPathFactory) -> Terrain:
    built = tmp_path_factory.mktemp("built")
    samples(out=built, only=["tehran-central"])
    return Terrain.load(built, "tehran-central")


def car_of(terrain: Terrain, *, haste: float = 1.0) -> Car:
    chance, station = Chance(7), terrain.spot_of(OFFICE)
    post = terrain.post(station, OFFICE, chance, "tehran-central.u.A01")
    return Car("tehran-central.u.A01", post, station, terrain.roads, chance, haste=haste)


def working(state: str) -> dict[str, Any]:
    return {**UNIT, "assignment": "tehran-central.i1.1", "assignment_state": state, "incident": "tehran-central.i1"}


def test_a_patrol_drives_and_rests_within_its_beat(terrain: Terrain) -> None:
    car = car_of(terrain)
    begun = car.report(0.0).place
    moved = rested = 0
    for second in range(0, 7200, 5):
        car.step(float(second))
        seen = car.report(float(second))
        assert apart_m(seen.place, begun) < BEAT_M + 1_000
        assert seen.speed_m_per_s < 30
        moved += seen.moving
        rested += not seen.moving
    assert moved > 300
    assert rested > 100


def test_a_car_drives_to_the_incident_and_stands_there(terrain: Terrain) -> None:
    car, (there, _) = car_of(terrain), terrain.streets.draw(Chance(3), "there")
    car.obey(working("accepted"), {"point": there}, 100.0)
    assert car.left_s("tehran-central.i1.1", 100.0) is None
    assert not car.report(110.0).moving

    car.obey(working("en_route"), {"point": there}, 120.0)
    left_s = car.left_s("tehran-central.i1.1", 120.0)
    assert left_s is not None
    assert left_s > 10
    assert car.report(125.0).moving
    assert car.left_s("tehran-central.i1.1", 120.0 + left_s) == 0.0
    assert apart_m(car.report(121.0 + left_s).place, there) < 10


def test_a_place_that_changes_on_the_way_is_driven_to(terrain: Terrain) -> None:
    car = car_of(terrain)
    first, second = (terrain.streets.draw(Chance(n), "there")[0] for n in (3, 4))
    car.obey(working("en_route"), {"point": first}, 0.0)
    car.obey(working("en_route"), {"point": second}, 20.0)
    left_s = car.left_s("tehran-central.i1.1", 20.0)
    assert left_s is not None
    assert apart_m(car.report(21.0 + left_s).place, second) < 10


def test_a_car_that_a_person_took_waits_until_told(terrain: Terrain) -> None:
    car = car_of(terrain)
    car.patrols = False
    here = car.report(0.0).place
    for second in range(0, 1200, 60):
        car.step(float(second))
    assert car.report(1200.0).place == here


def stream_of(heard: list[tuple[News, bool]]) -> Stream:
    tally = Tally()
    seat = Seat(Doors("127.0.0.1:1", Path(), tally), "dispatcher:p")
    return Stream("127.0.0.1:1", seat, tally, lambda news, fresh: heard.append((news, fresh)))


def snap(epoch: str, pos: int, *items: dict[str, Any]) -> dict[str, Any]:
    return {"t": "snap", "stream": "p", "epoch": epoch, "pos": pos, "items": list(items)}


def change(epoch: str, prev: int, pos: int, *items: dict[str, Any]) -> dict[str, Any]:
    return {"t": "change", "stream": "p", "epoch": epoch, "prev": prev, "pos": pos, "items": list(items)}


def item(n: int | None) -> dict[str, Any]:
    return {"k": "unit", "id": "p.u.A01", "v": None if n is None else {"n": n}}


def test_a_stream_keeps_what_it_was_told_and_notices_gaps() -> None:
    heard: list[tuple[News, bool]] = []
    stream = stream_of(heard)
    assert stream._take(snap("e", 5, item(1)))
    assert stream._take(change("e", 5, 6, item(2)))
    assert stream.find("unit", "p.u.A01") == {"n": 2}
    assert not stream._take(change("e", 7, 8, item(3)))
    assert stream.find("unit", "p.u.A01") == {"n": 2}
    assert stream._take(snap("f", 1))
    assert stream.find("unit", "p.u.A01") is None
    assert [fresh for _, fresh in heard] == [True, False, True]


def test_the_status_line_tells_problems_by_their_codes() -> None:
    tally = Tally()
    tally.add("calls")
    tally.problem("dispatch.unit_taken", "somewhere")
    assert tally.line().startswith("calls 1 | positions 0/s | problems: dispatch.unit_taken 1 | cpu ")
