"""What each recorded fact makes of a call."""

from typing import assert_never

from msgspec.structs import replace

from nazdik.intake import events as e
from nazdik.intake.model import (
    Call,
    CallBack,
    CallBackResult,
    Calls,
    CallState,
    KindGuess,
    Location,
    Outcome,
    PlaceLink,
    Received,
    RingingEnd,
    Text,
    Transfer,
)
from nazdik.intake.passing import passed
from nazdik.kernel import Instant

# In memory; the log has every one of them.
LOCATIONS_KEPT = 100
TEXTS_KEPT = 500
LINKS_KEPT = 8


def evolve(calls: Calls, event: e.AnyEvent) -> Calls:
    """Return the calls after `event`. Never refuses."""
    if isinstance(event, e.CallsArchived):
        kept = calls.mutate()
        for call in calls.values():
            if may_leave(call, event.ended_before):
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


def may_leave(call: Call, ended_before: Instant) -> bool:
    """Whether a call is over and nobody waits to be called back."""
    return call.ended_at is not None and call.ended_at < ended_before and call.call_back is not CallBack.DUE


def _changed(
    call: Call,
    event: e.CallAnswered
    | e.CallLocated
    | e.CallDescribed
    | e.CallWordsCleared
    | e.CallDangerTold
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
        case e.CallDangerTold(hazards=hazards):
            return replace(call, hazards=hazards)
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
                hazards=event.hazards or call.hazards,
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
