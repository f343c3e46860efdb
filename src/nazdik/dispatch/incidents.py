"""The life of an incident: draft, classified, changed, handed between offices, closed, reopened, archived, entered late."""

from itertools import pairwise
from math import isfinite

from nazdik.dispatch import alarms, by_hand, holds, offers, seeking, steps, waiting
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import (
    DispositionUnknown,
    IncidentExists,
    IncidentIsJoined,
    IncidentIsOpen,
    PlaceMissing,
    StampsOutOfOrder,
    TaskingConflict,
    UnitsStillAssigned,
)
from nazdik.dispatch.model import AlarmCause, Incident, OfficeRole, Tasking, TaskingMode
from nazdik.dispatch.unfolding import LINE_MAX, Unfolding, check_priority, check_text
from nazdik.dispatch.vocabulary import DISPOSITIONS
from nazdik.kernel import IncidentId, LonLat, OfficeId, distance_m
from nazdik.kernel.instant import MICROSECONDS_PER_S
from nazdik.published.kinds import Kind, Need
from nazdik.published.plans import PlanBasis

# A draft whose place moves further than this looks for its unit again.
PRE_ALERT_MOVED_M = 500.0
CLOCK_SKEW_S = 60


def draft(u: Unfolding, command: c.DraftIncident) -> None:
    """Begin or update a draft; with a kind and a place the best unit is pre-alerted."""
    check_text("place", command.place or "", LINE_MAX)
    known = u.world.incidents.get(command.incident_id)
    has = known.kind if known is not None else None
    kind = u.around.kind_to_give(command.kind, has=has) if command.kind is not None else None
    priority = check_priority(command.priority) if command.priority is not None else None
    station = u.around.station_at(command.point, u.at) if command.point is not None else None
    if known is not None and (not known.draft or known.ended):
        raise IncidentExists(incident_id=known.id, status=u.world.status_of(known))
    if known is None:
        u.add(
            e.IncidentDrafted(
                at=u.at,
                incident_id=command.incident_id,
                number=u.world.last_number + 1,
                call_id=command.call_id,
                office=_office_of_actor(u),
            )
        )
    before = u.world.incidents[command.incident_id]
    known_kind = kind or (u.around.kind(before.kind) if before.kind is not None else None)
    needs, basis = _plan(u, known_kind, station or before.station)
    u.add(
        e.DraftUpdated(
            at=u.at,
            incident_id=command.incident_id,
            kind=kind.code if kind is not None else before.kind,
            kind_common=kind.common if kind is not None else before.kind_common,
            priority=priority or (kind.priority if kind is not None else before.priority),
            point=command.point or before.point,
            place=before.place if command.place is None else command.place,
            station=station or before.station,
            needs=needs,
        )
    )
    _note_plan(u, before.id, basis)
    _task_station_of_draft(u, before)
    _pre_alert_draft(u, before)


def _plan(u: Unfolding, kind: Kind | None, station: OfficeId | None) -> tuple[tuple[Need, ...], PlanBasis | None]:
    """Return what a kind needs at a place; one that no station answers for yet goes by the province's rules."""
    return ((), None) if kind is None else u.around.plan(kind, station or OfficeId(str(u.world.province)), u.at)


def _note_plan(u: Unfolding, incident_id: IncidentId, basis: PlanBasis | None) -> None:
    if basis != u.world.incidents[incident_id].plan:
        u.add(e.PlanChosen(at=u.at, incident_id=incident_id, basis=basis))


def _task_station_of_draft(u: Unfolding, before: Incident) -> None:
    """The station that answers for the place sees the draft; one that no longer does is let go."""
    station = u.world.incidents[before.id].station
    if station is None or station == before.station:
        return
    if before.station is not None:
        u.add(e.OfficeReleased(at=u.at, incident_id=before.id, office=before.station))
    _task(u, before.id, station, OfficeRole.DISPATCHED, TaskingMode.MANAGE)


