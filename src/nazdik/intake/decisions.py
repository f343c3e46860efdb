"""`decide` for calls; `evolution` applies what was decided."""

from math import isfinite

from nazdik.intake import commands as c
from nazdik.intake import events as e
from nazdik.intake.call_backs import leave_call_back, others_settled, take_call_back, try_call_back
from nazdik.intake.errors import (
    CallExists,
    CallIsMoving,
    CallIsOver,
    CallIsTest,
    CallNotFound,
    CallStateWrong,
    CallTaken,
    LinkNotFound,
    PointInvalid,
    ShapeInvalid,
    TextNotFound,
    TextTooLong,
)
from nazdik.intake.evolution import may_leave
from nazdik.intake.model import (
    Call,
    CallBack,
    CallBackResult,
    Calls,
    CallState,
    Carried,
    KindGuess,
    LocationSource,
    Outcome,
    RingingEnd,
)
from nazdik.intake.passing import pass_call
from nazdik.intake.several import ask_call_backs, check_written, text_callers
from nazdik.intake.transfers import ask_transfer, finish_transfer, receive
from nazdik.kernel import CallId, Context, IncidentId, LonLat
from nazdik.kernel.instant import plus_s
from nazdik.published.questions import Answered

NARRATIVE_MAX = 4000
LINE_MAX = 300
NUMBER_MAX = 40
GUESS_WORDS_MAX = 12
LINK_MINUTES_MAX = 1_440
ANSWERS_MAX = 20
ANSWER_MAX = 80


# While others are being given a call, nobody makes something else of it here.
_ENDING = (c.ClassifyCall, c.LinkCall, c.CloseCall)


def incident_of(call_id: CallId) -> IncidentId:
    """Return the id of the incident that a call begins: one call begins at most one."""
    province, _, own = call_id.partition(".")
    return IncidentId(f"{province}.i{own[1:]}")


def decide(calls: Calls, command: c.Command, ctx: Context) -> tuple[e.Event, ...]:
    """Return the events `command` causes, or raise a `Rejected`."""
    if isinstance(command, c.PresentCall):
        return _present(calls, command, ctx)
    if isinstance(command, c.ArchiveCalls):
        before = command.ended_before
        # All calls of a day: what most of them miss is asked in place.
        ended = any(
            call.ended_at is not None and call.ended_at < before and may_leave(call, before) for call in calls.values()
        )
        sweep = e.CallsArchived(at=ctx.at, call_id=command.call_id, ended_before=command.ended_before)
        return (sweep,) if ended else ()
    if isinstance(command, c.ReceiveCall):
        return receive(calls, command, ctx)
    call = calls.get(command.call_id)
    if call is None:
        raise CallNotFound(call_id=command.call_id[:120])
    if isinstance(command, _ENDING) and call.transfer is not None and call.transfer.done_at is None:
        raise CallIsMoving(call_id=call.id, target=call.transfer.target)
    match command:
        case c.TransferCall():
            return ask_transfer(call, command, ctx)
        case c.FinishTransfer():
            return finish_transfer(call, ctx)
        case c.AnswerCall():
            return _answer(calls, call, ctx)
        case c.LocateCall():
            return _locate(call, command, ctx)
        case c.EndRinging(how=how, reason=reason):
            return _end_ringing(call, how, reason, ctx)
        case c.TakeCallBack():
            return take_call_back(call, ctx)
        case c.LeaveCallBack():
            return leave_call_back(call, ctx)
        case c.MoveCall(incident_id=incident_id):
            moved = e.CallMoved(at=ctx.at, call_id=call.id, incident_id=incident_id)
            return () if call.incident_id == incident_id else (moved,)
        case c.PassCall(from_person=giver, to_person=taker):
            return pass_call(call, giver, taker, ctx)
        case c.TryCallBack(result=result, note=note):
            _check_text("note", note, LINE_MAX)
            return try_call_back(calls, call, result, note, ctx)
        case c.HearText(text=text):
            _check_text("text", text, NARRATIVE_MAX)
            return (e.TextHeard(at=ctx.at, call_id=call.id, text=text),)
        case c.SendText(text=text):
            check_written(text)
            return (e.TextSent(at=ctx.at, call_id=call.id, text=text, by=ctx.actor.id),)
        case c.AgreeToTexts(agreed=agreed):
            said = e.TextsAgreed(at=ctx.at, call_id=call.id, agreed=agreed, by=ctx.actor.id)
            return () if call.may_text is agreed else (said,)
        case c.TextCallers(calls=ids, text=text):
            check_written(text)
            return text_callers(calls, ids, text, ctx)
        case c.AskCallBacks(calls=ids):
            return ask_call_backs(calls, ids, ctx)
        case c.CarryText():
            return _carry(call, command, ctx)
        case c.AskPlace(code=code, minutes=minutes, text=text):
            until = plus_s(ctx.at, 60.0 * min(max(minutes, 1), LINK_MINUTES_MAX))
            asked = e.PlaceAsked(at=ctx.at, call_id=call.id, code=code, expires_at=until, by=ctx.actor.id)
            written = e.TextSent(at=ctx.at, call_id=call.id, text=text, by=ctx.actor.id)
            return (asked, written) if text else (asked,)
        case c.RevokePlaceLinks():
            return tuple(
                e.PlaceLinkRevoked(at=ctx.at, call_id=call.id, code=link.code, by=ctx.actor.id)
                for link in call.place_links
                if link.revoked_at is None
            )
        case c.OpenPlaceLink(code=code, page=page):
            return _open_link(call, code, page, ctx)
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
        exchange_id=command.exchange_id,
        called=command.called,
        asserted=command.asserted,
        is_test=command.is_test,
        data=command.data,
    )
    if command.point is None:
        return (presented,)
    source = LocationSource.OPERATOR if ctx.actor.role == "call_taker" else LocationSource.DEVICE
    located = e.CallLocated(
        at=ctx.at, call_id=command.call_id, source=source, point=command.point, accuracy_m=command.accuracy_m
    )
    return (presented, located)


