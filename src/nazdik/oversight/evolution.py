"""`evolve`: apply one recorded fact of oversight. It never refuses: history is not up for debate."""

from collections.abc import Callable
from functools import partial
from typing import Any

from immutables import Map
from msgspec.structs import replace

from nazdik.kernel import PersonId
from nazdik.oversight import events as e
from nazdik.oversight.figures import due
from nazdik.oversight.meetings import decisions as meet
from nazdik.oversight.meetings.events import MeetingEvent
from nazdik.oversight.model import (
    Allegation,
    Case,
    Clock,
    ClockType,
    Duty,
    Finding,
    Letter,
    LetterKind,
    Limit,
    Message,
    Posting,
    Register,
    Review,
    State,
    Voice,
    Withdrawal,
)


def evolve(state: State, event: e.Event) -> State:
    """Return the state after `event`."""
    match event:
        case e.OfficePut():
            offices = state.register.offices.set(event.line.id, event.line)
            return replace(state, register=replace(state.register, offices=offices))
        case e.PersonPosted():
            return replace(state, register=_posted(state.register, event))
        case e.PostingEnded():
            held = tuple(
                replace(p, until=max(event.until, p.since)) if _is_ended(p, event) else p
                for p in state.register.postings_of(event.person)
            )
            postings = state.register.postings.set(event.person, held)
            return replace(state, register=replace(state.register, postings=postings))
        case e.PersonsTied():
            ties = state.register.ties
            for one, other in ((event.person, event.other), (event.other, event.person)):
                ties = ties.set(one, (*(t for t in ties.get(one, ()) if t != other), other))
            return replace(state, register=replace(state.register, ties=ties))
        case e.ClosureDecreed():
            return replace(state, closures=state.closures.set((event.office, event.day), event.why))
        case e.ClosureLifted():
            key = (event.office, event.day)
            return replace(state, closures=state.closures.delete(key)) if key in state.closures else state
        case e.FiguresReleased():
            cases = state.cases
            for case in due(state, event.release.until_day):
                cases = cases.set(case.id, replace(case, counted=True))
            return replace(state, cases=cases, releases=(*state.releases, event.release))
        case MeetingEvent():
            return replace(state, meetings=meet.evolve(state.meetings, event))
        case e.ContactReceived():
            return _received(state, event)
        case e.CaseImported():
            return _imported(state, event)
        case e.CaseJoined() | e.CaseParted():
            return _linked(state, event)
        case e.CaseEvent():
            after = _changed(state.cases[event.case_id], event)
            return replace(state, cases=_mirrored(state.cases.set(event.case_id, after), after))
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")


def _is_ended(posting: Posting, event: e.PostingEnded) -> bool:
    return (posting.office, posting.duty) == (event.office, event.duty) and posting.is_since(event.until)


def _posted(register: Register, event: e.PersonPosted) -> Register:
    before = register.postings_of(event.person)
    if event.ends_others:
        before = tuple(replace(p, until=max(event.since, p.since)) if p.is_since(event.since) else p for p in before)
    after = (*before, Posting(event.office, event.duty, event.since, event.until))
    commanders: Map[Any, tuple[PersonId, ...]] = register.commanders
    if event.duty is Duty.COMMANDER:
        there = commanders.get(event.office, ())
        commanders = commanders.set(event.office, (*(p for p in there if p != event.person), event.person))
    return replace(register, postings=register.postings.set(event.person, after), commanders=commanders)


def _received(state: State, event: e.ContactReceived) -> State:
    case = Case(
        id=event.case_id,
        kind=event.kind,
        source=event.source,
        received_at=event.at,
        text=event.text,
        token=event.token,
        salt=event.salt,
        code_hash=event.code_hash,
        topic=event.topic,
        office=event.office,
        start=event.office,
        lang=event.lang,
        incident_at=event.incident_at,
        anonymous=event.anonymous,
        contact=event.contact,
        taken_by=event.by,
        files=event.files,
        commended=event.commended,
    )
    return _begun(state, case)


