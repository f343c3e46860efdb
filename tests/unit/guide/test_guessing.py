"""Which kind do typed words tell of, and why?"""

import pytest

from nazdik.guide.guessing import Guess, Guesser
from nazdik.guide.model import BookName, Entry, Words
from nazdik.guide.shipped import shipped
from nazdik.published.catalogue import KINDS

BY_CODE = {kind.code: kind for kind in KINDS}


@pytest.fixture(scope="module")
def guesser() -> Guesser:
    words = shipped(BookName.WORDS)
    assert isinstance(words, Words)
    return Guesser(words, BY_CODE)


def best(guesser: Guesser, text: str) -> Guess | None:
    return next(iter(guesser.guess(text).guesses), None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("دعوای خیابانی جلوی مغازه", "fight"),
        ("چاقو کشیده", "fight_weapon"),
        ("دزدها توی خانه‌اند", "burglary_now"),
        ("loud music next door", "noise"),
        ("STOLEN CAR", "car_theft"),
        ("dozd oomade to khone", "burglary_now"),
        ("tasadof shode", "crash_damage"),
    ],
)
def test_what_callers_say_tells_the_kind(guesser: Guesser, text: str, kind: str) -> None:
    guess = best(guesser, text)
    assert guess is not None and guess.code == kind


def test_a_guess_says_because_of_which_words_and_what_they_make_of_the_priority(guesser: Guesser) -> None:
    guess = best(guesser, "یکی با چاقو آمده")
    assert guess is not None and (guess.code, guess.priority) == ("fight_weapon", 1)
    why = guess.spoken[0]
    assert (why.typed, why.entry.gloss, why.entry.priority) == ("چاقو", "knife", 1)


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("دعوا شده، چاقو دارند", "دعوا شده، چاقو ندارند"),
        ("تصادف با مصدوم", "تصادف بدون مصدوم"),
        ("تصادف شده و زخمی دارد", "تصادف شده، کسی زخمی نشده"),
        ("fight with a knife", "fight, no knife"),
    ],
)
def test_what_is_denied_does_not_count(guesser: Guesser, said: str, denied: str) -> None:
    urgent, calm = best(guesser, said), best(guesser, denied)
    assert urgent is not None and calm is not None
    assert urgent.priority == 1 and calm.code in ("fight", "crash_damage") and calm.priority > 1
    assert guesser.guess(denied).denied, "a face can say what was heard and not counted"


def test_a_denial_reaches_no_further_than_its_clause(guesser: Guesser) -> None:
    for text in ("کسی کمک نکرده، چاقو دارد", "پلیس نیست ولی چاقو کشیده‌اند", "نور نیست؛ با چاقو آمده"):
        guess = best(guesser, text)
        assert guess is not None and guess.code == "fight_weapon", text


@pytest.mark.parametrize(
    ("typed", "kind", "way"),
    [
        ("تصادوف", "crash_damage", "letter"),
        ("غمه", "fight_weapon", "sound"),
        ("مسلهانه", "armed_robbery", "sound"),
        ("زورگیرها", "armed_robbery", "ending"),
        ("كيف‌قاپي", "theft_now", "exact"),
        ("کیف قاپی", "theft_now", "exact"),
        ("کیفقاپی", "theft_now", "exact"),
    ],
)
def test_a_word_is_known_however_it_is_spelt(guesser: Guesser, typed: str, kind: str, way: str) -> None:
    guess = best(guesser, typed)
    assert guess is not None and guess.code == kind
    assert guess.spoken[0].way == way


def test_a_word_read_with_a_letter_amiss_counts_for_less(guesser: Guesser) -> None:
    sure, unsure = best(guesser, "تصادف"), best(guesser, "تصادوف")
    assert sure is not None and unsure is not None and unsure.score < sure.score


def test_short_words_are_not_found_inside_others(guesser: Guesser) -> None:
    for text in ("پارک کوچک", "تیرماه", "درختان"):
        assert "fraud" not in [g.code for g in guesser.guess(text).guesses], text
        assert "shooting" not in [g.code for g in guesser.guess(text).guesses], text


def test_nothing_said_tells_nothing(guesser: Guesser) -> None:
    for text in ("", "   ", "؟!…", "\u202e\u0000", "قققق", "x" * 40_000):
        assert guesser.guess(text).guesses == ()


def test_the_longest_row_of_words_wins_and_an_entry_counts_once() -> None:
    words = Words(entries=(Entry("تصادف", "crash_damage"), Entry("تصادف جرحی", "crash_injury", weight=4)))
    found = Guesser(words, BY_CODE).guess("تصادف جرحی تصادف جرحی").guesses
    assert [(g.code, g.score) for g in found] == [("crash_injury", 4.0 + 6.0 * 0)]


def test_parts_count_only_together_and_wherever_they_stand() -> None:
    words = Words(entries=(Entry("تصادف", "crash_damage"), Entry("تصادف + زخمی / مصدوم", "crash_injury", weight=7)))
    guesser = Guesser(words, BY_CODE)
    assert [g.code for g in guesser.guess("تصادف").guesses] == ["crash_damage"]
    assert [g.code for g in guesser.guess("یک زخمی در تصادف داریم").guesses] == ["crash_injury", "crash_damage"]


def test_words_of_any_kind_only_make_it_more_urgent() -> None:
    words = Words(entries=(Entry("صدا", "noise"), Entry("خون", "*", weight=1, priority=1)))
    guesser = Guesser(words, BY_CODE)
    assert guesser.guess("خون").guesses == ()
    assert [(g.code, g.priority) for g in guesser.guess("صدا و خون").guesses] == [("noise", 1)]
