"""Facts about incidents: opened, told, given to offices, waiting, closed, archived."""

from typing import Any

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.evolution.changes import no_longer_waits, set_awaits, set_due, set_incident, set_waiting, step
from nazdik.dispatch.field_model import Backup, Photo, PhotoBack, Report, Voice, VoiceBack
from nazdik.dispatch.model import (
    Assignment,
    AssignmentState,
    Awaited,
    Cause,
    Incident,
    Note,
    OfficeRole,
    Post,
    Tasking,
    TaskingMode,
    World,
)
from nazdik.kernel import AssignmentId, IncidentId, Instant


def _new_incident(
    world: World, event: e.IncidentDrafted | e.IncidentOpened, *, draft: bool, role: OfficeRole, **more: Any
) -> World:
    incident = Incident(
        id=event.incident_id,
        number=event.number,
        draft=draft,
        kind=None,
        kind_common=None,
        priority=None,
        point=None,
        place="",
        station=None,
        needs=(),
        created_at=event.at,
        taskings=(Tasking(office=event.office, role=role, mode=TaskingMode.MANAGE, since=event.at),),
        **more,
    )
    return replace(world, incidents=world.incidents.set(incident.id, incident), last_number=event.number)


@step(e.IncidentDrafted)
def _(world: World, event: e.IncidentDrafted) -> World:
    return _new_incident(world, event, draft=True, role=OfficeRole.CALL_RECEIVING, calls=(event.call_id,))


@step(e.IncidentOpened)
def _(world: World, event: e.IncidentOpened) -> World:
    return _new_incident(world, event, draft=False, role=OfficeRole.DISPATCHING, emergency_of=event.emergency_of)


@step(e.DraftUpdated)
def _(world: World, event: e.DraftUpdated) -> World:
    incident = world.incidents[event.incident_id]
    return set_incident(
        world,
        event.incident_id,
        kind=event.kind,
        kind_common=event.kind_common,
        priority=event.priority,
        point=event.point,
        place=event.place,
        station=event.station,
        needs=event.needs,
        point_at=incident.point_at if incident.point == event.point else event.at,
    )


@step(e.IncidentClassified)
def _(world: World, event: e.IncidentClassified) -> World:
    incident = world.incidents[event.incident_id]
    return set_incident(
        world,
        event.incident_id,
        draft=False,
        kind=event.kind,
        kind_common=event.kind_common,
        priority=event.priority,
        point=event.point,
        place=event.place,
        station=event.station,
        needs=event.needs,
        radius_m=event.radius_m,
        narrative=event.narrative,
        hazards=event.hazards,
        classified_at=event.at,
        point_at=incident.point_at or event.at,
    )


@step(e.CallJoined)
def _(world: World, event: e.CallJoined) -> World:
    return set_incident(world, event.incident_id, calls=(*world.incidents[event.incident_id].calls, event.call_id))


@step(e.CallParted)
def _(world: World, event: e.CallParted) -> World:
    calls = tuple(c for c in world.incidents[event.incident_id].calls if c != event.call_id)
    return set_incident(world, event.incident_id, calls=calls)


@step(e.UnitsRecommended)
def _(world: World, event: e.UnitsRecommended) -> World:
    return set_incident(world, event.incident_id, recommendation=event.recommendation)


@step(e.IncidentWaits)
def _(world: World, event: e.IncidentWaits) -> World:
    incident = world.incidents[event.incident_id]
    since = incident.waiting_since or event.at
    # Whom a dispatcher chose to wait for stays chosen, whatever else is found out meanwhile.
    awaits = tuple(a for a in world.awaited_by(incident) if a.by is not None)
    world = set_incident(world, incident.id, waiting_reason=event.reason, waiting_since=since)
    world = set_awaits(world, incident.id, awaits)
    world = set_due(world, f"retry:{event.incident_id}", event.retry_at)
    return set_waiting(world, event.incident_id, since)


