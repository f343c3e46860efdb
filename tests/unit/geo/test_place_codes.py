"""Plus codes and kilometres of roads: their own notations for a place."""

import pytest

from nazdik.geo.graph import RoadGraph
from nazdik.geo.places import PlaceFinder, PlaceIndex, Why
from nazdik.geo.places.kilometres import Post, read_post
from nazdik.geo.places.pluscode import PlusCode, decode, encode, find_plus_code, recover
from nazdik.geo.route import OutsideRegion
from nazdik.geo.sight import RoadSight
from nazdik.kernel import LonLat, distance_m
from tests.unit.geo.region_fixtures import tehran, two_towns

AHVAZ = LonLat(48.6842, 31.3190)


# The first three are examples of the public specification.
@pytest.mark.parametrize(
    ("lat", "lon", "digits", "code"),
    [
        (20.375, 2.775, 6, "7FG49Q00+"),
        (20.3700625, 2.7821875, 10, "7FG49QCJ+2V"),
        (47.0000625, 8.0000625, 10, "8FVC2222+22"),
        (-41.2730625, 174.7859375, 10, "4VCPPQGP+Q9"),
        (90.0, 1.0, 4, "CFX30000+"),
        (20.3701135, 2.78223535156, 13, "7FG49QCJ+2VXGJ"),
        (0.5, -179.5, 4, "62G20000+"),
    ],
)
def test_a_point_has_the_code_of_the_specification(lat: float, lon: float, digits: int, code: str) -> None:
    assert encode(LonLat(lon, lat), digits) == code
    back, size_deg = decode(code)
    assert abs(back.lon - lon) <= size_deg
    assert abs(back.lat - lat) <= size_deg


@pytest.mark.parametrize(
    ("short", "lat", "lon", "full"),
    [
        ("9G8F+6X", 47.4, 8.6, "8FVC9G8F+6X"),
        ("8F+6X", 47.365590, 8.524997, "8FVC9G8F+6X"),
    ],
)
def test_a_short_code_is_the_one_nearby(short: str, lat: float, lon: float, full: str) -> None:
    assert recover(short, LonLat(lon, lat)) == full


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("8H3C8M9J+2V", PlusCode("8H3C8M9J+2V", "")),
        ("8h3c8m9j+2v", PlusCode("8H3C8M9J+2V", "")),
        ("۸H۳C۸M۹J+۲V", PlusCode("8H3C8M9J+2V", "")),
        ("8M9J+2V اهواز", PlusCode("8M9J+2V", "اهواز")),
        ("Ahvaz, 8M9J+2V", PlusCode("8M9J+2V", "Ahvaz")),
        ("8H3C0000+", PlusCode("8H3C0000+", "")),
        ("8M9J+2", None),
        ("8M9+2V", None),
        ("ولیعصر + مطهری", None),
        ("12+500", None),
        ("8H3C00+2V", None),
        ("XH3C8M9J+2V", None),
    ],
)
def test_a_code_is_known_when_it_is_seen(text: str, found: PlusCode | None) -> None:
    assert find_plus_code(text) == found


@pytest.mark.parametrize(
    ("text", "post"),
    [
        ("کیلومتر ۱۲ جاده اهواز-خرمشهر", Post(12, ("اهواز", "خرمشهر"))),
        ("کیلومتر 12 محور اهواز به خرمشهر", Post(12, ("اهواز", "خرمشهر"))),
        ("۱۲ کیلومتری جادهٔ اهواز خرمشهر", Post(12, ("اهواز خرمشهر",))),
        ("کیلومتر ۲۰+۵۰۰ آزادراه اهواز – خرمشهر", Post(20.5, ("اهواز", "خرمشهر"))),
        ("km 12.5 Ahvaz to Khorramshahr road", Post(12.5, ("Ahvaz", "Khorramshahr"))),
        ("کیلومتر ۵ جاده اهواز به خرمشهر از خرمشهر", Post(5, ("اهواز", "خرمشهر"), "خرمشهر")),
        ("۵ کیلومتر مانده به خرمشهر جاده اهواز خرمشهر", Post(5, ("اهواز خرمشهر",), "خرمشهر")),
        ("خیابان ۱۲", None),
        ("کیلومتر", None),
    ],
)
def test_a_kilometre_is_read(text: str, post: Post | None) -> None:
    assert read_post(text) == post


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    region = two_towns()
    road = RoadSight(RoadGraph.load(region.graph_folder))
    return PlaceFinder(PlaceIndex.load(region.places_folder), road.route)


@pytest.mark.parametrize(
    ("text", "km_from_alef"),
    [
        ("کیلومتر ۳ جاده الف‌آباد به ب‌آباد", 3),
        ("کیلومتر ۳ ب آباد الف آباد", 7),
        ("کیلومتر ۳ جاده الف آباد به ب آباد از ب آباد", 7),
        ("۲ کیلومتر مانده به ب‌آباد جاده الف‌آباد به ب‌آباد", 8),
        ("km 3 Alefabad - Beabad road", 3),
    ],
)
def test_a_kilometre_is_counted_along_the_road(finder: PlaceFinder, text: str, km_from_alef: float) -> None:
    """The road between the two makes a corner at 5 km, so that the straight line would lead elsewhere."""
    best = finder.search(text, AHVAZ)[0]
    assert best.kind == "kilometre"
    assert best.why is Why.KILOMETRE
    corner = LonLat(48.70, 31.30 + 5 / 111.195)
    if km_from_alef <= 5:
        assert distance_m(best.point, LonLat(48.70, 31.30)) == pytest.approx(km_from_alef * 1000, abs=60)
    else:
        assert distance_m(best.point, corner) == pytest.approx((km_from_alef - 5) * 1000, abs=60)


def test_both_ends_are_offered_when_none_was_said(finder: PlaceFinder) -> None:
    first, second = finder.search("کیلومتر ۳ جاده الف‌آباد به ب‌آباد", AHVAZ)[:2]
    assert "از الف‌آباد" in first.label_fa
    assert "از ب‌آباد" in second.label_fa
    assert first.confidence > second.confidence


def test_a_kilometre_past_the_end_of_the_road_is_not_made_up(finder: PlaceFinder) -> None:
    assert all(place.kind != "kilometre" for place in finder.search("کیلومتر ۳۰ جاده الف‌آباد به ب‌آباد", AHVAZ))


def test_towns_without_a_road_have_no_kilometres() -> None:
    def no_way(start: LonLat, _: LonLat) -> None:
        raise OutsideRegion(lon=start.lon, lat=start.lat)

    lost = PlaceFinder(PlaceIndex.load(two_towns().places_folder), no_way)  # type: ignore[arg-type]
    assert all(place.kind != "kilometre" for place in lost.search("کیلومتر ۳ جاده الف‌آباد به ب‌آباد", AHVAZ))


def test_the_finder_knows_every_notation() -> None:
    finder = PlaceFinder(PlaceIndex.load(tehran().places_folder))
    here = LonLat(51.40, 35.72)
    assert finder.search("35.72, 51.40", here)[0].why is Why.COORDINATES
    short = encode(here)[4:]
    by_code = finder.search(short, here)[0]
    assert by_code.why is Why.PLUS_CODE
    assert distance_m(by_code.point, here) < 20
    assert finder.search("ولیعصر", here)[0].kind == "street"
    assert finder.search("", here) == finder.search("🚓", here) == finder.search("ولیعصر", here, 0) == []
