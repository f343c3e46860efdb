"""`decide` and `evolve` for calls."""

from math import isfinite
from typing import assert_never

from msgspec.structs import replace

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
from nazdik.intake.model import (
    Call,
    CallBack,
    CallBackResult,
    Calls,
    CallState,
    Carried,
    KindGuess,
    Location,
    LocationSource,
    Outcome,
    PlaceLink,
    Received,
    RingingEnd,
    Text,
    Transfer,
)
from nazdik.intake.passing import pass_call, passed
from nazdik.intake.several import ask_call_backs, check_written, text_callers
from nazdik.intake.transfers import ask_transfer, finish_transfer, receive
from nazdik.kernel import CallId, Context, IncidentId, Instant, LonLat
from nazdik.kernel.instant import plus_s
from nazdik.published.questions import Answered

NARRATIVE_MAX = 4000
LINE_MAX = 300
NUMBER_MAX = 40
# In memory; the log has every one of them.
LOCATIONS_KEPT = 100
TEXTS_KEPT = 500
LINKS_KEPT = 8
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
            call.ended_at is not None and call.ended_at < before and _may_leave(call, before) for call in calls.values()
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
    if not (no_place or no_narrative):
        return (*guessed, described, *answered)
    # A description has always kept what it does not mention, so taking words back is a fact of its own.
    cleared = e.CallWordsCleared(
        at=ctx.at, call_id=call.id, incident_id=described.incident_id, no_place=no_place, no_narrative=no_narrative
    )
    return (*guessed, cleared, described, *answered)


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


def evolve(calls: Calls, event: e.AnyEvent) -> Calls:
    """Return the calls after `event`. Never refuses."""
    if isinstance(event, e.CallsArchived):
        kept = calls.mutate()
        for call in calls.values():
            if _may_leave(call, event.ended_before):
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
            exchange_id=event.exchange_id,
            called=event.called,
            asserted=event.asserted,
            is_test=event.is_test,
            data=event.data,
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
    | e.CallClosed
    | e.RingingEnded
    | e.CallBackTried
    | e.CallBackTaken
    | e.CallBackLeft
    | e.CallPassed
    | e.CallMoved
    | e.CallBackAsked
    | e.TextsAgreed
    | e.TextHeard
    | e.TextSent
    | e.TextCarried
    | e.PlaceAsked
    | e.PlaceLinkOpened
    | e.PlaceLinkRevoked
    | e.KindGuessed
    | e.QuestionsAnswered
    | e.TransferAsked
    | e.TransferDone
    | e.CallReceived,
) -> Call:
    match event:
        case e.CallAnswered(by=by):
            return replace(call, state=CallState.ANSWERED, answered_at=event.at, answered_by=by)
        case e.CallLocated():
            location = Location(
                source=event.source,
                point=event.point,
                accuracy_m=event.accuracy_m,
                at=event.at,
                confidence=event.confidence,
                measured_at=event.measured_at,
                shape=event.shape,
                method=event.method,
                civic=event.civic,
                trusted=event.trusted,
            )
            return replace(call, locations=(*call.locations, location)[-LOCATIONS_KEPT:])
        case e.RingingEnded(how=how, call_back=call_back):
            return _rang_out(call, event.at, how, call_back)
        case e.CallBackTried(result=result, by=by):
            return _called_back(call, event.at, result, by)
        case e.CallBackTaken(by=by, until=until):
            return replace(call, call_back_taker=by, call_back_taken_until=until)
        case e.CallBackAsked():
            return replace(call, call_back=CallBack.DUE, call_back_asked=True)
        case e.TextsAgreed(agreed=agreed):
            return replace(call, may_text=agreed)
        case e.CallPassed():
            return passed(call, event)
        case e.CallMoved(incident_id=incident_id):
            return replace(call, incident_id=incident_id)
        case e.CallBackLeft():
            return replace(call, call_back_taker=None, call_back_taken_until=None)
        case e.TextHeard(text=text):
            return replace(call, texts=(*call.texts, Text(event.at, None, text))[-TEXTS_KEPT:])
        case e.TextSent(text=text, by=by):
            return replace(call, texts=(*call.texts, Text(event.at, by, text))[-TEXTS_KEPT:])
        case e.TextCarried(text_at=text_at, carried=carried, why=why):
            written = (
                replace(t, carried=carried, why=why) if t.by is not None and t.at == text_at else t for t in call.texts
            )
            return replace(call, texts=tuple(written))
        case e.PlaceAsked(code=code, expires_at=expires_at, by=by):
            link = PlaceLink(code=code, by=by, asked_at=event.at, expires_at=expires_at)
            return replace(call, place_links=(*call.place_links, link)[-LINKS_KEPT:])
        case e.PlaceLinkOpened(code=code, page=page):
            opened = (
                replace(k, page=page, opened_at=event.at) if k.code == code else k for k in call.place_links
            )  # fmt: skip
            return replace(call, place_links=tuple(opened))
        case e.PlaceLinkRevoked(code=code):
            cut = (replace(k, revoked_at=event.at) if k.code == code else k for k in call.place_links)
            return replace(call, place_links=tuple(cut))
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
        case e.QuestionsAnswered(answers=answers):
            together = {one.question: one for one in (*call.answers, *answers)}
            return replace(call, answers=tuple(one for one in together.values() if one.option))
        case e.KindGuessed():
            return replace(call, guessed=KindGuess(event.kind, event.words, event.version))
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
        case e.TransferAsked():
            due = call.call_back is CallBack.DUE
            asked = Transfer(event.target, event.to_call, event.note, event.by, event.at, call_back_due=due)
            return replace(call, transfer=asked)
        case e.TransferDone():
            assert call.transfer is not None, "what is done was asked for"
            return replace(call, transfer=replace(call.transfer, done_at=event.at))
        case e.CallReceived():
            return replace(
                call,
                received=Received(event.from_call, event.by, event.note, event.presented_at),
                kind=event.kind,
                priority=event.priority,
                point=event.point,
                place=event.place,
                texts=event.texts[-TEXTS_KEPT:],
            )
        case _:
            assert_never(event)