@step(e.UnitAwaited)
def _(world: World, event: e.UnitAwaited) -> World:
    others = tuple(a for a in world.awaits.get(event.incident_id, ()) if a.unit_id != event.unit_id)
    return set_awaits(world, event.incident_id, (*others, Awaited(event.unit_id, event.by)))


@step(e.WaitingLimitSet)
def _(world: World, event: e.WaitingLimitSet) -> World:
    return set_due(world, f"wait:{event.incident_id}", event.alarm_at)


@step(e.GapsNoted)
def _(world: World, event: e.GapsNoted) -> World:
    """Only for the record: a recommendation says anew what it would leave each time it is asked for."""
    return world


@step(e.CordonSent)
def _(world: World, event: e.CordonSent) -> World:
    posts = tuple(
        Post(number, post.point, post.place, post.due_at, post.at_border)
        for number, post in enumerate(event.posts, start=1)
    )
    return set_incident(world, event.incident_id, posts=posts)


@step(e.CordonWithdrawn)
def _(world: World, event: e.CordonWithdrawn) -> World:
    world = set_incident(world, event.incident_id, posts=())
    if not world.missing_needs(world.incidents[event.incident_id]):
        world = set_due(world, f"wait:{event.incident_id}", None)
    return no_longer_waits(world, event.incident_id)


@step(e.PriorityChanged)
def _(world: World, event: e.PriorityChanged) -> World:
    # A person has decided: what answers proposed before is settled.
    return set_incident(world, event.incident_id, priority=event.priority, proposed_priority=None)


@step(e.PlanChosen)
def _(world: World, event: e.PlanChosen) -> World:
    return set_incident(world, event.incident_id, plan=event.basis)


@step(e.QuestionsAnswered)
def _(world: World, event: e.QuestionsAnswered) -> World:
    kept = {one.question: one for one in world.incidents[event.incident_id].answers}
    together = {**kept, **{one.question: one for one in event.answers}}
    answers = tuple(one for one in together.values() if one.option)
    return set_incident(world, event.incident_id, answers=answers, proposed_priority=event.proposed)


@step(e.PlaceChanged)
def _(world: World, event: e.PlaceChanged) -> World:
    return set_incident(
        world, event.incident_id, point=event.point, place=event.place, station=event.station, point_at=event.at
    )


@step(e.StationChanged)
def _(world: World, event: e.StationChanged) -> World:
    return set_incident(world, event.incident_id, station=event.station)


@step(e.KindChanged)
def _(world: World, event: e.KindChanged) -> World:
    return set_incident(
        world,
        event.incident_id,
        kind=event.kind,
        kind_common=event.kind_common,
        needs=event.needs,
        radius_m=event.radius_m,
        proposed_priority=None,
    )


@step(e.BackupRequested)
def _(world: World, event: e.BackupRequested) -> World:
    backup = Backup(assignment_id=event.assignment_id, unit_id=event.unit_id, at=event.at, urgent=event.urgent)
    return set_incident(world, event.incident_id, backup=backup, needs=event.needs)


@step(e.ReportFiled)
def _(world: World, event: e.ReportFiled) -> World:
    others = tuple(r for r in world.incidents[event.incident_id].reports if r.assignment_id != event.assignment_id)
    report = Report(
        assignment_id=event.assignment_id,
        unit_id=event.unit_id,
        at=event.at,
        by=event.author,
        disposition=event.disposition,
        text=event.text,
        people=event.people,
        vehicles=event.vehicles,
    )
    return set_incident(world, event.incident_id, reports=(*others, report))


@step(e.PhotoAdded)
def _(world: World, event: e.PhotoAdded) -> World:
    photo = Photo(
        id=event.photo_id,
        at=event.at,
        by=event.by,
        of_unit=event.of_unit,
        width=event.width,
        height=event.height,
        taken_at=event.taken_at,
        point=event.point,
    )
    photos = (*world.incidents[event.incident_id].photos, photo)
    return set_incident(world, event.incident_id, photos=photos)


