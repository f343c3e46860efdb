"""Finding a place from what a caller says, and saying where a point is."""

from pathlib import Path

import pytest
import shapely

from nazdik.geo.build import build_region
from nazdik.geo.coordinates import coordinate_label, parse_coordinates
from nazdik.geo.errors import RegionUnreadable
from nazdik.geo.places import PlaceIndex, Why
from nazdik.kernel import LonLat, distance_m
from tests.unit.geo.region_fixtures import small_spec, tehran

HERE = LonLat(51.40, 35.72)
SQUARE = (48.60, 31.20, 48.80, 31.40)


@pytest.fixture(scope="module")
def city() -> PlaceIndex:
    return PlaceIndex.load(tehran().places_folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> PlaceIndex:
    folder = tmp_path_factory.mktemp("small")
    return PlaceIndex.load(build_region(small_spec(folder), folder / "out").places_folder)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("خیابان ولی‌عصر", "خیابان ولی‌عصر"),
        ("خیابان ولی عصر", "خیابان ولی‌عصر"),
        ("خیابان ولیعصر", "خیابان ولی‌عصر"),
        ("خيابان وليعصر", "خیابان ولی‌عصر"),
        ("ولیعصر", "خیابان ولی‌عصر"),
        ("خ ولیعصر", "خیابان ولی‌عصر"),
        ("ولیعصر خیابان", "خیابان ولی‌عصر"),
        ("ولیعصرر", "خیابان ولی‌عصر"),
        ("ولیع", "خیابان ولی‌عصر"),
        ("valiasr", "خیابان ولی‌عصر"),
        ("Vali Asr St.", "خیابان ولی‌عصر"),
        ("VALIASR STREET", "خیابان ولی‌عصر"),
        ("خیابان ۱۲", "خیابان ۱۲"),
        ("خیابان 12", "خیابان ۱۲"),
        ("خیابان ١٢", "خیابان ۱۲"),
        ("خیابان دوازدهم", "خیابان ۱۲"),
        ("خیابان دوازده", "خیابان ۱۲"),
        ("۱۲", "خیابان ۱۲"),
        ("خیابان پهلوی", "خیابان ۱۲"),
        ("کوچه ۱", "کوچهٔ یکم"),
        ("کوچۀ اول", "کوچهٔ یکم"),
        ("بلوار الف", "بلوار الف"),
        ("بل الف", "بلوار الف"),
        ("alef boulevard", "بلوار الف"),
        ("alef blvd", "بلوار الف"),
        ("مطهري", "خیابان شهید مطهری"),
        ("شهید مطهری", "خیابان شهید مطهری"),
        ("مطهری شهید", "خیابان شهید مطهری"),
        ("motahari", "خیابان شهید مطهری"),
        ("motahhari street", "خیابان شهید مطهری"),
        ("kh. shahid motaharee", "خیابان شهید مطهری"),
        ("ش. مطهری", "خیابان شهید مطهری"),
        ("متهری", "خیابان شهید مطهری"),
        ("مطحری", "خیابان شهید مطهری"),
        ("مطهزی", "خیابان شهید مطهری"),
        ("خیابانشهیدمطهری", "خیابان شهید مطهری"),
        ("lxivd", "خیابان شهید مطهری"),
        ("خیابان مطهری پلاک ۱۲۳ واحد ۴", "خیابان شهید مطهری"),
        ("خیابانِ مُطَهَّری", "خیابان شهید مطهری"),
        ("خیـــابان مطهــری", "خیابان شهید مطهری"),
        ("خیابان\u200cهای ولی\u200c عصر", "خیابان ولی‌عصر"),
        ("رشمهشسق", "خیابان ولی‌عصر"),
        ("walie asr", "خیابان ولی‌عصر"),
        ("روبروی مطهری", "خیابان شهید مطهری"),
    ],
)
def test_a_street_is_found_however_it_is_typed(small: PlaceIndex, typed: str, meant: str) -> None:
    found = small.search(typed)
    assert found, typed
    assert found[0].label_fa == f"{meant}، آزمون"
    assert found[0].kind == "street"