def _pre_alert_draft(u: Unfolding, before: Incident) -> None:
    incident = u.world.incidents[before.id]
    if incident.point is None or not incident.needs:
        return
    moved = before.point is not None and distance_m(before.point, incident.point) > PRE_ALERT_MOVED_M
    other_plan = bool(before.needs) and before.needs[0] != incident.needs[0]
    for assignment in u.world.active_assignments(incident):
        if not (moved or other_plan):
            return
        u.add(
            e.AssignmentWithdrawn(
                at=u.at,
                incident_id=incident.id,
                assignment_id=assignment.id,
                unit_id=assignment.unit_id,
                reason="pre_alert_moved",
            )
        )
    seeking.pre_alert(u, u.world.incidents[incident.id])


def classify(u: Unfolding, command: c.ClassifyIncident) -> None:
    """Kind and place are settled: the incident is real, its station has it, its clock runs; units are sought after this."""
    check_text("place", command.place, LINE_MAX)
    check_text("narrative", command.narrative)
    check_text("hazards", command.hazards, LINE_MAX)
    known = u.world.incidents.get(command.incident_id)
    kind = u.around.kind_to_give(command.kind, has=known.kind if known is not None else None)
    priority = check_priority(command.priority if command.priority is not None else kind.priority)
    station = u.around.station_at(command.point, u.at)
    if known is not None and (not known.draft or known.ended):
        raise IncidentExists(incident_id=known.id, status=u.world.status_of(known))
    if known is None:
        _open(u, command.incident_id)
        if command.call_id is not None:
            u.add(e.CallJoined(at=u.at, incident_id=command.incident_id, call_id=command.call_id))
    _settle_kind_and_place(u, command, kind.code, priority, station)


def _open(u: Unfolding, incident_id: IncidentId) -> None:
    u.add(
        e.IncidentOpened(at=u.at, incident_id=incident_id, number=u.world.last_number + 1, office=_office_of_actor(u))
    )


def _settle_kind_and_place(
    u: Unfolding, command: c.ClassifyIncident | c.OpenOwnEvent, code: str, priority: int, station: OfficeId
) -> None:
    kind = u.around.kind(code)
    own = isinstance(command, c.OpenOwnEvent)
    # An officer's own event needs nobody else unless he asks.
    needs, basis = ((), None) if own else _plan(u, kind, station)
    u.add(
        e.IncidentClassified(
            at=u.at,
            incident_id=command.incident_id,
            kind=kind.code,
            kind_common=kind.common,
            priority=priority,
            point=command.point,
            place=command.place,
            station=station,
            needs=needs,
            radius_m=kind.radius_m,
            narrative=command.narrative,
            hazards="" if isinstance(command, c.OpenOwnEvent) else command.hazards,
        )
    )
    _note_plan(u, command.incident_id, basis)
    _task(u, command.incident_id, station, OfficeRole.DISPATCHED, TaskingMode.MANAGE)
    if not own:
        limit_s = u.rules(station).waiting_s[priority - 1]
        u.add(e.WaitingLimitSet(at=u.at, incident_id=command.incident_id, alarm_at=u.later(limit_s)))


def open_own_event(u: Unfolding, command: c.OpenOwnEvent) -> None:
    """An officer starts an event of his own: he is on scene at once, and his safety timer runs."""
    check_text("place", command.place, LINE_MAX)
    check_text("narrative", command.narrative)
    kind = u.around.kind_to_give(command.kind)
    station = u.around.station_at(command.point, u.at)
    if command.incident_id in u.world.incidents:
        raise IncidentExists(incident_id=command.incident_id)
    unit = by_hand.sendable(u, command.unit_id, _nobody(command.incident_id), divert_allowed=False)
    assert unit is not None, "a new incident has no units yet"
    _open(u, command.incident_id)
    _settle_kind_and_place(u, command, kind.code, kind.priority, station)
    steps.start_on_scene(u, command.incident_id, unit, command.point)


