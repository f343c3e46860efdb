"""Whom to send without being told: what the response plan still lacks, the pre-alert, and the queue when somebody is free."""

from dataclasses import dataclass, field

from msgspec.structs import replace

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.by_hand import send_awaited
from nazdik.dispatch.model import AlarmCause, AssignmentState, Cause, Incident, Post, WaitingReason
from nazdik.dispatch.offers import of, offer, reserve, send
from nazdik.dispatch.readiness import wait_for
from nazdik.dispatch.recommend import anybody_fit, awaited_of, chosen_of, recommend
from nazdik.dispatch.rules import Mode
from nazdik.dispatch.starts import expected
from nazdik.dispatch.unfolding import Unfolding
from nazdik.dispatch.waiting import AUTOMATIC_WAITING, wait
from nazdik.kernel import Instant, UnitId
from nazdik.published.kinds import Need


@dataclass(slots=True)
class _Short:
    """What one look at an incident could not fill: why, and whom to wait for though somebody could go."""

    reason: WaitingReason | None = None
    awaited: list[UnitId] = field(default_factory=list)


def seek(u: Unfolding, incident: Incident, cause: Cause = Cause.AUTOMATIC) -> bool:
    """Find whoever the response plan still lacks and, if the rules say so, send them. Return whether anybody was sent."""
    if incident.ended or incident.draft or incident.hold is not None or incident.point is None:
        return False
    _confirm_pre_alerts(u, incident)
    incident = u.world.incidents[incident.id]
    if not u.world.missing_needs(incident):
        return False
    scene = _without_awaited(u, incident)
    posts = u.world.missing_posts(incident)
    if not scene and not posts:
        return False
    rules = u.rules(incident.station)
    panic = incident.emergency_of is not None
    asked = incident.backup
    at_once = panic or (asked is not None and asked.urgent)
    mode = Mode.AUTOMATIC if at_once else rules.mode_for(incident.kind, incident.priority or 3)
    if asked is not None and cause is Cause.AUTOMATIC:
        cause = Cause.BACKUP
    if mode is Mode.OFF:
        wait(u, incident, WaitingReason.AUTO_OFF)
        return False
    sent, short = False, _Short()
    # Special skills first: a patrol need must not take the only armed unit.
    for need in sorted(scene, key=lambda n: n.skill == "patrol"):
        sent |= _fill(u, u.world.incidents[incident.id], need, mode, Cause.PANIC if panic else cause, short)
    for post in posts:
        sent |= _fill(u, u.world.incidents[incident.id], Need("patrol"), mode, cause, short, post)
    if short.awaited:
        wait_for(u, u.world.incidents[incident.id], short.awaited)
    elif short.reason is not None:
        wait(u, u.world.incidents[incident.id], short.reason)
    if short.reason is not None:
        _tell_if_urgent(u, u.world.incidents[incident.id])
    return sent


def _without_awaited(u: Unfolding, incident: Incident) -> tuple[Need, ...]:
    """Return what is lacking at the scene, less what a dispatcher chose to wait for."""
    left = {need.skill: need.units for need in u.world.missing_at_scene(incident)}
    for awaited in u.world.awaited_by(incident):
        if awaited.by is None or not expected(u.world, awaited.unit_id, u.at):
            continue
        open_yet = [skill for skill in left if left[skill]]
        fitting = [skill for skill in open_yet if skill in u.world.units[awaited.unit_id].skills] or open_yet
        for skill in fitting[:1]:
            left[skill] -= 1
    return tuple(Need(skill, units) for skill, units in left.items() if units)


