"""The rule that proposes a known incident for a call: what it joins, what it keeps apart, and what it says about it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nazdik.intake.shapes import moved
from nazdik.intake.similar import PROPOSALS_MAX, Asked, Known, Proposal, similar, telling_words
from nazdik.kernel import IncidentId, LonLat
from nazdik.kernel.instant import plus_s
from tests.town import START

HERE = LonLat(48.67, 31.31)
CRASH = Known(IncidentId("p.i1"), "crash_injury", HERE, START, telling_words("تصادف پراید سفید با موتور جلوی بانک"))


def asked(**given: object) -> Asked:
    told: dict[str, object] = {"at": plus_s(START, 120.0), "point": HERE, "kind": "crash_injury"} | given
    return Asked(**told)  # type: ignore[arg-type]


def best(call: Asked, *known: Known) -> Proposal | None:
    found = [p for p in similar(call, known or (CRASH,)) if p.proposed]
    return found[0] if found else None


def test_fifty_callers_of_one_crash_are_all_proposed_it() -> None:
    for number in range(50):
        call = asked(
            at=plus_s(START, number * 12.0),
            point=moved(HERE, number % 9 * 12.0, number * 37.0),
            kind=("crash_injury", "crash_damage", None)[number % 3],
            words=telling_words(("پراید", "موتور خورده", "")[number % 3]),
        )
        # Each that is linked keeps the event alive for the next.
        known = replace(CRASH, last_at=plus_s(START, max(0, number - 1) * 12.0))
        assert best(call, known) is not None, number


def test_a_robbery_in_the_street_of_a_crash_is_pulled_out_and_not_swallowed() -> None:
    call = asked(kind="armed_robbery", words=telling_words("سرقت مسلحانه از بانک"))
    assert best(call) is None
    (told,) = similar(call, (CRASH,))
    assert (told.proposed, told.kind) == (False, "other")


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({"point": moved(HERE, 900.0, 90.0)}, CRASH),
        ({"at": plus_s(START, 7_300.0)}, CRASH),
        ({"point": None}, CRASH),
    ],
)
def test_far_in_place_or_time_or_nowhere_is_not_proposed(given: dict[str, object], known: Known) -> None:
    assert similar(asked(**given), (known,)) == ()


def test_the_same_number_calls_about_the_same_thing_wherever_it_is() -> None:
    known = Known(IncidentId("p.i1"), "noise", HERE, START, numbers=frozenset({"+98916"}))
    told = best(asked(point=None, kind=None, number="+98916"), known)
    assert told is not None
    assert told.same_number


def test_every_reason_is_told() -> None:
    told = best(asked(point=moved(HERE, 80.0, 0.0), kind="crash_damage", words=telling_words("پراید سفید چپ کرده")))
    assert told is not None
    assert told.apart_m == pytest.approx(80.0, abs=0.5)
    assert (told.apart_s, told.kind, told.words) == (120.0, "family", ("سفید", "پراید"))


def test_nearer_sooner_and_liker_is_rated_higher() -> None:
    def score(**given: object) -> float:
        found = similar(asked(**given), (CRASH,))
        return found[0].score if found else 0.0

    assert score() > score(point=moved(HERE, 200.0, 0.0)) > score(point=moved(HERE, 400.0, 0.0))
    assert score() > score(at=plus_s(START, 900.0))
    assert score() > score(kind="crash_damage") > score(kind="fraud")
    assert score(words=telling_words("پراید")) > score(words=telling_words("درخت"))
    assert score(doubt_m=20.0) > score(doubt_m=800.0), "who may be anywhere is sure of nothing"


words = st.sets(st.sampled_from(["پراید", "بانک", "موتور", "چاقو"])).map(frozenset)
kinds = st.sampled_from([None, "fight", "noise", "crash_injury", "other"])
places = st.tuples(st.floats(-2_000, 2_000), st.floats(0, 360)).map(lambda at: moved(HERE, *at))
ids = st.integers().map(lambda n: IncidentId(str(n)))
times = st.floats(-100, 9_000).map(lambda s: plus_s(START, s))


@given(
    st.builds(Asked, at=times, point=st.none() | places, doubt_m=st.floats(0, 5_000), kind=kinds, words=words),
    st.lists(st.builds(Known, id=ids, kind=kinds, point=places, last_at=times, words=words)),
)
def test_scores_are_shares_in_order_and_few(call: Asked, known: list[Known]) -> None:
    found = similar(call, known)
    assert len(found) <= PROPOSALS_MAX
    assert all(0 <= proposal.score <= 1 for proposal in found)
    proposed = [p.score for p in found if p.proposed]
    assert proposed == sorted(proposed, reverse=True)
    assert [p.proposed for p in found] == sorted((p.proposed for p in found), reverse=True)
