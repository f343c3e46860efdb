"""A plate is one text however it was typed, and nothing else is a plate."""

import pytest

from nazdik.bootstrap.search.plates import plate_of, plates_in

KEPT = "24ب357-14"


@pytest.mark.parametrize(
    "typed",
    [
        "24ب357-14",
        "۲۴ ب ۳۵۷ ایران ۱۴",
        "۲۴ب۳۵۷۱۴",
        "٢٤ ب ٣٥٧ - ١٤",
        "24 ب\u200c357 IR 14",
        "پژوی سفید ۲۴ ب ۳۵۷ ایران ۱۴، به سوی شمال",
    ],
)
def test_one_car_is_found_however_it_was_typed(typed: str) -> None:
    assert plates_in(typed) == {KEPT}


def test_other_spellings_of_a_letter_are_the_same_letter() -> None:
    assert plates_in("12ي34567 و 12ك34567 و 12ا34567") == {"12ی345-67", "12ک345-67", "12الف345-67"}


@pytest.mark.parametrize(
    "typed", ["24ب357", "124ب357-14", "24ب357-144", "0912 345 6789", "24 ب 35 714", "", "۲۴ ۳۵۷ ۱۴"]
)
def test_what_is_no_whole_plate_is_none(typed: str) -> None:
    assert plates_in(typed) == frozenset() and plate_of(typed) is None


def test_a_question_is_one_plate_and_no_sentence() -> None:
    assert plate_of(" ۲۴ ب ۳۵۷ ایران ۱۴ ") == KEPT
    assert plate_of("پژو ۲۴ ب ۳۵۷ ایران ۱۴") is None and plate_of("24ب357-14 24ب357-15") is None