def _fill(
    u: Unfolding, incident: Incident, need: Need, mode: Mode, cause: Cause, short: _Short, post: Post | None = None
) -> bool:
    """Fill one need at the scene, or one post of the cordon, or note what is lacking."""
    if post is not None:
        # Nearest is nearest to the post.
        incident = replace(incident, point=post.point)
    rules = u.rules(incident.station)
    automatic = mode is Mode.AUTOMATIC
    known_to_wait = automatic and incident.waiting_reason is not None
    if known_to_wait and not anybody_fit(incident, need, at=u.at, around=u.around, rules=rules):
        short.reason = WaitingReason.NOBODY_FREE
        return False
    advice = recommend(
        u.world,
        incident,
        need,
        at=u.at,
        around=u.around,
        rules=rules,
        may_divert=automatic,
        may_wait=automatic and post is None,
        awaited=frozenset(short.awaited),
    )
    chosen, awaited = chosen_of(advice), awaited_of(advice)
    waited_for = {a.unit_id for a in u.world.awaited_by(incident)}
    known = (incident.waiting_reason or short.reason) is not None and {c.unit_id for c in awaited} <= waited_for
    news = bool(chosen) or not known
    if news:
        u.add(e.UnitsRecommended(at=u.at, incident_id=incident.id, recommendation=advice))
    if not automatic:
        wait(u, incident, WaitingReason.SUGGEST_ONLY)
        return False
    for candidate in chosen:
        send(u, incident.id, candidate, skill=need.skill, cause=cause, post=post)
    short.awaited += [candidate.unit_id for candidate in awaited]
    if len(chosen) + len(awaited) < need.units:
        fit_somewhere = dict(advice.fleet_by_reason).get("fit", 0) > len(chosen)
        short.reason = WaitingReason.NONE_IN_REACH if fit_somewhere else WaitingReason.NOBODY_FREE
    return bool(chosen)


def _tell_if_urgent(u: Unfolding, incident: Incident) -> None:
    """An urgent incident that has nobody at all is told to the desk."""
    urgent = not u.world.active_assignments(incident) and (incident.priority or 3) <= 2
    # It is looked at again every few seconds: whoever took the alarm must not hear it anew each time.
    if urgent and not alarms.stands(u, AlarmCause.NOBODY_FREE, incident):
        alarms.raise_alarm(u, AlarmCause.NOBODY_FREE, u.world.incidents[incident.id])


def _confirm_pre_alerts(u: Unfolding, incident: Incident) -> None:
    """The call is classified: a pre-alerted unit that fits the plan gets the real offer, any other is let go."""
    needed = {need.skill for need in incident.needs}
    automatic = u.rules(incident.station).mode_for(incident.kind, incident.priority or 3) is Mode.AUTOMATIC
    for assignment in u.world.active_assignments(incident):
        if assignment.state is not AssignmentState.RESERVED or not assignment.pre_alert:
            continue
        if assignment.skill in needed and automatic:
            offer(u, assignment)
        else:
            u.add(e.AssignmentWithdrawn(at=u.at, **of(assignment), reason="pre_alert_not_confirmed"))


def pre_alert(u: Unfolding, incident: Incident) -> None:
    """Warn the best free unit while the caller still speaks; a draft never diverts anybody."""
    rules = u.rules(incident.station)
    if not rules.pre_alert or rules.mode_for(incident.kind, incident.priority or 3) is not Mode.AUTOMATIC:
        return
    need = Need(incident.needs[0].skill)
    advice = recommend(u.world, incident, need, at=u.at, around=u.around, rules=rules, may_divert=False)
    if not chosen_of(advice):
        return
    u.add(e.UnitsRecommended(at=u.at, incident_id=incident.id, recommendation=advice))
    for candidate in chosen_of(advice):
        reserve(u, incident.id, candidate, skill=need.skill, cause=Cause.PRE_ALERT, hold_s=rules.hold_s)


def seek_units(u: Unfolding, command: c.SeekUnits) -> None:
    """Seek for an incident after something changed; nothing to do when it is over or complete."""
    incident = u.world.incidents.get(command.incident_id)
    if incident is not None:
        seek(u, incident, Cause.NEXT_NEAREST if command.next_nearest else Cause.AUTOMATIC)


def offer_to_waiting(u: Unfolding, command: c.OfferToWaiting) -> None:
    """Somebody is free: serve the most urgent, then longest waiting incident that can use one."""
    unit = u.unit(command.unit_id)
    if not (unit.on_duty and unit.available and unit.assignment_id is None):
        return
    queue = (u.world.incidents[i] for i in u.world.waiting)
    awaited = {i.id: a.by for i in u.world.awaiting(unit.id) for a in u.world.awaits[i.id] if a.unit_id == unit.id}

    def turn(incident: Incident) -> tuple[int, bool, Instant | int, str]:
        # The most urgent first; among equals whoever waited for this very unit.
        return incident.priority or 3, incident.id not in awaited, incident.waiting_since or 0, incident.id

    for incident in sorted(queue, key=turn):
        by = awaited.get(incident.id)
        if by is not None and send_awaited(u, incident, unit, by=by):
            return
        if incident.waiting_reason not in AUTOMATIC_WAITING:
            continue
        if any(need.skill in unit.skills for need in u.world.missing_needs(incident)) and seek(u, incident):
            return
