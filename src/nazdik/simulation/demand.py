"""
Who calls, when, about what and from where: made-up demand shaped by what Iranian 110 centres have published.

The mix is read from `regions/sources/iran_110_statistics.csv`, whose figures come from press conferences of different provinces
and years and do not share one set of kinds; how they are put together here is written beside each number. Places are real
streets, drawn by the people who live there. Words are invented, name nobody, and the numbers do not exist.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sqrt
from pathlib import Path

import numpy as np

from nazdik.geo.graph import RoadGraph
from nazdik.intake.model import Outcome
from nazdik.kernel import CallId, Instant, LonLat, OfficeId
from nazdik.kernel.instant import MICROSECONDS_PER_S, plus_s
from nazdik.published.offices import Tier
from nazdik.simulation.callers import CallScript
from nazdik.simulation.chance import Chance
from nazdik.simulation.ground import Ground
from nazdik.simulation.motion import Roads
from nazdik.simulation.words import WORDS

# 470,734 calls in the 186 days of the first half of 1403 (Khuzestan).
CALLS_PER_DAY_KHUZESTAN = 2530.0
DAY_S = 86_400.0
# Share of a day's calls in each local hour. Only the peak from 16 to 22 h is reported (Gilan); the rest of the shape is assumed:
# a low before dawn and a smaller rise before noon. Sums to 1.
_HOURLY_WEIGHTS = (24, 17, 12, 9, 7, 7, 10, 18, 28, 36, 42, 46, 46, 43, 42, 47, 60, 68, 73, 76, 74, 67, 52, 37)
HOURLY_SHARES: tuple[float, ...] = tuple(w / sum(_HOURLY_WEIGHTS) for w in _HOURLY_WEIGHTS)

# What of a published topic is which of our kinds. The topics are published, how each divides is assumed.
TOPIC_KINDS: dict[str, tuple[tuple[str, float], ...]] = {
    "topic_fights": (("fight", 0.78), ("domestic_violence", 0.14), ("fight_weapon", 0.08)),
    "topic_crashes": (("crash_damage", 0.8), ("crash_injury", 0.2)),
    "topic_theft": (
        ("theft_past", 0.4),
        ("theft_now", 0.25),
        ("car_theft", 0.2),
        ("burglary_now", 0.14),
        ("armed_robbery", 0.01),
    ),
    "topic_nuisance": (("nuisance", 0.7), ("noise", 0.3)),
    "topic_drugs": (("drugs", 1.0),),
    "topic_cyber": (("cyber", 1.0),),
    "topic_financial": (("fraud", 1.0),),
    "topic_traffic_violations": (("traffic_offence", 0.55), ("traffic_blocked", 0.45)),
}
# Missions that the published topics leave out, as a share of all missions. Assumed.
OTHER_SHARE = 0.12
OTHER_KINDS: tuple[tuple[str, float], ...] = (
    ("suspicious", 0.4),
    ("welfare_check", 0.15),
    ("animal", 0.12),
    ("fire_help", 0.1),
    ("missing_child", 0.06),
    ("found_property", 0.07),
    ("crowd", 0.04),
    ("shooting", 0.02),
    ("kidnapping", 0.005),
    ("flood_help", 0.035),
)
# How calls end that make no mission: mostly advice, as every province says; the rest is assumed.
NO_MISSION: tuple[tuple[Outcome, float], ...] = (
    (Outcome.ADVICE, 0.72),
    (Outcome.HOAX, 0.1),
    (Outcome.WRONG_NUMBER, 0.08),
    (Outcome.NOT_POLICE, 0.06),
    (Outcome.ABANDONED, 0.04),
)


@dataclass(frozen=True, slots=True)
class Mix:
    """What calls are about: the share that makes a mission, and the kinds of missions with their weights."""

    mission_share: float
    kinds: tuple[tuple[str, float], ...]


class MixUnreadable(Exception):
    """The statistics file is missing or is another one; the message says which, in both languages."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"پروندهٔ آمار «{path.name}» خوانده نشد. The statistics “{path.name}” cannot be read: {why}.")