@pytest.mark.parametrize(
    "typed",
    [
        "تقاطع ولیعصر و مطهری",
        "تقاطع مطهری و ولیعصر",
        "مطهری و ولی‌عصر",
        "تقاطع ولیعصر مطهری",
        "نبش ولیعصر و شهید مطهری",
        "چهارراه وليعصر مطهري",
        "ولیعصر / مطهری",
        "valiasr & motahari",
        "corner of valiasr and motahari",
        "valiasr va motahari",
        "تقاطع ولیعضر و متهری",
        "Motahari Street and Valiasr Street",
    ],
)
def test_a_crossing_is_found_however_it_is_typed(small: PlaceIndex, typed: str) -> None:
    best = small.search(typed)[0]
    assert best.kind == "crossing"
    assert distance_m(best.point, LonLat(48.704, 31.304)) < 1
    assert best.label_fa.startswith("تقاطع ")
    assert "and" in best.label_en


def test_a_long_street_is_as_far_as_its_nearest_part(city: PlaceIndex) -> None:
    beside = LonLat(51.4075, 35.7600)
    street = next(place for place in city.search("ولی عصر", beside) if place.label_fa.startswith("ولی عصر"))
    assert street.distance_m is not None
    assert street.distance_m < 500
    assert distance_m(street.point, beside) == pytest.approx(street.distance_m, rel=0.01)


def test_the_whole_name_goes_before_a_longer_one(city: PlaceIndex) -> None:
    for name in ("کارگر شمالی", "فاطمی", "ولی عصر", "مطهری"):
        assert city.search(name)[0].label_fa == f"{name}، تهران"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("خیابان ولی‌عصر", Why.NAME),
        ("ولیعصر", Why.JOINED),
        ("خیابان پهلوی", Why.OTHER_NAME),
        ("خیابان ولی‌عصر آزمون", Why.AROUND),
        ("مطه", Why.PREFIX),
        ("motahhry", Why.SOUND),
        ("مطهزی", Why.SPELLING),
        ("lxivd", Why.KEYBOARD),
    ],
)
def test_a_result_says_how_it_was_understood(small: PlaceIndex, typed: str, why: Why) -> None:
    best = small.search(typed)[0]
    assert best.why is why
    assert (best.confidence == 1.0) == (why is Why.NAME)


def test_streets_of_one_name_are_told_apart(city: PlaceIndex) -> None:
    labels = [place.label_fa for place in city.search("کوچه دوم", HERE, 8)]
    assert len(set(labels)) == len(labels)
    assert any("نزدیک" in label for label in labels)


def test_the_callers_county_goes_first(city: PlaceIndex) -> None:
    everywhere = city.search("دوم", None, 8)
    last = [place for place in everywhere if place.confidence == everywhere[0].confidence][-1].point
    assert last != everywhere[0].point
    home = shapely.box(last.lon - 0.001, last.lat - 0.001, last.lon + 0.001, last.lat + 0.001)
    assert city.search("دوم", None, 8, home=home)[0].point == last


def test_nothing_is_found_for_nonsense(small: PlaceIndex) -> None:
    for text in ("", "   ", "؟!", "qqqqzzzz", "و", "\u200c", "تقاطع"):
        assert small.search(text) == []


def test_equals_are_ordered_by_distance(city: PlaceIndex) -> None:
    found = [place for place in city.search("کوچه دوم", HERE, 8) if place.confidence > 0.9]
    away = [place.distance_m or 0.0 for place in found]
    assert len(found) > 1
    assert away == sorted(away)


def test_real_streets_and_crossings(city: PlaceIndex) -> None:
    assert city.search("کارگر شمالی", HERE)[0].label_fa.startswith("کارگر شمالی")
    assert city.search("ملاصذرا", HERE)[0].label_fa.startswith("ملاصدرا")
    crossing = city.search("تقاطع فاطمی و ولیعصر", HERE)[0]
    assert crossing.kind == "crossing"
    assert distance_m(crossing.point, LonLat(51.4057, 35.7245)) < 1_000


@pytest.mark.parametrize("near", [None, HERE, LonLat(51.4107, 35.7013)])
@pytest.mark.parametrize(
    ("typed", "meant", "sounds_so"),
    [
        # «پل کالج» has Enqelab Street for its English name, «حسن عضدی» Azodi.
        ("انقلاب", "انقلاب اسلامی", "پل کالج"),
        ("خیابان انقلاب", "انقلاب اسلامی", "پل کالج"),
        ("آزادی", "کنارگذر آزادی", "حسن عضدی"),
        ("تقاطع انقلاب و حافظ", "انقلاب اسلامی", "پل کالج"),
    ],
)
def test_what_is_called_so_goes_before_what_only_sounds_so(
    city: PlaceIndex, typed: str, meant: str, sounds_so: str, near: LonLat | None
) -> None:
    labels = [place.label_fa for place in city.search(typed, near)]
    assert labels.index(f"{meant}، تهران") < labels.index(f"{sounds_so}، تهران")


