"""Trips out of a log: which promise goes with which arrival, and what is no trip."""

from nazdik.bootstrap.trips import KINDS, trips_of
from nazdik.dispatch import commands as c
from nazdik.geo.eta.trips import Trip
from nazdik.kernel import IncidentId
from tests.town import Town, at_m, dispatcher, officer


def drive(town: Town, *, name: str = "1", in_area: bool = True, took_s: float = 50.0) -> None:
    incident = town.incident(east_m=1000, name=name)
    assignment = town.accept(incident)
    town.wait(20)
    crew = officer(town.world.assignments[assignment].unit_id)
    town.do(c.StepOn(assignment_id=assignment, step="en_route"), by=crew)
    town.wait(took_s)
    if in_area:
        town.do(c.StepOn(assignment_id=assignment, step="in_area"), by=crew)
        town.wait(15)
    town.do(c.StepOn(assignment_id=assignment, step="on_scene"), by=crew)
    town.do(c.ClearAssignment(assignment_id=assignment, disposition="report_taken"), by=crew)


def trips(town: Town) -> list[Trip]:
    return list(trips_of(town.log.read(0, 100_000)))


def test_a_trip_is_from_setting_out_to_the_circle_and_its_promise_is_as_much_shorter() -> None:
    town = Town()
    town.unit("A01", 400)
    drive(town)
    (trip,) = trips(town)
    circle_m = town.get(IncidentId("p.i1")).radius_m
    assert trip.took_s == 50
    assert trip.promised_s == 60 * (1 - circle_m / 600)
    assert (trip.sent_promised_s, trip.sent_took_s) == (60, 70)
    assert (trip.unit_kind, trip.group) == ("car", "primary")


def test_without_a_circle_the_crews_own_word_counts() -> None:
    town = Town()
    town.unit("A01", 400)
    drive(town, in_area=False)
    (trip,) = trips(town)
    assert (trip.took_s, trip.promised_s, trip.share) == (50, 60, 1)


def test_an_arrival_said_by_mistake_is_none_and_the_true_one_counts() -> None:
    town = Town()
    unit = town.unit("A01", 400)
    assignment = town.accept(town.incident(east_m=1000), en_route=True)
    town.wait(10)
    town.do(c.StepOn(assignment_id=assignment, step="on_scene"), by=officer(unit))
    town.do(c.TakeBackStep(assignment_id=assignment, step="on_scene"), by=officer(unit))
    assert trips(town) == []
    town.wait(40)
    town.do(c.StepOn(assignment_id=assignment, step="on_scene"), by=officer(unit))
    (trip,) = trips(town)
    assert (trip.took_s, trip.sent_took_s) == (50, 50)


def test_a_drive_that_had_not_begun_is_learned_from_its_true_beginning() -> None:
    town = Town()
    unit = town.unit("A01", 400)
    assignment = town.accept(town.incident(east_m=1000), en_route=True)
    town.do(c.TakeBackStep(assignment_id=assignment, step="en_route"), by=dispatcher())
    town.wait(30)
    town.do(c.StepOn(assignment_id=assignment, step="on_scene"), by=officer(unit))
    assert trips(town) == []


def test_a_goal_that_moved_and_a_drive_that_was_called_off_are_no_trips() -> None:
    town = Town()
    town.unit("A01", 400)
    incident = town.incident(east_m=1000)
    assignment = town.accept(incident, en_route=True)
    town.do(c.ChangePlace(incident_id=incident, point=at_m(2000), place=""), by=dispatcher())
    town.do(c.StepOn(assignment_id=assignment, step="on_scene"), by=officer(town.on(incident)[0].unit_id))
    other = town.incident(east_m=1500, name="2")
    town.unit("A02", 1400)
    town.do(c.SeekUnits(incident_id=other))
    away = town.accept(other, en_route=True)
    town.do(c.WithdrawAssignment(assignment_id=away, reason="mistake"), by=dispatcher())
    assert trips(town) == []


def test_only_entries_that_matter_need_be_read() -> None:
    town = Town()
    town.unit("A01", 400)
    drive(town)
    every = town.log.read(0, 100_000)
    assert list(trips_of(e for e in every if e.kind in KINDS)) == trips(town)