def _rang_out(call: Call, at: Instant, how: RingingEnd, call_back: bool) -> Call:
    """Answered at the exchange it waits for a desk; given up it is over, unless a desk has taken it meanwhile."""
    call = replace(call, ringing_ended=how, call_back=CallBack.DUE if call_back else call.call_back)
    if call.state is not CallState.RINGING:
        return call
    if how is RingingEnd.ELSEWHERE:
        return replace(call, state=CallState.ANSWERED, answered_at=at)
    return replace(call, state=CallState.ABANDONED, outcome=Outcome.ABANDONED, ended_at=at)


def _called_back(call: Call, at: Instant, result: CallBackResult, by: str) -> Call:
    """Who is reached is on the line with whoever called; the call goes on from there."""
    tries = call.call_back_tries + (result not in (CallBackResult.NOT_NEEDED, CallBackResult.CALLED_AGAIN))
    still = result in (CallBackResult.NO_ANSWER, CallBackResult.BUSY)
    call = replace(
        call,
        call_back=CallBack.DUE if still else CallBack.DONE,
        call_back_tries=tries,
        call_back_taker=None,
        call_back_taken_until=None,
        call_back_asked=call.call_back_asked and still,
    )
    if result is not CallBackResult.REACHED or call.state is not CallState.ABANDONED:
        return call
    return replace(call, state=CallState.ANSWERED, answered_at=at, answered_by=by, ended_at=None, outcome=None)


def _refuse_test(call: Call) -> None:
    if call.is_test:
        raise CallIsTest(call_id=call.id)


def _may_leave(call: Call, ended_before: Instant) -> bool:
    return call.ended_at is not None and call.ended_at < ended_before and call.call_back is not CallBack.DUE


def _check_point(point: LonLat) -> None:
    lon, lat = point
    if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise PointInvalid()


def _check_text(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise TextTooLong(field=field, length=len(text), limit=limit)
