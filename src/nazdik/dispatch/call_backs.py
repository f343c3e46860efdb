"""
Whoever gave up ringing is called back in time, or it becomes an alarm that climbs like any other.

The alarm begins at the station where the caller's telephone was, when that is known, else at the province: control rooms above
see it at once, and from there on nobody can say that they were not told.
"""

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.model import AlarmCause
from nazdik.dispatch.unfolding import Unfolding, check_priority
from nazdik.kernel import CallId, OfficeId

# What an alarm counts as when nobody learnt what the caller wanted.
UNKNOWN_PRIORITY = 2


def await_call_back(u: Unfolding, command: c.AwaitCallBack) -> None:
    """Wind the clock of a call-back; a try in vain takes its alarm down and winds it anew."""
    priority = check_priority(command.priority) if command.priority is not None else None
    known = u.world.call_backs.get(command.call_id)
    station = u.around.find_station(command.point, u.at) if command.point is not None else None
    office = station or OfficeId(str(u.world.province))
    rules = u.rules(office).back
    first_s = rules.within_s[priority - 1] if priority is not None else rules.unknown_s
    alarms.settle_about(u, AlarmCause.CALL_BACK, command.call_id)
    u.add(
        e.CallBackAwaited(
            at=u.at,
            call_id=command.call_id,
            office=office,
            priority=priority or UNKNOWN_PRIORITY,
            since=known.since if known is not None else u.at,
            late_at=u.later(rules.again_s if command.tries else first_s),
            tries=command.tries,
        )
    )


def settle_call_back(u: Unfolding, command: c.SettleCallBack) -> None:
    """Stop the clock and take the alarm down; one that nobody waits for changes nothing."""
    known = u.world.call_backs.get(command.call_id)
    if known is None:
        return
    alarms.settle_about(u, AlarmCause.CALL_BACK, known.call_id)
    u.add(e.CallBackSettled(at=u.at, call_id=known.call_id, office=known.office))


def call_back_late(u: Unfolding, call_id: CallId) -> None:
    """Nobody called back in time."""
    awaited = u.world.call_backs[call_id]
    alarms.raise_at(
        u,
        AlarmCause.CALL_BACK,
        about=call_id,
        office=awaited.office,
        priority=awaited.priority,
        timer=f"callback:{call_id}",
    )
