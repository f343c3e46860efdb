"""Whom dispatch would send when some are busy, far from their car or on another way: against plain Python on awkward streets."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.bootstrap.province import ProvinceMachine
from nazdik.dispatch.field_model import FreeSoon
from nazdik.dispatch.model import (
    Assignment,
    AssignmentState,
    Candidate,
    Cause,
    Incident,
    Recommendation,
    Unit,
    World,
)
from nazdik.dispatch.recommend import MUST_HAVE, fitness_of, recommend
from nazdik.dispatch.rules import Rules, StartDelays
from nazdik.dispatch.surroundings import Surroundings
from nazdik.geo.sight import RoadSight
from nazdik.geo.snap import INCIDENT_LIMIT_M
from nazdik.kernel import AssignmentId, IncidentId, Instant, LonLat, OfficeId, ProvinceId, UnitId
from nazdik.kernel.instant import plus_s
from nazdik.published.kinds import Need
from nazdik.published.sight import HEALTH_BITS, Fitness, skill_bit
from tests.property.road_oracle import Road, Standing, nearest
from tests.property.test_road_nearest import graphs
from tests.town import PlainOffices

NOW = Instant(1_790_000_000_000_000)
FIXED = plus_s(NOW, -5)
DOES = ("free", "station", "driving", "at_work", "soon", "soon_away", "meal", "off")
RULES = st.builds(
    lambda delays, margin: Rules(candidates=20, delays=delays, divert_margin_s=margin),
    st.builds(
        StartDelays,
        divert_s=st.sampled_from([0.0, 0.5, 3.0]),
        turnout_s=st.sampled_from([0.0, 1.0, 60.0]),
        wait_from_priority=st.sampled_from([2, 3, 6]),
        wait_margin_s=st.sampled_from([0.0, 1.0]),
    ),
    st.sampled_from([0.0, 1.0, 120.0]),
)


@dataclass
class Fleet:
    """A world and the road it was shown to."""

    world: World
    around: Surroundings
    road: RoadSight
    ids: list[UnitId]


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    """Units that do all kinds of things, on any streets."""
    road = RoadSight(draw(graphs()))
    offices = PlainOffices()
    around = Surroundings(sight=road, offices=offices, kinds={})
    world = World(province=ProvinceId("p"))
    rules = draw(RULES)
    world = World(province=ProvinceId("p"), rules=world.rules.set(OfficeId("p"), rules))
    ids = []
    does = draw(st.lists(st.sampled_from(DOES), max_size=9))
    for number, doing in enumerate(does):
        unit_id = UnitId(f"p.u.A{number:02}")
        world = doing_so(world, unit_id, doing, draw(st.sampled_from([0.001, 0.5, 2.0, 30.0, 90.0])))
        ids.append(unit_id)
    ProvinceMachine(around).show_all(world)
    for unit_id in ids:
        west, _, east, _ = road.graph.bounds
        lon = draw(st.floats(west, east)) if draw(st.integers(0, 5)) else 0.0
        slot = np.array([road.enrol(unit_id)])
        road.place(slot, np.array([lon]), np.array([35.0]), np.array([np.nan]), np.array([FIXED]))
        road.set_health(slot, np.array([HEALTH_BITS]))
    return Fleet(world, around, road, ids)


def doing_so(world: World, unit_id: UnitId, doing: str, free_in_s: float) -> World:
    """The world with one more unit in it."""
    soon = doing in ("soon", "soon_away")
    busy = doing in ("driving", "at_work", "soon")
    incident_id, assignment_id = IncidentId(f"p.i{unit_id}"), AssignmentId(f"p.i{unit_id}.1")
    incidents, assignments = world.incidents, world.assignments
    if busy:
        state = AssignmentState.EN_ROUTE if doing == "driving" else AssignmentState.ON_SCENE
        incidents = incidents.set(incident_id, incident_of(incident_id, 4))
        assignment = Assignment(
            assignment_id, incident_id, unit_id, state, Cause.AUTOMATIC, "patrol", False, None, None, NOW
        )
        assignments = assignments.set(assignment_id, assignment)
    unit = Unit(
        id=unit_id,
        call_sign=unit_id[4:],
        office=OfficeId("p.a.1"),
        kind="car",
        skills=("patrol",),
        crew=2,
        on_duty=doing != "off",
        available=doing not in ("off", "meal", "soon_away"),
        secondary="Station" if doing == "station" else "InService",
        status_since=NOW,
        assignment_id=assignment_id if busy else None,
        free_soon=FreeSoon(plus_s(NOW, free_in_s), NOW) if soon else None,
    )
    units = world.units.set(unit_id, unit)
    return World(province=world.province, units=units, incidents=incidents, assignments=assignments, rules=world.rules)


def incident_of(incident_id: IncidentId, priority: int, point: LonLat | None = None) -> Incident:
    return Incident(
        id=incident_id,
        number=1,
        draft=False,
        kind="fight",
        kind_common="fight",
        priority=priority,
        point=point,
        place="",
        station=OfficeId("p.a.1"),
        needs=(Need("patrol"),),
        created_at=NOW,
    )


def by_plain_python(fleet: Fleet, point: LonLat, divertible: int) -> list[tuple[UnitId, float]]:
    """Everybody who could come and when they would be there, reckoned the slow way."""
    goal = fleet.road.snapper.snap(point, limit_m=INCIDENT_LIMIT_M)
    assert goal is not None
    _, placed, places = fleet.road.standing_units(all_of=0, any_of=0, fixed_after=Instant(0))
    where = {u: (int(a), float(f)) for u, a, f in zip(placed, places.arcs, places.fractions, strict=True)}
    world, standing = fleet.world, []
    rules = fleet.around.rules_for(world, OfficeId("p.a.1"))
    for slot, unit_id in enumerate(fleet.ids):
        unit = world.units[unit_id]
        held = world.assignments.get(unit.assignment_id) if unit.assignment_id is not None else None
        driving = held is not None and held.state is AssignmentState.EN_ROUTE
        at_station = unit.secondary == "Station"
        delay_s = rules.start.divert_s if driving else rules.start.turnout_s if at_station else 0.0
        arc, fraction = where.get(unit_id, (None, 0.0))
        ready = unit.free_soon.free_at if unit.free_soon is not None else None
        mask = fitness_of(world, unit) | HEALTH_BITS
        standing.append(Standing(slot, arc, fraction, mask, FIXED, round(delay_s * 1000), ready))
    road = Road.of(fleet.road.graph)
    any_of = int(Fitness.AVAILABLE | Fitness.FREE_SOON) | divertible
    found, _ = nearest(
        road,
        standing,
        list(range(len(standing))),
        goal.arc,
        goal.fraction,
        k=20,
        all_of=MUST_HAVE | skill_bit("patrol"),
        any_of=any_of,
        fixed_after_us=0,
        limit_ms=7_200_000,
        now_us=NOW,
        barred=frozenset(),
    )
    return [(fleet.ids[slot], ms / 1000) for slot, ms, _ in found]


@settings(max_examples=300, deadline=None)
@given(fleets(), st.data())
def test_dispatch_compares_everybody_by_when_they_would_be_there(fleet: Fleet, data: st.DataObject) -> None:
    west, _, east, _ = fleet.road.graph.bounds
    point = LonLat(data.draw(st.floats(west, east)), 35.0)
    priority, divert = data.draw(st.integers(1, 5)), data.draw(st.booleans())
    incident = incident_of(IncidentId("p.i1"), priority, point)
    rules = fleet.around.rules_for(fleet.world, incident.station)
    asked = {"at": NOW, "around": fleet.around, "rules": rules, "may_divert": divert, "may_wait": True}
    advice = recommend(fleet.world, incident, Need("patrol"), **asked)
    divertible = int(Fitness.DIVERTIBLE_FROM_P4) if divert and priority <= rules.divert_for_priority else 0
    expected = by_plain_python(fleet, point, divertible)
    told = [(c.unit_id, round(c.arrival_s, 1)) for c in advice.candidates]
    assert [unit_id for unit_id, _ in told] == [unit_id for unit_id, _ in expected]
    assert all(abs(told_s - s) <= 0.11 for (_, told_s), (_, s) in zip(told, expected, strict=True))
    lawful(fleet, advice, rules, priority)
    assert recommend(fleet.world, incident, Need("patrol"), **asked) == advice, "asked again it says the same"


def lawful(fleet: Fleet, advice: Recommendation, rules: Rules, priority: int) -> None:
    """Whom it chose follows from what it lists."""
    start = rules.start
    now = [c for c in advice.candidates if not c.is_free_soon]
    free = [c for c in now if c.divert_from is None]
    awaited = [c for c in advice.candidates if c.reason == "awaited"]
    chosen = [c for c in advice.candidates if c.chosen]
    assert len(chosen) + len(awaited) == (1 if now else 0), "whoever can go goes, unless somebody is waited for"

    def sooner(a: Candidate, b: Candidate, margin_s: float) -> bool:
        return a.arrival_s + margin_s < b.arrival_s

    for one in chosen:
        assert not one.is_free_soon, "nobody is sent while busy"
        if one.divert_from is None:
            assert one.unit_id == free[0].unit_id
            assert not any(sooner(c, one, rules.divert_margin_s) for c in now if c.divert_from is not None)
        else:
            assert not free or sooner(one, free[0], rules.divert_margin_s)
        if priority > 1 and priority >= start.wait_from_priority:
            assert not any(c.is_free_soon and sooner(c, one, start.wait_margin_s) for c in advice.candidates)
    for one in awaited:
        assert one.is_free_soon and priority > 1 and priority >= start.wait_from_priority
        assert free or any(c.divert_from is not None for c in now)
        assert all(sooner(one, c, start.wait_margin_s) for c in free)