def _nobody(incident_id: IncidentId) -> Incident:
    """An incident that is nobody's yet, for asking whether a unit could go."""
    return Incident(
        id=incident_id,
        number=0,
        draft=False,
        kind=None,
        kind_common=None,
        priority=None,
        point=None,
        place="",
        station=None,
        needs=(),
        created_at=0,  # type: ignore[arg-type]
    )


def join_call(u: Unfolding, command: c.JoinCall) -> None:
    """Another call about it."""
    incident = u.open_incident(command.incident_id)
    if command.call_id not in incident.calls:
        u.add(e.CallJoined(at=u.at, incident_id=incident.id, call_id=command.call_id))


def part_call(u: Unfolding, command: c.PartCall) -> None:
    """That call was about something else."""
    incident = u.incident(command.incident_id)
    if command.call_id in incident.calls:
        u.add(e.CallParted(at=u.at, incident_id=incident.id, call_id=command.call_id))


def change_priority(u: Unfolding, command: c.ChangePriority) -> None:
    """Another priority: the crews hear it, and more may be sent."""
    incident = u.open_incident(command.incident_id)
    check_text("reason", command.reason, LINE_MAX)
    if check_priority(command.priority) == incident.priority:
        return
    u.add(e.PriorityChanged(at=u.at, incident_id=incident.id, priority=command.priority, reason=command.reason))
    if command.priority < (incident.priority or 3):
        holds.end(u, u.world.incidents[incident.id], "urgent")
    incident = u.world.incidents[incident.id]
    if not incident.draft and incident.hold is None and u.world.missing_needs(incident):
        waiting.wind_clock(u, incident)
    offers.realert(u, incident, "priority")


def change_place(u: Unfolding, command: c.ChangePlace) -> None:
    """Another place: the station that answers for it joins, and the crews hear it."""
    incident = u.open_incident(command.incident_id)
    check_text("place", command.place, LINE_MAX)
    station = u.around.station_at(command.point, u.at)
    if command.point == incident.point and command.place in ("", incident.place):
        return
    u.add(
        e.PlaceChanged(
            at=u.at,
            incident_id=incident.id,
            point=command.point,
            place=command.place or incident.place,
            station=station,
        )
    )
    _task(u, incident.id, station, OfficeRole.DISPATCHED, TaskingMode.MANAGE)
    offers.realert(u, incident, "place")


def change_kind(u: Unfolding, command: c.ChangeKind) -> None:
    """Another kind, with its own plan: the crews hear it, and whoever it lacks is sought."""
    incident = u.open_incident(command.incident_id)
    kind = u.around.kind_to_give(command.kind, has=incident.kind)
    if kind.code == incident.kind:
        return
    needs, basis = _plan(u, kind, incident.station)
    u.add(
        e.KindChanged(
            at=u.at,
            incident_id=incident.id,
            kind=kind.code,
            kind_common=kind.common,
            needs=needs,
            radius_m=kind.radius_m,
        )
    )
    _note_plan(u, incident.id, basis)
    offers.realert(u, incident, "kind")


def add_note(u: Unfolding, command: c.AddNote) -> None:
    """More words, also after the end: a record may always be completed."""
    incident = u.incident(command.incident_id)
    text = check_text("text", command.text).strip()
    if text:
        u.add(e.NoteAdded(at=u.at, incident_id=incident.id, by=u.ctx.actor.id, text=text))


def record_disposition(u: Unfolding, command: c.RecordDisposition) -> None:
    """How it ended; with all units done this closes it."""
    incident = u.incident(command.incident_id)
    _check_disposition(command.disposition)
    if incident.disposition != command.disposition:
        u.add(e.DispositionRecorded(at=u.at, incident_id=incident.id, disposition=command.disposition))


def close(u: Unfolding, command: c.CloseIncident) -> None:
    """Close; refused under a working unit, because its safety timer would fall silent."""
    incident = u.open_incident(command.incident_id)
    _check_disposition(command.disposition)
    working = u.world.active_assignments(incident)
    if working:
        raise UnitsStillAssigned(incident_id=incident.id, units=[u.world.units[a.unit_id].call_sign for a in working])
    steps.close(u, incident, command.disposition)


