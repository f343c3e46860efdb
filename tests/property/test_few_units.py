"""Looking few units up in a hierarchy gives what searching for them gives, and what plain Python gives."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.geo import few as module
from nazdik.geo.few import FewUnits
from nazdik.geo.graph import RoadGraph
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.questions import Nearest, Question
from nazdik.geo.standby import Standby
from nazdik.geo.times import RoadTimes
from tests.property.road_oracle import Standing, nearest
from tests.property.test_road_nearest import FRACTIONS, NOW_US, at_random, closed_on, fleets, move, roads

ALWAYS = patch.multiple(module, expected=lambda *_: 1, worth=lambda *_: 0)


def pair(times: RoadTimes, units: list[Standing], order: list[int]) -> tuple[NearestUnits, NearestUnits]:
    """The same fleet twice on one road: one that searches, and one that looks up."""
    fleets_made = []
    standby = Standby(times, aside=False)
    for fleet in (NearestUnits(times.graph, 1, times=times), FewUnits(times.graph, 1, standby=standby)):
        for _ in units:
            fleet.add()
        fleet.rank(order)
        move(fleet, units)
        fleets_made.append(fleet)
    return fleets_made[0], fleets_made[1]


def same(looked_up: Nearest, searched: Nearest) -> bool:
    return replace(looked_up, settled_nodes=0) == replace(searched, settled_nodes=0)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_looking_up_agrees_with_searching_and_with_plain_python(data: st.DataObject) -> None:
    """Turns, closures, delays, limits and masks whatever: the same units, times, metres and ways, while times change."""
    with ALWAYS:
        compare(data)


def compare(data: st.DataObject) -> None:
    times, road = data.draw(roads())
    graph = times.graph
    units = data.draw(fleets(graph))
    order = data.draw(st.permutations(range(len(units))))
    searching, looking_up = pair(times, units, order)
    for _ in range(3):
        goal, fraction = data.draw(st.integers(0, graph.arcs - 1)), data.draw(FRACTIONS)
        question = {
            "k": data.draw(st.integers(1, 6)),
            "all_of": data.draw(st.sampled_from([0, 1, 3])),
            "any_of": data.draw(st.sampled_from([0, 4, 6])),
            "fixed_after_us": data.draw(st.integers(-1, 3)),
            "limit_ms": data.draw(st.sampled_from([2**31 - 2, 3000, 0])),
            "now_us": data.draw(st.sampled_from([None, NOW_US])),
        }
        barred = sorted(data.draw(st.frozensets(st.integers(0, len(units) - 1), max_size=3))) if units else []
        answer = looking_up.search(goal, fraction, barred=barred, **question)
        found, passed = nearest(road, units, order, goal, fraction, barred=frozenset(barred), **question)
        assert [(met.slot, met.time_ms, met.delay_ms) for met in answer.found] == found
        assert [(met.slot, met.time_ms, met.delay_ms) for met in answer.passed_over] == passed
        assert same(answer, searching.search(goal, fraction, barred=barred, **question))
        for met in answer.found + answer.passed_over:
            assert looking_up.path_of(met.slot) == searching.path_of(met.slot)
        only = data.draw(st.none() | st.integers(0, len(units) - 1)) if units else None
        if only is not None:
            assert same(
                looking_up.search(goal, fraction, only=only, **question),
                searching.search(goal, fraction, only=only, **question),
            )
        moved = data.draw(fleets(graph))[: len(units)]
        units = [*moved, *units[len(moved) :]]
        move(searching, units)
        move(looking_up, units)
        road = data.draw(closed_on(times, road))


@pytest.mark.parametrize("altered", [False, True])
@pytest.mark.parametrize("name", ["tehran-central", "manhattan", "khuzestan"])
def test_looking_up_agrees_with_searching_on_real_streets(
    name: str, altered: bool, built_region: Callable[[str], Path]
) -> None:
    """Few free of many on every sample region, alone and in batches, with turns, closures and slow streets or as built."""
    graph, chance = RoadGraph.load(built_region(name) / "graph"), np.random.default_rng(110)
    times = at_random(graph, chance)[0] if altered else RoadTimes(graph)
    arcs = chance.integers(0, graph.arcs, 120)
    arcs[:10] = np.resize(np.flatnonzero(times.closed), 10) if altered else arcs[:10]
    units = [
        Standing(slot, arc, share, mask, 5, delay, NOW_US + 1000 * late)
        for slot, (arc, share, mask, delay, late) in enumerate(
            zip(
                arcs.tolist(),
                chance.choice([0.0, 0.3, 1.0], 120).tolist(),
                np.where(np.arange(120) < 8, 3, chance.choice([0, 1, 2], 120)).tolist(),
                chance.choice([0, 20_000], 120).tolist(),
                chance.choice([-5, 90_000], 120).tolist(),
                strict=True,
            )
        )
    ]
    searching, looking_up = pair(times, units, chance.permutation(120).tolist())
    questions = [
        Question(int(arc), float(share), k=5, all_of=3, now_us=NOW_US)
        for arc, share in zip(chance.integers(0, graph.arcs, 15), chance.random(15), strict=True)
    ]
    asked = {"k": 5, "all_of": 3, "now_us": NOW_US}
    with ALWAYS:
        for question in questions:
            answer = looking_up.search(question.arc, question.fraction, **asked)
            assert answer.found
            assert same(answer, searching.search(question.arc, question.fraction, **asked))
            for met in answer.found + answer.passed_over:
                assert looking_up.path_of(met.slot) == searching.path_of(met.slot)
        for one, other in zip(looking_up.search_many(questions), searching.search_many(questions), strict=True):
            assert same(one, other)
