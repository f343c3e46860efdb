"""`decide`: what a command causes in oversight. Pure: instant, actor, ids and chance come in."""

from collections.abc import Iterator

from nazdik.kernel import Context, Instant, OfficeId, PersonId
from nazdik.oversight import case_decisions as cases
from nazdik.oversight import commands as c
from nazdik.oversight import errors, figures, imports
from nazdik.oversight import events as e
from nazdik.oversight.calendar import day_of
from nazdik.oversight.clocks import Around, began_at, calendar_for, started
from nazdik.oversight.evolution import evolve
from nazdik.oversight.following import rerouted
from nazdik.oversight.meetings import decisions as meet
from nazdik.oversight.meetings.commands import MeetingCommand
from nazdik.oversight.model import Allegation, ClockType, Duty, Kind, Register, State
from nazdik.oversight.topics import topic_of
from nazdik.oversight.words import check_text

# A decree is for days that can be foreseen; anything else is a slip of the keyboard.
DECREED_WITHIN_DAYS = 400
ALLEGED = frozenset({Kind.COMPLAINT, Kind.CRITICISM})


def decide(state: State, command: c.Command, ctx: Context, around: Around) -> tuple[e.Event, ...]:
    """Return the events `command` causes and all that follows from them, or raise a `Rejected`."""
    match command:
        case c.CaseCommand():
            return cases.decide(state, command, ctx, around)
        case c.ReceiveContact():
            return tuple(_receive(state, command, ctx, around))
        case c.ImportCase():
            return tuple(imports.decide(state, command, ctx, around))
        case c.AnswerTopic():
            return tuple(_answer_topic(state, command, ctx, around))
        case c.PutOffices():
            facts: tuple[e.Event, ...] = tuple(_put(state, command, ctx))
        case c.PostPerson():
            facts = _post(state, command, ctx)
        case c.EndPosting():
            facts = _end(state, command, ctx)
        case c.FollowPostings(ends=ends, posts=posts):
            facts = (
                *(f for end in ends for f in _end(state, end, ctx)),
                *(f for post in posts for f in _post(state, post, ctx)),
            )
        case c.TiePersons(person=person, other=other):
            if person == other:
                raise errors.PostingInvalid(person=person)
            known = other in state.register.ties.get(person, ())
            facts = () if known else (e.PersonsTied(at=ctx.at, by=ctx.actor.id, person=person, other=other),)
        case c.DecreeClosure():
            return _decree(state, command, ctx)
        case MeetingCommand():
            return meet.decide(state.meetings, command, ctx)
        case c.ReleaseFigures(until_day=until_day):
            return _release(state, until_day, ctx)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")
    return _with_routes(state, facts, ctx)


def _with_routes(state: State, facts: tuple[e.Event, ...], ctx: Context) -> tuple[e.Event, ...]:
    """Add where cases go now that the register is another: a transfer never leaves one with somebody it is about."""
    after = state
    for fact in facts:
        after = evolve(after, fact)
    if after is state:
        return facts
    touched = _touched(state, facts, after.register)
    return (*facts, *(fact for case_id in touched for fact in rerouted(after, after.cases[case_id], ctx)))


def _touched(state: State, facts: tuple[e.Event, ...], register: Register) -> list[str]:
    """Return the cases whose way may be another after facts about the register; looking at every case anew would take a second."""
    if any(isinstance(fact, e.OfficePut) for fact in facts):
        return sorted(state.cases)
    persons: set[PersonId] = set()
    for fact in facts:
        if isinstance(fact, e.PersonPosted | e.PostingEnded):
            persons.add(fact.person)
        elif isinstance(fact, e.PersonsTied):
            persons |= {fact.person, fact.other}
    # Somebody who commands, or did, above a unit that the case is about may be involved now, or no longer be alone there.
    commanded = {p.office for person in persons for p in register.postings_of(person) if p.duty is Duty.COMMANDER}
    return sorted(
        case.id
        for case in state.cases.values()
        if case.handler in persons
        or any(one.person in persons for one in case.about)
        or (commanded and any(commanded & set(register.chain(step.office)) for step in case.barred))
    )


