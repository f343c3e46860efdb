"""What a command about one case causes. Pure; see `decisions`."""

from collections.abc import Iterable, Iterator

from nazdik.kernel import Context, OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight import errors, joining, letters
from nazdik.oversight import events as e
from nazdik.oversight.calendar import day_of
from nazdik.oversight.clocks import Around, calendar_for, paused_days, reached
from nazdik.oversight.closure import closure_of, desks_of, sees
from nazdik.oversight.evolution import evolve
from nazdik.oversight.following import rerouted
from nazdik.oversight.model import (
    INSPECTORATE,
    MILITARY_JUSTICE,
    Allegation,
    Case,
    ClockType,
    Duty,
    Finding,
    Kind,
    Recording,
    Stage,
    State,
    Voice,
)
from nazdik.oversight.routing import next_above
from nazdik.oversight.words import check_text

CITIZEN, SYSTEM = "citizen", "system"
LIMIT_REVIEWED_WITHIN_DAYS = 92
# What a citizen does by their code, and what time does; everything else is done by somebody at a desk.
OF_CITIZENS = (c.WriteBack, c.AskToWithdraw, c.AskForReview, c.WishDestroyed)
OF_THE_HOUSE = (c.Tick, c.NoteDelivery, c.NoteLate)
# What may still be done when a case is closed.
AFTER_THE_END = (
    c.ReadCase,
    c.AskForReview,
    c.DecideReview,
    *OF_THE_HOUSE,
    c.WriteBack,
    c.RecordReferralOutcome,
    c.TypeOut,
    c.WishDestroyed,
    c.DestroyRecording,
    c.LimitContact,
    c.LiftLimit,
)


def decide(state: State, command: c.CaseCommand, ctx: Context, around: Around) -> tuple[e.Event, ...]:
    """Return the events `command` causes and all that follows from them."""
    case = state.cases.get(command.case_id)
    if case is None:
        raise errors.CaseNotFound(case_id=command.case_id[:64])
    _check_actor(state, case, command, ctx)
    if case.closed and not isinstance(command, AFTER_THE_END):
        raise errors.CaseIsClosed(case_id=case.id)
    joining.check_leads(state, case, command)
    facts = list(_decided(state, case, command, ctx, around))
    for other in joining.under(state, case, ctx):
        facts.extend(_along(state, other, command, ctx, around))
    after = state
    for fact in facts:
        after = evolve(after, fact)
    moving = (e.AllegationMade, e.OfficerIdentified, e.ReviewAsked, e.CaseJoined)
    moved = dict.fromkeys(fact.case_id for fact in facts if isinstance(fact, e.CaseEvent) and isinstance(fact, moving))
    for case_id in dict.fromkeys(each for one in moved for each in (one, *after.cases[one].joined)):
        for fact in (*referred(after.cases[case_id], ctx), *rerouted(after, after.cases[case_id], ctx)):
            facts.append(fact)
            after = evolve(after, fact)
    return tuple(facts)


def _along(state: State, other: Case, command: c.CaseCommand, ctx: Context, around: Around) -> Iterable[e.Event]:
    """Return what happens to a case because of what is done at the one that it stands under: its citizen is told the same."""
    match command:
        case c.Acknowledge():
            return _acknowledge(other, ctx)
        case c.Write(internal=False):
            return _write(state, other, command, ctx, around)
        case c.RecordReferralOutcome(outcome=outcome) if other.referred_to:
            return (e.ReferralEnded(at=ctx.at, by=ctx.actor.id, case_id=other.id, outcome=outcome),)
        case c.CloseCase(answer=answer):
            found = joining.findings_of(other, state.cases[other.joined_to], ctx)
            if found is None or (other.serious and not other.referral_outcome):
                # It stays open and is ended by itself.
                return ()
            closed = e.CaseClosed(at=ctx.at, by=ctx.actor.id, case_id=other.id, answer=answer)
            return (*found, *_stop(other, ctx, *ClockType), closed)
        case _:
            return ()


def may_handle(state: State, case: Case, person: PersonId, ctx: Context) -> bool:
    """Whether somebody at a desk may act on a case: it is in their reach and not shut to them."""
    return sees(case, person, ctx.at, state.register)