@step(e.PhotoWithdrawn)
def _(world: World, event: e.PhotoWithdrawn) -> World:
    incident = world.incidents[event.incident_id]
    gone = tuple(PhotoBack(p, event.by, event.at) for p in incident.photos if p.id == event.photo_id)
    others = tuple(back for back in incident.photos_back if back.photo.id != event.photo_id)
    return set_incident(
        world,
        event.incident_id,
        photos=tuple(p for p in incident.photos if p.id != event.photo_id),
        photos_back=(*others, *gone),
    )


@step(e.PhotoRestored)
def _(world: World, event: e.PhotoRestored) -> World:
    incident = world.incidents[event.incident_id]
    again = [back.photo for back in incident.photos_back if back.photo.id == event.photo_id]
    return set_incident(
        world,
        event.incident_id,
        photos=tuple(sorted((*incident.photos, *again), key=lambda photo: photo.at)),
        photos_back=tuple(back for back in incident.photos_back if back.photo.id != event.photo_id),
    )


@step(e.VoiceAdded)
def _(world: World, event: e.VoiceAdded) -> World:
    voice = Voice(
        id=event.voice_id,
        at=event.at,
        by=event.by,
        of_unit=event.of_unit,
        media_type=event.media_type,
        seconds=event.seconds,
        spoken_at=event.spoken_at,
    )
    return set_incident(world, event.incident_id, voices=(*world.incidents[event.incident_id].voices, voice))


@step(e.VoiceWithdrawn)
def _(world: World, event: e.VoiceWithdrawn) -> World:
    incident = world.incidents[event.incident_id]
    gone = tuple(VoiceBack(v, event.by, event.at) for v in incident.voices if v.id == event.voice_id)
    others = tuple(back for back in incident.voices_back if back.voice.id != event.voice_id)
    return set_incident(
        world,
        event.incident_id,
        voices=tuple(v for v in incident.voices if v.id != event.voice_id),
        voices_back=(*others, *gone),
    )


@step(e.VoiceRestored)
def _(world: World, event: e.VoiceRestored) -> World:
    incident = world.incidents[event.incident_id]
    again = [back.voice for back in incident.voices_back if back.voice.id == event.voice_id]
    return set_incident(
        world,
        event.incident_id,
        voices=tuple(sorted((*incident.voices, *again), key=lambda voice: voice.at)),
        voices_back=tuple(back for back in incident.voices_back if back.voice.id != event.voice_id),
    )


@step(e.NoteAdded)
def _(world: World, event: e.NoteAdded) -> World:
    note = Note(at=event.at, by=event.by, text=event.text)
    return set_incident(world, event.incident_id, notes=(*world.incidents[event.incident_id].notes, note))


@step(e.DispositionRecorded)
def _(world: World, event: e.DispositionRecorded) -> World:
    return set_incident(world, event.incident_id, disposition=event.disposition)


def _ended(world: World, incident_id: IncidentId, archive_at: Instant, **changes: Any) -> World:
    # A cordon ends with its incident: whoever opens it again decides anew.
    world = set_incident(world, incident_id, waiting_reason=None, waiting_since=None, posts=(), hold=None, **changes)
    world = set_awaits(world, incident_id, ())
    world = set_waiting(world, incident_id, None)
    for timer in ("wait", "retry", "held"):
        world = set_due(world, f"{timer}:{incident_id}", None)
    return set_due(world, f"archive:{incident_id}", archive_at)


@step(e.IncidentClosed)
def _(world: World, event: e.IncidentClosed) -> World:
    return _ended(world, event.incident_id, event.archive_at, closed_at=event.at)


@step(e.IncidentCancelled)
def _(world: World, event: e.IncidentCancelled) -> World:
    return _ended(
        world,
        event.incident_id,
        event.archive_at,
        cancelled_at=event.at,
        cancel_reason=event.reason,
        draft=False,
    )


