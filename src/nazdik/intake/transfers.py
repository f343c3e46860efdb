"""
Handing a call over to another province's control room, or to another service.

Three facts make it safe against a crash between two logs: the sender's log says that it is asked for, the receiver's log has the
call under a name that only this call can give, the sender's log says that it is done. Until the last one the call stays open where
it is; whoever starts again goes on from there.
"""

from collections.abc import Sequence
from hashlib import blake2b
from math import isfinite

from nazdik.intake import commands as c
from nazdik.intake import events as e
from nazdik.intake.errors import CallIsMoving, CallIsOver, CallIsTest, TextTooLong
from nazdik.intake.model import (
    Call,
    CallBack,
    CallBackResult,
    Calls,
    CallState,
    Location,
    Outcome,
    RingingEnd,
)
from nazdik.intake.shapes import Area, Ellipse, Sector
from nazdik.kernel import LAST_INSTANT, CallId, Context, Instant, LonLat

NOTE_MAX = 300
KEY_ANSWERS = "key-answers"
# More tries in vain than this are told as so many.
TRIES_MAX = 10


def name_at(target: str, call_id: CallId) -> CallId:
    """Return the id that a call gets at another province: the same one however often it is asked for."""
    return CallId(f"{target}.c{blake2b(f'transfer:{call_id}'.encode(), digest_size=10).hexdigest()}")


def handed(call: Call, *, by: str, note: str, answers: Sequence[tuple[str, str]] = ()) -> c.ReceiveCall:
    """
    Return the command that gives a call to the province it is on its way to, with all that is known of it now.

    Args:
        answers: Key questions and what was answered, in words: the receiver may ask other questions.
    """
    assert call.transfer is not None and call.transfer.to_call is not None
    return c.ReceiveCall(
        call_id=call.transfer.to_call,
        from_call=call.id,
        by=by,
        note=note,
        presented_at=call.presented_at,
        channel=call.channel,
        number=call.number,
        name=call.name,
        callback=call.callback,
        narrative=call.narrative,
        hazards=call.hazards,
        kind=call.kind,
        priority=call.priority,
        point=call.point,
        place=call.place,
        locations=call.locations,
        texts=call.texts,
        exchange_id=call.exchange_id,
        called=call.called,
        asserted=call.asserted,
        data=(*call.data, *_told(answers)),
        may_text=call.may_text,
        call_back_due=call.call_back is CallBack.DUE,
        call_back_asked=call.call_back_asked,
        call_back_tries=min(call.call_back_tries, TRIES_MAX),
    )