def _answer(calls: Calls, call: Call, ctx: Context) -> tuple[e.Event, ...]:
    # Somebody may speak with the caller at the exchange already: then the call has no desk yet, and is taken all the same.
    unclaimed = call.state is CallState.ANSWERED and call.answered_by is None
    if call.state is CallState.RINGING or unclaimed:
        answered = e.CallAnswered(at=ctx.at, call_id=call.id, by=ctx.actor.id)
        # Only an exchange says that somebody gave up, and all calls of a day would be looked through for nothing.
        again = others_settled(calls, call, ctx) if call.exchange_id is not None else ()
        return (answered, *again)
    if call.answered_by == ctx.actor.id:
        return ()
    raise CallTaken(call_id=call.id, by=call.answered_by, state=call.state)


def _locate(call: Call, command: c.LocateCall, ctx: Context) -> tuple[e.Event, ...]:
    if command.point is not None:
        _check_point(command.point)
    _check_text("civic", command.civic, LINE_MAX)
    _check_text("method", command.method, NUMBER_MAX)
    fine = (
        (command.point is not None or command.civic)
        and (command.accuracy_m is None or (isfinite(command.accuracy_m) and command.accuracy_m >= 0))
        and (command.confidence is None or 0 < command.confidence <= 1)
    )
    if not fine:
        raise ShapeInvalid(call_id=call.id)
    located = e.CallLocated(
        at=ctx.at,
        call_id=call.id,
        source=command.source,
        point=command.point,
        accuracy_m=command.accuracy_m,
        confidence=command.confidence,
        measured_at=command.measured_at,
        shape=command.shape,
        method=command.method,
        civic=command.civic,
        trusted=command.trusted,
    )
    return (located,)


def _end_ringing(call: Call, how: RingingEnd, reason: str, ctx: Context) -> tuple[e.Event, ...]:
    """A second end of the same ringing changes nothing; the exchange may say it by two ways."""
    if call.ringing_ended is not None:
        return ()
    if how is RingingEnd.NO_WORD and call.state is not CallState.RINGING:
        return ()
    gave_up = how is not RingingEnd.ELSEWHERE
    ended = e.RingingEnded(
        at=ctx.at,
        call_id=call.id,
        how=how,
        reason=reason[:LINE_MAX],
        call_back=gave_up and not call.over and not call.is_test and bool(call.number or call.callback),
    )
    return (ended,)


def _carry(call: Call, command: c.CarryText, ctx: Context) -> tuple[e.Event, ...]:
    """A message that was shown was also sent, and one that was once sent is not given up later."""
    text = next((text for text in call.texts if text.by is not None and text.at == command.text_at), None)
    if text is None:
        raise TextNotFound(call_id=call.id)
    further = text.carried is None or (text.carried is not Carried.SHOWN and command.carried is Carried.SHOWN)
    if not further:
        return ()
    carried = e.TextCarried(
        at=ctx.at,
        call_id=call.id,
        text_at=command.text_at,
        carried=command.carried,
        way=command.way[:LINE_MAX],
        why=command.why,
    )
    return (carried,)


