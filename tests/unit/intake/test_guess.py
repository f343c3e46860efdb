"""Which kinds do typed words suggest?"""

import pytest

from nazdik.intake.guess import guess_kinds, normalise
from nazdik.published.catalogue import KINDS


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("دعوای خیابانی جلوی مغازه", "fight"),
        ("چاقو کشیده", "fight_weapon"),
        ("تصادف جرحی، دو نفر مصدوم", "crash_injury"),
        ("تصادف شده، فقط خسارت", "crash_damage"),
        ("دزدها توی خانه‌اند", "burglary_now"),
        ("loud music next door", "noise"),
        ("STOLEN CAR", "car_theft"),
    ],
)
def test_what_callers_say_suggests_the_kind(words: str, kind: str) -> None:
    assert guess_kinds(words, KINDS)[0].code == kind


def test_a_suggestion_names_the_words_that_spoke_for_it() -> None:
    best = guess_kinds("there is a fight and a knife", KINDS)
    assert {guess.code: guess.words for guess in best}["fight_weapon"] == ("knife",)
    assert all(guess.score > 0 for guess in best)


def test_letters_are_one_however_they_are_typed() -> None:
    assert normalise("كيف‌قاپي") == normalise("کیف قاپی")
    assert guess_kinds("كيف قاپي", KINDS)[0].code == guess_kinds("کیف‌قاپی", KINDS)[0].code == "theft_now"


def test_nothing_said_suggests_nothing() -> None:
    for words in ("", "   ", "؟!…", "\u202e\u0000", "قققق", "x" * 4000):
        assert guess_kinds(words, KINDS) == []


def test_no_more_suggestions_than_asked_for_and_the_most_urgent_of_equals_first() -> None:
    said = " ".join(word for kind in KINDS for word in kind.words)
    assert len(guess_kinds(said, KINDS, 3)) == 3
    by_score = guess_kinds(said, KINDS, 100)
    assert [g.score for g in by_score] == sorted((g.score for g in by_score), reverse=True)
