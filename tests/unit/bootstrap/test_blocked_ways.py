"""A bridge closes under units that are on their way: the desk is told how late, and who would now be there sooner."""

from math import nan
from typing import Any

import numpy as np
import pytest

from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.province_state import first_state
from nazdik.dispatch import commands as c
from nazdik.dispatch.model import AlarmCause, Assignment
from nazdik.dispatch.projections import incident_view
from nazdik.dispatch.surroundings import Surroundings
from nazdik.geo.conditions import commands as roads
from nazdik.geo.conditions.model import ConditionId
from nazdik.geo.conditions.pieces import pieces_of
from nazdik.geo.pace import Pace
from nazdik.geo.sight import RoadSight
from nazdik.geo.tables import FLAT
from nazdik.kernel import IncidentId, Instant, LonLat, OfficeId, ProvinceId, UnitId
from nazdik.platform.eventlog.sync_writer import SyncWriter
from nazdik.published.catalogue import KINDS
from nazdik.published.sight import HEALTH_BITS
from tests.town import PlainOffices, Town, dispatcher, officer
from tests.unit.geo.test_pace import RIVER
from tests.unit.geo.test_route import town as streets
from tests.unit.geo.test_snap import at

CLOSED = ConditionId("p.rbridge")
INCIDENT = IncidentId("p.i1")


class Station(PlainOffices):
    """One station for the whole town on the river."""

    def station_at(self, point: LonLat, at: Instant | None = None) -> OfficeId | None:
        return OfficeId("p.a.1")


class RiverTown(Town):
    """The town with real streets, a river and three bridges."""

    def __init__(self) -> None:
        super().__init__()
        self.sight = RoadSight(streets(RIVER))
        self.around = Surroundings(sight=self.sight, offices=Station(), kinds={kind.code: kind for kind in KINDS})
        self.pace = Pace(self.sight, table=FLAT)
        self.machine = ProvinceMachine(self.around, self.pace)
        state = first_state(ProvinceId("p"))
        self.writer = SyncWriter(self.log, self.machine, state, self.clock, self._committed)

    def put(self, sign: str, place: LonLat) -> UnitId:
        unit_id = UnitId(f"p.u.{sign}")
        slot = np.array([self.sight.enrol(unit_id)])
        self.sight.set_health(slot, np.array([HEALTH_BITS]))
        self.sight.place(slot, *(np.array([v]) for v in (place.lon, place.lat, nan)), np.array([self.now]))
        self.do(c.EnrolUnit(unit_id=unit_id, call_sign=sign, office=OfficeId("p.a.1"), kind="car", skills=("patrol",)))
        self.do(c.StartDuty(unit_id=unit_id))
        return unit_id

    def go(self, place: LonLat) -> Assignment:
        """Open an incident and let the first unit set out."""
        self.do(c.ClassifyIncident(incident_id=INCIDENT, kind="noise", point=place))
        return self.world.assignments[self.accept(INCIDENT, en_route=True)]

    def close(self, *names: str, **more: Any) -> None:
        graph = self.sight.graph
        arcs = [a for a in range(graph.arcs) if graph.name_of(a).en in names]
        command = roads.SetCondition(
            condition_id=CLOSED, pieces=pieces_of(graph, arcs), office=OfficeId("p.a.1"), reason="bridge", **more
        )
        self.do(command, by=dispatcher())


@pytest.fixture
def town() -> RiverTown:
    return RiverTown()


def alarms(town: Town) -> list[AlarmCause]:
    return [alarm.cause for alarm in town.world.alarms.values()]


def test_the_desk_hears_how_late_the_unit_will_be_and_who_is_sooner_now(town: RiverTown) -> None:
    driving = town.put("A01", at(500, -0))
    assignment = town.go(at(500, 400))
    assert assignment.unit_id == driving
    sooner = town.put("A02", at(900, 200))
    town.close("Bridge")
    blocked = town.world.assignments[assignment.id].blocked
    assert blocked is not None and blocked.condition_id == CLOSED
    assert blocked.before_s == pytest.approx(40, abs=0.5)
    assert blocked.after_s == pytest.approx(50 + 20 + 50 + 20, abs=0.5)
    assert (blocked.sooner_unit, blocked.sooner_s) == (sooner, pytest.approx(60, abs=0.5))
    assert alarms(town) == [AlarmCause.ROUTE_BLOCKED]
    (view,) = incident_view(town.world, town.get(INCIDENT)).assignments
    assert view.blocked is not None and view.blocked.sooner_call_sign == "A02"
    town.do(c.StepOn(assignment_id=assignment.id, step="on_scene"), by=officer(driving))
    assert alarms(town) == []


def test_a_unit_whose_way_leads_elsewhere_is_left_in_peace(town: RiverTown) -> None:
    town.put("A01", at(500, -0))
    assignment = town.go(at(500, 400))
    town.close("East Bridge")
    assert town.world.assignments[assignment.id].blocked is None and alarms(town) == []


def test_a_unit_with_no_way_left_is_said_to_have_none(town: RiverTown) -> None:
    town.put("A01", at(500, -0))
    assignment = town.go(at(500, 400))
    town.close("Bridge", "East Bridge", "West Bridge")
    blocked = town.world.assignments[assignment.id].blocked
    assert blocked is not None and blocked.after_s is None and blocked.sooner_unit is None


def test_a_closure_planned_for_later_is_told_when_it_begins(town: RiverTown) -> None:
    town.put("A01", at(500, -0))
    assignment = town.go(at(500, 400))
    town.close("Bridge", starts_at=town.now + 600_000_000)
    assert town.world.assignments[assignment.id].blocked is None
    town.wait(601, fresh=False)
    assert town.world.assignments[assignment.id].blocked is not None


def test_who_is_on_scene_already_is_not_late(town: RiverTown) -> None:
    unit = town.put("A01", at(500, -0))
    assignment = town.go(at(500, 400))
    town.do(c.StepOn(assignment_id=assignment.id, step="on_scene"), by=officer(unit))
    town.close("Bridge")
    assert town.world.assignments[assignment.id].blocked is None


def test_each_recommendation_says_by_which_state_of_the_roads_it_was_made(town: RiverTown) -> None:
    town.put("A01", at(500, -0))
    town.close("Bridge")
    town.go(at(500, 400))
    advice = town.get(INCIDENT).recommendation
    assert advice is not None
    assert (advice.roads.table, advice.roads.closures, advice.roads.revision) == ("flat", (CLOSED,), 1)  # type: ignore[union-attr]
    assert advice.candidates[0].travel_time_s == pytest.approx(140, abs=0.5)


def test_a_decision_that_fails_leaves_the_road_as_it_was(town: RiverTown, monkeypatch: pytest.MonkeyPatch) -> None:
    driving = town.put("A01", at(500, -0))
    town.go(at(500, 400))

    def broken(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("nazdik.dispatch.alarms.raise_alarm", broken)
    with pytest.raises(AssertionError):
        town.close("Bridge")
    seen = town.sight.reach(driving, at(500, 400))
    assert seen is not None and seen.travel_time_s == pytest.approx(40, abs=0.5)
