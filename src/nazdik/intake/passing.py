"""Callers go from one call-taker to the next when a desk changes hands: nobody is left on a line that nobody holds."""

from msgspec.structs import replace

from nazdik.intake import events as e
from nazdik.intake.call_backs import TAKEN_FOR_S
from nazdik.intake.model import Call, CallBack, Calls, CallState
from nazdik.kernel import CallId, Context, Instant
from nazdik.kernel.instant import plus_s


def is_held_by(call: Call, person: str, now: Instant) -> bool:
    """Whether a person speaks with the caller, or has taken it on to call them back."""
    speaks = call.state is CallState.ANSWERED and call.answered_by == person
    return speaks or _calls_back(call, person, now)


def held_by(calls: Calls, person: str, now: Instant) -> tuple[CallId, ...]:
    """Return the calls a person holds, in the order of their ids."""
    return tuple(sorted(call.id for call in calls.values() if is_held_by(call, person, now)))


def pass_call(call: Call, from_person: str, to_person: str, ctx: Context) -> tuple[e.Event, ...]:
    """Give a call to somebody else; one that the giver does not hold stays where it is."""
    if from_person == to_person or not is_held_by(call, from_person, ctx.at):
        return ()
    until = plus_s(ctx.at, TAKEN_FOR_S) if _calls_back(call, from_person, ctx.at) else None
    return (e.CallPassed(at=ctx.at, call_id=call.id, by=from_person, to=to_person, call_back_until=until),)


def passed(call: Call, event: e.CallPassed) -> Call:
    """Return a call that somebody else holds now; who took a call that is over stays who took it."""
    if call.state is CallState.ANSWERED and call.answered_by == event.by:
        call = replace(call, answered_by=event.to)
    if event.call_back_until is None:
        return call
    return replace(call, call_back_taker=event.to, call_back_taken_until=event.call_back_until)


def _calls_back(call: Call, person: str, now: Instant) -> bool:
    until = call.call_back_taken_until
    return call.call_back is CallBack.DUE and call.call_back_taker == person and until is not None and until > now