def referred(case: Case, ctx: Context) -> Iterator[e.Event]:
    """Yield that a serious matter is referred, in the same breath in which it became one."""
    if case.serious and not case.referred_to:
        yield e.MatterReferred(at=ctx.at, by=SYSTEM, case_id=case.id, body=MILITARY_JUSTICE)


def _check_actor(state: State, case: Case, command: c.CaseCommand, ctx: Context) -> None:
    """Refuse as if there were no such case: whoever is shut out does not learn that there is one."""
    role = ctx.actor.role
    if isinstance(command, OF_THE_HOUSE):
        assert role == SYSTEM, "only time ticks, and only the outbox knows what arrived"
        return
    if role == CITIZEN:
        if not isinstance(command, OF_CITIZENS):
            raise errors.CaseNotFound(case_id=case.id)
        return
    if role == SYSTEM or not may_handle(state, case, PersonId(ctx.actor.id), ctx):
        raise errors.CaseNotFound(case_id=case.id)


def _decided(state: State, case: Case, command: c.CaseCommand, ctx: Context, around: Around) -> Iterable[e.Event]:
    at, by, case_id = ctx.at, ctx.actor.id, case.id
    match command:
        case c.OpenCase():
            return () if case.formal else (e.CaseOpened(at=at, by=by, case_id=case_id),)
        case c.AddAllegation():
            for office in (command.unit,):
                if office is not None and office not in state.register.offices:
                    raise errors.OfficeUnknown(office=office[:120])
            number = len(case.allegations) + 1
            made = Allegation(number, command.category, command.unit, command.person)
            return (e.AllegationMade(at=at, by=by, case_id=case_id, allegation=made),)
        case c.IdentifyOfficer(number=number, person=person):
            return _identify(case, number, person, ctx)
        case c.AssignHandler(handler=handler):
            return _assign(state, case, handler, ctx)
        case c.ReadCase(purpose=purpose):
            office = _desk(state, case, ctx)
            return (e.CaseRead(at=at, by=by, case_id=case_id, office=office, purpose=purpose[:60] or "duty"),)
        case c.Acknowledge():
            return _acknowledge(case, ctx)
        case c.Write():
            return _write(state, case, command, ctx, around)
        case c.WriteBack(text=text, files=files, recordings=recordings):
            check_said(text, recordings)
            known = {one.name for one in case.recordings}
            fresh = tuple(one for one in recordings if one.name not in known)
            written = e.WrittenBack(at=at, by=CITIZEN, case_id=case_id, text=text, files=files)
            return (written, *added(case_id, fresh, ctx))
        case c.TypeOut(name=name, text=text):
            check_text(text, 20_000)
            heard = _recording(case, name)
            if heard.text == text:
                return ()
            return (e.RecordingTypedOut(at=at, by=by, case_id=case_id, name=name, text=text),)
        case c.WishDestroyed():
            kept = [one for one in case.recordings if one.destroyed_at is None and one.voice is not Voice.TYPE_OUT]
            return tuple(e.DestroyingWished(at=at, by=CITIZEN, case_id=case_id, name=one.name) for one in kept)
        case c.DestroyRecording(name=name):
            return _destroy(_recording(case, name, gone=True), case, ctx)
        case c.PauseClock(clock=type_, reason=reason):
            check_text(reason, 300)
            clock = case.clock(type_)
            # Saying that somebody has it takes no inquiry: nothing can hold that up.
            pausable = type_ is not ClockType.ACKNOWLEDGE
            if clock is None or clock.stopped_at is not None or clock.paused_at is not None or not pausable:
                raise errors.ClockNotRunning(clock=type_)
            return (e.ClockPaused(at=at, by=by, case_id=case_id, clock=type_, reason=reason),)
        case c.ResumeClock(clock=type_):
            clock = case.clock(type_)
            if clock is None or clock.paused_at is None:
                raise errors.ClockNotRunning(clock=type_)
            days = paused_days(clock, at, calendar_for(state, case.office, around))
            return (e.ClockResumed(at=at, by=by, case_id=case_id, clock=type_, paused_days=days),)
        case c.Find():
            return _find(case, command, ctx)
        case c.Conciliate():
            _check_local(case)
            check_text(command.terms, 4_000)
            if not (command.citizen_agreed and command.office_agreed):
                raise errors.BothMustAgree(case_id=case_id)
            return (e.Conciliated(at=at, by=by, case_id=case_id, terms=command.terms),)
        case c.AskToWithdraw():
            asked = case.withdrawal is not None
            return () if asked else (e.WithdrawalAsked(at=at, by=CITIZEN, case_id=case_id),)
        case c.TakeWithdrawal(pressure=pressure):
            if case.withdrawal is None or case.withdrawal.taken_at is not None:
                raise errors.NoWithdrawal(case_id=case_id)
            if pressure is None:
                raise errors.PressureNotAsked(case_id=case_id)
            goes_on = pressure or case.serious
            return (e.WithdrawalTaken(at=at, by=by, case_id=case_id, pressure=pressure, goes_on=goes_on),)
        case c.CloseCase():
            return _close(case, command, ctx)
        case c.RecordReferralOutcome(outcome=outcome):
            check_text(outcome, 4_000)
            # What the body said is taken down above everyone who might wish it had said something else.
            if not case.referred_to or INSPECTORATE not in desks_of(PersonId(by), at, state.register):
                raise errors.CaseNotFound(case_id=case_id)
            return (e.ReferralEnded(at=at, by=by, case_id=case_id, outcome=outcome),)
        case c.AskForReview(grounds=grounds):
            return _ask_for_review(state, case, grounds, ctx, around)
        case c.DecideReview():
            return _decide_review(state, case, command, ctx, around)
        case c.LimitContact(why=why, review_day=day):
            _check_supervisor(state, case, ctx)
            check_text(why, 2_000)
            if not 0 < day - day_of(at) <= LIMIT_REVIEWED_WITHIN_DAYS:
                raise errors.DayInvalid(day=day, within_days=LIMIT_REVIEWED_WITHIN_DAYS)
            return (e.ContactLimited(at=at, by=by, case_id=case_id, why=why, review_day=day),)
        case c.LiftLimit(why=why):
            _check_supervisor(state, case, ctx)
            check_text(why, 2_000)
            return () if case.limit is None else (e.LimitLifted(at=at, by=by, case_id=case_id, why=why),)
        case c.PassCommendation(person=person):
            if case.kind is not Kind.COMMENDATION:
                raise errors.NotACommendation(case_id=case_id)
            passed = case.passed_at is not None
            return () if passed else (e.CommendationPassed(at=at, by=by, case_id=case_id, person=person),)
        case c.JoinCases():
            return joining.join(state, case, command, ctx)
        case c.PartCase(why=why):
            return joining.part(case, why, ctx)
        case c.NoteDelivery() | c.NoteLate():
            return letters.decide(case, command, ctx)
        case c.Tick():
            return _tick(state, case, ctx, around)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def check_said(text: str, recordings: tuple[Recording, ...]) -> None:
    """Raise `TextMissing` unless there is something to read, or to hear instead of it."""
    if text or not recordings:
        check_text(text, 20_000)