@step(e.IncidentReopened)
def _(world: World, event: e.IncidentReopened) -> World:
    world = set_due(world, f"archive:{event.incident_id}", None)
    return set_incident(
        world,
        event.incident_id,
        closed_at=None,
        cancelled_at=None,
        cancel_reason=None,
        disposition=None,
        reopened_at=event.at,
        served_before=event.at,
        withdrawn_by_hand=(),
    )


@step(e.IncidentArchived)
def _(world: World, event: e.IncidentArchived) -> World:
    world = _leave_joined(world, world.incidents[event.incident_id])
    assignments = world.assignments
    for assignment_id in world.incidents[event.incident_id].assignments:
        assignments = assignments.delete(assignment_id)
    world = replace(world, incidents=world.incidents.delete(event.incident_id), assignments=assignments)
    return set_due(world, f"archive:{event.incident_id}", None)


def _leave_joined(world: World, gone: Incident) -> World:
    """An incident that was put into another leaves its notes there when it leaves the world."""
    into = world.incidents.get(gone.joined_into) if gone.joined_into is not None else None
    if into is None:
        return world
    notes = tuple(sorted((*into.notes, *gone.notes), key=lambda note: note.at))
    return set_incident(world, into.id, notes=notes, joined=tuple(i for i in into.joined if i != gone.id))


@step(e.LateIncidentEntered)
def _(world: World, event: e.LateIncidentEntered) -> World:
    assignments: tuple[AssignmentId, ...] = ()
    if event.unit_id is not None:
        assignment = Assignment(
            id=AssignmentId(f"{event.incident_id}.1"),
            incident_id=event.incident_id,
            unit_id=event.unit_id,
            state=AssignmentState.CLEARED,
            cause=Cause.MANUAL,
            skill="patrol",
            pre_alert=False,
            travel_time_s=None,
            distance_m=None,
            reserved_at=event.sent_at or event.received_at,
            sent_at=event.sent_at,
            accepted_at=event.accepted_at,
            en_route_at=event.en_route_at,
            on_scene_at=event.on_scene_at,
            cleared_at=event.cleared_at or event.at,
            ended_at=event.cleared_at or event.at,
            reason=event.disposition,
        )
        assignments = (assignment.id,)
        world = replace(world, assignments=world.assignments.set(assignment.id, assignment))
    incident = Incident(
        id=event.incident_id,
        number=event.number,
        draft=False,
        kind=event.kind,
        kind_common=event.kind_common,
        priority=event.priority,
        point=event.point,
        place=event.place,
        station=event.station,
        needs=(),
        created_at=event.received_at,
        classified_at=event.received_at,
        point_at=event.received_at,
        narrative=event.narrative,
        taskings=(
            Tasking(office=event.office, role=OfficeRole.DISPATCHING, mode=TaskingMode.MANAGE, since=event.received_at),
            Tasking(office=event.station, role=OfficeRole.DISPATCHED, mode=TaskingMode.MANAGE, since=event.received_at),
        ),
        assignments=assignments,
        numbered=len(assignments),
        disposition=event.disposition,
        late_entry=True,
    )
    world = replace(world, incidents=world.incidents.set(incident.id, incident), last_number=event.number)
    return _ended(world, event.incident_id, event.archive_at, closed_at=event.cleared_at or event.at)


@step(e.OfficeTasked)
def _(world: World, event: e.OfficeTasked) -> World:
    incident = world.incidents[event.incident_id]
    others = tuple(t for t in incident.taskings if t.office != event.office)
    tasking = Tasking(office=event.office, role=event.role, mode=event.mode, since=event.at, by=event.by)
    return set_incident(world, incident.id, taskings=(*others, tasking))


@step(e.OfficeReleased)
def _(world: World, event: e.OfficeReleased) -> World:
    incident = world.incidents[event.incident_id]
    return set_incident(world, incident.id, taskings=tuple(t for t in incident.taskings if t.office != event.office))


@step(e.SeenAtTier)
def _(world: World, event: e.SeenAtTier) -> World:
    incident = world.incidents[event.incident_id]
    return set_incident(world, incident.id, seen=(*incident.seen, (event.tier, event.at)))