def _imported(state: State, event: e.CaseImported) -> State:
    """A case that came: everything stated is taken as it was said, but what is provable begins now."""
    said = {
        name: getattr(event, name) for name in event.__struct_fields__ if name not in ("at", "by", "case_id", "office")
    }
    case = Case(
        **said,
        id=event.case_id,
        received_at=event.at,
        office=event.office,
        start=event.office,
        taken_by=event.by,
        closed_at=event.at if event.closed else None,
        counted=event.closed,
    )
    return _begun(state, case)


def _linked(state: State, event: e.CaseJoined | e.CaseParted) -> State:
    case, first = state.cases[event.case_id], state.cases[event.to]
    others = tuple(one for one in first.joined if one != case.id)
    if isinstance(event, e.CaseParted):
        # What it was shut for stays: parting lets nobody in.
        case = replace(case, joined_to="")
    else:
        case, others = replace(case, joined_to=first.id), (*others, case.id)
    first = replace(first, joined=others)
    return replace(state, cases=_mirrored(state.cases.set(case.id, case).set(first.id, first), first))


def _mirrored(cases: Map[str, Case], first: Case) -> Map[str, Case]:
    """Let the cases under another one be about what that is about."""
    if not first.joined:
        return cases
    about = [Allegation(0, one.category, one.unit, one.person) for one in first.about]
    for case_id in first.joined:
        other = cases[case_id]
        also = tuple(dict.fromkeys((*other.also, *about)))
        since = first.since if other.also_since is None else min(first.since, other.also_since)
        if (other.also, other.also_since) != (also, since):
            cases = cases.set(case_id, replace(other, also=also, also_since=since))
    return cases


def _begun(state: State, case: Case) -> State:
    same = (*state.by_topic.get(case.topic, ()), case.id)
    return replace(
        state,
        cases=state.cases.set(case.id, case),
        by_code=state.by_code.set(case.code_hash, case.id),
        by_topic=state.by_topic.set(case.topic, same),
    )


