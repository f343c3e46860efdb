"""Draws belong to what they are for, and crews behave as their parameters say."""

from collections import Counter

import pytest

from nazdik.dispatch.vocabulary import DISPOSITIONS, REFUSAL_REASONS
from nazdik.kernel import IncidentId, UnitId
from nazdik.published.catalogue import KINDS
from nazdik.simulation.behaviour import DISPOSITIONS_OF, Behaviour, Choice, Conduct
from nazdik.simulation.chance import Chance
from nazdik.simulation.measure import paired, spread_of

INCIDENTS = [IncidentId(f"p.i{n}") for n in range(4000)]
UNIT = UnitId("p.u.A01")


def test_a_draw_depends_on_seed_and_subject_only() -> None:
    one, same, other = Chance(1), Chance(1), Chance(2)
    assert one.uniform("a", "b") == same.uniform("a", "b")
    assert one.uniform("a", "b") != one.uniform("ab")
    assert one.uniform("a") != other.uniform("a")
    draws = [one.uniform(str(n)) for n in range(5000)]
    assert all(0 < draw < 1 for draw in draws)
    assert sum(draws) / 5000 == pytest.approx(0.5, abs=0.02)


def test_options_are_picked_as_often_as_they_weigh() -> None:
    picked = Counter(Chance(1).pick("abc", (1, 2, 7), str(n)) for n in range(5000))
    assert picked["c"] / 5000 == pytest.approx(0.7, abs=0.03)
    assert picked["a"] / 5000 == pytest.approx(0.1, abs=0.02)


def test_crews_refuse_and_stay_silent_in_the_shares_asked_for() -> None:
    behaviour = Behaviour(Chance(1), Conduct(refuse_share=0.1, silent_share=0.2))
    replies = [behaviour.reply(incident, UNIT) for incident in INCIDENTS]
    shares = Counter(reply.choice for reply in replies)
    assert shares[Choice.REFUSE] / len(replies) == pytest.approx(0.1, abs=0.02)
    assert shares[Choice.SILENT] / len(replies) == pytest.approx(0.2, abs=0.02)
    assert {reply.reason for reply in replies if reply.choice is Choice.REFUSE} == REFUSAL_REASONS
    assert all(0.1 <= r.delivered_s <= 0.6 and r.delivered_s < r.sounded_s < r.after_s for r in replies)
    assert behaviour.reply(INCIDENTS[0], UNIT) == replies[0]


def test_time_on_scene_has_the_mean_of_the_kind() -> None:
    behaviour = Behaviour(Chance(1))
    times = [behaviour.scene_s(incident, 30) for incident in INCIDENTS]
    assert sum(times) / len(times) == pytest.approx(1800, rel=0.05)


def test_incidents_end_in_ways_the_core_knows() -> None:
    codes = {code for ways in DISPOSITIONS_OF.values() for code, _ in ways}
    assert codes <= DISPOSITIONS.keys()
    assert DISPOSITIONS_OF.keys() <= {kind.code for kind in KINDS}
    behaviour = Behaviour(Chance(1))
    assert {behaviour.disposition(i, "other") for i in INCIDENTS[:200]} <= DISPOSITIONS.keys()


def test_a_paired_difference_counts_only_incidents_that_both_have() -> None:
    a, b, c = INCIDENTS[:3]
    difference = paired({a: 10, b: 20, c: 5}, {a: 30, b: 20})
    assert (difference.n, difference.mean_s, difference.slower_share, difference.faster_share) == (2, 10, 0.5, 0)
    assert difference.low_s < 10 < difference.high_s
    assert paired({}, {}).n == 0


def test_a_spread_of_nothing_has_no_numbers() -> None:
    assert spread_of([]).p50 is None
    assert spread_of([1, 2, 3]).p50 == 2
