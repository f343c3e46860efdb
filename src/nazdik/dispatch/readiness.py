"""
A busy crew says when it will be free, and incidents wait for it.

A word of a crew is no unit: it is believed until its time and not a moment longer, and whoever waits for it is looked at again
the moment it turns out otherwise.
"""

from collections.abc import Iterable

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import FreeSoonOutOfRange, StepOutOfOrder, UnitIsFree, UnitNotAvailable, UnitOffDuty
from nazdik.dispatch.model import (
    AssignmentState,
    Awaited,
    Incident,
    Unit,
    WaitingReason,
)
from nazdik.dispatch.offers import on_behalf
from nazdik.dispatch.unfolding import Unfolding
from nazdik.dispatch.waiting import wait
from nazdik.kernel import UnitId
from nazdik.kernel.instant import plus_s

# Sooner than this a word about it costs more than it tells.
FREE_SOON_MIN_S = 10.0


def say_free_soon(u: Unfolding, command: c.SayFreeSoon) -> None:
    """A busy unit says when it will be free, or that it cannot say any more."""
    unit = u.unit(command.unit_id)
    if command.in_s is None:
        if unit.free_soon is not None:
            u.add(e.FreeSoonOver(at=u.at, unit_id=unit.id, lapsed=False, by=on_behalf(u)))
        return
    _check_busy(u, unit)
    most_s = u.rules(unit.office).start.free_soon_max_s
    if not FREE_SOON_MIN_S <= command.in_s <= most_s:
        raise FreeSoonOutOfRange(least=FREE_SOON_MIN_S, most=most_s)
    # Said without a link and sent later, the time runs from when it was said.
    said_at = u.at if u.ctx.device_at is None else min(u.ctx.device_at, u.at)
    free_at = plus_s(said_at, command.in_s)
    if free_at <= u.at or (unit.free_soon is not None and unit.free_soon.free_at == free_at):
        return
    u.add(e.FreeSoonSaid(at=u.at, unit_id=unit.id, free_at=free_at, device_at=u.ctx.device_at, by=on_behalf(u)))


def _check_busy(u: Unfolding, unit: Unit) -> None:
    if not unit.on_duty:
        raise UnitOffDuty(unit_id=unit.id, call_sign=unit.call_sign)
    if unit.emergency is not None:
        raise UnitNotAvailable(unit_id=unit.id, call_sign=unit.call_sign, doing="Emergency")
    if unit.assignment_id is None:
        if unit.available:
            raise UnitIsFree(unit_id=unit.id, call_sign=unit.call_sign)
        return
    state = u.world.assignments[unit.assignment_id].state
    if state not in (AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING):
        raise StepOutOfOrder(state=state, step="free_soon")


def lapsed(u: Unfolding, unit_id: UnitId) -> None:
    """The time came and the unit is not free: nobody counts on it any more."""
    u.add(e.FreeSoonOver(at=u.at, unit_id=unit_id, lapsed=True))


def wait_for(u: Unfolding, incident: Incident, units: Iterable[UnitId], *, by: str | None = None) -> None:
    """Let an incident wait for busy units, and say for which; nothing when it waits for these already."""
    wanted = tuple(units)
    standing = u.world.awaited_by(incident)
    if by is None:
        chosen_by_hand = tuple(a for a in standing if a.by is not None)
        unchanged = {a.unit_id for a in standing} == {*wanted, *(a.unit_id for a in chosen_by_hand)}
        if incident.waiting_reason is WaitingReason.FREE_SOON and unchanged:
            return
        wait(u, incident, WaitingReason.FREE_SOON, again=True)
    elif not all(Awaited(unit_id, by) in standing for unit_id in wanted):
        wait(u, incident, WaitingReason.FREE_SOON)
    else:
        return
    for unit_id in wanted:
        said = u.world.units[unit_id].free_soon
        assert said is not None, "only who says when is waited for"
        u.add(e.UnitAwaited(at=u.at, incident_id=incident.id, unit_id=unit_id, free_at=said.free_at, by=by))
