"""`decide` and `evolve` for calls."""

from math import isfinite
from typing import assert_never

from msgspec.structs import replace

from nazdik.intake import commands as c
from nazdik.intake import events as e
from nazdik.intake.errors import (
    CallExists,
    CallIsOver,
    CallNotFound,
    CallStateWrong,
    CallTaken,
    PointInvalid,
    TextTooLong,
)
from nazdik.intake.model import Call, Calls, CallState, Location, LocationSource, Outcome
from nazdik.kernel import CallId, Context, IncidentId, LonLat

NARRATIVE_MAX = 4000
LINE_MAX = 300
NUMBER_MAX = 40


def incident_of(call_id: CallId) -> IncidentId:
    """Return the id of the incident that a call begins: one call begins at most one."""
    province, _, own = call_id.partition(".")
    return IncidentId(f"{province}.i{own[1:]}")


def decide(calls: Calls, command: c.Command, ctx: Context) -> tuple[e.Event, ...]:
    """Return the events `command` causes, or raise a `Rejected`."""
    if isinstance(command, c.PresentCall):
        return _present(calls, command, ctx)
    if isinstance(command, c.ArchiveCalls):
        ended = any(call.ended_at is not None and call.ended_at < command.ended_before for call in calls.values())
        sweep = e.CallsArchived(at=ctx.at, call_id=command.call_id, ended_before=command.ended_before)
        return (sweep,) if ended else ()
    call = calls.get(command.call_id)
    if call is None:
        raise CallNotFound(call_id=command.call_id[:120])
    match command:
        case c.AnswerCall():
            return _answer(call, ctx)
        case c.LocateCall(source=source, point=point, accuracy_m=accuracy_m):
            _check_point(point)
            located = e.CallLocated(at=ctx.at, call_id=call.id, source=source, point=point, accuracy_m=accuracy_m)
            return (located,)
        case c.DescribeCall():
            return _describe(call, command, ctx)
        case c.SetCaller(name=name, callback=callback):
            return _set_caller(call, name, callback, ctx)
        case c.ClassifyCall():
            return _classify(call, command, ctx)
        case c.LinkCall(incident_id=incident_id):
            return _link(call, incident_id, ctx)
        case c.UnlinkCall():
            if call.state is not CallState.LINKED or call.incident_id is None:
                raise CallStateWrong(call_id=call.id, state=call.state)
            return (e.CallUnlinked(at=ctx.at, call_id=call.id, incident_id=call.incident_id),)
        case c.CloseCall(outcome=outcome, narrative=narrative):
            return _close(call, outcome, narrative, ctx)
        case _:
            raise AssertionError(f"no decision for {type(command).__name__}")


def _present(calls: Calls, command: c.PresentCall, ctx: Context) -> tuple[e.Event, ...]:
    _check_text("number", command.number or "", NUMBER_MAX)
    _check_text("name", command.name or "", LINE_MAX)
    _check_text("narrative", command.narrative, NARRATIVE_MAX)
    if command.point is not None:
        _check_point(command.point)
    if command.call_id in calls:
        raise CallExists(call_id=command.call_id)
    presented = e.CallPresented(
        at=ctx.at,
        call_id=command.call_id,
        channel=command.channel,
        number=command.number,
        name=command.name,
        narrative=command.narrative,
    )
    if command.point is None:
        return (presented,)
    source = LocationSource.OPERATOR if ctx.actor.role == "call_taker" else LocationSource.DEVICE
    located = e.CallLocated(
        at=ctx.at, call_id=command.call_id, source=source, point=command.point, accuracy_m=command.accuracy_m
    )
    return (presented, located)


def _answer(call: Call, ctx: Context) -> tuple[e.Event, ...]:
    if call.state is CallState.RINGING:
        return (e.CallAnswered(at=ctx.at, call_id=call.id, by=ctx.actor.id),)
    if call.answered_by == ctx.actor.id:
        return ()
    raise CallTaken(call_id=call.id, by=call.answered_by, state=call.state)


def _describe(call: Call, command: c.DescribeCall, ctx: Context) -> tuple[e.Event, ...]:
    _check_text("narrative", command.narrative or "", NARRATIVE_MAX)
    _check_text("place", command.place or "", LINE_MAX)
    if command.point is not None:
        _check_point(command.point)
    if call.over:
        raise CallIsOver(call_id=call.id, state=call.state)
    described = e.CallDescribed(
        at=ctx.at,
        call_id=call.id,
        incident_id=incident_of(call.id),
        kind=command.kind,
        priority=command.priority,
        point=command.point,
        place=command.place or "",
        narrative=command.narrative or "",
    )
    no_place = command.place == "" and call.place != ""
    no_narrative = command.narrative == "" and call.narrative != ""
    if not (no_place or no_narrative):
        return (described,)
    # A description has always kept what it does not mention, so taking words back is a fact of its own.
    cleared = e.CallWordsCleared(
        at=ctx.at, call_id=call.id, incident_id=described.incident_id, no_place=no_place, no_narrative=no_narrative
    )
    return (cleared, described)


