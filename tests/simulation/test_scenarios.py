"""Scenarios from simple to hard, each a small story told to the real core in virtual time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.model import AlarmCause, AssignmentState, Cause, IncidentStatus
from nazdik.geo.snap import Snapper
from nazdik.kernel import CallId, IncidentId, Instant, LonLat, UnitId
from nazdik.kernel.instant import plus_s, seconds_between
from nazdik.organisation.units import EstablishedUnit
from nazdik.published.offices import Tier
from nazdik.simulation.behaviour import Conduct, DeskConduct
from nazdik.simulation.callers import CallScript, officer
from nazdik.simulation.ground import Ground
from nazdik.simulation.motion import Roads
from nazdik.simulation.world import Run, Setting
from tests.simulation.laws import Laws

START = Instant(1_774_000_000_000_000)
WILLING = Conduct(refuse_share=0, silent_share=0, safety_silent_share=0, returns=False)
NEVER_ANSWERING = Conduct(refuse_share=0, silent_share=1)
NOBODY_LOOKS = DeskConduct(acknowledge_share=0)


@pytest.fixture(scope="module")
def ground(built_region: Callable[[str], Path]) -> Ground:
    return Ground.load(built_region("tehran-central"))


@dataclass
class Story:
    """A run with units and calls placed by hand, and every fact of it."""

    ground: Ground
    posts: Sequence[LonLat]
    conduct: Conduct = WILLING
    desk: DeskConduct = NOBODY_LOOKS
    facts: list[Any] = field(default_factory=list)
    laws: Laws = field(default_factory=Laws)

    def __post_init__(self) -> None:
        roads = Roads(self.ground.graph, Snapper(self.ground.graph))
        units = []
        for number, post in enumerate(self.posts, start=1):
            spot, station = roads.spot(post), self.ground.offices.station_at(post)
            assert spot is not None
            assert station is not None
            unit_id = UnitId(f"{self.ground.province}.u.A{number:02d}")
            units.append((EstablishedUnit(unit_id, f"A{number:02d}", station, "car", ("patrol",), ("driver",)), spot))
        setting = Setting(units=len(units), seed=1, start_at=START, conduct=self.conduct, desk=self.desk)
        self.run = Run(self.ground, setting, units=units)
        self.units = [unit.id for unit, _ in units]
        self.run.engine.listen(lambda fact, after: self.facts.append(fact))
        self.laws.watch(self.run)
        self._calls = 0

    def call(
        self, at_s: float, kind: str, point: LonLat, *, priority: int | None = None, scene_s: float = 600
    ) -> IncidentId:
        """Plan a call that is classified the moment it rings."""
        self._calls += 1
        street = self.run.roads.spot(point)
        assert street is not None
        script = CallScript(
            CallId(f"{self.ground.province}.c{self._calls:032x}"),
            plus_s(START, at_s),
            kind,
            street.place,
            priority=priority,
            scene_s=scene_s,
        )
        self.run.plan([script])
        return script.incident_id

    def go(self, until_s: float) -> None:
        """Let time pass up to so many seconds after the start, and hold the laws against what happened."""
        self.run.go(plus_s(START, until_s))
        self.laws.check_end(self.run)

    def of(self, kind: type, incident_id: IncidentId | None = None) -> list[Any]:
        """Return the facts of one kind, of one incident if given."""
        return [f for f in self.facts if type(f) is kind and incident_id in (None, getattr(f, "incident_id", None))]

    def status(self, incident_id: IncidentId) -> IncidentStatus:
        world = self.run.engine.state.world
        return world.status_of(world.incidents[incident_id])


def inside(ground: Ground, east: float, north: float) -> LonLat:
    """A point so far across the region's middle, 0 to 1 each way."""
    west, south, east_end, north_end = ground.bounds
    return LonLat(west + (0.25 + 0.5 * east) * (east_end - west), south + (0.25 + 0.5 * north) * (north_end - south))


