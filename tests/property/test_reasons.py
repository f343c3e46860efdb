"""The fleet counted by reason and the reason given for one unit are one rule told twice: they must agree on every mask."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.dispatch.recommend import _LADDER_REASONS, DIVERTIBLE_BITS, _ladder, _reasons
from nazdik.geo.nearest import NearestUnits, smallest_graph
from nazdik.published.sight import SKILLS, Fitness, skill_bit

BITS = [int(bit) for bit in Fitness] + [skill_bit(skill) for skill in SKILLS]
FIX, LIMIT = 1_000, 500

masks = st.lists(st.sampled_from(BITS), unique=True).map(sum)
units = st.lists(st.tuples(masks, st.booleans()), max_size=40)
divertible = st.lists(st.sampled_from(sorted(DIVERTIBLE_BITS.values())), unique=True).map(sum)


@settings(deadline=None)  # the first example waits for the compiler
@given(units, st.sampled_from(SKILLS), divertible)
def test_the_counts_say_what_the_reasons_say(fleet: list[tuple[int, bool]], skill: str, may_divert: int) -> None:
    road = NearestUnits(smallest_graph())
    for mask, fresh in fleet:
        slot = road.add()
        road.masks[slot] = mask
        here = np.zeros(1)
        fixed_at = np.array([FIX if fresh else LIMIT])
        road.link(np.array([slot]), np.zeros(1, dtype=np.int32), here, here, here, fixed_at)

    counts = road.tally(np.array(_ladder(skill, may_divert)), LIMIT)

    expected = Counter((*_reasons(mask, fresh, skill, may_divert), "fit")[0] for mask, fresh in fleet)
    assert {reason: n for reason, n in zip(_LADDER_REASONS, counts, strict=True) if n} == dict(expected)