def cancel(u: Unfolding, command: c.CancelIncident) -> None:
    """Not needed after all: every crew on it is told and free again."""
    incident = u.open_incident(command.incident_id)
    check_text("reason", command.reason, LINE_MAX)
    for assignment in u.world.active_assignments(incident):
        u.add(
            e.AssignmentCancelled(
                at=u.at,
                incident_id=incident.id,
                assignment_id=assignment.id,
                unit_id=assignment.unit_id,
                by=u.ctx.actor.id,
            )
        )
    archive_at = u.later(u.rules(incident.station).archive_after_s)
    u.add(e.IncidentCancelled(at=u.at, incident_id=incident.id, reason=command.reason, archive_at=archive_at))
    alarms.settle_all(u, u.world.incidents[incident.id])


def reopen(u: Unfolding, command: c.ReopenIncident) -> None:
    """Open again: the plan counts from nothing, and units are sought after this."""
    incident = u.incident(command.incident_id)
    check_text("reason", command.reason, LINE_MAX)
    if not incident.ended:
        raise IncidentIsOpen(incident_id=incident.id, status=u.world.status_of(incident))
    if incident.joined_into is not None:
        raise IncidentIsJoined(incident_id=incident.id, into=incident.joined_into)
    if incident.point is None or incident.kind is None:
        # A draft that was called off was never an incident: nobody could be sent, and nobody would be told.
        raise PlaceMissing(incident_id=incident.id)
    u.add(e.IncidentReopened(at=u.at, incident_id=incident.id, reason=command.reason))
    if incident.priority is not None:
        limit_s = u.rules(incident.station).waiting_s[incident.priority - 1]
        u.add(e.WaitingLimitSet(at=u.at, incident_id=incident.id, alarm_at=u.later(limit_s)))


def archive(u: Unfolding, incident_id: IncidentId) -> None:
    """Let an ended incident leave the world; the log keeps it."""
    incident = u.world.incidents.get(incident_id)
    if incident is not None and incident.ended:
        u.add(e.IncidentArchived(at=u.at, incident_id=incident_id))


def enter_late(u: Unfolding, command: c.EnterLate) -> None:
    """Enter what happened on paper; its times are claims of the past and must be in order."""
    check_text("place", command.place, LINE_MAX)
    check_text("narrative", command.narrative)
    kind = u.around.kind(command.kind)
    check_priority(command.priority)
    if command.disposition is not None:
        _check_disposition(command.disposition)
    station = u.around.station_at(command.point, u.at)
    if command.unit_id is not None:
        u.unit(command.unit_id)
    given = (
        command.received_at,
        command.sent_at,
        command.accepted_at,
        command.en_route_at,
        command.on_scene_at,
        command.cleared_at,
    )
    stamps = [stamp for stamp in given if stamp is not None]
    latest = u.at + CLOCK_SKEW_S * MICROSECONDS_PER_S
    if any(later < earlier for earlier, later in pairwise(stamps)) or stamps[-1] > latest:
        raise StampsOutOfOrder(stamps=stamps)
    if command.incident_id in u.world.incidents:
        raise IncidentExists(incident_id=command.incident_id)
    u.add(
        e.LateIncidentEntered(
            at=u.at,
            incident_id=command.incident_id,
            number=u.world.last_number + 1,
            kind=kind.code,
            kind_common=kind.common,
            priority=command.priority,
            point=command.point,
            place=command.place,
            station=station,
            office=_office_of_actor(u),
            narrative=command.narrative,
            received_at=command.received_at,
            archive_at=u.later(u.rules(station).archive_after_s),
            unit_id=command.unit_id,
            sent_at=command.sent_at,
            accepted_at=command.accepted_at,
            en_route_at=command.en_route_at,
            on_scene_at=command.on_scene_at,
            cleared_at=command.cleared_at,
            disposition=command.disposition,
        )
    )