def _set_caller(call: Call, name: str | None, callback: str | None, ctx: Context) -> tuple[e.Event, ...]:
    name, callback = (name or "").strip() or None, (callback or "").strip() or None
    _check_text("name", name or "", LINE_MAX)
    _check_text("callback", callback or "", NUMBER_MAX)
    # A caller often still speaks when the incident has long been sent; only a call that came to nothing is left alone.
    if call.state in (CallState.CLOSED, CallState.ABANDONED):
        raise CallIsOver(call_id=call.id, state=call.state)
    if (name, callback) == (call.name, call.callback):
        return ()
    return (e.CallerLearnt(at=ctx.at, call_id=call.id, name=name, callback=callback, by=ctx.actor.id),)


def _classify(call: Call, command: c.ClassifyCall, ctx: Context) -> tuple[e.Event, ...]:
    _check_text("narrative", command.narrative, NARRATIVE_MAX)
    _check_text("place", command.place, LINE_MAX)
    _check_text("hazards", command.hazards, LINE_MAX)
    if call.over:
        raise CallIsOver(call_id=call.id, state=call.state)
    classified = e.CallClassified(
        at=ctx.at,
        call_id=call.id,
        incident_id=incident_of(call.id),
        kind=command.kind,
        priority=command.priority,
        point=command.point,
        place=command.place,
        narrative=command.narrative,
        hazards=command.hazards,
    )
    # Answering and classifying may come in one breath when an exchange has no ringing state.
    if call.state is CallState.RINGING:
        return (e.CallAnswered(at=ctx.at, call_id=call.id, by=ctx.actor.id), classified)
    return (classified,)


def _link(call: Call, incident_id: IncidentId, ctx: Context) -> tuple[e.Event, ...]:
    if call.state is CallState.LINKED and call.incident_id == incident_id:
        return ()
    if call.over:
        raise CallIsOver(call_id=call.id, state=call.state)
    return (e.CallLinked(at=ctx.at, call_id=call.id, incident_id=incident_id),)


def _close(call: Call, outcome: Outcome, narrative: str, ctx: Context) -> tuple[e.Event, ...]:
    _check_text("narrative", narrative, NARRATIVE_MAX)
    if call.over:
        raise CallIsOver(call_id=call.id, state=call.state)
    begun = call.incident_id
    closed = e.CallClosed(at=ctx.at, call_id=call.id, outcome=outcome, narrative=narrative, incident_id=begun)
    return (closed,)


def evolve(calls: Calls, event: e.AnyEvent) -> Calls:
    """Return the calls after `event`. Never refuses."""
    if isinstance(event, e.CallsArchived):
        kept = calls.mutate()
        for call in calls.values():
            if call.ended_at is not None and call.ended_at < event.ended_before:
                del kept[call.id]
        return kept.finish()
    if isinstance(event, e.CallPresented):
        call = Call(
            id=event.call_id,
            channel=event.channel,
            number=event.number,
            name=event.name,
            state=CallState.RINGING,
            presented_at=event.at,
            narrative=event.narrative,
        )
        return calls.set(call.id, call)
    return calls.set(event.call_id, _changed(calls[event.call_id], event))


def _changed(
    call: Call,
    event: e.CallAnswered
    | e.CallLocated
    | e.CallDescribed
    | e.CallWordsCleared
    | e.CallerLearnt
    | e.CallClassified
    | e.CallLinked
    | e.CallUnlinked
    | e.CallClosed,
) -> Call:
    match event:
        case e.CallAnswered(by=by):
            return replace(call, state=CallState.ANSWERED, answered_at=event.at, answered_by=by)
        case e.CallLocated(source=source, point=point, accuracy_m=accuracy_m):
            location = Location(source=source, point=point, accuracy_m=accuracy_m, at=event.at)
            return replace(call, locations=(*call.locations, location))
        case e.CallDescribed():
            begun = event.incident_id if event.kind is not None or event.point is not None else call.incident_id
            return replace(
                call,
                kind=event.kind or call.kind,
                priority=event.priority or call.priority,
                point=event.point or call.point,
                place=event.place or call.place,
                narrative=event.narrative or call.narrative,
                incident_id=begun,
            )
        case e.CallWordsCleared(no_place=no_place, no_narrative=no_narrative):
            return replace(call, place="" if no_place else call.place, narrative="" if no_narrative else call.narrative)
        case e.CallerLearnt(name=name, callback=callback):
            return replace(call, name=name, callback=callback)
        case e.CallClassified():
            return replace(
                call,
                state=CallState.CLASSIFIED,
                kind=event.kind,
                priority=event.priority or call.priority,
                point=event.point,
                place=event.place,
                narrative=event.narrative or call.narrative,
                incident_id=event.incident_id,
                ended_at=event.at,
            )
        case e.CallLinked(incident_id=incident_id):
            return replace(call, state=CallState.LINKED, incident_id=incident_id, ended_at=event.at)
        case e.CallUnlinked():
            return replace(call, state=CallState.ANSWERED, incident_id=None, ended_at=None)
        case e.CallClosed(outcome=outcome, narrative=narrative):
            state = CallState.ABANDONED if outcome is Outcome.ABANDONED else CallState.CLOSED
            words = narrative or call.narrative
            return replace(
                call, state=state, outcome=outcome, narrative=words, ended_at=event.at, incident_id=event.incident_id
            )
        case _:
            assert_never(event)


def _check_point(point: LonLat) -> None:
    lon, lat = point
    if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise PointInvalid()


def _check_text(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise TextTooLong(field=field, length=len(text), limit=limit)