def _put(state: State, command: c.PutOffices, ctx: Context) -> Iterator[e.Event]:
    known = dict(state.register.offices)
    for line in command.offices:
        if line.parent is not None and line.parent not in known:
            raise errors.OfficeUnknown(office=line.parent)
        if state.register.offices.get(line.id) == line:
            continue
        known[line.id] = line
        at: OfficeId | None = line.parent
        for _ in range(len(known)):
            if at is None:
                break
            if at == line.id:
                raise errors.OfficeInCircle(office=line.id)
            above = known.get(at)
            at = above.parent if above is not None else None
        yield e.OfficePut(at=ctx.at, by=ctx.actor.id, line=line)


def _post(state: State, command: c.PostPerson, ctx: Context) -> tuple[e.Event, ...]:
    _check_office(state, command.office)
    if not command.person or (command.until is not None and command.until <= command.since):
        raise errors.PostingInvalid(person=command.person)
    held = state.register.postings_of(command.person)
    if any(
        (p.office, p.duty, p.since, p.until) == (command.office, command.duty, command.since, command.until)
        for p in held
    ):
        return ()
    return (
        e.PersonPosted(
            at=ctx.at,
            by=ctx.actor.id,
            person=command.person,
            office=command.office,
            duty=command.duty,
            since=command.since,
            until=command.until,
            ends_others=command.ends_others,
        ),
    )


def _end(state: State, command: c.EndPosting, ctx: Context) -> tuple[e.Event, ...]:
    held = state.register.postings_of(command.person)
    if not any((p.office, p.duty) == (command.office, command.duty) and p.is_since(ctx.at) for p in held):
        return ()
    by, person, office, duty = ctx.actor.id, command.person, command.office, command.duty
    return (e.PostingEnded(at=ctx.at, by=by, person=person, office=office, duty=duty, until=ctx.at),)


def _decree(state: State, command: c.DecreeClosure, ctx: Context) -> tuple[e.Event, ...]:
    _check_office(state, command.office)
    today = day_of(ctx.at)
    if abs(command.day - today) > DECREED_WITHIN_DAYS:
        raise errors.DayInvalid(day=command.day)
    decreed = (command.office, command.day) in state.closures
    if command.lift:
        by = ctx.actor.id
        return (e.ClosureLifted(at=ctx.at, by=by, office=command.office, day=command.day),) if decreed else ()
    check_text(command.why, 300)
    if state.closures.get((command.office, command.day)) == command.why:
        return ()
    return (e.ClosureDecreed(at=ctx.at, by=ctx.actor.id, office=command.office, day=command.day, why=command.why),)


def _release(state: State, until_day: int, ctx: Context) -> tuple[e.Event, ...]:
    if until_day >= day_of(ctx.at):
        raise errors.DayInvalid(day=until_day)
    closed = [figures.closed_of(case, state.register, until_day) for case in figures.due(state, until_day)]
    if len(closed) < figures.RELEASE_MIN:
        return ()
    since = state.releases[-1].until_day + 1 if state.releases else 0
    release = figures.release_of(closed, since, until_day)
    return (e.FiguresReleased(at=ctx.at, by=ctx.actor.id, release=release),)