def read_mix(path: Path) -> Mix:
    """
    Return the mix that the statistics give.

    Khuzestan's own share of missions; each topic's mean over the provinces that report it; traffic as Tehran reports it.

    Raises:
        MixUnreadable: The file is missing, or lacks the columns or the topics that this needs.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        said = [(row["scope_fa"], row["metric"], row["value"]) for row in rows]
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise MixUnreadable(path, type(error).__name__) from error
    calls = _value(said, "استان خوزستان", "calls_to_110")
    missions = _value(said, "استان خوزستان", "calls_leading_to_mission")
    if calls is None or missions is None:
        raise MixUnreadable(path, "no calls and missions of Khuzestan in it")
    shares = {topic: _mean_of(said, topic) for topic in TOPIC_KINDS}
    absent = [topic for topic, share in shares.items() if share is None]
    if absent:
        raise MixUnreadable(path, f"no {absent[0]} in it")
    return _mix(missions / calls, {topic: share for topic, share in shares.items() if share is not None})


def _mix(mission_share: float, topics: Mapping[str, float]) -> Mix:
    total = sum(topics.values())
    weights: dict[str, float] = {}
    for topic, share in topics.items():
        for kind, part in TOPIC_KINDS[topic]:
            weights[kind] = weights.get(kind, 0.0) + (1 - OTHER_SHARE) * share / total * part
    others = sum(part for _, part in OTHER_KINDS)
    for kind, part in OTHER_KINDS:
        weights[kind] = weights.get(kind, 0.0) + OTHER_SHARE * part / others
    return Mix(round(mission_share, 4), tuple((kind, round(weight, 5)) for kind, weight in sorted(weights.items())))


def _value(said: Sequence[tuple[str, str, str]], scope: str, metric: str) -> float | None:
    return next((float(value) for where, what, value in said if where == scope and what == metric), None)


def _mean_of(said: Sequence[tuple[str, str, str]], topic: str) -> float | None:
    """The mean over provinces; the name of a topic may go on in Persian, in brackets."""
    values = [float(value) for _, what, value in said if what.split(" ")[0] == topic]
    return sum(values) / len(values) if values else None


# What `read_mix` gives for the file that ships with the sources, for where that file is not (an installed demo).
DEFAULT_MIX = _mix(
    406203 / 470734,
    {
        "topic_fights": (14 + 21 + 16) / 3,
        "topic_crashes": 15.0,
        "topic_theft": (3 + 5) / 2,
        "topic_nuisance": 9.0,
        "topic_drugs": 3.0,
        "topic_cyber": 1.0,
        "topic_financial": 1.0,
        "topic_traffic_violations": 22.0,
    },
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where people live: a middle, how many, and its county's English name where known."""

    name_fa: str
    point: LonLat
    population: int
    county_en: str = ""

    @property
    def radius_m(self) -> float:
        """How far its streets reach: as the place search has it, 0.7 km for a village, 7.7 km for a million."""
        return 700.0 + 7000.0 * sqrt(self.population / 1_000_000)


def read_settlements(path: Path) -> tuple[Settlement, ...]:
    """Return the settlements of a places CSV (name_fa, lon, lat, population), the largest first."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [
            Settlement(
                row["name_fa"],
                LonLat(float(row["lon"]), float(row["lat"])),
                int(float(row["population"] or 0)),
                row.get("county_en", "").removesuffix(" County"),
            )
            for row in rows
        ]
    except (OSError, UnicodeDecodeError, KeyError, ValueError, csv.Error) as error:
        raise MixUnreadable(path, type(error).__name__) from error
    return tuple(sorted((s for s in found if s.population > 0), key=lambda s: (-s.population, s.name_fa)))


class Streets:
    """Draws places on real streets: a settlement by its people, then a street within it by its length."""

    def __init__(self, ground: Ground, roads: Roads, settlements: Sequence[Settlement] = ()) -> None:
        """Without settlements every street of the region is drawn by its length alone."""
        self._roads = roads
        self._offices = ground.offices
        graph = ground.graph
        self._names: list[str] = []
        self._weights: list[float] = []
        self._pools: list[
            tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.float64]]]
        ] = []
        for settlement in settlements:
            arcs = _arcs_within(graph, settlement.point, settlement.radius_m)
            if len(arcs):
                self._add(graph, settlement.name_fa, settlement.population, arcs)
        if not self._pools:
            self._add(graph, "", 1.0, np.arange(graph.arcs, dtype=np.int64))

    def _add(
        self, graph: RoadGraph, name: str, weight: float, arcs: np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> None:
        self._names.append(name)
        self._weights.append(weight)
        self._pools.append((arcs, np.cumsum(graph.arc_m[arcs])))

    def draw(self, chance: Chance, *subject: str) -> tuple[LonLat, str]:
        """Return a point on a street that some station answers for, and the settlement's name."""
        pools = range(len(self._pools))
        for attempt in range(20):
            about = (*subject, str(attempt))
            pool = chance.pick(pools, self._weights, "settlement", *about)
            arcs, metres = self._pools[pool]
            arc = arcs[np.searchsorted(metres, chance.uniform("street", *about) * metres[-1])]
            spot = self._roads.place_on(int(arc), chance.uniform("along", *about))
            if self._offices.station_at(spot.place) is not None:
                return spot.place, self._names[pool]
        raise ValueError("no street of this region lies in any station's area")


