"""A village of which only name and county are known: found, said to be without a point, and in doubt where it is left."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nazdik.geo.addresses.checking import doubt_about
from nazdik.geo.addresses.model import Doubt
from nazdik.geo.places import PlaceFinder, PlaceIndex
from nazdik.kernel import LonLat

VILLAGE = "روستای آب اژدون شهی مرده"


@pytest.fixture(scope="module")
def finder(built_region: Callable[[str], Path]) -> PlaceFinder:
    return PlaceFinder(PlaceIndex.load(built_region("khuzestan") / "places"))


def test_it_is_found_and_said_to_be_without_a_point(finder: PlaceFinder) -> None:
    best = finder.search(VILLAGE)[0]
    assert best.name_fa == VILLAGE
    assert not best.is_placed
    assert best.accuracy_m > 10_000
    assert "معلوم نیست" in best.detail_fa
    assert "without a point" in best.detail_en


def test_a_town_is_placed(finder: PlaceFinder) -> None:
    best = finder.search("دزفول")[0]
    assert best.is_placed
    assert best.detail_fa == ""


def test_an_incident_left_in_the_middle_of_the_county_is_in_doubt_until_somebody_places_it(finder: PlaceFinder) -> None:
    best = finder.search(VILLAGE)[0]
    assert doubt_about(best.label_fa, best.point, finder) is Doubt.UNPLACED
    assert doubt_about(VILLAGE, best.point, finder) is Doubt.UNPLACED
    pointed_at = LonLat(best.point.lon + 0.08, best.point.lat)
    assert doubt_about(best.label_fa, pointed_at, finder) is None
    assert doubt_about(best.label_fa, LonLat(best.point.lon + 1.5, best.point.lat), finder) is Doubt.ELSEWHERE
