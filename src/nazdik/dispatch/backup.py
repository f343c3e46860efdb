"""A crew asks for another unit. Whatever the office lets the system do by itself, an urgent request is not left lying."""

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import AssignmentEnded, StepOutOfOrder
from nazdik.dispatch.model import ACTIVE, BEFORE_SCENE, OFFERED, AlarmCause, Assignment, AssignmentState, Incident
from nazdik.dispatch.offers import of, on_behalf, whereabouts
from nazdik.dispatch.unfolding import Unfolding
from nazdik.published.kinds import Need

_SKILL = "patrol"


def request_backup(u: Unfolding, command: c.RequestBackup) -> None:
    """Ask for one more patrol at the scene; the nearest is sought after this. Urgent, the incident becomes one of priority 1."""
    assignment = u.assignment(command.assignment_id)
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**whereabouts(u, assignment))
    if assignment.state in {AssignmentState.RESERVED, *OFFERED}:
        raise StepOutOfOrder(state=assignment.state, step="backup")
    incident = u.world.incidents[assignment.incident_id]
    asked = incident.backup
    if asked is not None and asked.urgent >= command.urgent and _is_coming(u, incident, assignment):
        return
    u.add(
        e.BackupRequested(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            urgent=command.urgent,
            needs=_one_more(u, incident),
        )
    )
    if command.urgent and (incident.priority or 3) > 1:
        u.add(e.PriorityChanged(at=u.at, incident_id=incident.id, priority=1, reason="backup"))
    _wind_clock(u, u.world.incidents[incident.id])
    if command.urgent:
        alarms.raise_alarm(u, AlarmCause.BACKUP, u.world.incidents[incident.id], unit_id=assignment.unit_id)


def _wind_clock(u: Unfolding, incident: Incident) -> None:
    """Nobody who takes it in time becomes an alarm, as for an incident that has nobody; a clock that runs is not put off."""
    if f"wait:{incident.id}" not in u.world.deadlines:
        limit_s = u.rules(incident.station).waiting_s[(incident.priority or 3) - 1]
        u.add(e.WaitingLimitSet(at=u.at, incident_id=incident.id, alarm_at=u.later(limit_s)))


def _is_coming(u: Unfolding, incident: Incident, assignment: Assignment) -> bool:
    """Whether somebody is on the way besides the crew that asks, or is being sought."""
    others = (a for a in u.world.active_assignments(incident) if a.id != assignment.id and a.post is None)
    return bool(u.world.missing_at_scene(incident)) or any(a.state in BEFORE_SCENE for a in others)


def _one_more(u: Unfolding, incident: Incident) -> tuple[Need, ...]:
    """Return the incident's needs with at least one patrol more than there are; one that lacks somebody already needs no more."""
    if u.world.missing_at_scene(incident):
        return incident.needs
    there = sum(1 for a in u.world.serving(incident) if a.post is None and a.skill == _SKILL)
    rest = tuple(need for need in incident.needs if need.skill != _SKILL)
    return (Need(_SKILL, there + 1), *rest)
