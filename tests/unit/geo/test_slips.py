"""Words a slip or two off: looking at lengths and letters first leaves out nobody."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import process
from rapidfuzz.distance import OSA

from nazdik.geo.places.slips import Spellings

# Few letters, so that near words are common; two of them (ب and ¨) share a bit.
WORDS = st.text(alphabet="ابپت\u00a8ك", max_size=7)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=30), WORDS, st.integers(0, 3), st.integers(1, 10))
def test_the_same_words_are_found_as_by_comparing_all(words: list[str], word: str, slips_max: int, limit: int) -> None:
    every = process.extract(word, words, scorer=OSA.distance, score_cutoff=slips_max, limit=limit, processor=None)
    assert Spellings(words).near(word, slips_max, limit) == [(slips, place) for _, slips, place in every]