def added(case_id: str, recordings: tuple[Recording, ...], ctx: Context) -> Iterator[e.Event]:
    """Yield the recordings that came with what was said."""
    for recording in recordings:
        yield e.RecordingAdded(at=ctx.at, by=ctx.actor.id, case_id=case_id, recording=recording)


def _recording(case: Case, name: str, *, gone: bool = False) -> Recording:
    found = next((one for one in case.recordings if one.name == name), None)
    if found is None or (found.destroyed_at is not None and not gone):
        raise errors.RecordingNotFound(recording=name[:64])
    return found


def _destroy(recording: Recording, case: Case, ctx: Context) -> Iterable[e.Event]:
    if recording.destroyed_at is not None:
        return ()
    if recording.voice is not Voice.TYPE_OUT:
        # Evidence is only its citizen's to give up.
        raise errors.DestroyingNotWished(recording=recording.name)
    if not recording.text:
        raise errors.NotTypedOut(recording=recording.name)
    return (e.RecordingDestroyed(at=ctx.at, by=ctx.actor.id, case_id=case.id, name=recording.name),)


def _desk(state: State, case: Case, ctx: Context) -> OfficeId:
    """Return the desk through which somebody sees a case."""
    register = state.register
    desks = desks_of(PersonId(ctx.actor.id), ctx.at, register)
    return next(desk for desk in sorted(desks) if register.is_within(case.office, desk))