def test_a01_one_call_one_car(ground: Ground) -> None:
    story = Story(ground, [inside(ground, 0, 0)])
    incident = story.call(60, "noise", inside(ground, 1, 1))
    story.go(3600)
    of_it = [type(f) for f in story.facts if getattr(f, "incident_id", None) == incident]
    steps: list[type] = [
        e.IncidentClassified, e.UnitsRecommended, e.UnitReserved, e.OfferSent, e.OfferDelivered, e.OfferSounded, e.OfferAccepted,
        e.UnitEnRoute, e.UnitInArea, e.UnitOnScene, e.UnitCleared, e.DispositionRecorded, e.IncidentClosed,
    ]  # fmt: skip
    assert [kind for kind in of_it if kind in steps] == steps
    (row,) = story.run.ledger.rows.values()
    assert row.predicted_travel_s is not None
    assert row.interval_s("travel") == pytest.approx(row.predicted_travel_s, rel=0.5)
    assert story.status(incident) is IncidentStatus.CLOSED
    assert story.run.engine.state.world.units[story.units[0]].assignment_id is None
    place = story.run.positions.spot(story.units[0], story.run.engine.now).place
    assert place.lon == pytest.approx(inside(ground, 1, 1).lon, abs=0.005)


def test_b01_nobody_answers_so_the_next_is_asked_and_the_alarm_climbs_by_time(ground: Ground) -> None:
    story = Story(ground, [inside(ground, 0.5, 0.5), inside(ground, 0, 0)], conduct=NEVER_ANSWERING)
    incident = story.call(60, "fight", inside(ground, 0.5, 0.55))
    story.go(600)
    first, second = story.of(e.OfferSent, incident)
    assert [first.unit_id, second.unit_id] == story.units
    assert seconds_between(first.at, second.at) == 20
    assert len(story.of(e.OfferUnanswered, incident)) == 2
    reserved = story.of(e.UnitReserved, incident)
    assert [r.cause for r in reserved] == [Cause.AUTOMATIC, Cause.NEXT_NEAREST]
    alarm = next(a for a in story.of(e.AlarmRaised, incident) if a.cause is AlarmCause.NO_ANSWER)
    assert (alarm.tier, seconds_between(first.at, alarm.at)) == (Tier.STATION, 20)
    climbed = [a for a in story.of(e.AlarmClimbed, incident) if a.alarm_id == alarm.alarm_id]
    assert [(a.tier, seconds_between(alarm.at, a.at)) for a in climbed] == [
        (Tier.COUNTY, 30),
        (Tier.PROVINCE, 90),
        (Tier.NATIONAL, 210),
    ]
    assert story.status(incident) is IncidentStatus.WAITING


