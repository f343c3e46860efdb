"""The one table of words that other systems use for our kinds."""

import pytest

from nazdik.interchange.warnings.model import Category
from nazdik.published.catalogue import KINDS
from nazdik.published.kind_codes import CODES, kind_of_common


def test_every_kind_has_its_words_and_no_word_means_two() -> None:
    assert [codes.kind for codes in CODES] == [kind.code for kind in KINDS]
    words = [word for codes in CODES for word in (codes.common, *codes.also)]
    assert len(words) == len(set(words))
    assert all(word.isascii() and word.isupper() and word.isalnum() for word in words)


def test_every_category_is_one_of_cap() -> None:
    assert {codes.cap for codes in CODES} <= {category.value for category in Category}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("ROBBERY", "armed_robbery"),
        ("Robbery", "armed_robbery"),
        ("shots-fired", "shooting"),
        ("Traffic Accident", "crash_damage"),
        ("ACCIDENTINJURY", "crash_injury"),
        ("", None),
        ("UNHEARDOF", None),
    ],
)
def test_a_neighbours_word_is_understood_however_it_is_spaced_and_cased(word: str, kind: str | None) -> None:
    assert kind_of_common(word) == kind


def test_what_goes_out_comes_back_as_the_same_kind() -> None:
    for kind in KINDS:
        assert kind_of_common(kind.common) == kind.code