def _told(answers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return answers as a block of additional data; none when nothing was answered."""
    told = "؛ ".join(f"{question}: {answer}" for question, answer in answers)
    return ((KEY_ANSWERS, told),) if told else ()


def ask_transfer(call: Call, command: c.TransferCall, ctx: Context) -> tuple[e.Event, ...]:
    """Ask for a call to be handed over; to a service it is done at once, because no log of ours is there to wait for."""
    if len(command.note) > NOTE_MAX:
        raise TextTooLong(field="note", limit=NOTE_MAX)
    moving = call.transfer
    if moving is not None and moving.done_at is None:
        if moving.target == command.target:
            return ()
        raise CallIsMoving(call_id=call.id, target=moving.target)
    # Whoever gave up and waits to be called back may belong to others too.
    if call.over and not (call.state is CallState.ABANDONED and call.call_back is CallBack.DUE):
        raise CallIsOver(call_id=call.id, state=call.state)
    if call.is_test:
        raise CallIsTest(call_id=call.id)
    asked = e.TransferAsked(
        at=ctx.at, call_id=call.id, target=command.target, to_call=command.to_call, note=command.note, by=ctx.actor.id
    )
    return (asked,) if command.to_call is not None else (asked, *_done(call, command.target, ctx))


def finish_transfer(call: Call, ctx: Context) -> tuple[e.Event, ...]:
    """The receiver has it: here it is over."""
    moving = call.transfer
    return () if moving is None or moving.done_at is not None else _done(call, moving.target, ctx)


def _done(call: Call, target: str, ctx: Context) -> tuple[e.Event, ...]:
    closed = e.CallClosed(
        at=ctx.at, call_id=call.id, outcome=Outcome.TRANSFERRED, narrative="", incident_id=call.incident_id
    )
    gone = (e.TransferDone(at=ctx.at, call_id=call.id), closed)
    if call.call_back is not CallBack.DUE:
        return gone
    # It is for whoever has the call now.
    settled = e.CallBackTried(
        at=ctx.at,
        call_id=call.id,
        result=CallBackResult.NOT_NEEDED,
        by=ctx.actor.id,
        note=f"transferred: {target}"[:NOTE_MAX],
    )
    return (*gone, settled)


def receive(calls: Calls, command: c.ReceiveCall, ctx: Context) -> tuple[e.Event, ...]:
    """Take a call that another province hands over; what is here already is not taken twice."""
    own = command.call_id
    if own in calls:
        return ()
    presented = e.CallPresented(
        at=ctx.at,
        call_id=own,
        channel=command.channel,
        number=command.number,
        name=command.name,
        narrative=command.narrative,
        exchange_id=command.exchange_id,
        called=command.called,
        asserted=command.asserted,
        data=command.data,
    )
    located = tuple(
        e.CallLocated(
            at=ctx.at,
            call_id=own,
            source=one.source,
            point=one.point,
            accuracy_m=one.accuracy_m,
            confidence=one.confidence,
            # When it was measured, or else heard: at the receiver it is no younger than it was.
            measured_at=one.measured_at or one.at,
            shape=one.shape,
            method=one.method,
            civic=one.civic,
            trusted=one.trusted,
        )
        for one in command.locations
        if _is_sound(one)
    )
    learnt = e.CallerLearnt(
        at=ctx.at, call_id=own, name=command.name, callback=command.callback, by=ctx.actor.id
    )  # fmt: skip
    received = e.CallReceived(
        at=ctx.at,
        call_id=own,
        from_call=command.from_call,
        by=command.by,
        note=command.note,
        # It rang before it was handed over.
        presented_at=Instant(min(max(command.presented_at, 0), ctx.at)),
        kind=command.kind,
        priority=command.priority,
        point=command.point if command.point is not None and _on_earth(command.point) else None,
        place=command.place,
        texts=tuple(text for text in command.texts if 0 <= text.at <= LAST_INSTANT),
    )
    told = e.CallDangerTold(at=ctx.at, call_id=own, hazards=command.hazards)
    return (
        presented,
        *located,
        *((learnt,) if command.callback is not None else ()),
        received,
        *((told,) if command.hazards else ()),
        *_due(command, ctx),
    )


def _due(command: c.ReceiveCall, ctx: Context) -> tuple[e.Event, ...]:
    """What the caller agreed to and waits for goes along: consent to be written to, and the call-back with its tries."""
    own, by = command.call_id, ctx.actor.id
    agreed = (
        () if command.may_text is None else (e.TextsAgreed(at=ctx.at, call_id=own, agreed=command.may_text, by=by),)
    )
    if not command.call_back_due or not (command.number or command.callback):
        return agreed
    due: e.Event = e.CallBackAsked(at=ctx.at, call_id=own, by=by)
    if not command.call_back_asked:
        reason = f"before it was handed over by {command.by}"[:NOTE_MAX]
        due = e.RingingEnded(at=ctx.at, call_id=own, how=RingingEnd.ABANDONED, reason=reason, call_back=True)
    in_vain = e.CallBackTried(
        at=ctx.at, call_id=own, result=CallBackResult.NO_ANSWER, by=command.by, note="before it was handed over"
    )
    return (*agreed, due, *([in_vain] * min(max(command.call_back_tries, 0), TRIES_MAX)))


def _on_earth(point: LonLat) -> bool:
    lon, lat = point
    return abs(lon) <= 180 and abs(lat) <= 90


def _is_sound(one: Location) -> bool:
    """Whether an estimate can be kept: one that says nothing possible is left behind, and the call goes on without it."""
    numbers = [number for number in _numbers_of(one) if not isfinite(number)]
    times = [at for at in (one.at, one.measured_at) if at is not None and not 0 <= at <= LAST_INSTANT]
    points = [one.point] if one.point is not None else []
    if isinstance(one.shape, Area):
        points += one.shape.ring
    elif isinstance(one.shape, Sector):
        points.append(one.shape.centre)
    return not numbers and not times and all(map(_on_earth, points))


def _numbers_of(one: Location) -> list[float]:
    told = [number for number in (one.accuracy_m, one.confidence) if number is not None]
    match one.shape:
        case Ellipse(semi_major_m=major, semi_minor_m=minor, turned_deg=turned):
            return [*told, major, minor, turned]
        case Sector(inner_m=inner, outer_m=outer, start_deg=start, opening_deg=opening):
            return [*told, inner, outer, start, opening]
        case _:
            return told
