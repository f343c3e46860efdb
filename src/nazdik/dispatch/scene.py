"""What a crew tells of the scene: its short report when it is done, and pictures."""

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import (
    AssignmentEnded,
    DispositionUnknown,
    PhotoGone,
    PhotoNotYours,
    PhotoReasonUnknown,
    PhotoStaysBack,
    ReportInvalid,
    ReportIsFinal,
    StepOutOfOrder,
    TooManyPhotos,
)
from nazdik.dispatch.model import ACTIVE, Assignment, AssignmentState
from nazdik.dispatch.offers import of, on_behalf, whereabouts
from nazdik.dispatch.unfolding import Unfolding, check_text
from nazdik.dispatch.vocabulary import COUNT_MAX, DISPOSITIONS, PHOTO_REASONS, PHOTOS_MAX
from nazdik.kernel.instant import in_calendar, seconds_between

# The ten seconds of an undo, and what a slow line adds. Later it is not undone but decided anew: the crew sends it again.
RESTORED_WITHIN_S = 60.0
_AT_WORK = frozenset({AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING})


def file_report(u: Unfolding, command: c.FileReport) -> None:
    """The crew files its short report, or changes it while that is still allowed."""
    if command.disposition is not None and command.disposition not in DISPOSITIONS:
        raise DispositionUnknown(disposition=command.disposition[:80])
    check_report(command.report)
    assignment = u.assignment(command.assignment_id)
    _check_open(u, assignment)
    add_report(u, assignment, command.report, command.disposition)
    incident = u.world.incidents[assignment.incident_id]
    # The crew's newest word on how it ended counts, as the record of an incident may always be completed.
    if incident.ended and command.disposition not in (None, incident.disposition):
        assert command.disposition is not None, "not among those excluded"
        u.add(e.DispositionRecorded(at=u.at, incident_id=incident.id, disposition=command.disposition))


def check_report(report: c.ReportGiven) -> None:
    """Refuse a report with words too many or counts that cannot be."""
    check_text("text", report.text)
    for count in (report.people, report.vehicles):
        if count is not None and not 0 <= count <= COUNT_MAX:
            raise ReportInvalid(least=0, most=COUNT_MAX)


def add_report(u: Unfolding, assignment: Assignment, report: c.ReportGiven, disposition: str | None) -> None:
    """Record a report that was checked; the same words again change nothing."""
    incident = u.world.incidents[assignment.incident_id]
    known = next((r for r in incident.reports if r.assignment_id == assignment.id), None)
    text = report.text.strip()
    if disposition is None and known is not None:
        disposition = known.disposition
    said = (disposition, text, report.people, report.vehicles)
    if known is not None and said == (known.disposition, known.text, known.people, known.vehicles):
        return
    u.add(
        e.ReportFiled(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            author=u.ctx.actor.id,
            disposition=disposition,
            text=text,
            people=report.people,
            vehicles=report.vehicles,
        )
    )


def _check_open(u: Unfolding, assignment: Assignment) -> None:
    """A report is filed at work and for a while after; sent late for want of a link, it counts from when it was written."""
    if assignment.state in _AT_WORK:
        return
    if assignment.state is not AssignmentState.CLEARED or assignment.cleared_at is None:
        if assignment.state in ACTIVE:
            raise StepOutOfOrder(state=assignment.state, step="report")
        raise AssignmentEnded(**whereabouts(u, assignment))
    written_at = u.at if u.ctx.device_at is None else min(u.ctx.device_at, u.at)
    open_s = u.rules(u.world.units[assignment.unit_id].office).report_open
    if seconds_between(assignment.cleared_at, written_at) > open_s:
        raise ReportIsFinal(assignment_id=assignment.id, open_s=open_s)


def add_photo(u: Unfolding, command: c.AddPhoto) -> None:
    """Another picture, also after the end: a record may always be completed. The same picture again changes nothing."""
    incident = u.incident(command.incident_id)
    if any(photo.id == command.photo_id for photo in incident.photos):
        return
    if len(incident.photos) >= PHOTOS_MAX:
        raise TooManyPhotos(incident_id=incident.id, most=PHOTOS_MAX)
    u.add(
        e.PhotoAdded(
            at=u.at,
            incident_id=incident.id,
            photo_id=command.photo_id,
            by=u.ctx.actor.id,
            of_unit=u.ctx.actor.unit_id,
            width=command.width,
            height=command.height,
            size_bytes=command.size_bytes,
            # What a camera says of time is shown as it is; a year that no calendar has says nothing.
            taken_at=command.taken_at if command.taken_at is not None and in_calendar(command.taken_at) else None,
            point=command.point,
            device_at=u.ctx.device_at,
        )
    )


def withdraw_photo(u: Unfolding, command: c.WithdrawPhoto) -> None:
    """Take a picture back. A crew takes back its own; a desk any. Whoever reads the history sees that it was there."""
    incident = u.incident(command.incident_id)
    if command.reason not in PHOTO_REASONS:
        raise PhotoReasonUnknown(reasons=sorted(PHOTO_REASONS))
    photo = next((photo for photo in incident.photos if photo.id == command.photo_id), None)
    if photo is None:
        raise PhotoGone(photo=command.photo_id[:64])
    unit = u.ctx.actor.unit_id
    if unit is not None and photo.of_unit != unit:
        raise PhotoNotYours(photo=photo.id)
    u.add(
        e.PhotoWithdrawn(
            at=u.at,
            incident_id=incident.id,
            photo_id=photo.id,
            by=u.ctx.actor.id,
            reason=command.reason,
            device_at=u.ctx.device_at,
        )
    )


def restore_photo(u: Unfolding, command: c.RestorePhoto) -> None:
    """Show a picture again that was taken back by mistake: by who did that, within a minute. What is shown already stays so."""
    incident = u.incident(command.incident_id)
    if any(photo.id == command.photo_id for photo in incident.photos):
        return
    back = next((back for back in incident.photos_back if back.photo.id == command.photo_id), None)
    if back is None:
        raise PhotoGone(photo=command.photo_id[:64])
    if back.by != u.ctx.actor.id or seconds_between(back.at, u.at) > RESTORED_WITHIN_S:
        raise PhotoStaysBack(photo=command.photo_id[:64], within_s=RESTORED_WITHIN_S)
    u.add(e.PhotoRestored(at=u.at, incident_id=incident.id, photo_id=back.photo.id, by=u.ctx.actor.id))