def test_c01_fifty_calls_at_once_are_served_in_the_order_of_their_priority(ground: Ground) -> None:
    posts = [inside(ground, n % 5 / 4, n // 5 / 3) for n in range(20)]
    story = Story(ground, posts)
    kinds = ("noise", "nuisance", "fight", "animal", "fraud")
    for number in range(50):
        story.call(60, kinds[number % 5], inside(ground, number % 7 / 6, number % 11 / 10), scene_s=900)
    jumped: list[tuple[Any, int]] = []

    def served(fact: object, after: ProvinceState) -> None:
        if isinstance(fact, e.UnitReserved) and fact.at > plus_s(START, 60):
            world = after.world
            taken = world.incidents[fact.incident_id].priority or 3
            more_urgent = [i for i in world.waiting if (world.incidents[i].priority or 3) < taken]
            jumped.extend((fact, len(more_urgent)) for _ in more_urgent[:1])

    story.run.engine.listen(served)
    story.go(3 * 3600)
    assert not jumped
    assert {story.status(i) for i in story.run.ledger.rows} == {IncidentStatus.CLOSED}
    assert len(story.run.ledger.rows) == 50
    assert any(row.waited for row in story.run.ledger.rows.values())


def test_d01_a_panic_takes_two_crews_and_never_the_one_in_danger(ground: Ground) -> None:
    story = Story(ground, [inside(ground, n / 3, 0.5) for n in range(4)])
    quiet = story.call(30, "noise", inside(ground, 0, 0.5), scene_s=3600)
    victim, panic = story.units[0], IncidentId(f"{ground.province}.i{99:032x}")
    cry = c.DeclareEmergency(unit_id=victim, incident_id=panic, point=inside(ground, 0, 0.5))
    story.run.engine.at(plus_s(START, 600), lambda: story.run.engine.ask(cry, officer(victim)))
    story.go(1500)
    assert story.of(e.UnitOnScene, quiet)[0].unit_id == victim
    sent = story.of(e.UnitReserved, panic)
    assert len(sent) == 2
    assert {r.cause for r in sent} == {Cause.PANIC}
    assert victim not in {r.unit_id for r in sent}
    assert {r.at for r in sent} == {plus_s(START, 600)}
    assert {f.unit_id for f in story.of(e.UnitOnScene, panic)} == {r.unit_id for r in sent}
    assert story.run.engine.state.world.units[victim].emergency is not None


def test_e01_a_diverted_crew_serves_the_urgent_first_and_the_old_one_later(ground: Ground) -> None:
    story = Story(ground, [inside(ground, 0, 0)])
    minor = story.call(60, "noise", inside(ground, 1, 1))
    urgent = story.call(110, "fight", inside(ground, 0, 0.05), priority=1)
    story.go(5400)
    (diverted,) = story.of(e.AssignmentDiverted)
    assert (diverted.incident_id, diverted.to_incident) == (minor, urgent)
    world = story.run.engine.state.world
    assert [world.assignments[a].state for a in world.incidents[minor].assignments] == [
        AssignmentState.DIVERTED,
        AssignmentState.CLEARED,
    ]
    assert world.incidents[minor].times_diverted == 1
    assert story.of(e.UnitOnScene, urgent)[0].at < story.of(e.UnitOnScene, minor)[0].at
    assert {story.status(minor), story.status(urgent)} == {IncidentStatus.CLOSED}


def test_f01_a_unit_that_frees_takes_the_one_that_waits_at_once(ground: Ground) -> None:
    story = Story(ground, [inside(ground, 0.5, 0.5)])
    first = story.call(60, "noise", inside(ground, 0.5, 0.6), scene_s=700)
    second = story.call(120, "nuisance", inside(ground, 0.4, 0.4), priority=4)
    story.go(5400)
    (cleared,) = story.of(e.UnitCleared, first)
    assert story.of(e.OfferSent, second)[0].at == cleared.at
    assert story.of(e.IncidentWaits, second)[0].at == plus_s(START, 120)
    assert story.status(second) is IncidentStatus.CLOSED


def test_g01_a_handheld_that_fell_silent_is_passed_over_after_ninety_seconds(ground: Ground) -> None:
    story = Story(ground, [inside(ground, 0.5, 0.5), inside(ground, 0, 0)])
    story.run.engine.at(plus_s(START, 61), lambda: story.run.positions.silence(story.units[0], story.run.engine.now))
    soon = story.call(80, "noise", inside(ground, 0.5, 0.55), scene_s=120)
    late = story.call(1500, "noise", inside(ground, 0.5, 0.55))
    story.go(2400)
    assert story.of(e.OfferSent, soon)[0].unit_id == story.units[0]
    assert story.of(e.OfferSent, late)[0].unit_id == story.units[1]
    advice = story.of(e.UnitsRecommended, late)[0].recommendation
    assert ("position_stale",) in {p.reasons for p in advice.passed_over}


def test_h01_refused_by_all_it_waits_and_is_told(ground: Ground) -> None:
    refusing = Conduct(refuse_share=1, silent_share=0)
    story = Story(ground, [inside(ground, 0.5, 0.5), inside(ground, 0, 0)], conduct=refusing)
    incident = story.call(60, "fight", inside(ground, 0.5, 0.55))
    story.go(300)
    assert len(story.of(e.OfferRefused, incident)) == 2
    causes = {a.cause for a in story.of(e.AlarmRaised, incident)}
    assert AlarmCause.REFUSED in causes
    assert AlarmCause.NOBODY_FREE in causes
    assert story.status(incident) is IncidentStatus.WAITING
