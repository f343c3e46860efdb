"""Laws of the search: no text breaks it, spelling does not matter, and what it returns can be asked for again."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.geo.coordinates import coordinate_label, parse_coordinates
from nazdik.geo.places import PlaceIndex
from nazdik.geo.words import words_of
from nazdik.kernel import LonLat
from nazdik.kernel.text import fold, latin_digits, persian_digits
from tests.unit.geo.region_fixtures import tehran

# What an earlier file left open is collected at any moment, in the middle of this one too.
pytestmark = pytest.mark.filterwarnings("error", "default::ResourceWarning")

SPELLINGS = str.maketrans({"ی": "ي", "ک": "ك", "۱": "١", "۲": "2", "ه": "ة", "\u200c": " "})
CODES = {
    "ی": "یيى",
    "ک": "كک",
    "ا": "اآأ",
    "ه": "هة",
    "و": "وؤ",
    "\u200c": "\u200c ",
    "۱": "1۱١",
    "۲": "2۲٢",
    "۳": "3۳٣",
}
TYPED = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("اآبپتولیعصر ۰۱۲345٦‌ـ،/&'\"°NE.-+")), max_size=60)
POINTS = st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90))


@cache
def city() -> PlaceIndex:
    return PlaceIndex.load(tehran().places_folder)


@given(text=TYPED, near=st.none() | POINTS, limit=st.integers(0, 12))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_search(text: str, near: LonLat | None, limit: int) -> None:
    found = city().search(text, near, limit)
    assert len(found) <= max(limit, 1)
    assert all(0.0 < place.score <= 1.0 and place.label_fa and place.label_en for place in found)
    assert [place.score for place in found] == sorted((place.score for place in found), reverse=True)
    assert all((place.distance_m is None) == (near is None) for place in found)


@given(seed=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=40), times=st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_a_long_story_is_no_trouble(seed: str, times: int) -> None:
    story = (seed * times)[:10_240]
    assert all(place.label_fa for place in city().search(story, None, 3))


@pytest.mark.parametrize(
    "text", ["🚓🚨", "👩‍👩‍👧‍👦 ولیعصر", "\u202e\u2066رصعیلو\u2069\u202c", "\x00\x07ولی\x1bعصر", "ولی" * 3_400, "\ud800"]
)
def test_signs_that_are_no_words(text: str) -> None:
    city().search(text, LonLat(51.4, 35.7), 5)


@given(choice=st.integers(0, 10_000), data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_mixture_of_spellings_finds_the_same(choice: int, data: st.DataObject) -> None:
    """Half-spaces there, not there or spaces, each letter in any of its codes: always the same answer."""
    index = city()
    label = index.search("خیابان", LonLat(51.40, 35.72), choice % 40 + 1)[-1].name_fa
    written = "".join(data.draw(st.sampled_from(CODES.get(c, c))) for c in label)
    assert index.search(written) == index.search(label)


@given(point=POINTS)
@settings(max_examples=200, deadline=None)
def test_no_point_breaks_the_reverse(point: LonLat) -> None:
    place = city().reverse(point)
    assert place is None or (place.point == point and place.label_fa)


@given(choice=st.integers(0, 2_000))
@settings(max_examples=100, deadline=None)
def test_the_spelling_of_letters_and_digits_does_not_matter(choice: int) -> None:
    index = city()
    label = index.search("خیابان", LonLat(51.40, 35.72), choice % 40 + 1)[-1].label_fa.split("،")[0]
    assert index.search(label) == index.search(label.translate(SPELLINGS))


@given(text=TYPED)
@settings(deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words_of(text) == words_of(persian_digits(text)) == words_of(latin_digits(text))


@given(lon=st.floats(-179, 179), lat=st.floats(-89, 89))
@settings(deadline=None)
def test_a_label_of_coordinates_is_read_back(lon: float, lat: float) -> None:
    for label in coordinate_label(LonLat(lon, lat)):
        point = parse_coordinates(label, (48, 31, 49, 32))
        assert point is not None
        assert abs(point.lon - lon) < 1e-5
        assert abs(point.lat - lat) < 1e-5