def delegate(u: Unfolding, command: c.DelegateIncident) -> None:
    """Give the work to another office; whoever gives stays responsible and can take it back."""
    incident = u.real_incident(command.incident_id)
    to_office = u.known_office(command.to_office)
    giver = _acting_office(u, incident)
    held = _tasking(incident, to_office)
    if held is not None and held.mode is TaskingMode.MANAGE:
        return
    _task(u, incident.id, to_office, OfficeRole.DISPATCHED, TaskingMode.MANAGE, by=giver)


def take_back(u: Unfolding, command: c.TakeBackIncident) -> None:
    """End a delegation that this office gave."""
    incident = u.open_incident(command.incident_id)
    held = _tasking(incident, command.from_office)
    # An incident may have moved into the area of the office it was lent to; then nobody else answers for it.
    own = command.from_office == incident.station
    if own or held is None or held.by is None or held.role is not OfficeRole.DISPATCHED:
        raise TaskingConflict(incident_id=incident.id, office=command.from_office, act="take_back")
    u.add(e.OfficeReleased(at=u.at, incident_id=incident.id, office=command.from_office))


def pass_on(u: Unfolding, command: c.PassOnIncident) -> None:
    """Make another office the owner; this one only watches from now on."""
    incident = u.real_incident(command.incident_id)
    to_office = u.known_office(command.to_office)
    giver = _acting_office(u, incident)
    if giver == to_office:
        raise TaskingConflict(incident_id=incident.id, office=to_office, act="pass_on")
    _task(u, incident.id, to_office, OfficeRole.TRANSFERRED_TO, TaskingMode.MANAGE, by=giver)
    _task(u, incident.id, giver, OfficeRole.INFORMATIONAL, TaskingMode.MONITOR)


def give_to_heir(u: Unfolding, command: c.GiveToHeir) -> None:
    """
    An office closes: its heir answers for the incident from now on. The closed office goes on seeing it, until it ends.

    Whoever asks knows the heir: it may come with the very change that asks.
    """
    incident = u.open_incident(command.incident_id)
    held = _tasking(incident, command.office)
    if incident.station == command.office:
        u.add(e.StationChanged(at=u.at, incident_id=incident.id, station=command.heir, left=command.office))
    if held is not None and (held.mode is TaskingMode.MANAGE or incident.station == command.office):
        _task(u, incident.id, command.heir, held.role, TaskingMode.MANAGE, by=command.office)


def monitor(u: Unfolding, command: c.MonitorIncident) -> None:
    """Watch, or stop watching. An office that manages cannot become a mere watcher this way."""
    incident = u.open_incident(command.incident_id)
    office = u.known_office(command.office)
    held = _tasking(incident, office)
    if command.watching and held is None:
        _task(u, incident.id, office, OfficeRole.INFORMATIONAL, TaskingMode.MONITOR)
    elif not command.watching and held is not None:
        if held.mode is TaskingMode.MANAGE:
            raise TaskingConflict(incident_id=incident.id, office=office, act="stop_monitoring")
        u.add(e.OfficeReleased(at=u.at, incident_id=incident.id, office=office))


def record_seen(u: Unfolding, command: c.RecordSeen) -> None:
    """Stamp the first sight at a tier."""
    incident = u.world.incidents.get(command.incident_id)
    if incident is not None and command.tier not in dict(incident.seen):
        u.add(e.SeenAtTier(at=u.at, incident_id=incident.id, tier=command.tier))


def _said(point: LonLat | None) -> LonLat | None:
    """A place as it was told, unless it is none: what is no number cannot be written down."""
    return point if point is not None and isfinite(point.lon) and isfinite(point.lat) else None


