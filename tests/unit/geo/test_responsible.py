"""Who answers for a point: stations on borders, in holes and outside; chains; several regions under one command."""

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import shapely

from nazdik.geo.areas import AreaIndex
from nazdik.geo.errors import OfficesUnreadable
from nazdik.geo.extract import NamedPoint
from nazdik.geo.inputs import read_boundary, read_counties, read_places
from nazdik.geo.responsible import NATIONAL, OfficeForest, OfficesFile, load_offices
from nazdik.geo.stations import County, draw_up_offices, nearest_seat_areas, slug_of, spread_seats
from nazdik.kernel import LonLat, OfficeId, ProvinceId
from nazdik.published.offices import OfficeTree, Tier
from tests.unit.geo.region_fixtures import SOURCES, tehran

KHUZESTAN = SOURCES / "khuzestan_counties.geojson"


def draw_khuzestan() -> OfficesFile:
    places = read_places(SOURCES / "khuzestan_places.csv")
    chance = np.random.default_rng(1)
    nodes = np.concatenate([np.array((p.lon, p.lat)) + chance.normal(0, 0.01, (60, 2)) for p in places])
    return draw_up_offices("khuzestan", "خوزستان", "Khuzestan", read_counties(KHUZESTAN), places, nodes)


@pytest.fixture(scope="module")
def khuzestan() -> OfficeForest:
    return OfficeForest([(ProvinceId("khuzestan"), draw_khuzestan())])


def test_the_real_tree_has_thirty_counties_and_each_its_stations(khuzestan: OfficeForest) -> None:
    offices = khuzestan.list_offices()
    counties = [office for office in offices if office.tier is Tier.COUNTY]
    assert len(counties) == 30
    for county in counties:
        stations = [office for office in offices if office.parent_id == county.id]
        assert 1 <= len(stations) <= 8
        for station in stations:
            assert station.tier is Tier.STATION
            assert 2 <= len(khuzestan.list_sectors(station.id)) <= 4
            assert khuzestan.station_at(station.seat) == station.id, station
    ahvaz = khuzestan.find_office(OfficeId("khuzestan.ahvaz.11"))
    assert ahvaz is not None
    assert (ahvaz.name_fa, ahvaz.code) == ("کلانتری ۱۱ اهواز", "AHV11")
    assert sum(office.parent_id == "khuzestan.ahvaz" for office in offices) == 8


def test_stations_and_counties_know_the_bounds_of_their_own_area(khuzestan: OfficeForest) -> None:
    for office in khuzestan.list_offices():
        area = khuzestan.area_of(office.id)
        if office.tier in (Tier.STATION, Tier.COUNTY):
            assert area is not None and office.bounds == area.bounds
        else:
            assert office.bounds is None


def test_codes_and_ids_are_unique_and_parents_come_first(khuzestan: OfficeForest) -> None:
    offices = khuzestan.list_offices()
    assert len({office.code for office in offices}) == len(offices)
    seen: set[str] = set()
    for office in offices:
        assert office.parent_id is None or office.parent_id in seen
        seen.add(office.id)
    assert all(code.isascii() and code.isalnum() for code in (office.code for office in offices))


def test_each_point_of_the_province_has_exactly_one_station_and_its_county_above(khuzestan: OfficeForest) -> None:
    boundary = read_boundary(KHUZESTAN)
    shapely.prepare(boundary)
    west, south, east, north = boundary.bounds
    points = np.random.default_rng(2).uniform((west, south), (east, north), (4_000, 2))
    for lon, lat in points[shapely.intersects_xy(boundary, points[:, 0], points[:, 1])].tolist():
        station = khuzestan.station_at(LonLat(lon, lat))
        assert station is not None, (lon, lat)
        assert khuzestan.chain_of(station)[1] == khuzestan.county_at(LonLat(lon, lat))


def test_stations_neither_overlap_nor_leave_gaps(khuzestan: OfficeForest) -> None:
    areas = [khuzestan.area_of(o.id) for o in khuzestan.list_offices() if o.tier is Tier.STATION]
    whole = read_boundary(KHUZESTAN)
    assert sum(area.area for area in areas if area is not None) == pytest.approx(whole.area, rel=1e-6)
    assert shapely.difference(whole, shapely.union_all(areas)).area < 1e-6


def test_every_corner_of_every_station_is_answered_for(khuzestan: OfficeForest) -> None:
    for office in khuzestan.list_offices():
        if office.tier is Tier.STATION:
            for lon, lat in shapely.get_coordinates(khuzestan.area_of(office.id)).tolist():
                assert khuzestan.station_at(LonLat(lon, lat)) is not None, (office.id, lon, lat)


def test_outside_and_odd_points_have_no_station(khuzestan: OfficeForest) -> None:
    for point in (LonLat(0, 0), LonLat(51.4, 35.7), LonLat(48.0, 29.0), LonLat(180, 90), LonLat(-180, -90)):
        assert khuzestan.station_at(point) is None
        assert khuzestan.sector_at(point) is None
    assert khuzestan.station_at(LonLat(float("nan"), 31.0)) is None
    assert khuzestan.station_at(LonLat(float("inf"), 31.0)) is None


def test_chain_and_within(khuzestan: OfficeForest) -> None:
    tree: OfficeTree = khuzestan
    station = OfficeId("khuzestan.ahvaz.11")
    assert tree.chain_of(station) == (station, "khuzestan.ahvaz", "khuzestan", "iran")
    assert tree.is_within(station, OfficeId("iran"))
    assert tree.is_within(station, station)
    assert not tree.is_within(OfficeId("khuzestan"), station)
    assert not tree.is_within(station, OfficeId("khuzestan.abadan"))
    assert tree.find_office(OfficeId("khuzestan.nowhere")) is None
    assert tree.chain_of(OfficeId("khuzestan.nowhere")) == ()


