"""Which caller does not belong among those of an incident, and why."""

from nazdik.intake.odd_one import Told, odd_one
from tests.town import at_m

CRASH, HERE = "crash_injury", at_m(1_000)


def told(east_m: float | None = 1_000, kind: str | None = CRASH, doubt_m: float = 0.0) -> Told:
    return Told(None if east_m is None else at_m(east_m), doubt_m, kind, ("چاقو",) if kind == "armed_robbery" else ())


def test_a_robbery_in_the_street_of_a_crash_is_told_with_its_words() -> None:
    odd = odd_one(told(1_050, "armed_robbery"), CRASH, HERE, 100, [told()] * 49)
    assert odd is not None and (odd.reasons, odd.told_kind, odd.spoken) == (("kind",), "armed_robbery", ("چاقو",))


def test_two_who_tell_of_the_robbery_do_not_vouch_for_one_another() -> None:
    assert odd_one(told(1_050, "armed_robbery"), CRASH, HERE, 100, [told()] * 48 + [told(1_050, "armed_robbery")])


def test_what_a_third_of_the_others_tell_too_belongs() -> None:
    others = [told()] * 6 + [told(1_000, "armed_robbery")] * 3
    assert odd_one(told(1_000, "armed_robbery"), CRASH, HERE, 100, others) is None


def test_kinds_that_people_mistake_and_words_that_say_nothing_belong() -> None:
    for kind in ("crash_damage", "traffic_blocked", None, "other"):
        assert odd_one(told(1_000, kind), CRASH, HERE, 100, [told()] * 9) is None


def test_who_is_too_far_off_is_told_unless_their_place_is_doubtful() -> None:
    odd = odd_one(told(3_000), CRASH, HERE, 100, [told()] * 9)
    assert odd is not None and (odd.reasons, odd.apart_m) == (("far",), 2_000)
    assert odd_one(told(3_000, doubt_m=1_500), CRASH, HERE, 100, [told()] * 9) is None
    assert odd_one(told(None), CRASH, HERE, 100, [told()] * 9) is None


def test_a_jam_that_many_see_from_far_reaches_that_far() -> None:
    others = [told()] * 4 + [told(3_050), told(2_950)]
    assert odd_one(told(3_000), CRASH, HERE, 100, others) is None