def _receive(state: State, command: c.ReceiveContact, ctx: Context, around: Around) -> Iterator[e.Event]:
    if command.case_id in state.cases or command.code_hash in state.by_code:
        raise errors.CaseExists(case_id=command.case_id)
    cases.check_said(command.text, command.recordings)
    _check_office(state, command.office)
    if command.unit is not None:
        _check_office(state, command.unit)
    if command.incident_at is not None and command.incident_at > ctx.at:
        raise errors.DayInvalid(incident_at=command.incident_at)
    by, at, case_id = ctx.actor.id, ctx.at, command.case_id
    received = e.ContactReceived(
        at=at,
        by=by,
        case_id=case_id,
        token=command.token,
        salt=command.salt,
        code_hash=command.code_hash,
        kind=command.kind,
        source=command.source,
        text=command.text,
        # Two who say nothing in writing have not said the same.
        topic=topic_of(command.text or case_id),
        office=command.office,
        lang=command.lang,
        incident_at=command.incident_at,
        anonymous=command.anonymous,
        contact=None if command.anonymous else command.contact,
        files=command.files,
        commended=command.person if command.kind is Kind.COMMENDATION else None,
    )
    begins = at
    said: tuple[e.Event, ...] = ()
    if command.stated_at is not None and command.issued_at is not None:
        begins = began_at(command.stated_at, command.issued_at, at)
        said = (
            e.SaidOffline(
                at=at, by=by, case_id=case_id,
                said_at=begins, stated_at=command.stated_at, issued_at=command.issued_at,
            ),
        )  # fmt: skip
    facts: list[e.Event] = [received, *said, *cases.added(case_id, command.recordings, ctx)]
    if command.kind in ALLEGED:
        allegation = Allegation(1, command.category, command.unit, command.person)
        if command.kind is Kind.COMPLAINT:
            facts.append(e.CaseOpened(at=at, by=by, case_id=case_id))
        if command.kind is Kind.COMPLAINT or command.unit is not None or command.person is not None:
            facts.append(e.AllegationMade(at=at, by=by, case_id=case_id, allegation=allegation))
    elif command.kind is Kind.COMMENDATION and _is_own(state, command, at):
        assert command.from_office is not None
        facts.append(e.SelfPraiseFlagged(at=at, by=by, case_id=case_id, from_office=command.from_office))
    after = state
    for fact in facts:
        after = evolve(after, fact)
    for fact in cases.referred(after.cases[case_id], ctx):
        facts.append(fact)
        after = evolve(after, fact)
    for fact in rerouted(after, after.cases[case_id], ctx, always=True):
        facts.append(fact)
        after = evolve(after, fact)
    case = after.cases[case_id]
    calendar = calendar_for(after, case.office, around)
    for clock in started(case, begins, around):
        due = calendar.due_at(begins, clock.days)
        facts.append(e.ClockStarted(at=at, by=by, case_id=case_id, clock=clock.type, days=clock.days, due_at=due))
    yield from facts


def _is_own(state: State, command: c.ReceiveContact, at: Instant) -> bool:
    """Whether a commendation came from a line or terminal of the very unit that it praises."""
    if command.from_office is None:
        return False
    register = state.register
    praised = {register.whole(command.unit)} if command.unit is not None else set()
    if command.person is not None:
        praised |= {register.whole(p.office) for p in register.postings_of(command.person) if p.is_since(at)}
    return any(register.is_within(command.from_office, office) for office in praised)


def _answer_topic(state: State, command: c.AnswerTopic, ctx: Context, around: Around) -> Iterator[e.Event]:
    """Answer all who sent the same words and have no answer yet; each is told, none is closed by it."""
    same = [
        case
        for case_id in state.by_topic.get(command.topic, ())
        if not (case := state.cases[case_id]).closed and cases.may_handle(state, case, PersonId(ctx.actor.id), ctx)
    ]
    if len(same) < around.campaign_from:
        raise errors.CaseNotFound(topic=command.topic[:64])
    for case in same:
        answered = case.clock(ClockType.FIRST_ANSWER)
        if answered is not None and answered.stopped_at is not None:
            continue
        write = c.Write(case_id=case.id, text=command.text, answers=True)
        yield from cases.decide(state, write, ctx, around)


def _check_office(state: State, office: OfficeId) -> None:
    if office not in state.register.offices:
        raise errors.OfficeUnknown(office=office[:120])
