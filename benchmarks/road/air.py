"""
When the nearest by straight line is the wrong one: how often, and what it costs, on a region's own streets.

Units and incidents are random places on random streets. Every time is exact, from the product's own search.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nazdik.geo.graph import RoadGraph
from nazdik.geo.nearest import NearestUnits
from road.judging import WRONG_S

FLEETS = (50, 200, 1_000)
SHORTLISTS = (5, 10, 30)
K = 5


@dataclass(frozen=True)
class Fleet:
    """Units on the road, and where they are."""

    units: NearestUnits
    lon: Any
    lat: Any


def fleet_on(graph: RoadGraph, size: int, chance: np.random.Generator) -> Fleet:
    """So many units at random on the streets, all free."""
    arcs, fractions = chance.integers(0, graph.arcs, size).astype(np.int32), chance.random(size)
    places = np.array([place_on(graph, int(arc), float(at)) for arc, at in zip(arcs, fractions, strict=True)])
    units = NearestUnits(graph, size)
    for _ in range(size):
        units.add()
    units.link(np.arange(size), arcs, fractions, places[:, 0], places[:, 1], np.arange(size))
    return Fleet(units, places[:, 0], places[:, 1])


def place_on(graph: RoadGraph, arc: int, fraction: float) -> tuple[float, float]:
    """Longitude and latitude of a point on an arc, along its shape."""
    lon, lat, metres = graph.shape_of(arc)
    along = fraction * metres[-1]
    return float(np.interp(along, metres, lon)), float(np.interp(along, metres, lat))


def road_times_s(fleet: Fleet, arc: int, fraction: float) -> Any:
    """Every unit's exact road time to a point on an arc; infinite for one that cannot come; shape (units,)."""
    times = np.full(len(fleet.lon), np.inf)
    for met in fleet.units.search(arc, fraction, k=len(times)).found:
        times[met.slot] = met.time_ms / 1000
    return times


def by_air(fleet: Fleet, lon: float, lat: float) -> Any:
    """Units by straight line, nearest first; shape (units,)."""
    return np.argsort(np.hypot((fleet.lon - lon) * np.cos(np.radians(lat)), fleet.lat - lat), kind="stable")


def measure_air(graph: RoadGraph, size: int, questions: int, *, seed: int = 110) -> dict[str, Any]:
    """
    What is lost by sending the unit nearest by straight line, or the best by road of a straight-line shortlist.

    The fleet is placed anew after every 50 questions, so that no one placing decides the figures.
    """
    chance = np.random.default_rng(seed)
    losses = {m: np.empty(questions) for m in (1, *SHORTLISTS)}
    outside = dict.fromkeys(SHORTLISTS, 0)
    needed = np.empty(questions)
    for number in range(questions):
        if number % 50 == 0:
            fleet = fleet_on(graph, size, chance)
        arc, fraction = int(chance.integers(0, graph.arcs)), float(chance.random())
        times = road_times_s(fleet, arc, fraction)
        order = by_air(fleet, *place_on(graph, arc, fraction))
        fifth = np.sort(times)[K - 1]
        for m, loss in losses.items():
            loss[number] = times[order[:m]].min() - times.min()
            if m > 1:
                outside[m] += int((times[order[:m]] <= fifth).sum() < K)
        needed[number] = np.flatnonzero(np.cumsum(times[order] <= fifth) >= K)[0] + 1
    return {
        "questions": questions,
        "air_only": _lost(losses[1]),
        "needed_for_top_5_p50_p99_max": [int(v) for v in np.percentile(needed, [50, 99, 100])],
        "shortlists": {
            str(m): {**_lost(losses[m]), "top_5_not_inside": round(outside[m] / questions, 4)} for m in SHORTLISTS
        },
    }


def _lost(loss_s: Any) -> dict[str, float]:
    wrong = loss_s > WRONG_S
    return {
        "wrong_share": round(float(wrong.mean()), 4),
        "loss_s_mean": round(float(loss_s.mean()), 1),
        "loss_s_p95": round(float(np.percentile(loss_s, 95)), 1),
        "loss_s_mean_when_wrong": round(float(loss_s[wrong].mean()), 1) if wrong.any() else 0.0,
        "loss_s_p95_when_wrong": round(float(np.percentile(loss_s[wrong], 95)), 1) if wrong.any() else 0.0,
        "over_60_s": round(float((loss_s > 60).mean()), 4),
    }
