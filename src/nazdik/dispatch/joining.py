"""
Two incidents turn out to be one: the one that was opened twice goes into the other, with its callers and its crews.

Nothing is copied and nothing is lost: what had ended stays where it happened, and whoever reads the other is shown both. Parted
again, each takes back what came from it and still runs.
"""

from nazdik.dispatch import alarms, holds, offers, steps, waiting
from nazdik.dispatch import events as e
from nazdik.dispatch.desk_commands import JoinIncidents, UnjoinIncident
from nazdik.dispatch.errors import IncidentCannotJoin, IncidentNotFound, IncidentNotJoined
from nazdik.dispatch.model import AlarmCause, Assignment, AssignmentState, Incident
from nazdik.dispatch.unfolding import Unfolding
from nazdik.kernel import AssignmentId, IncidentId, UnitId

_OFFERED = (AssignmentState.RESERVED, AssignmentState.SENT, AssignmentState.DELIVERED, AssignmentState.SOUNDED)
Standing = list[tuple[AlarmCause, UnitId]]


def join(u: Unfolding, command: JoinIncidents) -> None:
    """Put an incident into another one; its running assignments and its calls are the other's from now on."""
    gone, into = u.real_incident(command.incident_id), u.real_incident(command.into)
    _check(u, gone, into)
    if (gone.priority or 3) < (into.priority or 3):
        # Joined to something less urgent it would be less urgent itself.
        u.add(e.PriorityChanged(at=u.at, incident_id=into.id, priority=gone.priority or 3, reason="joined"))
    running = u.world.active_assignments(gone)
    standing = _alarms_of_crews(u, gone, running)
    alarms.settle_all(u, gone)
    if running:
        holds.end(u, u.world.incidents[into.id], "sent")
    for assignment in running:
        offers.inform_office_of(u, u.world.incidents[into.id], u.world.units[assignment.unit_id])
    moved = tuple(a.id for a in running)
    u.add(e.IncidentJoined(at=u.at, incident_id=gone.id, into=into.id, calls=gone.calls, assignments=moved))
    u.add(e.IncidentAbsorbed(at=u.at, incident_id=into.id, other=gone.id, calls=gone.calls, assignments=moved))
    steps.close(u, u.world.incidents[gone.id], "duplicate")
    _settle(u, into.id, moved, standing, "joined")


def unjoin(u: Unfolding, command: UnjoinIncident) -> None:
    """They were two after all: it is open again, with the calls and crews that came from it and still run."""
    gone = u.incident(command.incident_id)
    if gone.joined_into is None:
        raise IncidentNotJoined(incident_id=gone.id)
    into = u.world.incidents.get(gone.joined_into)
    if into is None:
        raise IncidentNotFound(incident_id=gone.joined_into)
    calls = tuple(call for call in gone.calls if call in into.calls)
    back = [a for a in u.world.active_assignments(into) if a.id in gone.joined_assignments]
    standing = _alarms_of_crews(u, into, back)
    for cause, unit_id in standing:
        alarms.settle(u, into, (cause,), unit_id)
    moved = tuple(a.id for a in back)
    u.add(e.IncidentParted(at=u.at, incident_id=into.id, other=gone.id, calls=calls, assignments=moved))
    u.add(e.IncidentReopened(at=u.at, incident_id=gone.id, reason="unjoined"))
    u.add(e.IncidentUnjoined(at=u.at, incident_id=gone.id, of=into.id, calls=calls, assignments=moved))
    _settle(u, gone.id, moved, standing, "unjoined")
    into = u.world.incidents[into.id]
    if not into.ended and u.world.missing_needs(into):
        waiting.wind_clock(u, into)


def _check(u: Unfolding, gone: Incident, into: Incident) -> None:
    """What is more than a second report of the same cannot go: the other one can be put into it."""
    why = (
        "same"
        if gone.id == into.id
        else "emergency"
        if gone.emergency_of is not None
        else "cordon"
        if gone.posts
        else "backup"
        if gone.backup is not None and u.world.active_assignments(gone)
        else "joined"
        if gone.joined
        else None
    )
    if why is not None:
        raise IncidentCannotJoin(incident_id=gone.id, why=why)


def _alarms_of_crews(u: Unfolding, incident: Incident, running: tuple[Assignment, ...] | list[Assignment]) -> Standing:
    """Return what stands about these crews: it is raised anew where they go, because a danger does not end by paperwork."""
    units = [a.unit_id for a in running]
    up = (a for a in u.world.alarms.values() if a.incident_id == incident.id and a.cause in alarms.OF_UNIT)
    found = [(a.cause, a.unit_id) for a in up if a.unit_id is not None and a.unit_id in units]
    return sorted(found)


def _settle(u: Unfolding, incident_id: IncidentId, moved: tuple[AssignmentId, ...], up: Standing, why: str) -> None:
    """See that crews hear where they belong now, that their alarms stand there, and that nobody waits for who is coming."""
    incident = u.world.incidents[incident_id]
    for assignment_id in moved:
        u.add(e.UnitRealerted(at=u.at, **offers.of(u.world.assignments[assignment_id]), reason=why))
    for cause, unit_id in up:
        alarms.raise_alarm(u, cause, incident, unit_id=unit_id)
    if any(u.world.assignments[a].state not in _OFFERED for a in moved):
        alarms.settle(u, incident, alarms.OF_INCIDENT)
    elif u.world.missing_needs(u.world.incidents[incident_id]):
        waiting.wind_clock(u, u.world.incidents[incident_id])
