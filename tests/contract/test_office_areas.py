"""The areas that a board's map shades: of the right offices, small, and without gaps between neighbours."""

import itertools

import shapely

from nazdik.kernel import OfficeId
from tests.contract.test_day_report import Room, room
from tests.server import PROVINCE, problem

__all__ = ["room"]  # the fixture


async def _areas(room: Room, office: str) -> dict[str, shapely.MultiPolygon]:
    answer = await room.http.get(f"/v1/offices/{office}/areas")
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < 50_000
    return {
        one["office"]: shapely.MultiPolygon([(part[0], part[1:]) for part in one["area"]])
        for one in answer.json()["areas"]
    }


async def test_a_county_has_its_stations_and_what_is_above_has_counties(room: Room) -> None:
    tree = room.running.entrance.building.offices
    county = f"{PROVINCE}.tehran"
    stations = await _areas(room, county)
    assert set(stations) == {str(one.id) for one in tree.list_offices() if one.parent_id == county}
    assert set(await _areas(room, PROVINCE)) == {county}
    assert set(await _areas(room, "iran")) == {county}
    assert await _areas(room, next(iter(stations))) == {}, "a station has nothing below it"
    for one, drawn in stations.items():
        true = tree.area_of(OfficeId(one))
        assert true is not None
        assert shapely.symmetric_difference(drawn, true).area < 0.5 * true.area, one
    for one, other in itertools.combinations(stations.values(), 2):
        assert shapely.intersection(one, other).area < 1e-9, "neighbours share a border and no ground"
    problem(await room.http.get("/v1/offices/nowhere/areas"), 404, "organisation.office_not_found")
