"""Pure folds of the world into what faces see, with the offices whose boards carry each."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from typing import Any

from nazdik.dispatch import events as e
from nazdik.dispatch.desk_model import HandOver
from nazdik.dispatch.field_model import Message, Photo, Voice
from nazdik.dispatch.model import (
    ACTIVE,
    BEFORE_SCENE,
    TIMES_DIVERTED_MAX,
    Alarm,
    Assignment,
    AssignmentState,
    AwaitedCallBack,
    BlockedRoute,
    Incident,
    Note,
    Post,
    Recommendation,
    RenewedArrival,
    Unit,
    World,
)
from nazdik.dispatch.views import (
    AddresseeView,
    AlarmView,
    AnswerView,
    AssignmentView,
    AwaitedView,
    BackupView,
    BlockedView,
    CallBackView,
    CallerView,
    CandidateView,
    DetailView,
    EmergencyView,
    FleetView,
    GapView,
    HandOverView,
    HoldView,
    IncidentView,
    JoinedView,
    MessageView,
    NeedView,
    NoteView,
    PassedOverView,
    PhotoView,
    PlanView,
    PostView,
    RecommendationView,
    RenewedView,
    ReportView,
    SelfTestView,
    ServiceView,
    ShelfView,
    TaskingView,
    UnitView,
    VoiceView,
)
from nazdik.kernel import AssignmentId, IncidentId, Instant, UnitId, rfc3339
from nazdik.published.premises import PremiseView
from nazdik.published.roads import RoadBasis

VAIN_OFFERS_TOLD = 3


def stamp(at: Instant | None) -> str | None:
    """Return an instant as it goes out, or None."""
    return None if at is None else rfc3339(at)


def _assignment_view(world: World, a: Assignment) -> AssignmentView:
    return AssignmentView(
        id=a.id,
        unit=a.unit_id,
        call_sign=world.units[a.unit_id].call_sign,
        state=a.state,
        pre_alert=a.pre_alert and a.state is AssignmentState.RESERVED,
        cause=a.cause,
        skill=a.skill,
        travel_time_s=_known(a.travel_time_s),
        distance_m=_known(a.distance_m),
        reserved_at=stamp(a.reserved_at),
        sent_at=stamp(a.sent_at),
        answer_by=stamp(a.answer_by),
        delivered_at=stamp(a.delivered_at),
        sounded_at=stamp(a.sounded_at),
        accepted_at=stamp(a.accepted_at),
        en_route_at=stamp(a.en_route_at),
        arrived_area_at=stamp(a.arrived_area_at),
        on_scene_at=stamp(a.on_scene_at),
        transport_at=stamp(a.transport_at),
        cleared_at=stamp(a.cleared_at),
        ended_at=stamp(a.ended_at),
        reason=a.reason,
        realerted_at=stamp(a.realerted_at),
        realert_reason=a.realert_reason,
        safety_due=stamp(a.safety_due),
        safety_asked_at=stamp(a.safety_asked_at),
        blocked=_blocked_view(world, a.blocked),
        renewed=_renewed_view(world, a.renewed),
        post=None if a.post is None else _post_view(a.post),
    )


def _blocked_view(world: World, blocked: BlockedRoute | None) -> BlockedView | None:
    if blocked is None:
        return None
    sooner = world.units.get(blocked.sooner_unit) if blocked.sooner_unit is not None else None
    return BlockedView(
        condition=blocked.condition_id,
        at=rfc3339(blocked.at),
        before_s=blocked.before_s,
        after_s=blocked.after_s,
        sooner_unit=blocked.sooner_unit,
        sooner_call_sign=sooner.call_sign if sooner is not None else None,
        sooner_s=blocked.sooner_s,
    )


def _renewed_view(world: World, renewed: RenewedArrival | None) -> RenewedView | None:
    if renewed is None:
        return None
    sooner = world.units.get(renewed.sooner_unit) if renewed.sooner_unit is not None else None
    return RenewedView(
        condition=renewed.condition_id,
        at=rfc3339(renewed.at),
        before_s=renewed.before_s,
        after_s=renewed.after_s,
        slower=renewed.slower,
        sooner_unit=renewed.sooner_unit,
        sooner_call_sign=sooner.call_sign if sooner is not None else None,
        sooner_s=renewed.sooner_s,
    )


def _post_view(post: Post) -> PostView:
    return PostView(post.number, post.point, post.place, stamp(post.due_at), post.at_border)


def notes_of(world: World, incident: Incident) -> tuple[Note, ...]:
    """Return the notes of an incident and of those that turned out to be the same, in the order of time."""
    joined = (world.incidents[i].notes for i in incident.joined if i in world.incidents)
    return tuple(sorted(chain(incident.notes, *joined), key=lambda note: note.at))


def _known(value: float | None) -> float | None:
    """A road time of -1 means that there was no position to reckon from."""
    return None if value is None or value < 0 else value


def _first(stamps: Iterable[Instant | None]) -> str | None:
    known = [at for at in stamps if at is not None]
    return rfc3339(min(known)) if known else None


def _left_out(every: Iterable[Assignment]) -> frozenset[AssignmentId]:
    """Return the offers that nobody took, but for the newest few."""
    vain = [a.id for a in every if a.ended_at is not None and a.accepted_at is None and a.on_scene_at is None]
    return frozenset(vain[:-VAIN_OFFERS_TOLD])


def incident_view(world: World, incident: Incident, *, whole: bool = False) -> IncidentView:
    """
    Return an incident for every board; `whole` with every offer that there ever was.

    Where handhelds do not answer, an incident has hundreds of offers within the hour, and is told to every screen with each change.
    """
    every = [world.assignments[a] for a in incident.assignments]
    left_out = frozenset[AssignmentId]() if whole else _left_out(every)
    cleared = [a.cleared_at for a in every if a.cleared_at is not None]
    # How soon somebody came is said of the scene, not of a cordon around it.
    scene = [a for a in every if a.post is None] or every
    return IncidentView(
        id=incident.id,
        number=incident.number,
        province=world.province,
        kind=incident.kind,
        kind_common=incident.kind_common,
        priority=incident.priority,
        draft=incident.draft,
        status=world.status_of(incident),
        waiting_reason=incident.waiting_reason,
        waiting_since=stamp(incident.waiting_since),
        place=incident.place,
        point=incident.point,
        station=incident.station,
        offices=tuple([TaskingView(t.office, t.role, t.mode, rfc3339(t.since), t.by) for t in incident.taskings]),
        assignments=tuple([_assignment_view(world, a) for a in every if a.id not in left_out]),
        offers_left_out=len(left_out),
        units_needed=sum([need.units for need in incident.needs]) + len(incident.posts),
        units_missing=sum([need.units for need in world.missing_needs(incident)]),
        calls=len(incident.calls),
        created_at=rfc3339(incident.created_at),
        classified_at=stamp(incident.classified_at),
        point_at=stamp(incident.point_at),
        first_sent_at=_first([a.sent_at for a in scene]),
        first_accepted_at=_first([a.accepted_at for a in scene]),
        first_en_route_at=_first([a.en_route_at for a in scene]),
        first_on_scene_at=_first([a.on_scene_at for a in scene]),
        last_cleared_at=stamp(max(cleared, default=None)),
        closed_at=stamp(incident.closed_at or incident.cancelled_at),
        disposition=incident.disposition,
        emergency=incident.emergency_of is not None,
        in_danger=None if incident.emergency_of is None else world.units[incident.emergency_of].call_sign,
        escalated_to=incident.escalated_to,
        seen={tier: rfc3339(at) for tier, at in incident.seen},
        late_entry=incident.late_entry,
        reopened_at=stamp(incident.reopened_at),
        plan=_plan_view(incident),
        proposed_priority=incident.proposed_priority if incident.proposed_priority != incident.priority else None,
        posts=tuple([_post_view(post) for post in incident.posts]),
        awaits=tuple(
            [
                AwaitedView(a.unit_id, world.units[a.unit_id].call_sign, a.by is not None)
                for a in world.awaited_by(incident)
            ]
        ),
        backup=None
        if incident.backup is None
        else BackupView(
            unit=incident.backup.unit_id,
            call_sign=world.units[incident.backup.unit_id].call_sign,
            at=rfc3339(incident.backup.at),
            urgent=incident.backup.urgent,
        ),
        keeper=incident.keeper,
        hold=None
        if incident.hold is None
        else HoldView(
            since=rfc3339(incident.hold.since),
            until=rfc3339(incident.hold.until),
            reason=incident.hold.reason,
            by=incident.hold.by,
        ),
        services=tuple([ServiceView(each.service, rfc3339(each.at), each.by) for each in incident.services]),
        joined_into=next(iter(_joined(world, (incident.joined_into,))), None),
        joined=_joined(world, incident.joined),
    )


def recommendation_view(
    world: World, advice: Recommendation, gaps: Mapping[UnitId, GapView] | None = None
) -> RecommendationView:
    """Return a recommendation with call signs and ranks, and what each unit would leave behind."""

    def number_of(incident_id: Any) -> int | None:
        incident = world.incidents.get(incident_id)
        return None if incident is None else incident.number

    return RecommendationView(
        at=rfc3339(advice.at),
        point=advice.point,
        snapped=advice.snapped,
        off_road_m=advice.off_road_m,
        asked=NeedView(skill=advice.skill, units=advice.units),
        priority=advice.priority,
        candidates=tuple(
            CandidateView(
                rank=rank,
                unit=c.unit_id,
                call_sign=world.units[c.unit_id].call_sign,
                travel_time_s=_known(c.travel_time_s),
                distance_m=_known(c.distance_m),
                fix_age_s=_known(c.fix_age_s),
                position=c.position,
                divert_from=c.divert_from,
                divert_from_number=number_of(c.divert_from),
                chosen=c.chosen,
                reason=c.reason,
                delay_s=c.wait_s,
                free_at=stamp(c.free_at) if isinstance(c.free_at, int) else None,
                gap=(gaps or {}).get(c.unit_id),
            )
            for rank, c in enumerate(advice.candidates, start=1)
        ),
        passed_over=tuple(
            PassedOverView(
                unit=p.unit_id,
                call_sign=world.units[p.unit_id].call_sign,
                travel_time_s=p.travel_time_s,
                reasons=p.reasons,
            )
            for p in advice.passed_over
        ),
        fleet=FleetView(total=advice.fleet_size, by_reason=dict(advice.fleet_by_reason)),
        settled_nodes=advice.settled_nodes,
        roads=advice.roads if isinstance(advice.roads, RoadBasis) else RoadBasis(),
        metric=advice.metric,
    )


def _plan_view(incident: Incident) -> PlanView:
    basis = incident.plan
    return PlanView(
        needs=tuple(NeedView(skill=need.skill, units=need.units) for need in incident.needs),
        rule=basis.rule if basis is not None else None,
        office=basis.office if basis is not None else None,
        note=basis.note if basis is not None else "",
        version=basis.version if basis is not None else "",
    )


def detail_view(
    world: World, incident: Incident, callers: tuple[CallerView, ...], premises: tuple[PremiseView, ...] = ()
) -> DetailView:
    """Return the personal part of an incident; `callers` come from intake, `premises` is what is known of its place."""
    advice = incident.recommendation
    return DetailView(
        id=incident.id,
        narrative=incident.narrative,
        hazards=incident.hazards,
        callers=callers,
        notes=tuple(NoteView(at=rfc3339(n.at), by=n.by, text=n.text) for n in notes_of(world, incident)),
        recommendation=None if advice is None else recommendation_view(world, advice),
        answers=tuple(
            AnswerView(question=a.question, option=a.option, fa=a.fa, en=a.en, points=a.points)
            for a in incident.answers
        ),
        premises=premises,
        hold_words="" if incident.hold is None else incident.hold.words,
        reports=tuple(
            ReportView(
                assignment=r.assignment_id,
                unit=r.unit_id,
                call_sign=world.units[r.unit_id].call_sign,
                at=rfc3339(r.at),
                by=r.by,
                disposition=r.disposition,
                text=r.text,
                people=r.people,
                vehicles=r.vehicles,
            )
            for r in incident.reports
        ),
        photos=tuple(_photo_view(world, photo) for photo in incident.photos),
        voices=tuple(_voice_view(world, voice) for voice in incident.voices),
    )


def _voice_view(world: World, voice: Voice) -> VoiceView:
    unit = world.units.get(voice.of_unit) if voice.of_unit is not None else None
    return VoiceView(
        id=voice.id,
        at=rfc3339(voice.at),
        by=voice.by,
        call_sign=unit.call_sign if unit is not None else None,
        media_type=voice.media_type,
        seconds=voice.seconds,
        spoken_at=stamp(voice.spoken_at),
    )


def _photo_view(world: World, photo: Photo) -> PhotoView:
    unit = world.units.get(photo.of_unit) if photo.of_unit is not None else None
    return PhotoView(
        id=photo.id,
        at=rfc3339(photo.at),
        by=photo.by,
        call_sign=unit.call_sign if unit is not None else None,
        width=photo.width,
        height=photo.height,
        taken_at=stamp(photo.taken_at),
        point=photo.point,
    )


_SECONDARY = {
    AssignmentState.RESERVED: "Assigned",
    AssignmentState.SENT: "Dispatched",
    AssignmentState.DELIVERED: "Dispatched",
    AssignmentState.SOUNDED: "Dispatched",
    AssignmentState.ACCEPTED: "AcknowledgedTransmission",
    AssignmentState.EN_ROUTE: "EnRoute",
    AssignmentState.ON_SCENE: "OnScene",
    AssignmentState.TRANSPORTING: "Transporting",
}


def unit_view(world: World, unit: Unit, slot: int) -> UnitView:
    """Return a unit with its EIDO status, primary and secondary, derived from what it does."""
    assignment = world.assignments[unit.assignment_id] if unit.assignment_id is not None else None
    incident = world.incidents[assignment.incident_id] if assignment is not None else None
    divertible = (
        assignment is not None
        and incident is not None
        and not unit.is_unmanned
        and assignment.state in BEFORE_SCENE
        and (incident.priority or 5) > 1
        and incident.emergency_of is None
        and incident.times_diverted < TIMES_DIVERTED_MAX
    )
    if assignment is not None:
        primary = "ConditionallyAvailable" if divertible else "NotAvailable"
        secondary = _SECONDARY[assignment.state]
    else:
        primary = "Available" if unit.on_duty and unit.available else "NotAvailable"
        secondary = unit.secondary
    emergency = unit.emergency
    return UnitView(
        id=unit.id,
        slot=slot,
        call_sign=unit.call_sign,
        office=unit.office,
        kind=unit.kind,
        skills=unit.skills,
        crew=unit.crew,
        on_duty=unit.on_duty,
        primary=primary,
        secondary=secondary,
        status_since=rfc3339(unit.status_since),
        assignment=assignment.id if assignment is not None else None,
        assignment_state=assignment.state if assignment is not None else None,
        incident=incident.id if incident is not None else None,
        incident_number=incident.number if incident is not None else None,
        divertible=divertible,
        emergency=None
        if emergency is None
        else EmergencyView(
            incident=emergency.incident_id,
            started_at=rfc3339(emergency.started_at),
            acknowledged_at=stamp(emergency.acknowledged_at),
        ),
        safety_due=stamp(assignment.safety_due) if assignment is not None else None,
        free_at=stamp(unit.free_soon.free_at) if unit.free_soon is not None else None,
        tested=None
        if unit.tested is None
        else SelfTestView(at=rfc3339(unit.tested.at), app_version=unit.tested.app_version, failed=unit.tested.failed),
        lapsed=len(unit.lapsed),
    )


def alarm_view(world: World, alarm: Alarm) -> AlarmView:
    """Return an alarm with the numbers people know it by."""
    incident = world.incidents.get(alarm.incident_id) if alarm.incident_id is not None else None
    unit = world.units.get(alarm.unit_id) if alarm.unit_id is not None else None
    return AlarmView(
        id=alarm.id,
        cause=alarm.cause,
        incident=alarm.incident_id,
        incident_number=None if incident is None else incident.number,
        unit=alarm.unit_id,
        call_sign=None if unit is None else unit.call_sign,
        call=alarm.call_id,
        priority=alarm.priority,
        tier=alarm.tier,
        office=alarm.office,
        raised_at=rfc3339(alarm.raised_at),
        climbs_at=stamp(alarm.climbs_at),
        acknowledged_at=stamp(alarm.acknowledged_at),
        acknowledged_by=alarm.acknowledged_by,
        shelf=ShelfView(rfc3339(alarm.shelf.until), alarm.shelf.reason, alarm.shelf.by) if alarm.shelf else None,
    )


def hand_over_view(given: HandOver) -> HandOverView:
    """Return a desk that waits for somebody."""
    return HandOverView(
        id=given.id,
        office=given.office,
        by=given.by,
        at=rfc3339(given.at),
        note=given.note,
        incidents=given.incidents,
        calls=len(given.calls),
        silent_since=rfc3339(given.silent_since) if given.silent_since is not None else None,
    )


def _joined(world: World, ids: Iterable[IncidentId | None]) -> tuple[JoinedView, ...]:
    found = (world.incidents.get(i) for i in ids if i is not None)
    return tuple(JoinedView(each.id, each.number) for each in found if each is not None)


def message_view(world: World, message: Message) -> MessageView:
    """Return a short text with call signs and receipts."""
    incident = world.incidents.get(message.incident_id) if message.incident_id is not None else None
    return MessageView(
        id=message.id,
        at=rfc3339(message.at),
        by=message.by,
        from_unit=message.from_unit,
        from_call_sign=world.units[message.from_unit].call_sign if message.from_unit is not None else None,
        to=tuple(
            AddresseeView(
                unit=a.unit_id,
                call_sign=world.units[a.unit_id].call_sign,
                delivered_at=stamp(a.delivered_at),
                read_at=stamp(a.read_at),
            )
            for a in message.to
        ),
        incident=message.incident_id,
        incident_number=None if incident is None else incident.number,
        text=message.text,
        read_at=stamp(message.read_at),
    )


def units_of(message: Message) -> tuple[UnitId, ...]:
    """Return the units whose crews take part in a message: whoever wrote it, or whom it is for."""
    return (message.from_unit,) if message.from_unit is not None else tuple(a.unit_id for a in message.to)


def call_back_view(awaited: AwaitedCallBack) -> CallBackView:
    """Return somebody who waits to be called back."""
    return CallBackView(
        id=awaited.call_id,
        office=awaited.office,
        priority=awaited.priority,
        since=rfc3339(awaited.since),
        late_at=rfc3339(awaited.late_at),
        tries=awaited.tries,
    )


def offices_of(world: World, incident: Incident) -> tuple[str, ...]:
    """Return the offices that have an incident directly; their superiors see it through them."""
    return tuple(t.office for t in incident.taskings)


def units_on(world: World, incident: Incident) -> tuple[str, ...]:
    """Return the units whose crews see the incident: those working on it, and those told it was withdrawn."""
    latest = {world.assignments[a].unit_id: world.assignments[a] for a in incident.assignments}
    told = (
        AssignmentState.UNANSWERED,
        AssignmentState.WITHDRAWN,
        AssignmentState.CANCELLED,
        AssignmentState.DIVERTED,
    )
    return tuple(u for u, a in latest.items() if a.state in ACTIVE or a.state in told)


def crew_sees_detail(world: World, incident: Incident) -> tuple[str, ...]:
    """Return the units whose crews may read the personal part: only while they work on it."""
    return tuple(a.unit_id for a in world.active_assignments(incident))


_DETAIL_CHANGED_BY = (
    e.IncidentDrafted,
    e.IncidentOpened,
    e.IncidentClassified,
    e.LateIncidentEntered,
    e.NoteAdded,
    e.IncidentHeld,
    e.HoldEnded,
    e.IncidentJoined,
    e.IncidentAbsorbed,
    e.IncidentParted,
    e.IncidentUnjoined,
    e.ReportFiled,
    e.PhotoAdded,
    e.PhotoWithdrawn,
    e.PhotoRestored,
    e.VoiceAdded,
    e.VoiceWithdrawn,
    e.VoiceRestored,
    e.QuestionsAnswered,
    e.PlaceChanged,
    e.StationChanged,
    e.DraftUpdated,
    e.CallJoined,
    e.CallParted,
    e.UnitsRecommended,
    e.IncidentArchived,
    e.OfficeTasked,
    e.OfficeReleased,
    # Who is on it decides which crews may read it.
    e.UnitReserved,
    e.OfferRefused,
    e.OfferUnanswered,
    e.AssignmentWithdrawn,
    e.AssignmentDiverted,
    e.AssignmentCancelled,
    e.UnitCleared,
    e.StepTakenBack,
)


def keys_touched(event: e.Event) -> tuple[tuple[str, str], ...]:
    """Return the (kind, id) of every view that an event may have changed."""
    named = ((view, getattr(event, field)) for view, field in _views_touched_by(type(event)))
    return tuple((view, thing) for view, thing in named if thing is not None)


@cache
def _views_touched_by(kind: type[e.Event]) -> tuple[tuple[str, str], ...]:
    """Return which views a kind of fact may change, each with the field that names it; asked of every fact."""
    if issubclass(kind, e.DeskHandedOver | e.DeskTakenOver | e.DeskHandOverWithdrawn):
        return (("hand_over", "hand_over_id"),)
    if issubclass(kind, e.MessageSent | e.MessageDelivered | e.MessageRead):
        # Neither the incident nor the unit looks otherwise for it.
        return (("message", "message_id"),)
    views = [("incident", "incident_id")]
    if issubclass(kind, _DETAIL_CHANGED_BY):
        views.append(("detail", "incident_id"))
    views += [("unit", "unit_id"), ("alarm", "alarm_id")]
    if issubclass(kind, e.CallBackAwaited | e.CallBackSettled):
        # The call too: it shows when calling back is late.
        views += [("call_back", "call_id"), ("call", "call_id")]
    return tuple((view, field) for view, field in views if hasattr(kind, field))