def _check_supervisor(state: State, case: Case, ctx: Context) -> None:
    register = state.register
    if not any(
        p.duty is Duty.SUPERVISOR
        and p.since <= ctx.at
        and p.is_since(ctx.at)
        and register.is_within(case.office, p.office)
        for p in register.postings_of(PersonId(ctx.actor.id))
    ):
        raise errors.SupervisorNeeded(case_id=case.id)


def _identify(case: Case, number: int, person: PersonId, ctx: Context) -> Iterable[e.Event]:
    allegation = next((one for one in case.allegations if one.number == number), None)
    if allegation is None:
        raise errors.AllegationNotFound(number=number)
    if allegation.person == person:
        return ()
    return (e.OfficerIdentified(at=ctx.at, by=ctx.actor.id, case_id=case.id, number=number, person=person),)


def _assign(state: State, case: Case, handler: PersonId, ctx: Context) -> Iterable[e.Event]:
    if handler != ctx.actor.id:
        _check_supervisor(state, case, ctx)
    if not sees(case, handler, ctx.at, state.register):
        raise errors.HandlerNotFree(handler=handler)
    if case.handler == handler:
        return ()
    return (e.HandlerAssigned(at=ctx.at, by=ctx.actor.id, case_id=case.id, handler=handler),)


def _stop(case: Case, ctx: Context, *types: ClockType) -> Iterator[e.Event]:
    for type_ in types:
        clock = case.clock(type_)
        if clock is not None and clock.stopped_at is None:
            yield e.ClockStopped(at=ctx.at, by=ctx.actor.id, case_id=case.id, clock=type_)


def _acknowledge(case: Case, ctx: Context) -> Iterable[e.Event]:
    clock = case.clock(ClockType.ACKNOWLEDGE)
    if clock is None or clock.stopped_at is not None:
        return ()
    said = e.Acknowledged(at=ctx.at, by=ctx.actor.id, case_id=case.id)
    return (said, *_stop(case, ctx, ClockType.ACKNOWLEDGE))


def _write(state: State, case: Case, command: c.Write, ctx: Context, around: Around) -> Iterable[e.Event]:
    check_text(command.text, 20_000)
    answers = command.answers and not command.internal
    facts: list[e.Event] = [
        e.WrittenTo(
            at=ctx.at, by=ctx.actor.id, case_id=case.id, text=command.text, answers=answers, internal=command.internal
        )
    ]
    if command.internal:
        return facts
    facts.extend(_stop(case, ctx, ClockType.ACKNOWLEDGE))
    if answers:
        facts.extend(_stop(case, ctx, ClockType.FIRST_ANSWER))
    update = case.clock(ClockType.UPDATE)
    if update is not None and update.stopped_at is None:
        # Only its own clock begins anew: whoever is kept up to date is still owed an answer by the day it was promised.
        due = calendar_for(state, case.office, around).due_at(ctx.at, update.days)
        facts.append(
            e.ClockStarted(
                at=ctx.at, by=ctx.actor.id, case_id=case.id, clock=ClockType.UPDATE, days=update.days, due_at=due
            )
        )
    return facts


def _check_local(case: Case) -> None:
    if case.serious and not case.referral_outcome:
        raise errors.ReferredMatter(body=case.referred_to)


def _find(case: Case, command: c.Find, ctx: Context) -> Iterable[e.Event]:
    allegation = next((one for one in case.allegations if one.number == command.number), None)
    if allegation is None:
        raise errors.AllegationNotFound(number=command.number)
    _check_local(case)
    if command.finding in (Finding.WITHDRAWN, Finding.CONCILIATED):
        # These come of what the citizen said, each by its own way with its own questions.
        raise errors.BothMustAgree(case_id=case.id)
    check_text(command.learning or "-", 2_000)
    return (
        e.FindingMade(
            at=ctx.at, by=ctx.actor.id, case_id=case.id,
            number=command.number, finding=command.finding, learning=command.learning,
        ),
    )  # fmt: skip