def _arcs_within(graph: RoadGraph, middle: LonLat, radius_m: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    per_degree = pi / 180 * 6_371_008.8
    east = (graph.node_lon - middle.lon) * per_degree * cos(radians(middle.lat))
    north = (graph.node_lat - middle.lat) * per_degree
    inside = np.hypot(east, north) <= radius_m
    return np.flatnonzero(inside[graph.arc_tail]).astype(np.int64)


def county_weights(ground: Ground, settlements: Sequence[Settlement]) -> dict[OfficeId, float]:
    """Return the people of each county, for sharing out units by work."""
    people: dict[OfficeId, float] = {}
    for settlement in settlements:
        station = ground.offices.station_at(settlement.point)
        if station is None:
            continue
        county = next(
            (
                office_id
                for office_id in ground.offices.chain_of(station)
                if (office := ground.offices.find_office(office_id)) is not None and office.tier is Tier.COUNTY
            ),
            None,
        )
        if county is not None:
            people[county] = people.get(county, 0.0) + settlement.population
    return people


@dataclass(frozen=True, slots=True)
class Demand:
    """
    A region's calls.

    Attributes:
        calls_per_day: On average; each day's own number varies as chance has it (Poisson).
        mix: What they are about.
        answer_s: From ringing to being answered, median and spread of a log-normal time. Assumed.
        describe_s: From being answered to kind and place being known. Assumed.
        talk_s: From being answered to being classified. Assumed; never shorter than `describe_s`.
    """

    calls_per_day: float
    mix: Mix = DEFAULT_MIX
    answer_s: tuple[float, float] = (4.0, 0.5)
    describe_s: tuple[float, float] = (20.0, 0.4)
    talk_s: tuple[float, float] = (45.0, 0.5)

    def calls(
        self, ground: Ground, streets: Streets, chance: Chance, *, midnight: Instant, hours: range = range(24)
    ) -> Iterator[CallScript]:
        """Yield one day's calls in the order of their time. `midnight` is when the local day begins."""
        for hour in hours:
            mean = self.calls_per_day * HOURLY_SHARES[hour % 24]
            name = f"{midnight}.{hour}"
            moments = sorted(_arrivals(chance, mean, name))
            for number, share in enumerate(moments):
                at = plus_s(midnight, (hour + share) * 3600.0)
                yield self.call(ground, streets, chance, at, f"{name}.{number}")

    def call(self, ground: Ground, streets: Streets, chance: Chance, at: Instant, name: str) -> CallScript:
        """Return one call at this moment; `name` makes it the same call on the same seed."""
        point, settlement = streets.draw(chance, name)
        answer_s = chance.log_normal(*self.answer_s, "answer", name)
        describe_s = chance.log_normal(*self.describe_s, "describe", name)
        talk_s = describe_s + chance.log_normal(*self.talk_s, "talk", name) / 2
        number = f"0900-000-{int(chance.uniform('number', name) * 10_000):04d}"
        call_id = CallId(f"{ground.province}.c{_uuid7_like(at, chance.name('call', name))}")
        if chance.happens(1 - self.mix.mission_share, "mission", name):
            outcomes, weights = zip(*NO_MISSION, strict=True)
            outcome = chance.pick(outcomes, weights, "outcome", name)
            return CallScript(call_id, at, None, point, number, outcome=outcome, answer_s=answer_s, talk_s=talk_s)
        kinds, weights = zip(*self.mix.kinds, strict=True)
        kind = chance.pick(kinds, weights, "kind", name)
        sentences = WORDS[kind]
        words = sentences[int(chance.uniform("words", name) * len(sentences))]
        return CallScript(
            call_id,
            at,
            kind,
            point,
            number,
            words=words,
            place=settlement,
            answer_s=answer_s,
            describe_s=describe_s,
            talk_s=talk_s,
        )


def _arrivals(chance: Chance, mean: float, name: str) -> Iterator[float]:
    """Yield the moments of a Poisson process within one hour, as shares of it: gaps are exponential."""
    at, number = 0.0, 0
    while mean > 0:
        at += -float(np.log(chance.uniform("gap", name, str(number)))) / mean
        if at >= 1:
            return
        yield at
        number += 1


def _uuid7_like(at: Instant, digits: str) -> str:
    """Return 32 hexadecimal digits as a UUID version 7 has them: milliseconds first, so that ids sort by time."""
    millis = f"{at * 1000 // MICROSECONDS_PER_S:012x}"
    return f"{millis}7{digits[13:16]}8{digits[17:32]}"
