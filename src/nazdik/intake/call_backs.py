"""
Calling back whoever gave up: one call-taker at a time takes it on, tries, and says how it went.

When one waits too long is a timer of dispatch (`dispatch.call_backs`), because alarms live there.
"""

from nazdik.intake import events as e
from nazdik.intake.errors import CallBackTakenByOther, NoCallBackDue
from nazdik.intake.model import Call, CallBack, CallBackResult, Calls
from nazdik.kernel import Context
from nazdik.kernel.instant import plus_s

# Whoever took one on and walked away holds it no longer than a call takes to ring out twice.
TAKEN_FOR_S = 180.0


def take_call_back(call: Call, ctx: Context) -> tuple[e.Event, ...]:
    """One call-taker takes it on; taken again by the same one it is theirs for longer."""
    _check_free(call, ctx)
    return (e.CallBackTaken(at=ctx.at, call_id=call.id, by=ctx.actor.id, until=plus_s(ctx.at, TAKEN_FOR_S)),)


def leave_call_back(call: Call, ctx: Context) -> tuple[e.Event, ...]:
    """They leave it to others; whoever does not have it leaves nothing."""
    if call.call_back is not CallBack.DUE or call.call_back_taker != ctx.actor.id:
        return ()
    return (e.CallBackLeft(at=ctx.at, call_id=call.id, by=ctx.actor.id),)


def try_call_back(calls: Calls, call: Call, result: CallBackResult, note: str, ctx: Context) -> tuple[e.Event, ...]:
    """Record how it went; who is reached on one of several calls that they gave up is not called again for the others."""
    _check_free(call, ctx)
    tried = e.CallBackTried(at=ctx.at, call_id=call.id, result=result, by=ctx.actor.id, note=note)
    return (tried, *(others_settled(calls, call, ctx) if result is CallBackResult.REACHED else ()))


def others_settled(calls: Calls, call: Call, ctx: Context) -> tuple[e.Event, ...]:
    """Whoever waited to be called back and is on the line now need not be called any more."""
    numbers = {number for number in (call.number, call.callback) if number}
    waiting = (
        other
        for other in calls.values()
        if other.call_back is CallBack.DUE and numbers & {other.number, other.callback} and other.id != call.id
    )
    return tuple(
        e.CallBackTried(at=ctx.at, call_id=other.id, result=CallBackResult.CALLED_AGAIN, by=ctx.actor.id)
        for other in sorted(waiting, key=lambda other: other.id)
    )


def _check_free(call: Call, ctx: Context) -> None:
    if call.call_back is not CallBack.DUE:
        raise NoCallBackDue(call_id=call.id)
    until = call.call_back_taken_until
    if call.call_back_taker not in (None, ctx.actor.id) and until is not None and until > ctx.at:
        raise CallBackTakenByOther(call_id=call.id, by=call.call_back_taker, until=until)