def _close(case: Case, command: c.CloseCase, ctx: Context) -> Iterable[e.Event]:
    check_text(command.answer, 20_000)
    _check_local(case)
    if case.formal and any(one.finding is None for one in case.allegations):
        raise errors.FindingMissing(numbers=[one.number for one in case.allegations if one.finding is None])
    if case.kind is Kind.COMMENDATION and case.passed_at is None and not case.self_praise:
        raise errors.NotYetPassed(case_id=case.id)
    closed = e.CaseClosed(at=ctx.at, by=ctx.actor.id, case_id=case.id, answer=command.answer)
    return (*_stop(case, ctx, *ClockType), closed)


def _ask_for_review(state: State, case: Case, grounds: str, ctx: Context, around: Around) -> Iterable[e.Event]:
    check_text(grounds, 4_000)
    if not case.closed or case.closed_at is None:
        raise errors.CaseIsOpen(case_id=case.id)
    if case.review is not None:
        raise errors.ReviewTooLate(case_id=case.id)
    calendar = calendar_for(state, case.office, around)
    if ctx.at > calendar.due_at(case.closed_at, around.asks_within_days):
        raise errors.ReviewTooLate(within_days=around.asks_within_days)
    above = next_above(case.office, case, state.register)
    days = around.review_days
    due = calendar_for(state, above, around).due_at(ctx.at, days)
    return (
        e.ReviewAsked(at=ctx.at, by=CITIZEN, case_id=case.id, grounds=grounds, office=above),
        e.HandlerAssigned(at=ctx.at, by=SYSTEM, case_id=case.id, handler=""),
        e.ClockStarted(at=ctx.at, by=SYSTEM, case_id=case.id, clock=ClockType.REVIEW, days=days, due_at=due),
    )


def _decide_review(
    state: State, case: Case, command: c.DecideReview, ctx: Context, around: Around
) -> Iterable[e.Event]:
    review = case.review
    if review is None or review.by:
        raise errors.NoReview(case_id=case.id)
    check_text(command.outcome, 20_000)
    desks = desks_of(PersonId(ctx.actor.id), ctx.at, state.register)
    above = any(state.register.is_within(review.office, desk) for desk in desks)
    if not above or ctx.actor.id in case.acted:
        raise errors.ReviewByOthers(case_id=case.id)
    by, case_id = ctx.actor.id, case.id
    facts: list[e.Event] = [
        *_stop(case, ctx, ClockType.REVIEW),
        e.ReviewDecided(at=ctx.at, by=by, case_id=case_id, reopen=command.reopen, outcome=command.outcome),
    ]
    if command.reopen:
        days = around.promises[case.kind].final
        due = calendar_for(state, case.office, around).due_at(ctx.at, days)
        facts.append(e.ClockStarted(at=ctx.at, by=by, case_id=case_id, clock=ClockType.FINAL, days=days, due_at=due))
    return facts


def _tick(state: State, case: Case, ctx: Context, around: Around) -> Iterator[e.Event]:
    for clock, stage, due in reached(case, ctx.at, calendar_for(state, case.office, around)):
        told = _told(state, case, stage)
        yield e.ClockReached(
            at=ctx.at, by=SYSTEM, case_id=case.id, clock=clock.type, stage=stage, due_at=due, told=told
        )


def _told(state: State, case: Case, stage: Stage) -> OfficeId:
    """Return whom a clock is told to: the desk, the one above, the province; never an office that is shut out."""
    if stage is Stage.WARNED:
        return case.office
    above = next_above(case.office, case, state.register)
    if stage is Stage.BREACHED:
        return above
    shut = closure_of(case, state.register).offices
    for office in state.register.chain(above):
        line = state.register.offices.get(office)
        tier = line.tier if line is not None else ""
        if office == INSPECTORATE or (tier in ("province", "national") and state.register.whole(office) not in shut):
            return office
    return INSPECTORATE
