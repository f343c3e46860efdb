"""
A desk changes hands at the end of a shift: the leaver gives all of it in one step, the next one takes it in one step.

Between the two it is the leaver's. What they were given meanwhile goes with the rest when it is taken, so that nothing is ever
without somebody who answers for it. Nobody need be named: whoever of the room comes may take it. A desk with open work that
nobody takes in time is an alarm of the control room, and climbs from there like any other. A desk whose screens fall silent is
left as if it had been given.
"""

from collections.abc import Iterable

from nazdik.dispatch import alarms
from nazdik.dispatch import events as e
from nazdik.dispatch.desk_commands import HandOverDesk, TakeOverDesk, WithdrawHandOver
from nazdik.dispatch.desk_model import HandOver, HandOverId
from nazdik.dispatch.errors import HandOverNotFound, HandOverNotYours, HandOverOwn, HandOverStands, OfficeNotFound
from nazdik.dispatch.model import AlarmCause, Incident
from nazdik.dispatch.unfolding import TEXT_MAX, Unfolding, check_text
from nazdik.kernel import IncidentId
from nazdik.kernel.instant import seconds_between

# At a seat of the demo the next person is known by the same name.
SHARED_SEAT = "seat:"
# Long enough to sit down and read, short beside what an open incident may wait.
TAKE_WITHIN_S = 300.0
# What an alarm counts as when only callers are left.
CALLERS_ONLY = 2


def hand_over(u: Unfolding, command: HandOverDesk) -> None:
    """Give the desk to whoever comes. What has ended meanwhile is left out; what a colleague answers for is not the leaver's."""
    note = check_text("note", command.note, TEXT_MAX).strip()
    person, office, silent = u.ctx.actor.id, command.office, command.silent_since
    if u.around.offices.find_office(office) is None:
        raise OfficeNotFound(office=office[:120])
    if silent is not None and seconds_between(silent, u.at) < u.rules(office).desk_silent:
        return
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
            take_by=u.later(TAKE_WITHIN_S) if open_ones or command.calls else None,
            silent_since=silent,
        )
    )
    _keep(u, open_ones, person, command.hand_over_id)


def take_over(u: Unfolding, command: TakeOverDesk) -> None:
    """Take the desk with all that is its leaver's now, also what came to them after they gave it."""
    given, person = _standing(u, command.hand_over_id), u.ctx.actor.id
    if given.by == person and not person.startswith(SHARED_SEAT):
        raise HandOverOwn(hand_over_id=given.id)
    theirs = tuple(i.id for i in _theirs(u, given))
    alarms.settle_about(u, AlarmCause.DESK_LEFT, given.id)
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


def withdraw(u: Unfolding, command: WithdrawHandOver) -> None:
    """Only who gave the desk can take that back."""
    given = _standing(u, command.hand_over_id)
    if given.by != u.ctx.actor.id:
        raise HandOverNotYours(hand_over_id=given.id, by=given.by)
    alarms.settle_about(u, AlarmCause.DESK_LEFT, given.id)
    u.add(e.DeskHandOverWithdrawn(at=u.at, hand_over_id=given.id, office=given.office, by=given.by))


def left(u: Unfolding, hand_over_id: HandOverId) -> None:
    """Nobody took the desk in time."""
    given = u.world.hand_overs[hand_over_id]
    alarms.raise_at(
        u,
        AlarmCause.DESK_LEFT,
        about=given.id,
        office=given.office,
        priority=min((i.priority or 3 for i in _theirs(u, given)), default=CALLERS_ONLY),
        timer=f"desk:{given.id}",
    )


def _standing(u: Unfolding, hand_over_id: HandOverId) -> HandOver:
    """Return a desk that waits for somebody, to those of its own office."""
    given = u.world.hand_overs.get(hand_over_id)
    if given is None or given.office != u.ctx.actor.office_id:
        raise HandOverNotFound(hand_over_id=hand_over_id[:120])
    return given


def _theirs(u: Unfolding, given: HandOver) -> list[Incident]:
    """Return what is open and was given, or is the leaver's by now."""
    every = (u.world.incidents[i] for i in sorted(u.world.incidents))
    return [i for i in every if not i.ended and (i.keeper == given.by or i.id in given.incidents)]


def _keep(u: Unfolding, incidents: Iterable[IncidentId], person: str, hand_over_id: HandOverId) -> None:
    for incident_id in incidents:
        if u.world.incidents[incident_id].keeper != person:
            u.add(e.IncidentKept(at=u.at, incident_id=incident_id, keeper=person, hand_over_id=hand_over_id))