def _open_link(call: Call, code: str, page: str, ctx: Context) -> tuple[e.Event, ...]:
    """A link is opened once; the page that opened it may come back."""
    link = next((link for link in call.place_links if link.code == code and link.revoked_at is None), None)
    if link is None or (link.page is None and link.expires_at <= ctx.at) or (link.page not in (None, page)):
        raise LinkNotFound()
    if link.page == page:
        return ()
    return (e.PlaceLinkOpened(at=ctx.at, call_id=call.id, code=code, page=page),)


def _describe(call: Call, command: c.DescribeCall, ctx: Context) -> tuple[e.Event, ...]:
    _refuse_test(call)
    _check_text("narrative", command.narrative or "", NARRATIVE_MAX)
    _check_text("place", command.place or "", LINE_MAX)
    _check_text("hazards", command.hazards or "", LINE_MAX)
    guessed = _guessed(call, command.guessed, ctx)
    answered = _answered(call, command.answers, ctx)
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
    told: tuple[e.Event, ...] = ()
    if command.hazards is not None and command.hazards != call.hazards:
        told = (e.CallDangerTold(at=ctx.at, call_id=call.id, hazards=command.hazards),)
    if not (no_place or no_narrative):
        return (*guessed, described, *told, *answered)
    # A description has always kept what it does not mention, so taking words back is a fact of its own.
    cleared = e.CallWordsCleared(
        at=ctx.at, call_id=call.id, incident_id=described.incident_id, no_place=no_place, no_narrative=no_narrative
    )
    return (*guessed, cleared, described, *told, *answered)


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
    _refuse_test(call)
    _check_text("narrative", command.narrative, NARRATIVE_MAX)
    _check_text("place", command.place, LINE_MAX)
    _check_text("hazards", command.hazards, LINE_MAX)
    guessed = _guessed(call, command.guessed, ctx)
    answered = _answered(call, command.answers, ctx)
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
        return (e.CallAnswered(at=ctx.at, call_id=call.id, by=ctx.actor.id), *guessed, classified, *answered)
    return (*guessed, classified, *answered)


def _answered(call: Call, answers: tuple[Answered, ...], ctx: Context) -> tuple[e.Event, ...]:
    """Keep the answers that are new; what is not known to be a question is left aside later, never a reason to refuse."""
    kept = {one.question: one.option for one in call.answers}
    new = tuple(
        one
        for one in answers[:ANSWERS_MAX]
        if len(one.question) <= ANSWER_MAX
        and len(one.option) <= ANSWER_MAX
        and kept.get(one.question, "") != one.option
    )
    if not new:
        return ()
    return (e.QuestionsAnswered(at=ctx.at, call_id=call.id, incident_id=incident_of(call.id), answers=new),)


def _guessed(call: Call, guessed: KindGuess | None, ctx: Context) -> tuple[e.Event, ...]:
    """Keep what a proposal rested on, once: the dictionary may be another one tomorrow."""
    if guessed is None or guessed == call.guessed:
        return ()
    for text in (guessed.kind, guessed.version, *guessed.words[:GUESS_WORDS_MAX]):
        _check_text("guess", text, LINE_MAX)
    words = guessed.words[:GUESS_WORDS_MAX]
    return (e.KindGuessed(at=ctx.at, call_id=call.id, kind=guessed.kind, words=words, version=guessed.version),)


def _link(call: Call, incident_id: IncidentId, ctx: Context) -> tuple[e.Event, ...]:
    _refuse_test(call)
    if call.state is CallState.LINKED and call.incident_id == incident_id:
        return ()
    if call.over:
        raise CallIsOver(call_id=call.id, state=call.state)
    return (e.CallLinked(at=ctx.at, call_id=call.id, incident_id=incident_id),)


def _close(call: Call, outcome: Outcome, narrative: str, ctx: Context) -> tuple[e.Event, ...]:
    _check_text("narrative", narrative, NARRATIVE_MAX)
    if call.over or outcome is Outcome.TRANSFERRED:
        raise CallIsOver(call_id=call.id, state=call.state)
    begun = call.incident_id
    closed = e.CallClosed(at=ctx.at, call_id=call.id, outcome=outcome, narrative=narrative, incident_id=begun)
    if call.call_back is not CallBack.DUE or outcome is Outcome.ABANDONED:
        return (closed,)
    # A desk knows by now what it was: nobody need call back.
    known = e.CallBackTried(at=ctx.at, call_id=call.id, result=CallBackResult.NOT_NEEDED, by=ctx.actor.id, note=outcome)
    return (closed, known)


def _refuse_test(call: Call) -> None:
    if call.is_test:
        raise CallIsTest(call_id=call.id)


def _check_point(point: LonLat) -> None:
    lon, lat = point
    if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise PointInvalid()


def _check_text(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise TextTooLong(field=field, length=len(text), limit=limit)