def declare_emergency(u: Unfolding, command: c.DeclareEmergency) -> None:
    """Panic is never refused: without a usable place it goes to the unit's own station."""
    unit = u.unit(command.unit_id)
    if unit.emergency is not None:
        return
    point, place = _where_is(u, unit.office, command.point)
    kind = u.around.kind("officer_emergency")
    station = u.around.offices.station_at(point, u.at) or unit.office
    needs, basis = _plan(u, kind, station)
    u.add(
        e.IncidentOpened(
            at=u.at,
            incident_id=command.incident_id,
            number=u.world.last_number + 1,
            office=unit.office,
            emergency_of=unit.id,
        )
    )
    u.add(
        e.EmergencyDeclared(
            at=u.at,
            unit_id=unit.id,
            incident_id=command.incident_id,
            point=_said(command.point),
            device_at=u.ctx.device_at,
        )
    )
    u.add(
        e.IncidentClassified(
            at=u.at,
            incident_id=command.incident_id,
            kind=kind.code,
            kind_common=kind.common,
            priority=1,
            point=point,
            place=place,
            station=station,
            needs=needs,
            radius_m=kind.radius_m,
        )
    )
    _note_plan(u, command.incident_id, basis)
    incident = u.world.incidents[command.incident_id]
    if incident.station is not None:
        _task(u, incident.id, incident.station, OfficeRole.DISPATCHED, TaskingMode.MANAGE)
    alarms.raise_alarm(u, AlarmCause.PANIC, u.world.incidents[incident.id], unit_id=unit.id)


def _where_is(u: Unfolding, office_id: OfficeId, point: LonLat | None) -> tuple[LonLat, str]:
    if point is not None and u.around.offices.station_at(point, u.at) is not None and u.around.sight.covers(point):
        return point, ""
    office = u.around.offices.find_office(office_id)
    assert office is not None, "a unit's office is in the tree"
    return office.seat, office.name_fa


def acknowledge_emergency(u: Unfolding, command: c.AcknowledgeEmergency) -> None:
    """A desk has seen it."""
    unit = u.unit(command.unit_id)
    if unit.emergency is not None and unit.emergency.acknowledged_at is None:
        u.add(e.EmergencyAcknowledged(at=u.at, unit_id=unit.id, by=u.ctx.actor.id))


def end_emergency(u: Unfolding, command: c.EndEmergency) -> None:
    """The officer is safe; the incident is closed by those who went."""
    unit = u.unit(command.unit_id)
    if unit.emergency is None:
        return
    u.add(e.EmergencyEnded(at=u.at, unit_id=unit.id, by=u.ctx.actor.id))
    alarms.settle_panic(u, unit.id)


def _check_disposition(code: str) -> None:
    if code not in DISPOSITIONS:
        raise DispositionUnknown(disposition=code[:80])


def _office_of_actor(u: Unfolding) -> OfficeId:
    """Return the office that acts; the system and gateways act for the province."""
    return u.ctx.actor.office_id or OfficeId(u.world.province)


def _acting_office(u: Unfolding, incident: Incident) -> OfficeId:
    """
    Return the managing office in whose name the actor hands the incident on.

    Their own first: a station that gives something back gives its own work, though others above it work on it as well.
    """
    actor, tree = _office_of_actor(u), u.around.offices
    managing = [t.office for t in incident.taskings if t.mode is TaskingMode.MANAGE]
    if actor in managing:
        return actor
    for office in managing:
        if tree.is_within(office, actor) or tree.is_within(actor, office):
            return office
    raise TaskingConflict(incident_id=incident.id, office=actor, act="hand_on")


def _tasking(incident: Incident, office: OfficeId) -> Tasking | None:
    return next((t for t in incident.taskings if t.office == office), None)


def _task(
    u: Unfolding,
    incident_id: IncidentId,
    office: OfficeId,
    role: OfficeRole,
    mode: TaskingMode,
    by: OfficeId | None = None,
) -> None:
    held = _tasking(u.world.incidents[incident_id], office)
    if held is None or (held.role, held.mode) != (role, mode):
        u.add(e.OfficeTasked(at=u.at, incident_id=incident_id, office=office, role=role, mode=mode, by=by))
