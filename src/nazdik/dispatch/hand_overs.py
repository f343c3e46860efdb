"""
A desk changes hands at the end of a shift: the leaver gives all of it in one step, the next one takes it in one step.

Between the two it is the leaver's. What they were given meanwhile goes with the rest when it is taken, so that nothing is ever
without somebody who answers for it.
"""

from collections.abc import Iterable

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.desk_model import HandOver, HandOverId
from nazdik.dispatch.errors import HandOverNotFound, HandOverNotYours, HandOverOwn, HandOverStands
from nazdik.dispatch.model import Incident
from nazdik.dispatch.unfolding import TEXT_MAX, Unfolding, check_text
from nazdik.kernel import IncidentId

# At a seat of the demo the next person is known by the same name.
SHARED_SEAT = "seat:"


def hand_over(u: Unfolding, command: c.HandOverDesk) -> None:
    """Give the desk to whoever comes. What has ended meanwhile is left out; what a colleague answers for is not the leaver's."""
    note = check_text("note", command.note, TEXT_MAX).strip()
    person, office = u.ctx.actor.id, command.office
    if any(known.by == person and known.office == office for known in u.world.hand_overs.values()):
        raise HandOverStands(office=office)
    open_ones = tuple(
        i.id for i in (u.incident(each) for each in dict.fromkeys(command.incidents)) if not i.ended and not i.draft
    )
    for incident_id in open_ones:
        keeper = u.world.incidents[incident_id].keeper
        if keeper not in (None, person):
            raise HandOverNotYours(incident_id=incident_id, by=keeper)
    u.add(
        e.DeskHandedOver(
            at=u.at,
            hand_over_id=command.hand_over_id,
            office=office,
            by=person,
            note=note,
            incidents=open_ones,
            calls=command.calls,
        )
    )
    _keep(u, open_ones, person, command.hand_over_id)


def take_over(u: Unfolding, command: c.TakeOverDesk) -> None:
    """Take the desk with all that is its leaver's now, also what came to them after they gave it."""
    given, person = _standing(u, command.hand_over_id), u.ctx.actor.id
    if given.by == person and not person.startswith(SHARED_SEAT):
        raise HandOverOwn(hand_over_id=given.id)
    theirs = tuple(i for i in sorted(u.world.incidents) if _is_of(u.world.incidents[i], given))
    u.add(
        e.DeskTakenOver(
            at=u.at,
            hand_over_id=given.id,
            office=given.office,
            by=person,
            left_by=given.by,
            incidents=theirs,
        )
    )
    _keep(u, theirs, person, given.id)


def withdraw(u: Unfolding, command: c.WithdrawHandOver) -> None:
    """Only who gave the desk can take that back."""
    given = _standing(u, command.hand_over_id)
    if given.by != u.ctx.actor.id:
        raise HandOverNotYours(hand_over_id=given.id, by=given.by)
    u.add(e.DeskHandOverWithdrawn(at=u.at, hand_over_id=given.id, office=given.office, by=given.by))


def _standing(u: Unfolding, hand_over_id: HandOverId) -> HandOver:
    """Return a desk that waits for somebody, to those of its own office."""
    given = u.world.hand_overs.get(hand_over_id)
    if given is None or given.office != u.ctx.actor.office_id:
        raise HandOverNotFound(hand_over_id=hand_over_id[:120])
    return given


def _is_of(incident: Incident, given: HandOver) -> bool:
    return not incident.ended and (incident.keeper == given.by or incident.id in given.incidents)


def _keep(u: Unfolding, incidents: Iterable[IncidentId], person: str, hand_over_id: HandOverId) -> None:
    for incident_id in incidents:
        if u.world.incidents[incident_id].keeper != person:
            u.add(e.IncidentKept(at=u.at, incident_id=incident_id, keeper=person, hand_over_id=hand_over_id))
