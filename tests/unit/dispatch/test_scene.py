"""What a crew tells of the scene: its short report, and pictures."""

import msgspec
import pytest

from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import errors, scene
from nazdik.dispatch import events as e
from nazdik.dispatch.model import Assignment
from nazdik.dispatch.projections import detail_view
from nazdik.dispatch.rules import REPORT_OPEN_S
from nazdik.dispatch.vocabulary import COUNT_MAX, PHOTOS_MAX
from nazdik.kernel import IncidentId, Instant
from nazdik.kernel.instant import plus_s
from tests.town import Town, dispatcher, officer

SHORT = c.ReportGiven("دو نفر صلح کردند", people=2, vehicles=0)


def at_work(town: Town) -> Assignment:
    """Put a crew on scene of an event of its own."""
    unit = town.unit("A01", 1000)
    own = c.OpenOwnEvent(
        incident_id=IncidentId("p.iown"), unit_id=unit, kind="suspicious", point=town.road.fixes[unit][0]
    )
    town.do(own, by=officer(unit))
    (assignment,) = town.on(own.incident_id)
    return assignment


def clear(town: Town, assignment: Assignment, report: c.ReportGiven | None = SHORT) -> None:
    done = c.ClearAssignment(assignment_id=assignment.id, disposition="settled_on_scene", report=report)
    town.do(done, by=officer(assignment.unit_id))


def change(town: Town, assignment: Assignment, report: c.ReportGiven, disposition: str | None = None) -> None:
    filed = c.FileReport(assignment_id=assignment.id, report=report, disposition=disposition)
    town.do(filed, by=officer(assignment.unit_id))


def test_clearing_with_a_report_closes_the_incident_and_keeps_the_report() -> None:
    town = Town()
    work = at_work(town)
    since = len(town.names())
    clear(town, work)
    assert town.names(since)[:2] == ["unit_cleared", "report_filed"]
    incident = town.get(work.incident_id)
    assert incident.closed_at is not None
    (view,) = detail_view(town.world, incident, ()).reports
    assert (view.call_sign, view.text, view.people, view.vehicles, view.disposition) == (
        "A01", SHORT.text, 2, 0, "settled_on_scene",
    )  # fmt: skip
    assert restore(snapshot(town.writer.state)) == town.writer.state


def test_a_report_is_changed_for_half_an_hour_and_no_longer() -> None:
    town = Town()
    work = at_work(town)
    clear(town, work)
    town.wait(REPORT_OPEN_S - 1)
    change(town, work, c.ReportGiven("سه نفر", people=3), "report_taken")
    incident = town.get(work.incident_id)
    (report,) = incident.reports
    assert (report.people, report.vehicles, incident.disposition) == (3, None, "report_taken")
    town.wait(2)
    with pytest.raises(errors.ReportIsFinal):
        change(town, work, SHORT)


def test_a_change_that_waited_for_a_network_counts_from_when_it_was_written() -> None:
    town = Town()
    work = at_work(town)
    clear(town, work)
    written = plus_s(town.now, 60)
    town.wait(3 * REPORT_OPEN_S)
    late = c.FileReport(assignment_id=work.id, report=c.ReportGiven("بعد", people=1))
    town.do(late, by=officer(work.unit_id), device_at=written)
    assert town.get(work.incident_id).reports[0].text == "بعد"


def test_the_same_report_again_is_nothing_new() -> None:
    town = Town()
    work = at_work(town)
    clear(town, work)
    since = len(town.names())
    change(town, work, SHORT)
    assert town.names(since) == []


def test_a_report_before_the_scene_or_with_odd_counts_is_refused() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    offered = town.on(town.incident(east_m=1500))[0]
    with pytest.raises(errors.StepOutOfOrder):
        change(town, offered, SHORT)
    for odd in (c.ReportGiven(people=-1), c.ReportGiven(vehicles=COUNT_MAX + 1)):
        with pytest.raises(errors.ReportInvalid):
            town.do(c.ClearAssignment(assignment_id=offered.id, report=odd), by=officer(unit))
    with pytest.raises(errors.DispositionUnknown):
        change(town, offered, SHORT, "went_home")


def picture(number: int, incident: IncidentId) -> c.AddPhoto:
    return c.AddPhoto(incident_id=incident, photo_id=f"{number:064x}", width=1600, height=900, size_bytes=250_000)


def test_pictures_are_kept_in_order_each_once_and_not_without_end() -> None:
    town = Town()
    work = at_work(town)
    for number in (1, 2, 1):
        town.do(picture(number, work.incident_id), by=officer(work.unit_id))
    clear(town, work)
    town.do(picture(3, work.incident_id), by=officer(work.unit_id))
    photos = detail_view(town.world, town.get(work.incident_id), ()).photos
    assert [int(photo.id, 16) for photo in photos] == [1, 2, 3]
    assert {photo.call_sign for photo in photos} == {"A01"}
    for number in range(4, PHOTOS_MAX + 1):
        town.do(picture(number, work.incident_id), by=officer(work.unit_id))
    with pytest.raises(errors.TooManyPhotos):
        town.do(picture(PHOTOS_MAX + 1, work.incident_id), by=officer(work.unit_id))


def test_a_picture_of_no_year_that_a_calendar_has_is_kept_without_its_time() -> None:
    town = Town()
    work = at_work(town)
    for number, taken_at in enumerate((-(2**62), 2**62, -62_135_596_800_000_001), start=1):
        told = msgspec.structs.replace(picture(number, work.incident_id), taken_at=Instant(taken_at))
        town.do(told, by=officer(work.unit_id))
    photos = detail_view(town.world, town.get(work.incident_id), ()).photos
    assert [photo.taken_at for photo in photos] == [None, None, None]


def test_a_crew_takes_back_its_own_picture_a_desk_any_and_the_history_keeps_that_it_was() -> None:
    town = Town()
    work = at_work(town)
    for number in (1, 2):
        town.do(picture(number, work.incident_id), by=officer(work.unit_id))

    def back(number: int, reason: str = "mistake") -> c.WithdrawPhoto:
        return c.WithdrawPhoto(incident_id=work.incident_id, photo_id=f"{number:064x}", reason=reason)

    with pytest.raises(errors.PhotoReasonUnknown):
        town.do(back(1, "because"), by=officer(work.unit_id))
    with pytest.raises(errors.PhotoNotYours):
        town.do(back(1), by=officer(town.unit("A99", None)))
    town.do(back(1), by=officer(work.unit_id))
    with pytest.raises(errors.PhotoGone):
        town.do(back(1), by=officer(work.unit_id))
    town.do(back(2, "person"), by=dispatcher())
    assert town.get(work.incident_id).photos == ()
    again = c.RestorePhoto(incident_id=work.incident_id, photo_id=f"{2:064x}")
    with pytest.raises(errors.PhotoStaysBack):
        town.do(again, by=officer(work.unit_id))
    town.wait(scene.RESTORED_WITHIN_S)
    town.do(again, by=dispatcher())
    assert [int(photo.id, 16) for photo in town.get(work.incident_id).photos] == [2], "a desk undoes its own at once"
    assert restore(snapshot(town.writer.state)).world == town.world
    town.do(back(2, "person"), by=dispatcher())
    town.wait(scene.RESTORED_WITHIN_S + 1)
    with pytest.raises(errors.PhotoStaysBack):
        town.do(again, by=dispatcher())
    assert [fact.by for fact in town.facts if isinstance(fact, e.PhotoWithdrawn)] == [
        f"officer:{work.unit_id}",
        "dispatcher:1",
        "dispatcher:1",
    ]