def test_a_crossing_of_streets_called_so_goes_before_one_that_sounds_so(city: PlaceIndex) -> None:
    best = city.search("تقاطع خانی و محمدی")[0]
    assert best.label_fa == "تقاطع فرشاد امان خانی و سعید فامیل محمدی، تهران", "not the one of «ستارخان»"


def test_a_point_is_said_by_its_street_and_what_it_is_near(small: PlaceIndex) -> None:
    place = small.reverse(LonLat(48.7045, 31.30405))
    assert place is not None
    assert place.label_fa == "خیابان ولی‌عصر، نزدیک خیابان شهید مطهری، آزمون"
    assert place.label_en == "Valiasr Street, near Motahari Street, Trial"
    assert place.distance_m is not None
    assert place.distance_m < 10
    assert place.detail_fa == "۵۰ متر شرق خیابان شهید مطهری، ۶ متر شمال خیابان"
    assert place.detail_en == "50 m east of Motahari Street, 6 m north of the street"


def test_a_point_at_a_junction_is_said_by_both_streets(small: PlaceIndex) -> None:
    place = small.reverse(LonLat(48.70405, 31.304))
    assert place is not None
    assert place.label_fa == "تقاطع خیابان ولی‌عصر و خیابان شهید مطهری، آزمون"


def test_a_point_far_from_everything_is_not_named(small: PlaceIndex) -> None:
    assert small.reverse(LonLat(48.9, 31.3)) is None
    assert small.reverse(LonLat(0.0, 0.0)) is None


@pytest.mark.parametrize(
    "typed",
    [
        "31.3, 48.7",
        "31.3 48.7",
        "48.7, 31.3",
        "(31.30000, 48.70000)",
        "۳۱٫۳، ۴۸٫۷",
        "٣١٫٣ ٤٨٫٧",
        "31.3;48.7",
        "31.3N 48.7E",
        "N31.3 E48.7",
        "31°18'N 48°42'E",
        "31°18'00\"N, 48°42'00\"E",
        "31° 18′ 0.0″ N 48° 42′ 0.0″ E",
        "۳۱ درجه ۱۸ دقیقه شمالی ۴۸ درجه ۴۲ دقیقه شرقی",
        "geo:31.3,48.7",
        "https://maps.example/?q=31.3,48.7",
        "https://maps.example/@31.3,48.7,17z",
        "https://osm.example/#map=17/31.3/48.7",
        "https://maps.example/place/x/@31.9,48.9,15z/data=!3m1!4b1!3d31.3!4d48.7",
        "https://maps.example/location?latitude=31.3&longitude=48.7",
        "geo:31.3,48.7;u=35",
        "loc:31.3,48.7",
        "عرض ۳۱٫۳ طول ۴۸٫۷",
        "lon=48.7 lat=31.3",
        "31,30000 48,70000",
        "N31 18.0 E48 42.0",
        "31 18 00 N, 48 42 00 E",
        "\u200e31.3, 48.7\u200e",
    ],
)
def test_coordinates_in_any_usual_form(typed: str) -> None:
    point = parse_coordinates(typed, SQUARE)
    assert point is not None
    assert distance_m(point, LonLat(48.7, 31.3)) < 1


@pytest.mark.parametrize(
    "typed", ["12", "خیابان ۱۲ ۳۴", "12 34", "110", "", "تقاطع ۱ و ۲", "200.5 300.5", "1403/07/01"]
)
def test_other_numbers_are_no_coordinates(typed: str) -> None:
    assert parse_coordinates(typed, SQUARE) is None


def test_a_coordinate_is_read_back_from_its_label() -> None:
    for point in (LonLat(48.12345, 31.54321), LonLat(-74.00601, 40.71277)):
        for label in coordinate_label(point):
            assert parse_coordinates(label, SQUARE) == point


def test_an_index_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegionUnreadable):
        PlaceIndex.load(tmp_path)