def _changed(case: Case, event: e.CaseEvent) -> Case:
    match event:
        case e.SelfPraiseFlagged():
            return replace(case, self_praise=True)
        case e.CaseOpened():
            return replace(case, formal=True)
        case e.AllegationMade():
            return replace(case, allegations=(*case.allegations, event.allegation))
        case e.OfficerIdentified():
            return _allegation(case, event.number, person=event.person)
        case e.MatterReferred():
            referral = Letter(LetterKind.REFERRAL, event.at)
            return replace(case, referred_to=event.body, referred_at=event.at, letters=(*case.letters, referral))
        case e.CaseRouted():
            return replace(case, office=event.office, route=event.passed, barred=event.barred)
        case e.HandlerAssigned():
            acted = case.acted if event.handler in ("", *case.acted) else (*case.acted, event.handler)
            return replace(case, handler=event.handler, acted=acted)
        case e.CaseRead():
            return case
        case e.Acknowledged():
            return _acted(case, event)
        case e.WrittenTo():
            said = Message(event.at, from_citizen=False, text=event.text, internal=event.internal, by=event.by)
            return _acted(replace(case, messages=(*case.messages, said)), event)
        case e.WrittenBack():
            said = Message(event.at, from_citizen=True, text=event.text)
            return replace(case, messages=(*case.messages, said), files=(*case.files, *event.files))
        case e.SaidOffline():
            return replace(case, said_at=event.said_at)
        case e.RecordingAdded():
            return replace(case, recordings=(*case.recordings, event.recording))
        case e.RecordingTypedOut():
            return _acted(_recording(case, event.name, text=event.text), event)
        case e.DestroyingWished():
            return _recording(case, event.name, voice=Voice.TYPE_OUT)
        case e.RecordingDestroyed():
            return _acted(_recording(case, event.name, destroyed_at=event.at), event)
        case e.ClockStarted():
            kept = tuple(clock for clock in case.clocks if clock.type is not event.clock)
            # The clocks that come with a contact begin when it was said.
            begins = event.at if case.said_at is None or event.at != case.received_at else case.said_at
            return replace(case, clocks=(*kept, Clock(event.clock, begins, event.days)))
        case e.ClockStopped():
            return _clock(case, event.clock, lambda clock: replace(clock, stopped_at=event.at, paused_at=None))
        case e.ClockPaused():
            return _clock(
                case, event.clock, lambda clock: replace(clock, paused_at=event.at, pause_reason=event.reason)
            )
        case e.ClockResumed():
            added = event.paused_days
            return _clock(
                case,
                event.clock,
                lambda clock: replace(clock, paused_at=None, pause_reason="", added_days=clock.added_days + added),
            )
        case e.ClockReached():
            return _clock(case, event.clock, partial(_with_stage, event=event))
        case e.FindingMade():
            return _acted(_allegation(case, event.number, finding=event.finding, learning=event.learning), event)
        case e.Conciliated():
            return _acted(_open_found(replace(case, terms=event.terms), Finding.CONCILIATED), event)
        case e.WithdrawalAsked():
            return replace(case, withdrawal=Withdrawal(event.at))
        case e.WithdrawalTaken():
            asked = case.withdrawal.asked_at if case.withdrawal is not None else event.at
            taken = Withdrawal(asked, event.at, event.by, event.pressure)
            after = replace(case, withdrawal=taken)
            return _acted(after if event.goes_on else _open_found(after, Finding.WITHDRAWN), event)
        case e.CaseClosed():
            return _acted(replace(case, closed=True, closed_at=event.at, answer=event.answer), event)
        case e.ReferralEnded():
            return _acted(replace(case, referral_outcome=event.outcome), event)
        case e.ReviewAsked():
            # From now on it begins its way where it is reviewed, and never goes down again.
            return replace(case, review=Review(event.at, event.grounds, event.office), start=event.office)
        case e.ReviewDecided():
            assert case.review is not None, "a review is decided after it was asked for"
            review = replace(case.review, outcome=event.outcome, by=event.by)
            closed_at = None if event.reopen else case.closed_at
            after = replace(case, review=review, closed=not event.reopen, closed_at=closed_at)
            return _acted(after, event)
        case e.ContactLimited():
            return replace(case, limit=Limit(event.why, event.by, event.review_day))
        case e.LimitLifted():
            return replace(case, limit=None)
        case e.CommendationPassed():
            line = Letter(LetterKind.PERSONNEL, event.at)
            after = replace(case, commended=event.person, passed_at=event.at, letters=(*case.letters, line))
            return _acted(after, event)
        case e.LetterDelivered():
            return _letter(case, event.letter, delivered_at=event.at, reference=event.reference)
        case e.LetterLate():
            return _letter(case, event.letter, late_at=event.at)
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")


def _acted(case: Case, event: e.CaseEvent) -> Case:
    """Remember who had a part in it: they do not review it."""
    return case if event.by in case.acted else replace(case, acted=(*case.acted, event.by))


def _letter(case: Case, kind: LetterKind, **changes: Any) -> Case:
    changed = tuple(replace(one, **changes) if one.kind is kind else one for one in case.letters)
    return replace(case, letters=changed)


def _recording(case: Case, name: str, **changes: Any) -> Case:
    changed = tuple(replace(one, **changes) if one.name == name else one for one in case.recordings)
    return replace(case, recordings=changed)


def _allegation(case: Case, number: int, **changes: Any) -> Case:
    changed = tuple(replace(one, **changes) if one.number == number else one for one in case.allegations)
    return replace(case, allegations=changed)


def _open_found(case: Case, finding: Finding) -> Case:
    """Give a finding to every allegation that has none."""
    found = tuple(one if one.finding is not None else replace(one, finding=finding) for one in case.allegations)
    return replace(case, allegations=found)


def _clock(case: Case, type_: ClockType, change: Callable[[Clock], Clock]) -> Case:
    return replace(case, clocks=tuple(change(clock) if clock.type is type_ else clock for clock in case.clocks))


def _with_stage(clock: Clock, *, event: e.ClockReached) -> Clock:
    return replace(clock, reached=(*clock.reached, event.stage))