def test_the_same_inputs_give_the_same_tree() -> None:
    assert msgspec.json.encode(draw_khuzestan()) == msgspec.json.encode(draw_khuzestan())


def test_a_built_region_joins_the_forest() -> None:
    forest = load_offices([tehran().folder])
    assert forest.list_offices()[0] == NATIONAL
    station = forest.station_at(LonLat(51.40, 35.72))
    assert station is not None
    assert station.startswith("tehran-central.tehran.")
    sector = forest.sector_at(LonLat(51.40, 35.72))
    assert sector is not None
    assert sector.station_id == station


# Areas


def square(west: float, south: float, side: float) -> Any:
    return shapely.box(west, south, west + side, south + side)


def test_a_shared_border_goes_to_the_smaller_id_whatever_the_order() -> None:
    left, right = square(48, 31, 1), square(49, 31, 1)
    for keys, areas in ((["a", "b"], [left, right]), (["b", "a"], [right, left])):
        index = AreaIndex(keys, areas)
        assert index.find(LonLat(49.0, 31.5)) == "a"
        assert index.find(LonLat(49.0, 31.0)) == "a"
        assert index.find(LonLat(49.0 + 1e-7, 31.5)) == "b"


def test_a_hole_belongs_to_nobody_and_an_area_in_it_to_itself() -> None:
    ring = shapely.difference(square(48, 31, 3), square(49, 32, 1))
    assert AreaIndex(["ring"], [ring]).find(LonLat(49.5, 32.5)) is None
    both = AreaIndex(["ring", "core"], [ring, square(49, 32, 1)])
    assert both.find(LonLat(49.5, 32.5)) == "core"
    assert both.find(LonLat(48.5, 32.5)) == "ring"
    assert both.find(LonLat(49.0, 32.5)) == "core"


def test_the_hairs_breadth_that_rounding_leaves_is_answered_for() -> None:
    left, right = square(48, 31, 1), square(49 + 2e-6, 31, 1)
    assert AreaIndex(["a", "b"], [left, right]).find(LonLat(49 + 1e-6, 31.5)) == "a"


def test_an_outer_corner_is_inside() -> None:
    index = AreaIndex(["a"], [square(48, 31, 1)])
    for lon, lat in ((48, 31), (49, 31), (49, 32), (48, 32)):
        assert index.find(LonLat(lon, lat)) == "a"
    assert index.find(LonLat(49.001, 32)) is None


def test_no_areas_answer_for_nothing() -> None:
    assert AreaIndex([], []).find(LonLat(48, 31)) is None


# Seats


def test_areas_of_nearest_seats_tile_and_hold_their_seats() -> None:
    seats = np.array([[48.2, 31.2], [48.8, 31.3], [48.5, 31.9]])
    parts = nearest_seat_areas(square(48, 31, 1), seats)
    assert sum(part.area for part in parts) == pytest.approx(1.0, abs=1e-5)
    for part, (lon, lat) in zip(parts, seats, strict=True):
        assert shapely.contains_xy(part, lon, lat)


def test_seats_are_distinct_nodes_even_when_there_are_few() -> None:
    nodes = np.array([[48.0, 31.0], [48.0, 31.0], [48.1, 31.0]])
    seats = spread_seats(nodes, 5)
    assert sorted(map(tuple, seats.tolist())) == [(48.0, 31.0), (48.1, 31.0)]


def test_a_county_without_settlements_still_gets_a_station() -> None:
    bare = County("bare", "خالی", "Bare", square(48, 31, 1))
    lone = NamedPoint("village", "ده", "Deh", 50.0, 31.0)
    tree = draw_up_offices("trial", "آزمون", "Trial", [bare], [lone], np.empty((0, 2)))
    assert [office.id for office in tree.offices] == ["trial", "trial.bare", "trial.bare.11"]
    assert tree.offices[2].name_fa == "کلانتری ۱۱ خالی"


def test_slugs_are_short_and_latin() -> None:
    assert slug_of("Ahvaz County") == "ahvaz"
    assert slug_of("Dasht-e-Azadegan County") == "dasht-e-azadegan"


# Refusals


@pytest.mark.parametrize(
    "change",
    [
        {"parent_id": "khuzestan.nowhere"},
        {"parent_id": "khuzestan"},
        {"id": "khuzestan.ahvaz"},
        {"id": "other.ahvaz.99"},
        {"area": None},
        {"area": {"type": "Point", "coordinates": [48, 31]}},
        {"area": {"type": "Polygon"}},
    ],
)
def test_a_tree_that_does_not_hang_together_is_refused(change: dict[str, Any]) -> None:
    tree = json.loads(msgspec.json.encode(draw_khuzestan()))
    station = next(office for office in tree["offices"] if office["id"] == "khuzestan.ahvaz.18")
    station.update(change)
    with pytest.raises(OfficesUnreadable):
        OfficeForest([(ProvinceId("khuzestan"), msgspec.json.decode(json.dumps(tree), type=OfficesFile))])


def test_an_office_file_of_another_form_is_refused(tmp_path: Path) -> None:
    region = tmp_path / "region"
    region.mkdir()
    (region / "manifest.json").write_bytes((tehran().folder / "manifest.json").read_bytes())
    for text in ("", "[]", '{"format": "x", "version": 1, "offices": []}'):
        (region / "offices.json").write_text(text)
        with pytest.raises(OfficesUnreadable):
            load_offices([region])
